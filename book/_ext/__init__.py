"""The Sphinx side of the book: one extension, `book._ext`, a file a subject."""

from book._ext import (
    bundle,
    embed,
    executed,
    flow,
    gallery,
    glossary_links,
    lean_theme,
    lectures,
    live_figures,
    math_ml,
    prose_links,
    published,
    reference,
    search,
)

# In the order in which their handlers are connected.
PARTS = (
    executed,
    lectures,
    live_figures,
    embed,
    math_ml,
    lean_theme,
    published,
    reference,
    flow,
    gallery,
    glossary_links,
    prose_links,
    search,
    bundle,
)


def setup(app):
    for part in PARTS:
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
