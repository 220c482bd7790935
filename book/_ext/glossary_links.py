"""Words that the glossary explains lead there: in each lecture each term, once, at its first use.

The links are made when a page is written. A notebook holds none of them, so its author need not
think of them, and a new entry of the glossary is linked in every lecture.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from book._ext.flow import is_lecture

# Entries that are everyday words as well: a link at their first use would often mislead.
COMMON = "cell|control|latch|state|temperature|update"
# No place for a link: headings, captions, code, formulas, other links.
CLOSED = (nodes.title, nodes.literal, nodes.math, nodes.reference, addnodes.pending_xref)
CLOSED += (nodes.FixedTextElement, nodes.caption)


def plain(term):
    """In small letters, and "held-out" as "held out"."""
    return " ".join(re.split(r"[\s-]+", term.casefold()))


def terms(env):
    """For each term the page and the anchor of its entry."""
    found = env.get_domain("std").objects.items()
    entries = {plain(name): place for (kind, name), place in found if kind == "term"}
    return {name: place for name, place in entries.items() if not re.fullmatch(COMMON, name)}


def pattern(names):
    """Any of the names, in the singular or plural; of two that fit, the longer."""
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    either = "|".join(longest_first).replace(r"\ ", r"[\s-]+")
    return re.compile(rf"(?<![\w-])({either})(?:e?s)?(?![\w-])", re.IGNORECASE)


class LinkFirstUses(SphinxPostTransform):
    default_priority = 400

    def run(self, **kwargs):
        places = terms(self.env)
        if not (places and is_lecture(self.env.docname)):
            return
        left, names = dict(places), pattern(places)
        for text in list(self.document.findall(nodes.Text)):
            if not any(isinstance(node, CLOSED) for node in ancestors(text)):
                text.parent.replace(text, list(self.linked(text, names, left)))

    def linked(self, text, names, left):
        end, here = 0, self.env.docname
        for found in names.finditer(text):
            if place := left.pop(plain(found[1]), None):
                uri = f"{self.app.builder.get_relative_uri(here, place[0])}#{place[1]}"
                yield nodes.Text(text[end : found.start()])
                yield nodes.reference("", found[0], internal=True, refuri=uri, classes=["term"])
                end = found.end()
        yield nodes.Text(text[end:])


def ancestors(node):
    while node := node.parent:
        yield node


def lectures_if_changed(app, env):
    """All lectures are to be written anew, though not run, when the terms have changed."""
    before, env.linked_terms = getattr(env, "linked_terms", None), terms(env)
    return [] if before == env.linked_terms else [n for n in env.found_docs if is_lecture(n)]


def setup(app):
    app.add_post_transform(LinkFirstUses)
    app.connect("env-updated", lectures_if_changed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
