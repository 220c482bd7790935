"""Search leads to the lecture that explains a word, and to pages rather than to parts of words.

The glossary says of a term where it is explained ("→ lecture"), or which other term to see; each
such lecture is found by the term as if an index directive stood in it, and so it is by its own
terms that the glossary has not, by "lecture 8", and by either half of its title. How hits are
ordered is in scorer.js.
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

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


class FindByTerm(SphinxPostTransform):
    default_priority = 400

    def run(self, **kwargs):
        here = self.env.docname
        if here == GLOSSARY or GLOSSARY not in self.env.all_docs:
            return
        explained = lectures_of(self.env.get_doctree(GLOSSARY))
        terms = [term for term, lecture in explained.items() if lecture == here]
        terms += [term for term in lectures.terms(here) if term not in explained]
        if lectures.number(here):
            number, title = self.env.titles[here].astext().split(". ", 1)
            terms += [f"lecture {number}", *title.split(": ")]
        if terms:
            entries = [("single", term, "", "main", None) for term in terms]
            self.document.insert(0, addnodes.index(entries=entries))


def setup(app):
    app.add_post_transform(FindByTerm)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
