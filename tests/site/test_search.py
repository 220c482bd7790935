"""Search: the lecture that explains a word first, whole words before parts, silent from disk."""

import pytest

# What is asked, and the page that explains it: `book/glossary.md` says which.
EXPLAINED = {
    "GRU": "notebooks/08_gru.html",
    "LSTM": "notebooks/05_gate_by_gate.html",
    "BPTT": "notebooks/10_backpropagation.html",
    "peephole": "notebooks/17_variants.html",
}


def hits(visit, query):
    page = visit("search.html", f"?q={query}", all_figures=False).page
    page.locator("#search-results .search-summary", has_text="found").wait_for()
    links = page.locator("#search-results ul.search > li > a")
    return links.evaluate_all("all => all.map((a) => [a.pathname.split('/html/')[1], a.innerText])")


@pytest.mark.parametrize("query", EXPLAINED)
def test_the_lecture_that_explains_a_word_comes_first(visit, query):
    assert hits(visit, query)[0][0] == EXPLAINED[query]


def test_what_has_the_query_only_within_a_word_comes_last(visit):
    titles = [title for _, title in hits(visit, "Cho")]
    within = [k for k, title in enumerate(titles) if "choose" in title.lower()]
    assert within and within[0] >= len(titles) - len(within) and len(titles) > len(within)
