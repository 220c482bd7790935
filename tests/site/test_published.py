"""The pages that the book's extensions write or mend by themselves, without a build."""

import importlib
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

HOME = "https://example.org/book/"


@pytest.fixture
def extension():
    """`extension(name)` imports one of book/_ext."""
    return lambda name: importlib.import_module(f"book._ext.{name}")


@pytest.fixture
def app(tmp_path):
    config = SimpleNamespace(html_title="A Book", html_baseurl=HOME, root_doc="book/intro")
    return SimpleNamespace(config=config, outdir=tmp_path, builder=SimpleNamespace(format="html"))


def test_the_root_is_a_whole_page_that_leads_to_the_first(extension, app):
    extension("published").write_root(app, None)
    page = BeautifulSoup((app.outdir / "index.html").read_text("utf-8"), "html.parser")
    assert page.html["lang"] == "en" and page.title.get_text() == "A Book"
    assert page.find("meta", {"http-equiv": "refresh"})["content"] == "0; url=book/intro.html"
    assert page.a["href"] == "book/intro.html"


def test_a_missing_page_leads_home_from_any_host(extension, app):
    extension("published").write_not_found(app, None)
    page = BeautifulSoup((app.outdir / "404.html").read_text("utf-8"), "html.parser")
    assert page.a["href"] == HOME


def test_the_two_forms_of_the_search_page_have_ids_of_their_own(extension):
    form = '<form><input type="search" name="q" id="search-input"></form>'
    mended = extension("bundle").without_inline(f"<p>one</p>{form}{form}")
    ids = [node["id"] for node in BeautifulSoup(mended, "html.parser").find_all(id=True)]
    assert len(ids) == 2 and len({*ids}) == 2 and ids[0] == "search-input"
    assert extension("bundle").without_inline("<p>none</p>") == "<p>none</p>"
