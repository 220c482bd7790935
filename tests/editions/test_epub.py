"""`make epub`: the whole book as an EPUB, well formed, in order, with links that lead somewhere."""

import subprocess
import sys
from posixpath import dirname, normpath
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest
import yaml

from tests.driver import HTML, NOT_BUILT, ROOT

pytestmark = pytest.mark.site
XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
OPF = "{http://www.idpf.org/2007/opf}"


@pytest.fixture(scope="module")
def book():
    assert (HTML / "index.html").exists(), NOT_BUILT
    subprocess.run([sys.executable, "-m", "book._tools.epub"], cwd=ROOT, check=True)
    with ZipFile(ROOT / "_build" / "memory-with-gates.epub") as book:
        yield book


@pytest.fixture(scope="module")
def pages(book):
    """Each page of the book as a tree, by its name."""
    names = [name for name in book.namelist() if name.endswith(".xhtml")]
    return {name: ElementTree.fromstring(book.read(name)) for name in names}


def test_it_says_what_it_is_in_its_first_bytes(book):
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert book.read(first) == b"application/epub+zip"


def test_every_page_is_read_in_the_order_of_the_contents(book):
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    package = ElementTree.fromstring(book.read("book/package.opf"))
    files = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
    read = [files[item.get("idref")] for item in package.iter(f"{OPF}itemref")]
    assert read == [f"{name}.xhtml" for name in [toc["root"], *chapters]]
    listed = {f"book/{file}" for file in files.values()}
    assert listed == {name for name in book.namelist() if name.startswith("book/")} - {
        "book/package.opf"
    }


def test_it_needs_no_script_and_each_live_figure_is_a_picture(pages):
    figures = 0
    for page in pages.values():
        for gone in ("script", "button", "input", "style"):
            assert page.find(f".//{XHTML}{gone}") is None
        for twin in page.iterfind(f".//{XHTML}div[@class='live-figure']"):
            figures += 1
            assert twin.find(f".//{SVG}path") is not None
            assert len("".join(twin.itertext())) > 100
    assert figures > 20


def test_formulas_and_their_colours_are_kept(pages):
    page = pages["book/notebooks/05_gate_by_gate.xhtml"]
    assert len(list(page.iter(f"{MATHML}math"))) > 50
    assert page.find(f".//{MATHML}*[@mathcolor='#D55E00']") is not None


def test_answers_are_unfolded(pages):
    folds = [fold for page in pages.values() for fold in page.iter(f"{XHTML}details")]
    assert folds and all(fold.get("open") is not None for fold in folds)


def test_every_link_inside_leads_somewhere_and_an_id_stands_once(book, pages):
    ids = {name: [n.get("id") for n in page.iter() if n.get("id")] for name, page in pages.items()}
    for name, page in pages.items():
        assert len(set(ids[name])) == len(ids[name]), name
        links = [link.get("href") for link in page.iter(f"{XHTML}a")]
        links += [image.get("src") for image in page.iter(f"{XHTML}img")]
        for link in filter(None, links):
            url = urlsplit(link)
            if url.scheme:
                assert url.scheme in ("http", "https", "mailto"), link
                continue
            target = normpath(f"{dirname(name)}/{unquote(url.path)}") if url.path else name
            assert target in book.namelist(), (name, link)
            assert not url.fragment or unquote(url.fragment) in ids[target], (name, link)
