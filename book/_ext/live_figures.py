"""The Sphinx side of live figures: put each page's modules on it, and only there.

Also the directive `live-figure`, for a figure on a page that is no notebook:

    ```{live-figure} GateLab
    preset: latch
    ```
"""

import hashlib
import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from book._ext.scripts import minified, slimmed
from lecture_lib import figures
from lecture_lib.figures import joiner, style

FOLDER = "live"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


class LiveFigureDirective(SphinxDirective):
    """The static twin of a figure; the body gives its keyword arguments as YAML."""

    required_arguments = 1
    has_content = True

    def run(self):
        name = self.arguments[0]
        if name not in figures.__all__:
            raise self.error(f"no live figure {name!r}; there are {', '.join(figures.__all__)}")
        settings = yaml.safe_load("\n".join(self.content)) or {}
        try:
            figure = getattr(figures, name)(**settings)
        except (TypeError, ValueError) as error:
            raise self.error(f"{name}: {error}") from error
        return [nodes.raw("", figure.twin(), format="html")]


def code_digest():
    book = Path(__file__).parents[1]
    code = [*joiner.PACKAGE.rglob("*"), *book.glob("_ext/*"), *book.glob("_style/*")]
    code += book.glob("_*.yml")
    kinds = (".py", ".mjs", ".js", ".css", ".json", ".npz", ".yml")
    text = b"".join(file.read_bytes() for file in sorted(code) if file.suffix in kinds)
    return hashlib.sha256(text).hexdigest()


def outdated_by_code(app, env, added, changed, removed):
    """Every page, once the code that makes its figures or numbers has changed."""
    digest = code_digest()
    before, env.live_figures_code = getattr(env, "live_figures_code", None), digest
    return env.found_docs - removed if before != digest else []


def write_scripts(app):
    static = Path(app.outdir) / "_static" / FOLDER
    static.mkdir(parents=True, exist_ok=True)

    def write(name, text):
        text = minified(text, name) if name.endswith(".js") else slimmed(text)
        (static / name).write_text(text, encoding="utf-8")

    write("base.css", style.base_style())
    write("host.js", joiner.host_script())
    for name in figures.__all__:
        figure = getattr(figures, name)
        write(f"{figure.figure}.js", joiner.page_script(figure, smaller=minified, beside=True))
        write(f"{figure.figure}.css", style.own_style(figure.home, figure.sheets))
        for worker in figure.home.glob("worker.mjs"):
            write(f"{figure.figure}.worker.js", joiner.join(worker, figure.constants))
    # What several figures may share carries the name of its folder.
    for worker in joiner.WEB.rglob("worker.mjs"):
        write(f"{worker.parent.name}.worker.js", joiner.join(worker))
        text = joiner.text_script(worker, minified)
        (static / joiner.text_name(worker)).write_text(text, encoding="utf-8")


def add_scripts(app, pagename, templatename, context, doctree):
    # The twin is in place, so the state of the widgets it stands for is dead weight.
    context["script_files"][:] = [
        script
        for script in context["script_files"]
        if getattr(script, "attributes", {}).get("type") != WIDGET_STATE
    ]
    body = context.get("body", "")
    kinds = re.findall(r'<div class="live-figure" data-figure="([\w-]+)"', body)
    if not kinds:
        # Where formulas name gates, the host lights them.
        if '<mstyle class="live-' in body:
            app.add_js_file(f"{FOLDER}/host.js", loading_method="defer")
        return
    app.add_css_file(f"{FOLDER}/base.css")
    for kind in dict.fromkeys(kinds):
        app.add_css_file(f"{FOLDER}/{kind}.css")
        app.add_js_file(f"{FOLDER}/{kind}.js", loading_method="defer")
    app.add_js_file(f"{FOLDER}/host.js", loading_method="defer")


def setup(app):
    app.add_directive("live-figure", LiveFigureDirective)
    app.connect("builder-inited", write_scripts)
    app.connect("env-get-outdated", outdated_by_code)
    # After myst-nb's own handler (500), which adds the widget state.
    app.connect("html-page-context", add_scripts, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
