"""Live figures on anybody's page: what `embed.js` wants beside it, and how the book tells of it.

    ```{embed-snippet} GateLab
    preset: latch
    ```

shows the two lines that put that figure on a page; `{embed-policy}` the content-security policy
that lets them; `{embed-table}` all figures with the settings that they take.
"""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from book._ext.live_figures import FOLDER
from book._ext.scripts import minified
from lecture_lib import figures
from lecture_lib.figures import joiner

SNIPPET = """\
<script src="{base}_static/{folder}/embed.js" defer></script>
<div class="live-figure" data-figure="{kind}"{settings}></div>"""

POLICY = "Content-Security-Policy: script-src {home}; style-src {home}; worker-src blob:"


def by_kind():
    """The class of each figure by the name that pages know it by."""
    classes = [getattr(figures, name) for name in figures.__all__]
    return {cls.figure: cls for cls in sorted(classes, key=lambda cls: cls.figure)}


def write_twins(app):
    static = Path(app.outdir) / "_static" / FOLDER
    static.mkdir(parents=True, exist_ok=True)
    kinds = by_kind()
    script = minified(joiner.embed_script(list(kinds)), "embed.js")
    (static / "embed.js").write_text(script, encoding="utf-8")
    for kind, cls in kinds.items():
        figure = cls()
        # A script and not a JSON file, which a page opened from disk may not fetch.
        data = json.dumps(figure.data() | {"settings": figure.settings()})
        text = f'(window.liveTwins ??= {{}})["{kind}"] = {data};\n'
        (static / f"{kind}.twin.js").write_text(text, encoding="utf-8")


def snippet(base, kind, settings=None):
    """The two lines that put a figure on a page, with the settings that it opens with."""
    given = f" data-settings='{json.dumps(settings)}'" if settings else ""
    return SNIPPET.format(base=base, folder=FOLDER, kind=kind, settings=given)


def wrapped(text, language):
    """Code that is copied rather than read: its lines break where the column ends."""
    return nodes.literal_block(text, text, language=language, classes=["wrapped"])


class EmbedSnippet(SphinxDirective):
    """The two lines for a figure; the body gives its settings as YAML."""

    required_arguments = 1
    has_content = True

    def run(self):
        given = yaml.safe_load("\n".join(self.content)) or {}
        try:
            figure = getattr(figures, self.arguments[0])(**given)
        except (AttributeError, TypeError, ValueError) as error:
            raise self.error(f"embed-snippet: {error}") from error
        return [wrapped(snippet(self.config.html_baseurl, figure.figure, given), "html")]


class EmbedPolicy(SphinxDirective):
    """What a page with a policy of its own must allow."""

    def run(self):
        home = urljoin(self.config.html_baseurl, "/").rstrip("/")
        text = POLICY.format(home=home)
        return [wrapped(text, "none")]


class EmbedTable(SphinxDirective):
    """Every figure: the name that `data-figure` wants, and what `data-settings` may hold."""

    def run(self):
        lines = ["| `data-figure` | `data-settings` |", "|---|---|"]
        for kind, cls in by_kind().items():
            # Texts as code, whose quotation marks stay straight.
            known = "; ".join(
                f"`{name}`: " + re.sub('"[^"]*"', r"`\g<0>`", words)
                for name, words in cls().settings().items()
            )
            lines.append(f"| `{kind}` | {known} |")
        where = nodes.container()
        self.state.nested_parse(StringList(lines, "embed-table"), self.content_offset, where)
        return where.children


def setup(app):
    app.add_directive("embed-snippet", EmbedSnippet)
    app.add_directive("embed-policy", EmbedPolicy)
    app.add_directive("embed-table", EmbedTable)
    app.connect("builder-inited", write_twins)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
