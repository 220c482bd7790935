"""All figures as cards, made from their classes and from the lectures that show them.

    ```{figure-gallery}
    ```

gives each figure its still picture, what its module says of it, the lectures where it stands, a
link that opens it on the stage, and the lines that put it on a page or into a notebook. A new
figure appears by itself.
"""

import html
import sys

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from book._ext import flow
from book._ext.embed import by_kind, snippet, wrapped
from book._ext.stills import picture

GALLERY = "book/figures"
PYTHON = "from lecture_lib.figures import {name}; {name}()"


def sentence_of(cls):
    """What the figure's module says of it, without the name that stands above it."""
    text = " ".join(sys.modules[cls.__module__].__doc__.split("\n\n")[0].split())
    head, _, rest = text.partition(": ")
    same = head.removeprefix("The ").casefold() == cls.title().casefold()
    return rest[0].upper() + rest[1:] if same else text


class still(nodes.General, nodes.Element):
    """A figure's own still, of the kind that it names."""


class whereabouts(nodes.General, nodes.Element):
    """The lectures that show a figure of the kind that it names, and the way to the stage."""


class FigureGallery(SphinxDirective):
    def run(self):
        return [self.card(kind, cls) for kind, cls in by_kind().items()]

    def card(self, kind, cls):
        name = cls.title()
        card = nodes.section(ids=[kind], names=[kind], classes=["figure-card"])
        card += [nodes.title("", name), still(kind=kind)]
        card += [nodes.paragraph("", sentence_of(cls)), whereabouts(kind=kind, name=name)]
        summary = "<summary>On a page of yours, in Python</summary>"
        card += nodes.raw("", f"<details>{summary}", format="html")
        card += wrapped(snippet(self.config.html_baseurl, kind), "html")
        card += wrapped(PYTHON.format(name=cls.__name__), "python")
        card += nodes.raw("", "</details>", format="html")
        return card


def visit_still(translator, node):
    kind = node["kind"]
    translator.body.append(picture(translator.builder, kind, by_kind()[kind]().still()))
    raise nodes.SkipNode


def visit_whereabouts(translator, node):
    builder, kind = translator.builder, node["kind"]
    here, env = builder.current_docname, builder.env
    names = [name for _, names in flow.parts(builder) for name in names]
    shown = [name for name in names if flow.is_lecture(name) and kind in flow.length(env, name)[1]]
    links = [(builder.get_relative_uri(here, name), env.titles[name].astext()) for name in shown]
    lines = [f'<li><a href="{uri}">{html.escape(title)}</a></li>' for uri, title in links]
    if links:
        label = f"Open on the stage: {node['name']}"
        stage = f'<a href="{links[0][0]}#{kind}?stage=1" aria-label="{label}">Open on the stage</a>'
        lines.insert(0, f'<li class="stage">{stage}</li>')
        translator.body.append(f'<ul class="whereabouts">{"".join(lines)}</ul>')
    raise nodes.SkipNode


def outdated_gallery(app, env):
    """The page of the gallery, which tells where the figures stand in others."""
    return [GALLERY] if GALLERY in env.found_docs else []


def setup(app):
    app.add_node(still, html=(visit_still, None))
    app.add_node(whereabouts, html=(visit_whereabouts, None))
    app.add_directive("figure-gallery", FigureGallery)
    app.add_css_file("gallery.css")
    app.connect("env-updated", outdated_gallery)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
