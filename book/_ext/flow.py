"""How a reader finds the way: each lecture's length under its title, and the map of the book.

A lecture's minutes are counted: prose, code and equations at a reader's pace, three minutes for a
live figure, one for each more of its kind. The directive `book-map` lists parts and lectures.
"""

import html
import re
from functools import cache

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

WORDS_A_MINUTE = 200
LINES_A_MINUTE = 25
EQUATIONS_A_MINUTE = 2
FIGURE = re.compile(r'data-figure="([\w-]+)"')
# What a notebook says of it in JupyterLab, where nothing counts.
GUESS = re.compile(r" It takes about [^.<]*\.")


class book_map(nodes.General, nodes.Element):
    pass


class BookMapDirective(SphinxDirective):
    def run(self):
        return [book_map()]


@cache
def length(env, name):
    """The minutes that a page takes, to five, and the kinds of its live figures, in order."""
    tree = env.get_doctree(name)
    prose = [node.astext() for node in tree.findall(nodes.paragraph)]
    code = [node.astext() for node in tree.findall(nodes.literal_block)]
    figures = [kind for raw in tree.findall(nodes.raw) for kind in FIGURE.findall(raw.astext())]
    minutes = (
        len(" ".join(prose).split()) / WORDS_A_MINUTE
        + sum(text.count("\n") + 1 for text in code) / LINES_A_MINUTE
        + len(list(tree.findall(nodes.math_block))) / EQUATIONS_A_MINUTE
        + len(figures)
        + 2 * len(set(figures))
    )
    return max(5, 5 * round(minutes / 5)), figures


def is_lecture(name):
    return name.startswith("notebooks/")


def visit_book_map(translator, node):
    builder = translator.builder
    here = builder.current_docname
    for part in builder.env.get_doctree(builder.config.root_doc).findall(addnodes.toctree):
        items = []
        for _, name in part["entries"]:
            title = html.escape(builder.env.titles[name].astext())
            link = f'<a href="{builder.get_relative_uri(here, name)}">{title}</a>'
            about = ""
            if is_lecture(name):
                minutes, figures = length(builder.env, name)
                kinds = [
                    kind.replace("-", " ").replace("gru", "GRU") for kind in dict.fromkeys(figures)
                ]
                about = f' <span class="about">{" · ".join([f"{minutes} min", *kinds])}</span>'
            items.append(f"<li>{link}{about}</li>")
        translator.body.append(
            f'<h3 class="book-part">{html.escape(part["caption"])}</h3>'
            f'<ul class="book-map">{"".join(items)}</ul>'
        )
    translator.body.append('<p class="book-progress" hidden></p>')
    raise nodes.SkipNode


def add_length(app, pagename, templatename, context, doctree):
    if not doctree or not is_lecture(pagename):
        return
    minutes, figures = length(app.env, pagename)
    count = f" · {len(figures)} live figure{'s' * (len(figures) > 1)}" if figures else ""
    line = f'</h1>\n<p class="reading-time">About {minutes} minutes{count}</p>'
    body = GUESS.sub("", context["body"], count=1)
    context["body"] = body.replace("</h1>", line, 1)


def outdated_map(app, env):
    """The front page, whose map tells of the others."""
    length.cache_clear()
    return [env.config.root_doc]


def setup(app):
    app.add_node(book_map, html=(visit_book_map, None))
    app.add_directive("book-map", BookMapDirective)
    app.connect("env-updated", outdated_map)
    app.connect("html-page-context", add_length)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
