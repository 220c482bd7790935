"""The reference: autodoc's entries, whose docstrings are set as they are written.

A docstring of the library is plain text that reads well in a terminal: formulas stand in columns,
and shapes in brackets. So each is shown as such, and nothing in it is taken for markup.
"""


def set_as_written(app, what, name, obj, options, lines):
    if any(lines):
        lines[:] = ["::", "", *(f"   {line}" for line in lines), ""]


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", set_as_written)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
