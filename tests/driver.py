"""The built book as a reader meets it: its pages, and a live figure by its inputs."""

import json
import re
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Error

from lecture_lib import figures
from lecture_lib.figures import joiner

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
LECTURE = "notebooks/05_gate_by_gate.html"
AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
# As a reader scrolls: a figure is mounted once it is near. Then back to where the page stood.
SCROLL_PAST = """async (figures) => {
  const place = scrollY;
  for (const twin of document.querySelectorAll(figures)) {
    for (let frames = 0; frames < 60 && !twin.classList.contains("live-awake"); frames += 1) {
      twin.scrollIntoView({ behavior: "instant" });
      await new Promise(requestAnimationFrame);
    }
  }
  scrollTo({ top: place, behavior: "instant" });
}"""
# Nine tenths of axe's time goes into contrast, text by text. Text of the colour and size of one
# that passed, in elements painted alike all the way up, has that one's contrast: it passes without
# being measured again. What lies over something else than what it is in is always measured.
PAINTED_ALIKE = """() => {
  const PAINT = ["color", "opacity", "backgroundColor", "backgroundImage", "backgroundClip",
    "fontSize", "fontWeight", "textShadow", "filter", "mixBlendMode", "webkitTextFillColor",
    "webkitTextStroke", "visibility"];
  const check = axe._audit.checks["color-contrast"], measure = check.evaluate;
  const seen = new Map([[null, { paint: 0, over: false }]]), paints = new Map(), passed = new Set();
  const look = (node) => {
    if (seen.has(node)) return seen.get(node);
    const root = node.getRootNode();
    const above = look(node.assignedSlot ?? node.parentElement ?? root.host ?? null);
    const style = getComputedStyle(node);
    const key = [above.paint, ...PAINT.map((name) => style[name])].join("|");
    if (!paints.has(key)) paints.set(key, paints.size + 1);
    const moved = /absolute|fixed|sticky/.test(style.position) || style.float !== "none"
      || (style.position === "relative" && /[1-9]/.test(style.inset)) || style.transform !== "none"
      || style.margin.includes("-") || style.gridRowStart !== "auto";
    const opaque = /^rgb\\(/.test(style.backgroundColor) && style.opacity === "1";
    seen.set(node, { paint: paints.get(key), over: (above.over || moved) && !opaque });
    return seen.get(node);
  };
  check.evaluate = function (node, ...others) {
    const { paint, over } = look(node);
    if (!over && passed.has(paint)) return true;
    const found = measure.call(this, node, ...others);
    if (found === true && !over) passed.add(paint);
    return found;
  };
}"""
# Drops a file of one byte more than is read, then one that cannot be read, as a folder; comes to
# the sizes of those that were asked for, and to what the box said of each.
DROP_ODD_FILES = """async ([name, box]) => {
  const view = document.querySelector(".live-view");
  const [asked, said, read] = [[], [], Blob.prototype.arrayBuffer];
  for (const size of [2 ** 26 + 1, 3]) {
    const file = new File([new Uint8Array(size)], `${size}-${name}`);
    const data = new DataTransfer();
    data.items.add(file);
    Blob.prototype.arrayBuffer = async function () {
      asked.push(this.size);
      throw new Error("no");
    };
    const options = { bubbles: true, cancelable: true, dataTransfer: data };
    view.dispatchEvent(new DragEvent("drop", options));
    const told = document.querySelector(box);
    for (let k = 0; k < 200 && !told.textContent.includes(file.name); k += 1)
      await new Promise((resolve) => setTimeout(resolve, 25));
    said.push(told.textContent);
  }
  Blob.prototype.arrayBuffer = read;
  return [asked, said];
}"""
# A file now comes from the disk when `go()` says so, or `goOne(k)` of those that wait; `go(true)`,
# and all do as they come again.
SLOW_DISK = """() => {
  const read = Blob.prototype.arrayBuffer;
  const waiting = [];
  Blob.prototype.arrayBuffer = function () {
    return new Promise((done) => waiting.push(() => done(read.call(this))));
  };
  window.goOne = (k) => waiting.splice(k, 1)[0]();
  window.go = (all) => {
    waiting.splice(0).forEach((each) => each());
    if (all) Blob.prototype.arrayBuffer = read;
  };
}"""
NOT_BUILT = "_build/html is missing: run `make book` first"
TWIN = re.compile(
    r'<div class="live-figure" data-figure="([\w-]+)">\s*'
    r'<script type="application/json">(.*?)</script>.*?</figure>\s*</div>',
    re.S,
)


def explained():
    """`{word of the glossary: name of the lecture that it leads to}`, also by way of another."""
    text = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8").partition("{glossary}")[2]
    leads, others = {}, {}
    for heads, entry in re.findall(r"^((?:\S.*\n)+)  (.+)$", text, re.M):
        lectures = re.findall(r"notebooks/(\w+)\.ipynb", entry)
        see = re.findall(r"\{term\}`([^`<]*)`", entry)
        for word in heads.splitlines():
            (leads if lectures else others)[word] = lectures[-1] if lectures else see[0]
    return leads | {word: leads[other] for word, other in others.items()}


def pages():
    """The pages of the book, without the root's index.html, which only leads to the first, and
    404.html, which stands apart."""
    found = [*HTML.glob("*.html"), *HTML.glob("book/*.html"), *HTML.glob("notebooks/*.html")]
    return sorted({str(p.relative_to(HTML)) for p in found} - {"index.html", "404.html"})


def scroll_past_figures(page, figures="div.live-figure[data-figure]"):
    """Brings every figure of the page, or of these, into view once, so that it is mounted."""
    page.evaluate(SCROLL_PAST, figures)


def axe_faults(page, context=None):
    """What axe finds serious or critical on the page or the given part of it, a line each."""
    page.evaluate(AXE)
    page.evaluate(PAINTED_ALIKE)
    # Without preload: a page from disk may not fetch its own style sheets as data. Text outside of
    # landmarks is a moderate fault, and takes a tenth of the time to find.
    options = {"preload": False, "reporter": "no-passes", "rules": {"region": {"enabled": False}}}
    run = "async ([context, options]) => (await axe.run(context, options)).violations"
    found = page.evaluate(run, [context or "html", options])
    return "\n".join(
        f"{fault['id']}: {node['target']} "
        + "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    )


def twins(name):
    """`{anchor: state}` of the live figures in the page's file, as the host numbers them."""
    assert (HTML / name).exists(), NOT_BUILT
    found, kinds = {}, []
    for kind, data in TWIN.findall((HTML / name).read_text(encoding="utf-8")):
        kinds.append(kind)
        count = kinds.count(kind)
        found[f"{kind}-{count}" if count > 1 else kind] = json.loads(data)["state"]
    return found


class Visit:
    """A page of the book in a tab: what it logged, threw and asked for."""

    def __init__(self, page, name, fragment):
        self.page = page
        self.complaints, self.requests = [], []
        self.listeners = {"console": self._hear, "pageerror": self._catch, "request": self._note}
        for event, listener in self.listeners.items():
            page.on(event, listener)
        page.goto((HTML / name).as_uri() + fragment)

    def stop_listening(self):
        for event, listener in self.listeners.items():
            self.page.remove_listener(event, listener)

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _catch(self, error):
        self.complaints.append(f"uncaught: {error}")

    def _note(self, request):
        self.requests.append(request.url)

    def outside(self):
        """The requests that leave the book's folder."""
        inside = (HTML.as_uri() + "/", "data:", "blob:")
        return [url for url in self.requests if not url.startswith(inside)]


class Figure:
    """A Gate Lab on a page, by the hooks that a reader's hands and eyes have."""

    def __init__(self, page, anchor):
        self.page, self.anchor = page, anchor
        self.root = page.locator(f"#{anchor}")

    def input(self, name):
        return self.root.locator(f'input[name="{name}"]')

    def set(self, name, value):
        if isinstance(value, bool):
            self.input(name).set_checked(value)
        elif isinstance(value, str):
            self.root.locator(f'select[name="{name}"]').select_option(value)
        else:
            self.input(name).fill(str(value))

    def choose(self, **settings):
        for name, value in settings.items():
            self.set(name, value)

    def wait_until_done(self):
        """For a figure that computes in slices: until the last one is drawn."""
        self.root.locator(".live-view[aria-busy=false]").wait_for()

    def inputs(self):
        """The value of every slider and switch of the figure, by name."""
        return self.root.locator("form.live-controls").evaluate(
            """form => Object.fromEntries([...form.elements].filter((e) => e.name).map(
              (e) => [e.name, e.type === "checkbox" ? e.checked : e.valueAsNumber]))"""
        )

    def choose_tab(self, index):
        self.root.locator(".live-tab").nth(index).click()

    def choose_preset(self, name):
        self.root.locator(".live-presets button", has_text=re.compile(f"^{name}$")).click()

    def set_number(self, t, value):
        self.root.locator(".live-editor input[type=range]").nth(t - 1).fill(str(value))

    def set_flag(self, t, value):
        self.root.locator(".live-editor input[type=checkbox]").nth(t - 1).set_checked(bool(value))

    def rows(self):
        """The numbers table: its heads, then a row of texts for each step."""
        return self.root.locator(".live-numbers table").evaluate(
            "table => [...table.rows].map((row) => [...row.cells].map((c) => c.textContent))"
        )

    def numbers(self):
        heads, *rows = self.rows()
        columns = zip(*rows, strict=True)
        return {
            head: [float(n) for n in column] for head, column in zip(heads, columns, strict=True)
        }

    def drawing(self, part):
        """The markup of a part of the drawing, to see whether it moved."""
        return self.root.locator(part).evaluate_all("nodes => nodes.map((n) => n.outerHTML).join()")

    def link_to(self, **settings):
        """As by hand in the address bar: honoured or refused."""
        query = "&".join(f"{name}={json.dumps(value)}" for name, value in settings.items())
        self.page.evaluate(
            """(fragment) => new Promise((done) => {
              addEventListener("hashchange", () => setTimeout(done), { once: true });
              location.hash = fragment;
            })""",
            f"{self.anchor}?{query}",
        )
        self.wait_until_done()

    def link(self):
        """The URL's fragment, once it has this figure's state in it."""
        # The page writes its address 400 ms after the last change: wait for that one.
        settled = """(anchor) => {
          if (window.heldHash?.hash !== location.hash) {
            window.heldHash = { hash: location.hash, since: performance.now() };
          }
          const { hash, since } = window.heldHash;
          return hash.includes(`${anchor}?`) && performance.now() - since > 800;
        }"""
        self.page.wait_for_function(settled, arg=self.anchor)
        return self.page.evaluate("location.hash")


def joined(file):
    """The module at `file`, below lecture_lib, with its leaves: it exports what it did."""
    path = joiner.PACKAGE / file
    classes = [getattr(figures, name) for name in figures.__all__]
    constants = next((each.constants for each in classes if each.home == path.parent), None)
    text = path.read_text("utf-8")
    names = re.findall(r"^export (?:const|function\*?) (\w+)", text, re.M)
    names += re.findall(r"^export \{ (\w+) \} from", text, re.M)
    return f"{joiner.join(path, constants)}\nexport {{ {', '.join(names)} }};"


# What a page that is left may keep for the next one in its tab; asked last, after the page's own.
FORGET = """() => addEventListener("pagehide", () => {
  try { sessionStorage.clear(); localStorage.clear(); } catch {} // a page without an origin
})"""


class Tabs:
    """Tabs that one test hands on to the next: half of what a small page costs is its new tab.

    A tab is blank, forgetful and shown as its options say when it is handed on. What stays in it
    none the less (an init script, a route, a clock) wants a context of its own.
    """

    SPARE = 3

    def __init__(self):
        self.spare = []

    def take(self, browser, options):
        """A page of `browser` with these options of a context."""
        for tab in self.spare:
            if tab[:2] == (browser, options):
                self.spare.remove(tab)
                return tab[2]
        return browser.new_context(**options).new_page()

    def give_back(self, browser, options, page):
        size = options.get("viewport", {"width": 1280, "height": 720})
        shown = {"media": "null", "color_scheme": "light", "reduced_motion": "no-preference"}
        try:
            page.evaluate(FORGET)
            page.goto("about:blank")
            page.mouse.move(-1, -1)
            page.set_viewport_size(size)
            page.emulate_media(**{name: options.get(name, to) for name, to in shown.items()})
            self.spare.append((browser, options, page))
        except Error:  # closed by its test, or it hangs
            page.context.close()
        while len(self.spare) > self.SPARE:
            self.spare.pop(0)[2].context.close()


TABS = Tabs()


@contextmanager
def previews(browser, wait=10_000):
    """`open_page(address, **options of the context)` opens the page of a figure alone, offline, and
    waits until it stands; at the end, nothing may have been logged."""
    opened, complaints = [], []

    def hear(message):
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def catch(error):
        complaints.append(f"uncaught: {error}")

    def open_page(address, **options):
        options = {"reduced_motion": "reduce", "offline": True} | options
        page = TABS.take(browser, options)
        opened.append((options, page))
        page.set_default_timeout(wait)
        page.on("console", hear)
        page.on("pageerror", catch)
        page.goto(address)
        page.locator(".live-view .live-caption").wait_for()
        return page

    yield open_page
    for options, page in opened:
        TABS.give_back(browser, options, page)
        page.remove_listener("console", hear)
        page.remove_listener("pageerror", catch)
    assert not complaints, complaints
