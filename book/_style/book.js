// What the book's pages do beside the theme and the figures.
{
  // The theme's buttons in the page's head.
  const clicks = { print: () => print(), fullscreen: () => toggleFullScreen() };
  for (const button of document.querySelectorAll("[data-click]")) {
    button.addEventListener("click", clicks[button.dataset.click]);
  }

  // On paper: light, and every answer unfolded; afterwards as it was.
  const whole = document.documentElement.dataset;
  let folded = null;
  let theme;
  addEventListener("beforeprint", () => {
    if (folded) return;
    folded = [...document.querySelectorAll("details:not([open], .live-numbers)")];
    for (const fold of folded) fold.open = true;
    theme = whole.theme;
    whole.theme = "light";
  });
  addEventListener("afterprint", () => {
    for (const fold of folded ?? []) fold.open = false;
    if (folded) whole.theme = theme;
    folded = null;
  });

  // A long formula scrolls on a narrow page, and is then a stop for the keyboard.
  const turn = ({ target: t }) => {
    t.tabIndex = t.scrollWidth > t.clientWidth ? 0 : -1;
  };
  const observer = new ResizeObserver((entries) => entries.forEach(turn));
  document
    .querySelectorAll("div.equation, span.formula")
    .forEach((formula) => observer.observe(formula));

  // Which lectures were opened, and which read to their end: kept in this browser alone.
  const KEY = "memory-with-gates";
  const nameOf = (address) =>
    new URL(address, location.href).pathname
      .split("/")
      .pop()
      .replace(/\.html$/, "");
  const isLecture = (name) => /^\d\d_/.test(name);
  const here = nameOf(location.href);
  const recall = () => {
    try {
      return Object(JSON.parse(localStorage.getItem(KEY)));
    } catch {
      return {};
    }
  };
  const note = (state) => {
    const known = recall();
    if (known[here] === "read") return;
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...known, [here]: state }));
    } catch {
      return;
    }
    show();
  };
  const line = document.querySelector(".book-progress");

  function show() {
    const known = recall();
    for (const link of document.querySelectorAll(".bd-links a, .book-map a")) {
      const state = isLecture(nameOf(link.href)) && known[nameOf(link.href)];
      for (const word of ["opened", "read"]) link.classList.toggle(`is-${word}`, state === word);
    }
    if (!line) return;
    const all = [...document.querySelectorAll(".book-map a")]
      .map((link) => nameOf(link.href))
      .filter(isLecture);
    const read = all.filter((name) => known[name] === "read").length;
    line.hidden = !all.some((name) => known[name]);
    line.firstChild.data = `You have read ${read} of ${all.length} lectures. `;
  }

  if (line) {
    const forget = document.createElement("button");
    forget.type = "button";
    forget.textContent = "Forget what I have read";
    forget.addEventListener("click", () => {
      localStorage.removeItem(KEY);
      show();
    });
    line.append("", forget);
  }
  show();
  if (isLecture(here)) {
    note("opened");
    const end = document.querySelector(".prev-next-footer");
    const seen = new IntersectionObserver(([entry]) => {
      if (entry.isIntersecting) note("read");
    });
    // Not before the figures stand: a page that is still short shows its end at once.
    addEventListener("load", () => seen.observe(end));
  }
}
