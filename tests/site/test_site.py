"""The book as a site: no link inside it is broken, and the rest of the web can point to it."""

import re
from collections import Counter
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup

from tests.driver import HTML, pages

HOME = "https://memory-with-gates.github.io/memory-with-gates/"


@cache
def soup(name):
    return BeautifulSoup((HTML / name).read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(name):
    return {node["id"] for node in soup(name).find_all(id=True)}


def test_every_link_inside_leads_somewhere(page_name):
    broken = []
    for link in soup(page_name).find_all("a", href=True):
        target = urlsplit(urljoin(f"book:///{page_name}", link["href"]))
        if target.scheme != "book":
            continue
        file = unquote(target.path).lstrip("/") or page_name
        # A figure's anchor is made by its host, when the page runs.
        anchor = "" if "?" in target.fragment else unquote(target.fragment)
        there = (HTML / file).is_file() and (not anchor or anchor in anchors(file))
        if not there:
            broken.append(link["href"])
    assert not broken


def test_no_id_stands_twice(page_name):
    page = soup(page_name)
    for drawing in page.select("svg"):  # matplotlib names what it draws by its form, the same again
        drawing.decompose()
    ids = [node["id"] for node in page.find_all(id=True)]
    assert not [name for name, count in Counter(ids).items() if count > 1]


def test_a_page_describes_itself(page_name):
    head = soup(page_name).head
    if page_name in ("genindex.html", "search.html"):
        return
    title = head.find("meta", property="og:title")["content"]
    assert title and title in soup(page_name).h1.get_text()
    assert len(head.find("meta", attrs={"name": "description"})["content"]) > 40
    card = head.find("meta", property="og:image")["content"]
    assert card.startswith(HOME)
    assert (HTML / card.removeprefix(HOME)).is_file()


def test_the_sitemap_lists_every_page():
    listed = re.findall("<loc>(.*?)</loc>", (HTML / "sitemap.xml").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(HOME + name for name in pages())


def test_llms_txt_says_what_the_book_is_and_lists_every_page():
    text = (HTML / "llms.txt").read_text(encoding="utf-8")
    title, blank, told = text.splitlines()[:3]
    assert title == "# Memory with Gates" and not blank
    assert told.startswith("> ") and "LSTM" in told and told.endswith(".")
    listed = re.findall(r"^- \[(.+)\]\((\S+)\): (.+)$", text, re.M)
    assert [line for line in text.splitlines() if line.startswith("- ")] == [
        f"- [{name}]({address}): {line}" for name, address, line in listed
    ]
    made = ("genindex.html", "search.html")
    assert sorted(address for _, address, _ in listed) == sorted(
        HOME + name for name in pages() if name not in made
    )
    for name, address, line in listed:
        heading = soup(address.removeprefix(HOME)).select_one("article h1").get_text()
        assert name == " ".join(heading.removesuffix("#").split())
        assert len(line) > 20


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_address_that_leads_nowhere_leads_home(visit, theme):
    page = visit("404.html", color_scheme=theme).page
    assert page.locator("h1").inner_text() == "Forgotten"
    # On whatever host it is shown.
    assert page.locator("a").get_attribute("href") == HOME
    assert not Axe().run(page, None, {"preload": False}).response["violations"]
