"""`make pdf`: the whole book on paper, in order, with links that lead out of this machine."""

import subprocess
import sys

import pytest
import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader

from tests.book.driver import HTML, LECTURE, ROOT


@pytest.fixture(scope="module")
def pdf():
    subprocess.run([sys.executable, "book/_tools/pdf.py"], cwd=ROOT, check=True)
    return PdfReader(ROOT / "_build" / "memory-with-gates.pdf")


def chapters():
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    return {part["caption"]: part["chapters"] for part in toc["parts"]}


def test_its_outline_is_the_table_of_contents(pdf):
    _, *parts = pdf.outline
    assert [part.title for part in parts[::2]] == list(chapters())
    assert [len(inside) for inside in parts[1::2]] == [len(pages) for pages in chapters().values()]
    for lecture in (item for inside in parts[1::2] for item in inside):
        first = pdf.pages[pdf.get_destination_page_number(lecture)].extract_text()
        assert lecture.title.split()[0] in first


def test_its_links_lead_to_the_published_book(pdf):
    links = [
        annotation.get_object().get("/A", {}).get("/URI", "")
        for page in pdf.pages
        for annotation in page.get("/Annots", [])
    ]
    assert any(link.endswith("/notebooks/05_gate_by_gate.html") for link in links)
    assert not [link for link in links if link.startswith("file:") or str(ROOT) in link]


def test_figures_stand_still_and_answers_are_unfolded(pdf):
    text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
    front = text.split("The map")[0]
    assert "Forget gate" in front
    assert "Copy link" not in front
    page = BeautifulSoup((HTML / LECTURE).read_text(encoding="utf-8"), "html.parser")
    answers = [p for p in page.select("details:not([class]) p") if not p.find("math")]
    assert answers
    assert all(" ".join(p.get_text().split()[:5]) in text for p in answers)
