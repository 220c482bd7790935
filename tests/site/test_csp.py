"""The book served under a strict content-security policy: nothing of it is refused."""

import pytest

from book._tools import serve
from tests.driver import HTML, scroll_past_figures, twins

HEAR_REFUSALS = """addEventListener("securitypolicyviolation", (event) => {
  console.error(`refused: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
})"""


@pytest.fixture(scope="module")
def served():
    """The address of the book, served under the policy."""
    with serve.served(HTML) as address:
        yield address


@pytest.fixture
def walk(browser, served):
    """`walk(name)` opens a page; at the end, nothing may have been refused or logged."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(HEAR_REFUSALS)
    page = context.new_page()
    complaints = []
    page.on("console", lambda m: m.type in ("error", "warning") and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))

    def open_page(name):
        page.goto(f"{served}/{name}")
        scroll_past_figures(page)
        return page

    open_page.complaints = complaints
    yield open_page
    context.close()
    assert not complaints, complaints


def test_nothing_on_a_page_is_refused(walk, page_name):
    page = walk(page_name)
    page.evaluate("document.fonts.ready.then(() => {})")
    figures = page.locator(".live-figure > .live-view")
    assert figures.count() == len(twins(page_name))
    for slider in page.locator(".live-controls input[type=range]:visible").all()[:8]:
        slider.evaluate("""(input) => {
          input.value = input.max;
          input.dispatchEvent(new Event("input", { bubbles: true }));
        }""")


def test_the_faces_of_icons_and_formulas_are_there(walk):
    page = walk("notebooks/05_gate_by_gate.html")
    page.wait_for_function("document.readyState === 'complete'")
    faces = page.evaluate("[...document.fonts].map((face) => `${face.family} ${face.status}`)")
    for family in ("STIX Two Math", "Font Awesome 6 Free", "Font Awesome 6 Brands"):
        assert f"{family} loaded" in [face.replace('"', "") for face in faces]


def test_a_worker_comes_from_a_file(walk, served):
    page = walk("book/intro.html")
    trainer = f"{served}/_static/live/trainer.worker.js"
    with page.expect_worker() as started:
        page.evaluate("(url) => { window.worker = new Worker(url); }", trainer)
    assert started.value.url == trainer
    script = page.request.get(f"{served}/_static/live/trainer.js").text()
    assert 'new URL("trainer.worker.js", served)' in script


def test_the_policy_is_the_strict_one():
    assert serve.POLICY == "default-src 'self'"


def test_the_policy_refuses_what_is_inline(walk):
    page = walk("book/intro.html")
    with page.expect_console_message(lambda message: message.text.startswith("refused")):
        page.evaluate("""document.body.append(Object.assign(
          document.createElement("script"), { textContent: "0" }))""")
    assert any("refused: script-src-elem" in complaint for complaint in walk.complaints)
    walk.complaints.clear()
