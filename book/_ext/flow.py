"""How a reader finds the way: each lecture's length under its title, and the map of the book.

A lecture's minutes are counted: prose, code and equations at a reader's pace, three minutes for a
live figure, one for each more of its kind. The directive `book-map` lists parts and lectures, each
lecture with the picture of its first figure and the terms that it explains.
"""

import html
import re
from functools import cache

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from book._ext import lectures
from book._ext.stills import first_still

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


def parts(builder):
    """The parts of the book as its table of contents has them: (caption, names of the pages)."""
    contents = builder.env.get_doctree(builder.config.root_doc)
    for part in contents.findall(addnodes.toctree):
        yield part["caption"], [name for _, name in part["entries"]]


def entry(builder, name):
    """A page's line on the map; a lecture's has its picture, its terms and its length, too."""
    title = html.escape(builder.env.titles[name].astext())
    uri = builder.get_relative_uri(builder.current_docname, name)
    link = f'<a href="{uri}">{title}</a>'
    if not is_lecture(name):
        return f"<li>{link}</li>"
    minutes, figures = length(builder.env, name)
    kinds = [kind.replace("-", " ").replace("gru", "GRU") for kind in dict.fromkeys(figures)]
    about = html.escape(" · ".join([f"{minutes} min", *kinds]))
    terms = html.escape(" · ".join(lectures.terms(name)))
    return (
        f'<li class="lecture">{first_still(builder, name)}{link}'
        f' <span class="terms">{terms}</span> <span class="about">{about}</span></li>'
    )


def visit_book_map(translator, node):
    for caption, names in parts(translator.builder):
        items = "".join(entry(translator.builder, name) for name in names)
        translator.body.append(
            f'<h3 class="book-part">{html.escape(caption)}</h3><ul class="book-map">{items}</ul>'
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
