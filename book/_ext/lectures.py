"""What a lecture is known by: its number and the terms that it explains.

The number is that of its file: `08_gru` is lecture 8. It is put before the title as a page is read,
and so stands wherever the book says a title: in its contents and its search, on paper, in an EPUB.
The terms are those of `book/_terms.yml`; the description of a lecture's page begins with them.
"""

import html
import re
from functools import cache
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.transforms import SphinxTransform

TERMS = Path(__file__).parents[1] / "_terms.yml"
DESCRIPTION = re.compile(r'<meta (?:name|property)="(?:og:)?description" content="')


def number(name):
    """8 for the page `notebooks/08_gru`; None for a page that is no lecture."""
    found = re.fullmatch(r"notebooks/(\d\d)_\w+", name)
    return int(found[1]) if found else None


def titled(name, title):
    """The title as the book says it: "8. Let one gate do the work of two: the GRU"."""
    return f"{number(name)}. {title}"


@cache
def _all_terms():
    return yaml.safe_load(TERMS.read_text(encoding="utf-8"))


def terms(name):
    """The terms that the page explains, in the order of `_terms.yml`; none if it is no lecture."""
    return tuple(_all_terms().get(name.removeprefix("notebooks/"), ()))


class NumberTitle(SphinxTransform):
    # Before anything collects titles, and after their words have given the anchors.
    default_priority = 400

    def apply(self, **kwargs):
        title = next(self.document.findall(nodes.title), None)
        if title is not None and number(self.env.docname):
            title.insert(0, nodes.inline("", titled(self.env.docname, ""), classes=["number"]))


def describe(app, pagename, templatename, context, doctree):
    if words := ", ".join(terms(pagename)):
        begun = html.escape(f"{words[0].upper()}{words[1:]}. ")
        context["metatags"] = DESCRIPTION.sub(lambda tag: tag[0] + begun, context["metatags"])


def setup(app):
    app.add_transform(NumberTitle)
    # After the extension that writes descriptions.
    app.connect("html-page-context", describe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
