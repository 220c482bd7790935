"""The site's own scripts and styles, on small pages that need no build."""

from book._tools import preview
from lecture_lib.figures import GateLab
from tests.driver import ROOT

STYLE = ROOT / "book" / "_style"
BLOCKED = """for (const name of ["sessionStorage", "localStorage"]) {
  Object.defineProperty(window, name, {
    configurable: true, get() { throw new DOMException("blocked", "SecurityError"); } });
}"""


def opened(browser, folder, body, init=None, **options):
    """A page with `body` between the book's first script and its last; what it threw."""
    page = browser.new_context(offline=True, **options).new_page()
    thrown = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    if init:
        page.add_init_script(init)
    scripts = [f'<script src="{(STYLE / name).as_uri()}"></script>' for name in SCRIPTS]
    file = folder / "page.html"
    file.write_text(f"<!doctype html>{scripts[0]}{body}{scripts[1]}", encoding="utf-8")
    page.goto(file.as_uri())
    return page, thrown


SCRIPTS = ["first.js", "book.js"]


def test_without_site_data_the_theme_and_its_scripts_work(browser, tmp_path):
    # As the theme does when its button is pressed.
    theme = "<script>localStorage.setItem('mode', 'dark'); sessionStorage.getItem('x')</script>"
    page, thrown = opened(browser, tmp_path, theme, BLOCKED, color_scheme="light")
    assert page.locator("html").get_attribute("data-theme") == "light"
    assert page.evaluate("[localStorage.getItem('mode'), localStorage.getItem('no')]") == [
        "dark",
        None,
    ]
    page.context.close()
    assert not thrown


def test_paper_is_light_and_shows_the_answers(browser, tmp_path):
    body = "<details><summary>Ask</summary>Told</details>"
    page, thrown = opened(browser, tmp_path, body, color_scheme="dark")
    page.evaluate("""() => {
      const look = () => [document.documentElement.dataset.theme,
        document.querySelector("details").open];
      window.seen = [look()];
      // After the book's own listener, which was there before.
      for (const name of ["beforeprint", "afterprint"])
        addEventListener(name, () => seen.push(look()));
    }""")
    page.pdf()
    seen = page.evaluate("seen")
    page.context.close()
    assert seen == [["dark", False], ["light", True], ["dark", False]]
    assert not thrown


def test_a_figure_stands_the_same_on_a_page_that_runs_from_right_to_left(browser, tmp_path):
    page = browser.new_context(offline=True, reduced_motion="reduce").new_page()
    page.goto((tmp_path / preview.write(GateLab(), tmp_path)).as_uri())
    page.locator(".live-view .live-caption").wait_for()
    places = """() => [...document.querySelectorAll(".live-view *")].map((node) => {
      const { left, width } = node.getBoundingClientRect();
      return [Math.round(left), Math.round(width), getComputedStyle(node).direction];
    })"""
    before = page.evaluate(places)
    page.evaluate("document.dir = 'rtl'")
    after = page.evaluate(places)
    page.context.close()
    assert after == before


def test_a_contrast_theme_leaves_what_colour_tells_and_a_ground_to_see_it_on(browser, tmp_path):
    page = browser.new_context(offline=True, forced_colors="active").new_page()
    page.goto((tmp_path / preview.write(GateLab(), tmp_path)).as_uri())
    page.locator(".live-view .live-caption").wait_for()
    look = "(node, name) => getComputedStyle(node)[name]"
    drawing = page.locator(".live-view svg[role=img]").first
    ground = drawing.evaluate(look, "backgroundColor")
    ink = page.locator(".live-view svg .live-says").first.evaluate(look, "fill")
    bars = page.locator(".live-view svg .live-bar").first.evaluate(look, "fill")
    slider = page.locator(".live-control input[type=range]").first
    track = slider.evaluate(look, "forcedColorAdjust")
    page.context.close()
    assert ground == "rgb(255, 255, 255)" and ink == "rgb(85, 96, 107)"  # #ffffff and #55606b
    assert bars == "rgb(0, 114, 178)"  # #0072b2
    assert track == "none"
