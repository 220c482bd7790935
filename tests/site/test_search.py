"""Search: the lecture that explains a word first, whole words before parts, silent from disk."""

import json
import random
from io import StringIO

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tests.driver import explained

# Those that a newcomer asks for, and with them forty words of the glossary, the same in every run.
ASKED = ["GRU", "LSTM", "BPTT", "peephole", "padding", "packed sequence", "bidirectional", "chrono"]
# As the form does that leads here, but on the page that is open.
ASK = """async (query) => {
  history.replaceState(null, "", `?q=${encodeURIComponent(query)}`);
  document.querySelector("#search-results").replaceChildren();
  Search.performSearch(query);
  const told = () => document.querySelector("#search-results .search-summary")?.innerText ?? "";
  while (!/found|did not/.test(told())) await new Promise(requestAnimationFrame);
  return [...document.querySelectorAll("#search-results ul.search > li > a")].map((a) =>
    [a.pathname.split("/html/")[1], a.innerText, a.getBoundingClientRect().bottom]);
}"""


@pytest.fixture
def hits(visit):
    """`hits(query)` gives the path, title and lower edge of all that is found, first things first;
    all queries on one page."""
    size = {"width": 1280, "height": 720}
    page = visit("search.html", "?q=gate", all_figures=False, viewport=size).page
    page.locator("#search-results .search-summary", has_text="found").wait_for()
    return lambda query: page.evaluate(ASK, query)


def test_any_word_of_the_glossary_leads_first_to_the_lecture_that_explains_it(hits):
    leads = explained()
    others = sorted(set(leads) - set(ASKED))
    missed = {}
    for word in ASKED + random.Random(0).sample(others, 40 - len(ASKED)):
        found = hits(word)
        lecture = f"notebooks/{leads[word]}.html"
        # First of all, and seen without scrolling.
        if not found or found[0][0] != lecture or found[0][2] > 720:
            missed[word] = found[:3]
    assert not missed


@pytest.mark.parametrize(
    ("query", "lecture"),
    [
        ("lecture 8", "08_gru"),
        ("constant error carousel", "04_conveyor_belt"),
        ("remaining useful life", "24_maintenance"),
        ("Take the LSTM apart", "17_variants"),
    ],
)
def test_a_lecture_is_found_by_number_term_and_title(hits, query, lecture):
    assert hits(query)[0][0] == f"notebooks/{lecture}.html"


def test_what_has_the_query_only_within_a_word_comes_last(hits):
    titles = [title for _, title, _ in hits("Cho")]
    within = [k for k, title in enumerate(titles) if "choose" in title.lower()]
    assert within and within[0] >= len(titles) - len(within) and len(titles) > len(within)


PAGES = {
    "index": "# Book\n\n:::{toctree}\nbook/glossary\nnotebooks/08_gru\n:::\n",
    "book/glossary": (
        "# Glossary\n\n:::{glossary}\ncarousel\n  It turns. → [](../notebooks/08_gru.md)\n:::\n"
    ),
    "notebooks/08_gru": "# Let one gate work: the GRU\n\nOnce.\n",
}


def test_a_second_build_forgets_no_term_of_a_page_that_has_not_changed(tmp_path):
    source, out, said = tmp_path / "source", tmp_path / "out", StringIO()

    def build(pages):
        for name, text in pages.items():
            path = source / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        settings = {
            "extensions": ["myst_parser", "book._ext.lectures", "book._ext.search"],
            "html_theme": "basic",
            "myst_enable_extensions": ["colon_fence"],
        }
        with patch_docutils(), docutils_namespace():
            app = Sphinx(source, None, out, tmp_path / "trees", "html", settings, None, said)
            app.build()
        text = (out / "searchindex.js").read_text("utf-8")
        return json.loads(text[text.index("(") + 1 : text.rindex(")")])["indexentries"]

    found = build(PAGES)
    assert not said.getvalue()
    # The glossary's own term stands there, and leads to the lecture as well.
    assert len(found["carousel"]) == 2
    assert {"lecture 8", "let one gate work", "the gru"} < set(found)
    assert build({"index": PAGES["index"] + "\nAnother sentence.\n"}) == found
