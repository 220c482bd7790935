"""`make pdf`: the whole book on paper, in order, with links that lead out of this machine."""

import subprocess
import sys
from itertools import chain

import pytest
import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader

from tests.driver import HTML, LECTURE, ROOT

pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def pdf():
    subprocess.run([sys.executable, "-m", "book._tools.pdf"], cwd=ROOT, check=True)
    return PdfReader(ROOT / "_build" / "memory-with-gates.pdf")


def chapters():
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    return {part["caption"]: part["chapters"] for part in toc["parts"]}


def text(pdf, start, stop):
    return " ".join("".join(page.extract_text() for page in pdf.pages[start:stop]).split())


def test_its_outline_is_the_table_of_contents(pdf):
    _, *parts = pdf.outline
    assert [part.title for part in parts[::2]] == list(chapters())
    assert [len(inside) for inside in parts[1::2]] == [len(pages) for pages in chapters().values()]
    page_of = pdf.get_destination_page_number
    assert [page_of(part) for part in parts[::2]] == [page_of(inside[0]) for inside in parts[1::2]]
    for lecture in (item for inside in parts[1::2] for item in inside):
        first = pdf.pages[page_of(lecture)].extract_text()
        assert lecture.title.split()[0] in first


def test_its_links_lead_to_the_published_book(pdf):
    links = [
        annotation.get_object().get("/A", {}).get("/URI", "")
        for page in pdf.pages
        for annotation in page.get("/Annots", [])
    ]
    assert any(link.endswith("/notebooks/05_gate_by_gate.html") for link in links)
    assert not [link for link in links if link.startswith("file:") or str(ROOT) in link]
    # One that sets a figure opens the page so.
    assert any("/notebooks/05_gate_by_gate.html?#gate-lab?" in link for link in links)


def test_figures_stand_still_and_answers_are_unfolded(pdf):
    page = BeautifulSoup((HTML / LECTURE).read_text(encoding="utf-8"), "html.parser")
    title = page.h1.find(string=True)
    starts = [
        (pdf.get_destination_page_number(item), item.title)
        for item in chain.from_iterable(pdf.outline[2::2])
    ]
    at = [title for _, title in starts].index(title)
    (first_page, _), (lecture_page, _), (next_page, _) = starts[0], *starts[at : at + 2]

    front = text(pdf, 0, first_page).split("The map")[0]
    assert "Forget gate" in front
    assert "Copy link" not in front
    answers = [p for p in page.select("details:not([class]) p") if not p.find("math")]
    assert answers
    lecture = text(pdf, lecture_page, next_page)
    assert all(" ".join(p.get_text().split()[:5]) in lecture for p in answers)
