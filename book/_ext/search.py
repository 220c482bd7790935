"""Search leads to the lecture that explains a word, and to pages rather than to parts of words.

The glossary says of a term where it is explained ("→ lecture"), or which other term to see; each
such lecture is found by the term as if an index directive stood in it, and so it is by its own
terms that the glossary has not, by "lecture 8", and by either half of its title. How hits are
ordered is in scorer.js.
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.util.index_entries import split_index_msg

from book._ext import lectures

GLOSSARY = "book/glossary"


def lectures_of(glossary):
    """{term: name of the lecture that explains it}, for the terms of which the glossary says so."""
    found, seen = {}, {}
    for item in glossary.findall(nodes.definition_list_item):
        links = list(item.findall(addnodes.pending_xref))
        lectures = [x["reftarget"] for x in links if x["reftarget"].startswith("notebooks/")]
        others = [x["reftarget"] for x in links if x["reftype"] == "term"]
        for term in item.findall(nodes.term):
            if lectures:
                found[term.astext()] = lectures[-1]
            elif others:
                seen[term.astext()] = others[0]
    return found | {term: found[other] for term, other in seen.items() if other in found}


def entries(env, name, explained):
    """What the search finds the page by, besides its words: (term, id, "main" or nothing) each."""
    found = set()
    for kind, entry, place, main, _ in env.domains["index"].entries.get(name, ()):
        found |= {(term, place, main) for term in split_index_msg(kind, entry)}
    if name != GLOSSARY:
        terms = [term for term, lecture in explained.items() if lecture == name]
        terms += [term for term in lectures.terms(name) if term not in explained]
        if lectures.number(name):
            number, title = env.titles[name].astext().split(". ", 1)
            terms += [f"lecture {number}", *title.split(": ")]
        found |= {(term, "", "main") for term in terms}
    return sorted(found)


def enter(app):
    """Enter the terms of all pages, before the index is written. Sphinx knows those alone of the
    pages that it writes anew, and would lose the others at the second build."""
    known = GLOSSARY in app.env.all_docs
    explained = lectures_of(app.env.get_doctree(GLOSSARY)) if known else {}
    app.builder.indexer._index_entries.clear()
    for name in sorted(app.env.all_docs):
        app.builder.indexer._index_entries[name] = entries(app.env, name, explained)
    return []


def setup(app):
    app.connect("html-collect-pages", enter)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
