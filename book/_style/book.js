// What the book's pages do beside the theme and the figures.
{
  // The theme's buttons in the page's head.
  const clicks = { print: () => print(), fullscreen: () => toggleFullScreen() };
  for (const button of document.querySelectorAll("[data-click]")) {
    button.addEventListener("click", clicks[button.dataset.click]);
  }

  // A long formula scrolls on a narrow page, and is then a stop for the keyboard.
  const turn = ({ target: t }) => { t.tabIndex = t.scrollWidth > t.clientWidth ? 0 : -1; };
  const observer = new ResizeObserver((entries) => entries.forEach(turn));
  document.querySelectorAll("div.equation").forEach((formula) => observer.observe(formula));
}
