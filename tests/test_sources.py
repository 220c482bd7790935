"""The sources: each is cited, none is missing, no two look alike; how to cite the book itself."""

import re
from collections import Counter
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).parents[1]
BIBLIOGRAPHY = (ROOT / "book" / "references.bib").read_text("utf-8")


def prose():
    for path in sorted((ROOT / "book").glob("*.md")):
        yield path.read_text("utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        yield "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def entries():
    """Each entry's key, with its fields as one text."""
    return dict(re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", BIBLIOGRAPHY, re.M | re.S))


def test_every_source_is_cited_and_every_citation_has_its_source():
    cited = re.findall(r"\{cite(?::\w)?\}`([a-z0-9, ]+)`", "\n".join(prose()))
    keys = {key.strip() for one in cited for key in one.split(",")}
    assert keys == set(entries())


def test_sources_are_in_the_order_of_their_keys():
    assert list(entries()) == sorted(entries())


def test_no_two_sources_are_called_alike_in_a_sentence():
    # "Cho et al. [2014a]": one or two surnames, or the first of more, and the year.
    labels = Counter()
    for fields in entries().values():
        authors = re.search(r"author = \{(.*?)\},\n", fields, re.S)[1].split(" and ")
        names = [author.split(",")[0] for author in authors]
        called = tuple(names) if len(names) < 3 else (names[0], "et al.")
        labels[called, re.search(r"year = \{(\w+)\}", fields)[1]] += 1
    assert max(labels.values()) == 1, labels.most_common(2)


def test_the_page_cites_the_book_as_the_file_does():
    file = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    page = (ROOT / "book" / "intro.md").read_text("utf-8")
    entry = re.search(r"```bibtex\n(.*?)```", page, re.S)[1].replace("{", "").replace("}", "")
    for said in (file["title"], file["authors"][0]["name"], f"Version {file['version']}"):
        assert said in entry
    assert f"year = {file['date-released'].year}" in entry
    assert file["repository-code"] in entry
