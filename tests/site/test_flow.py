"""Finding the way: the map, reading times, and what was read, kept in the browser alone."""

import re

import pytest
import yaml

from tests.driver import HTML, ROOT, pages

LECTURES = [name for name in pages() if name.startswith("notebooks/")]


def test_the_map_lists_the_whole_table_of_contents(visit):
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    page = visit("book/intro.html").page
    assert page.locator(".book-part").all_inner_texts() == [p["caption"] for p in toc["parts"]]
    found = page.locator(".book-map a").evaluate_all("all => all.map((a) => a.pathname)")
    files = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    assert [path.removeprefix(str(HTML)) for path in found] == [f"/{file}.html" for file in files]


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_says_how_long_it_takes_once(visit, name):
    text = (HTML / name).read_text(encoding="utf-8")
    (line,) = re.findall(r'<p class="reading-time">(.*?)</p>', text)
    minutes, figures = re.fullmatch(
        r"About (\d+) minutes(?: · (\d+) live figures?)?", line
    ).groups()
    assert 10 <= int(minutes) <= 90
    assert int(figures or 0) == text.count('<div class="live-figure" data-figure="')
    assert "It takes about" not in text


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_takes_as_long_as_its_notebook_says(name):
    """In JupyterLab nothing counts: the author's sentence stands there. Five minutes are no lie."""
    notebook = (ROOT / name).with_suffix(".ipynb").read_text(encoding="utf-8")
    said = re.findall(r"It takes about (\d+) minutes", notebook)
    text = (HTML / name).read_text(encoding="utf-8")
    counted = re.search(r'<p class="reading-time">About (\d+) minutes', text)[1]
    assert all(abs(int(minutes) - int(counted)) <= 5 for minutes in said)
    assert len(said) <= 1


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_links_words_of_the_glossary_once(name):
    text = (HTML / name).read_text(encoding="utf-8")
    links = re.findall(r'<a class="term [^"]*" href="\.\./book/glossary\.html#([\w-]+)">', text)
    assert len(links) == len(set(links)) >= 1
    assert text.count('<a class="term ') == len(links)


def test_a_lecture_is_opened_then_read_then_forgotten(visit):
    page = visit(LECTURES[0]).page
    entry = page.locator(".bd-links a.current")
    assert re.search(r"\bis-opened\b", entry.get_attribute("class"))
    page.locator(".prev-next-footer").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.bd-links a.current.is-read')")
    page.goto((HTML / "book" / "intro.html").as_uri())
    progress = page.locator(".book-progress")
    assert f"You have read 1 of {len(LECTURES)} lectures." in progress.inner_text()
    assert page.locator(".book-map a.is-read").count() == 1
    progress.get_by_role("button", name="Forget what I have read").click()
    assert progress.is_hidden()
    assert page.locator(".is-read, .is-opened").count() == 0
    assert page.evaluate("localStorage.getItem('memory-with-gates')") is None


@pytest.mark.parametrize("kept", ["{", "null", "7", '{"01_hello": {"x": 1}}', '"read"'])
def test_what_is_kept_is_not_trusted(visit, kept):
    page = visit("book/intro.html").page
    page.evaluate("text => localStorage.setItem('memory-with-gates', text)", kept)
    page.reload()
    assert page.locator(".is-read, .is-opened").count() == 0
    assert page.locator(".live-figure[id]").count() == 1


@pytest.mark.parametrize("name", LECTURES)
def test_nothing_is_lost_at_200_percent(visit, name):
    """A window of 1280 pixels at 200 % shows 640, each of them drawn by four."""
    page = visit(name, viewport={"width": 640, "height": 450}, device_scale_factor=2).page
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 640
    lost = page.locator(
        ".bd-article :is(p, li, h1, h2, h3, figcaption, button, label, input, select):visible"
    ).evaluate_all("""all => all.filter((node) => {
      const box = node.getBoundingClientRect();
      const scrolls = node.closest(".live-scroll, table, .equation, pre");
      return box.width && !scrolls && (box.left < -1 || box.right > 641);
    }).map((node) => node.outerHTML.slice(0, 120))""")
    assert not lost
