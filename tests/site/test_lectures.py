"""Lectures by number, title and terms: the same everywhere, and never by another name."""

import re
from functools import cache

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

from book._ext.glossary_links import pattern, plain
from tests.driver import HTML, ROOT, explained

NOTEBOOKS = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
TERMS = yaml.safe_load((ROOT / "book" / "_terms.yml").read_text(encoding="utf-8"))
LINK = re.compile(r"\[([^\[\]]*)\]\((?:\.\./)?(?:notebooks/)?(\d\d_\w+)\.ipynb([^)]*)\)")
SOURCES = [*NOTEBOOKS.values(), *sorted((ROOT / "book").glob("*.md")), ROOT / "README.md"]


@cache
def markdown(path):
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def title(name):
    return re.match(r"# (.+)", markdown(NOTEBOOKS[name]))[1]


def wrong_names(text, empty):
    """The links to lectures that say neither a lecture's number nor its number and title."""
    for words, name, rest in LINK.findall(text):
        number = f"ecture {int(name[:2])}"
        right = ["l" + number, "L" + number, *[""] * empty]
        if name in NOTEBOOKS:
            right.append(f"{int(name[:2])}. {title(name)}")
        # What sets a figure says what it sets.
        if name not in NOTEBOOKS or (words not in right and not rest.startswith("#")):
            yield words, name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_link_to_a_lecture_says_its_number_or_its_title(path):
    # Where Sphinx alone reads the text, an empty link is given the title; JupyterLab shows none.
    assert not list(wrong_names(markdown(path), empty=path.suffix == ".md"))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("see [lecture 8](08_gru.ipynb)", 0),
        ("[Lecture 8](../notebooks/08_gru.ipynb) says", 0),
        ("→ [16. Choose between LSTM and GRU, by measuring](16_lstm_or_gru.ipynb)", 0),
        ("[drop it](05_gate_by_gate.ipynb#gate-lab?f=0)", 0),
        ("[The GRU](08_gru.ipynb)", 1),
        ("[lecture 9](08_gru.ipynb)", 1),
        ("[8. The GRU](08_gru.ipynb)", 1),
        ("[](08_gru.ipynb)", 1),
        ("[lecture 8](08_grus.ipynb)", 1),
    ],
)
def test_another_name_of_a_lecture_is_seen(text, wrong):
    assert len(list(wrong_names(text, empty=False))) == wrong


def test_a_title_says_no_number_and_fits_the_sidebar():
    titles = [title(name) for name in NOTEBOOKS]
    assert not [words for words in titles if words[0].isdigit() or len(words) > 60]
    scanned = " ".join(titles)
    # What whoever scans the contents looks for.
    assert not [w for w in ("GRU", "equations", "BPTT", "peephole", "padding") if w not in scanned]


def test_every_lecture_has_its_terms_and_no_other_has():
    assert list(TERMS) == list(NOTEBOOKS)
    assert all(3 <= len(terms) <= 8 and len(set(terms)) == len(terms) for terms in TERMS.values())


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_lecture_contains_each_of_its_terms(name):
    """In its own words: below its title, and not in a link to another lecture."""
    text = LINK.sub("", markdown(NOTEBOOKS[name]).partition("\n")[2])
    text = plain(re.sub(r"[*`$]", "", text))
    assert not [term for term in TERMS[name] if not pattern([plain(term)]).search(text)]


def test_the_terms_agree_with_the_glossary():
    """A word of the glossary stands at least at the lecture to which the glossary leads."""
    leads = {plain(word): name for word, name in explained().items()}
    assert len(leads) > 180
    listed = {plain(term) for terms in TERMS.values() for term in terms}
    at = {name: {plain(term) for term in terms} for name, terms in TERMS.items()}
    elsewhere = [word for word in listed & set(leads) if word not in at[leads[word]]]
    assert not elsewhere


@cache
def soup(name):
    text = (HTML / f"{name}.html").read_text(encoding="utf-8")
    # Drawings take long to read, and are no matter here.
    return BeautifulSoup(
        re.sub(r"<(svg|script|math)\b.*?</\1>", "", text, flags=re.S), "html.parser"
    )


def words_of(node):
    return " ".join(node.get_text().removesuffix("#").split()).replace("’", "'")


@pytest.mark.site
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_book_says_number_and_title_wherever_it_names_a_lecture(name):
    said = f"{int(name[:2])}. {title(name)}"
    page, front = soup(f"notebooks/{name}"), soup("book/intro")
    assert words_of(page.select_one("article h1")) == said
    assert page.title.get_text().startswith(said)
    for where in (".bd-links", ".book-map"):
        assert words_of(front.select_one(f'{where} a[href$="notebooks/{name}.html"]')) == said
    before = page.select_one(".left-prev")["href"].removesuffix(".html")
    link = soup(f"notebooks/{before}" if before[0].isdigit() else "book/intro")
    assert words_of(link.select_one(".right-next .prev-next-title")) == said


@pytest.mark.site
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_terms_stand_on_the_map_and_begin_the_description(name):
    line = soup("book/intro").select_one(f'.book-map li:has(> a[href$="{name}.html"])')
    assert line.select_one(".terms").get_text() == " · ".join(TERMS[name])
    told = soup(f"notebooks/{name}").find("meta", attrs={"name": "description"})["content"]
    assert told.lower().startswith(", ".join(TERMS[name]).lower() + ". ")
