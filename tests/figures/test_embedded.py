"""A figure on anybody's page: two lines, from a folder that knows nothing of the book."""

import html
import json
import shutil
from contextlib import ExitStack
from urllib.parse import urljoin

import pytest
import yaml
from bs4 import BeautifulSoup

from book._tools.serve import served
from lecture_lib import figures
from lecture_lib.figures import GateLab, GRULab
from lecture_lib.figures.gate_lab import GATES, STEPS
from tests.driver import HTML, ROOT, Figure, axe_faults

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
HOME = CONFIG["sphinx"]["config"]["html_baseurl"]
HOME_ORIGIN = urljoin(HOME, "/").rstrip("/")
LIVE = HTML / "_static" / "live"
KINDS = [getattr(figures, name).figure for name in figures.__all__]

# The table has four decimals; half a unit of the last, and the engines' own 1e-15 at a tie.
SHOWN = 0.5e-4 + 1e-12

# What a page of long ago, or a reset, does to every element.
LOUD = """* { margin: 0; padding: 0; border: 0; font: 700 40px serif; letter-spacing: 0.3em;
  text-transform: uppercase; color: #ff00ff; background: #ffff00; box-sizing: content-box;
  text-align: center; fill: #ff00ff; max-width: none }
  p, button, label, input, svg, table { float: left; width: 50%; transform: rotate(9deg) }"""


def div(kind, **settings):
    given = f" data-settings='{html.escape(json.dumps(settings))}'" if settings else ""
    return f'<div class="live-figure" data-figure="{kind}"{given}><a href="x">fallback</a></div>'


def document(*divs, script, style="", attributes=""):
    return (
        f'<!doctype html><html lang="en" {attributes}><meta charset="utf-8">'
        f"<title>Mine</title><style>{style}</style>"
        f'<script src="{script}" defer></script>\n'
        f'<main><h1>Mine</h1><p id="before">Mine.</p>{"".join(divs)}<p>Mine.</p></main>'
    )


@pytest.fixture
def show(browser, tmp_path):
    """`show(div(…), …)` opens a page of one's own with these figures, from disk and offline.

    At the end, nothing may have been logged that the test did not clear.
    """
    contexts, complaints = [], []

    def open_page(*divs, style="", attributes="", script=None, **options):
        file = tmp_path / "mine.html"
        script = script or (LIVE / "embed.js").as_uri()
        file.write_text(document(*divs, script=script, style=style, attributes=attributes), "utf-8")
        options = {"reduced_motion": "reduce", "offline": True} | options
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("console", lambda m: m.type in ("error", "warning") and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        page.goto(file.as_uri())
        done = ":is(.live-view .live-caption, p[role=alert])"
        for k in range(len(divs)):
            page.locator("main > div").nth(k).locator(done).wait_for(timeout=10_000)
        return page

    open_page.complaints = complaints
    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


class Embedded(Figure):
    """A figure on the page by its place there: it has no anchor."""

    def __init__(self, page, place=0):
        super().__init__(page, "none")
        self.root = page.locator("main > div").nth(place)


def assert_table_is(figure, lab):
    numbers = figure.numbers()
    assert numbers["t"] == list(range(1, STEPS + 1))
    for name in (*GATES, "c", "h"):
        computed = getattr(lab.trace, name)[:, 0, 0].tolist()
        assert numbers[name] == pytest.approx(computed, rel=0, abs=SHOWN), name


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_comes_with_its_two_lines(show, kind):
    page = show(div(kind))
    figure = Embedded(page)
    cls = next(getattr(figures, n) for n in figures.__all__ if getattr(figures, n).figure == kind)
    figure.root.locator("svg[role=img]:visible").first.wait_for()
    # A class without controls draws fields of its own.
    place = ".live-controls" if cls.controls() else ".live-fields"
    assert figure.root.locator(f"{place} :is(input, select):visible").count() > 0
    assert page.locator("a").count() == 1 and not page.locator("a").is_visible()
    # What a page may set is what the class says, here and in Python.
    contract, settings = page.evaluate(
        "(kind) => [liveFigures[kind].contract, liveTwins[kind].settings]", kind
    )
    assert sorted(contract) == sorted(cls.contract())
    assert settings == cls().settings()


def test_a_slider_moves_the_table_to_what_the_library_computes(show):
    figure = Embedded(show(div("gate-lab")))
    figure.set("t", 4)
    figure.set("f", 0.31)
    assert_table_is(figure, GateLab(t=4, f=0.31))


def test_a_gate_lights_within_its_figure_and_its_number_is_dragged(show):
    page = show(div("gate-lab", tab=0), div("gate-lab"))
    lit = """() => [document.documentElement, ...[...document.querySelectorAll("main > div")].map(
      (host) => host.shadowRoot.querySelector(".live-figure"))].map((node) => node.dataset.lit)"""
    figure = Embedded(page)
    works = figure.root.locator(".live-valve.live-f > .live-works")
    looks = "node => [getComputedStyle(node).filter !== 'none', getComputedStyle(node).opacity]"
    works.hover()
    page.wait_for_function(f"({lit})()[1] === 'f'")
    assert page.evaluate(lit) == [None, "f", None]
    assert works.evaluate(looks) == [True, "1"]
    aside = figure.root.locator(".live-valve.live-i > .live-works").evaluate(looks)
    assert not aside[0] and float(aside[1]) < 0.5
    page.locator("#before").hover()
    page.wait_for_function(f"({lit})()[1] === undefined")
    figure.root.locator(".live-handle.live-f").press("Home")
    assert figure.inputs()["f"] == 0


def test_settings_are_respected_and_a_reset_leads_back_to_them(show):
    figure = Embedded(show(div("gate-lab", preset="latch")))
    assert_table_is(figure, GateLab(preset="latch"))
    assert figure.inputs()["t"] == GateLab(preset="latch").t
    pressed = figure.root.locator(".live-presets [aria-pressed=true]")
    assert pressed.count() == 1
    figure.set("t", 2)
    figure.set("f", 0.5)
    figure.root.get_by_role("button", name="Reset").click()
    assert_table_is(figure, GateLab(preset="latch"))
    assert figure.inputs()["t"] == GateLab(preset="latch").t


def test_a_setting_goes_before_what_its_preset_brings(show):
    gates = {gate: [0.25] * STEPS for gate in GATES}
    figure = Embedded(show(div("gate-lab", preset="count", gates=gates, t=7)))
    assert_table_is(figure, GateLab(preset="count", gates=gates, t=7))
    assert figure.inputs()["t"] == 7


def test_a_gru_lab_opens_with_its_preset(show):
    figure = Embedded(show(div("gru-lab", preset="copy")))
    assert figure.numbers()["z"] == pytest.approx(GRULab(preset="copy").rows["z"], abs=SHOWN)


def test_two_kinds_and_the_same_kind_twice_stand_side_by_side(show):
    page = show(div("gate-lab", t=3), div("belt"), div("gate-lab", t=9))
    first, belt, second = (Embedded(page, place) for place in range(3))
    assert (first.inputs()["t"], second.inputs()["t"]) == (3, 9)
    before = second.rows()
    first.set("f", 0.11)
    assert first.numbers()["f"][2] == 0.11
    assert second.rows() == before
    assert belt.root.locator("svg[role=img]:visible").count() > 0
    # Each page keeps its address.
    assert page.evaluate("location.hash") == ""


BAD = [
    ("gate-lap", "", 'there is no figure "gate-lap"; there are ablation, backward,'),
    ("constructor", "", 'there is no figure "constructor"; there are ablation,'),
    ("gate-lab", "{", 'data-settings must be a JSON object, such as {"t": 3}, got {'),
    ("gate-lab", "[3]", 'data-settings must be a JSON object, such as {"t": 3}, got [3]'),
    ("gate-lab", "null", 'data-settings must be a JSON object, such as {"t": 3}, got null'),
    ("gate-lab", '{"forget": 1}', 'gate-lab has no setting "forget"; it has all_steps, hold_f,'),
    ("gate-lab", '{"weights": {}}', 'gate-lab has no setting "weights"; it has'),
    ("gate-lab", '{"__proto__": 1}', 'gate-lab has no setting "__proto__"; it has'),
    ("gate-lab", '{"t": 99}', "t must be a whole number in [1, 12], got 99"),
    ("gate-lab", '{"t": 2.5}', "t must be a whole number in [1, 12], got 2.5"),
    ("gate-lab", '{"hold_f": "yes"}', 'hold_f must be true or false, got "yes"'),
    ("gate-lab", '{"preset": "nap"}', 'preset must be one of "free", "latch", "overwrite",'),
    ("trainer", '{"cell": "QRNN"}', 'cell must be one of "RNN", "LSTM", "GRU", got "QRNN"'),
    ("next-letter", '{"word": 7}', "word must be a text"),
    ("gate-lab", '{"preset": "<img src=x onerror=alert(1)>"}', 'got "<img src=x onerror=alert'),
    ("<b>lab</b>", "", 'there is no figure "<b>lab</b>"; there are'),
]


@pytest.mark.parametrize(("kind", "settings", "message"), BAD)
def test_what_is_wrong_is_said_in_the_page_as_text(show, kind, settings, message):
    given = f' data-settings="{html.escape(settings)}"' if settings else ""
    kind = html.escape(kind)
    page = show(
        f'<div class="live-figure" data-figure="{kind}"{given}>My words.</div>', div("belt")
    )
    alert = page.locator("main > div").first.get_by_role("alert")
    assert alert.inner_text().startswith("Live figure: ")
    assert message in alert.inner_text()
    assert alert.evaluate("(node) => node.childElementCount") == 0
    # The author's own words stay, and so does the next figure.
    assert page.locator("main > div").first.inner_text().endswith("My words.")
    assert Embedded(page, 1).root.locator(".live-caption").is_visible()
    assert show.complaints and all(message in complaint for complaint in show.complaints)
    show.complaints.clear()


def test_a_file_that_is_missing_is_named(show, tmp_path):
    folder = tmp_path / "live"
    shutil.copytree(LIVE, folder)
    (folder / "belt.js").unlink()
    page = show(div("belt"), div("timescale"), script="live/embed.js")
    assert "live/belt.js cannot be loaded" in page.get_by_role("alert").inner_text()
    assert Embedded(page, 1).root.locator(".live-caption").is_visible()
    show.complaints.clear()


def test_styles_of_the_page_and_of_the_figure_do_not_meet(show):
    page = show(div("gate-lab"), style=LOUD)
    loud = Embedded(page)
    text = (
        "(node) => { const s = getComputedStyle(node); return [s.color, s.fontSize, s.fontWeight,"
    )
    text += (
        " s.letterSpacing, s.textTransform, s.textAlign, s.backgroundColor, s.float, s.padding]; }"
    )
    parts = [".live-caption", ".live-controls label", ".live-presets button", ".live-belt text"]
    with_noise = [loud.root.locator(part).first.evaluate(text) for part in parts]
    own = page.locator("#before").evaluate("(node) => getComputedStyle(node).cssText")
    plain = Embedded(show(div("gate-lab")))
    assert [plain.root.locator(part).first.evaluate(text) for part in parts] == with_noise
    # And the page is as it would be without the figure.
    bare = show(style=LOUD)
    assert bare.locator("#before").evaluate("(node) => getComputedStyle(node).cssText") == own
    assert plain.page.evaluate("document.styleSheets.length") == 1


@pytest.mark.parametrize(
    ("scheme", "attributes", "dark"),
    [
        ("light", "", False),
        ("dark", "", True),
        ("dark", 'data-theme="light"', False),
        ("light", 'data-theme="dark"', True),
        ("dark", 'data-theme="auto"', True),
    ],
)
def test_it_follows_the_page_or_else_the_system(show, scheme, attributes, dark):
    page = show(div("gate-lab"), color_scheme=scheme, attributes=attributes)
    ground = "(node) => getComputedStyle(node).backgroundColor"
    box = Embedded(page).root.locator(".live-figure[data-figure]")
    colours = {True: "rgb(20, 24, 30)", False: "rgb(255, 255, 255)"}
    assert box.evaluate(ground) == colours[dark]
    # It turns with the page, too.
    other = "light" if dark else "dark"
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", other)
    assert box.evaluate(ground) == colours[not dark]


@pytest.mark.parametrize("kinds", [KINDS[k : k + 6] for k in range(0, len(KINDS), 6)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(show, kinds, scheme):
    page = show(*map(div, kinds), color_scheme=scheme, style=":root { color-scheme: light dark }")
    page.locator("details:not([open]) > summary").evaluate_all(
        "all => all.forEach((summary) => { summary.parentNode.open = true; })"
    )
    faults = axe_faults(page)
    assert not faults, faults


@pytest.mark.parametrize("kinds", [KINDS[k : k + 12] for k in range(0, len(KINDS), 12)])
def test_a_narrow_page_is_no_wider_for_it(show, kinds):
    page = show(*map(div, kinds), viewport={"width": 360, "height": 800})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360


@pytest.fixture
def serve():
    """`serve(folder, policy)` serves a folder and gives its address."""
    with ExitStack() as running:
        yield lambda folder, policy=None: running.enter_context(served(folder, policy))


def told():
    """What the teachers' page gives to copy: the two lines, and the policy's."""
    page = BeautifulSoup((HTML / "book" / "teaching.html").read_text("utf-8"), "html.parser")
    return [block.get_text().strip() for block in page.select(".wrapped pre")]


def test_the_lines_on_the_teachers_page_do_what_they_say(browser, tmp_path):
    lines, _ = told()
    assert len(lines.splitlines()) == 2
    assert HOME + "_static/live/embed.js" in lines
    here = lines.replace(HOME, HTML.as_uri() + "/")
    (tmp_path / "mine.html").write_text(f"<!doctype html><title>Mine</title><main>{here}</main>")
    context = browser.new_context(offline=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto((tmp_path / "mine.html").as_uri())
    figure = Embedded(page)
    figure.root.locator(".live-caption").wait_for()
    assert_table_is(figure, GateLab(preset="latch"))
    context.close()


def test_it_trains_on_a_page_of_another_origin_with_a_strict_policy(browser, serve, tmp_path):
    book = serve(HTML)
    script = f"{book}/_static/live/embed.js"
    text = document(div("trainer"), script=script).replace("<style></style>", "")
    (tmp_path / "index.html").write_text(text, "utf-8")
    _, line = told()
    policy = line.removeprefix("Content-Security-Policy: ").replace(HOME_ORIGIN, book)
    mine = serve(tmp_path, f"default-src 'none'; {policy}")
    context = browser.new_context()
    page = context.new_page()
    logged = []
    page.on("console", lambda m: m.type in ("error", "warning") and logged.append(m.text))
    with page.expect_worker() as started:
        page.goto(f"{mine}/index.html")
        page.locator(".live-play").click()
    assert started.value.url.startswith("blob:")
    page.wait_for_function(
        """() => !/^update 0\\b/i.test(document.querySelector("main > div").shadowRoot
          .querySelector(".live-step").textContent)"""
    )
    # Only the picture that a browser asks for beside every page.
    assert not [line for line in logged if "favicon" not in line]
    context.close()
