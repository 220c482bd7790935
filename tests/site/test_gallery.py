"""The gallery and the pictures on the map: every figure, each link to one that is there."""

import gzip
import re
from functools import cache
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from bench.figures import allowed_weight, page_weight
from lecture_lib import figures
from tests.driver import HTML, twins

pytestmark = pytest.mark.site
PAGES = sorted(HTML.glob("notebooks/*.html"))
CLASSES = {getattr(figures, name).figure: getattr(figures, name) for name in figures.__all__}


@pytest.fixture(scope="module")
def page():
    return BeautifulSoup((HTML / "book/figures.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def cards(page):
    return {card["id"]: card for card in page.select(".figure-card")}


def test_every_figure_has_a_card(cards):
    assert list(cards) == sorted(CLASSES)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_card_has_all_that_there_is_to_say(cards, kind):
    card = cards[kind]
    name = card.h2.get_text().removesuffix("#")
    assert name.replace(" ", "").casefold() == CLASSES[kind].__name__.casefold()
    assert re.match(r"[A-Z].{20,}[.?]$", card.p.get_text())
    embed, python = (block.get_text() for block in card.select("pre"))
    script, figure = embed.strip().splitlines()
    assert re.fullmatch(r'<script src="https://\S+/_static/live/embed\.js" defer></script>', script)
    assert BeautifulSoup(figure, "html.parser").div["data-figure"] == kind
    shown = {}
    exec(python.replace("; ", "\nshown = "), shown)
    assert type(shown["shown"]).figure == kind


@pytest.mark.parametrize("kind", CLASSES)
def test_its_links_lead_to_lectures_that_show_it(cards, kind):
    links = [urlsplit(link["href"]) for link in cards[kind].select(".whereabouts a")]
    assert links[0].fragment == f"{kind}?stage=1" and links[0].path == links[1].path
    shown = [name for name, kinds in lectures().items() if kind in kinds]
    assert shown and sorted(link.path for link in links[1:]) == [f"../{name}" for name in shown]


@cache
def lectures():
    """What figures each lecture's page shows."""
    return {f"notebooks/{path.name}": {*twins(f"notebooks/{path.name}")} for path in PAGES}


@pytest.mark.parametrize("name", ["book/figures.html", "book/intro.html"])
def test_pictures_are_files_of_their_own_fetched_when_they_are_near(name):
    text = (HTML / name).read_text(encoding="utf-8")
    pictures = BeautifulSoup(text, "html.parser").select("img.still-file")
    assert len(pictures) == len(
        CLASSES if "figures" in name else list(filter(None, lectures().values()))
    )
    files = [(HTML / "book" / unquote(image["src"])).resolve() for image in pictures]
    for image, file in zip(pictures, files, strict=True):
        assert image["loading"] == "lazy" and image["alt"] == ""
        drawing = ElementTree.fromstring(file.read_bytes())
        assert drawing.get("viewBox").split()[2:] != ["0", "0"]
        # Nothing in it that the book's policy or a page from disk would refuse.
        assert not re.search(
            rb"\sstyle=|data:|<script|https?://(?!www\.w3\.org)", file.read_bytes()
        )
    # All of them and the page's own part together stay within what a page may weigh.
    weight = sum(len(gzip.compress(file.read_bytes(), 6, mtime=0)) for file in files)
    assert weight + sum(page_weight(name).values()) <= allowed_weight(name)


def test_a_small_picture_has_broad_lines_and_no_letters():
    from book._ext.stills import small

    line, axis = '<path stroke-width="1.5"/>', '<path stroke-width="0.8"/>'
    assert small(f"<svg>{line}{axis}<text x='1'>0.5</text></svg>") == (
        f'<svg><path stroke-width="3.75"/>{axis}</svg>'
    )
    tick = '<path id="m1" d="M 0 0 L 0 3.5 " stroke-width="0.8"/>'
    mark = '<path id="m2" d="M 0 3 C 1 3 " stroke-width="0.8"/>'
    uses = [f'<use xlink:href="#{name}" x="5" y="6"/>' for name in ("m1", "m2")]
    assert small("".join([tick, mark, *uses])) == mark + uses[1]
    unseen = '<g> <g id="a"><path d="M 0 0 L 9.5 120.6 z" fill="none"/></g>\n</g>'
    line = '<path d="M 1.4 {}" fill="none" stroke="#123"/>'
    assert small(f"<svg>{unseen}{line.format(120.6)}</svg>") == f"<svg>{line.format(121)}</svg>"
    cells = "M3 0h1v1h-1zM0 0h1v1h-1zM1 0h1v1h-1zM2 2h1v1h-1z"
    runs = "m0 0h2v1h-2zm3 0h1v1h-1zm-1 2h1v1h-1z"
    assert small(f'<path d="{cells}"/>') == f'<path d="{runs}"/>'


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_the_pictures_are_seen_in_either_theme(visit, theme, width):
    size = {"width": width, "height": 900}
    page = visit("book/figures.html", color_scheme=theme, viewport=size).page
    image = page.locator(".still-file").first
    image.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.still-file').naturalWidth > 0")
    assert ("invert" in image.evaluate("node => getComputedStyle(node).filter")) == (
        theme == "dark"
    )
    ground = "node => getComputedStyle(node).backgroundColor"
    assert image.evaluate(ground) == "rgba(0, 0, 0, 0)"
