"""The built pages made fit for slow lines and for the content-security policy `default-src 'self'`.

What all pages share becomes one script and one style sheet, the latter without the rules for what
no page has. No page keeps a script, a handler or a style of its own: the policy forbids them.
"""

import base64
import hashlib
import re
import shutil
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import tinycss2
from PIL import Image
from sphinx.errors import ExtensionError

from book._ext.scripts import minified

# Shared by all pages, in this order; an asterisk stands for a digest.
STYLES = [
    "basic.css",
    "styles/theme.css",
    "styles/bootstrap.css",
    "styles/pydata-sphinx-theme.css",
    "icons.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "exercise.css",
    "sphinx-design.min.css",
    "math.css",
    "page.css",
    "book.css",
    "gallery.css",
]
FIRST = ["first.js", "icons.js"]
SCRIPTS = [
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "clipboard.min.js",
    "copybutton.js",
    "scripts/sphinx-book-theme.js",
    "scripts/bootstrap.js",
    "scripts/pydata-sphinx-theme.js",
    "book.js",
]
# What the theme and extensions bring for what the book has not.
DROPPED = ["togglebutton.css", "togglebutton.js", "design-tabs.js"]
# Files of a page's own.
OWN = re.compile(r"live/|math\.js|searchtools|language_data|searchindex")
# Classes that only a script sets.
SET_BY_SCRIPT = re.compile(
    r"^(show|fade|active|scrolled|is-|collaps|tooltip|bs-tooltip|dropdown|copy)"
)

SCRIPT = re.compile(r"[ \t]*<script\b([^>]*)>(.*?)</script>\n?", re.S)
STYLE = re.compile(r'[ \t]*<link\b[^>]*href="([^"?]*\.css)[^"]*"[^>]*>\n?')
IMAGE = re.compile(r'<image\b([^>]*?) xlink:href="data:image/png;base64,([^"]*)"([^>]*)/>', re.S)
SVG = re.compile(r"<svg\b.*?</svg>", re.S)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def as_attributes(svg):
    """The same SVG with each style as attributes, and the width that matplotlib meant."""

    def spread(found):
        rules = dict(map(str.strip, rule.split(":", 1)) for rule in found[1].split(";") if rule)
        if "max-width" in rules:
            rules = {"width": rules["max-width"]}
        return "".join(f' {name}="{value}"' for name, value in rules.items())

    return IMAGE.sub(as_squares, re.sub(r' style="([^"]*)"', spread, svg))


def as_squares(image):
    """A small image, such as a heat map of gates, as one square for each of its pixels."""
    picture = Image.open(BytesIO(base64.b64decode(unquote(image[2])))).convert("RGB")
    squares = {}
    for y in range(picture.height):
        for x in range(picture.width):
            squares.setdefault(picture.getpixel((x, y)), []).append(f"M{x} {y}h1v1h-1z")
    transform = re.search(r'transform="[^"]*"', image[1] + image[3])[0]
    paths = (
        f'<path fill="#{bytes(colour).hex()}" d="{"".join(where)}"/>'
        for colour, where in squares.items()
    )
    return f'<g {transform} shape-rendering="crispEdges">{"".join(paths)}</g>'


def without_inline(text):
    """The page without handlers and styles."""
    text = text.replace('onclick="window.print()"', 'data-click="print"')
    text = text.replace('onclick="toggleFullScreen()"', 'data-click="fullscreen"')
    # A fold has its words as its name.
    text = text.replace('<summary aria-label="Toggle hidden content">', "<summary>")
    # The search page has the theme's form for search twice, with its id.
    head, once, rest = text.partition('id="search-input"')
    text = head + once + rest.replace(once or "\0", 'id="search-page-input"')
    text = SVG.sub(lambda svg: as_attributes(svg[0]), text)
    # Those of the index and of pandas' tables, which book.css makes good.
    return re.sub(r'(<(?:td|tr|th|table)\b[^>]*?) style="[^"]*"', r"\1", text)


class Page:
    """A page as Sphinx wrote it: its files are told apart, then named anew."""

    def __init__(self, path, static):
        self.path, self.static = path, static
        self.text = without_inline(path.read_text(encoding="utf-8"))
        self.fresh = "styles/bootstrap.css" in self.text

    def known(self, file, shared):
        name = file.split("_static/")[-1].split("?")[0]
        if OWN.search(name):
            return True
        if name not in DROPPED and not any(Path(name).match(pattern) for pattern in shared):
            raise ExtensionError(f"book/_ext/bundle.py: where does {name} belong?")
        return False

    def write(self, root, heads):
        style, first, script = (f"{root}_static/{head}" for head in heads)

        def keep_script(found):
            attributes, body = found.groups()
            if 'type="application/json"' in attributes:
                return found[0]
            if source := re.search(r'src="([^"]*)"', attributes):
                own = self.known(source[1], SCRIPTS)
                return f'<script defer src="{source[1]}"></script>\n' if own else ""
            name = f"inline-{digest(body)}.js"
            (self.static / name).write_text(body, encoding="utf-8")
            return f'<script defer src="{root}_static/{name}"></script>\n'

        text = STYLE.sub(lambda s: s[0] if self.known(s[1], STYLES) else "", self.text)
        text = SCRIPT.sub(keep_script, text)
        shared = (
            f'<script src="{first}"></script>\n<link rel="stylesheet" href="{style}">\n'
            f'<script defer src="{script}"></script>\n'
        )
        own = re.search(r"[ \t]*<(?:link|script)\b", text).start()
        self.path.write_text(text[:own] + shared + text[own:], encoding="utf-8")


# For a rule with `:has(> *:nth-child(2))` a browser styles all of a cell anew whenever a node comes
# or goes somewhere in it, as in each move of a figure. Of a cell with a second part the same is
# said by its parts: one that is not the only one, or what is in it.
OF_TWO = re.compile(r"div\.cell:has\(> \*:nth-child\(2\)\) ([\w.]+):(first|last)-child")
BY_PARTS = r"div.cell > :not(:only-child) \1:\2-child, div.cell > \1:\2-child:not(:only-child)"


def needed(prelude, words):
    """The selectors that may match: each class and id that they name stands somewhere."""
    kept, selector, may_match = [], [], True
    for token in [*prelude, None]:
        if token is None or token == ",":
            if may_match and selector:
                kept.append(tinycss2.serialize(selector).strip())
            selector, may_match = [], True
            continue
        if token.type == "hash" or (token.type == "ident" and selector and selector[-1] == "."):
            may_match &= token.value in words or bool(SET_BY_SCRIPT.match(token.value))
        selector.append(token)
    return ",".join(kept)


def purged(rules, words):
    """The style sheet without the rules for what no page has."""
    out = []
    for rule in rules:
        if rule.type == "qualified-rule":
            if selectors := needed(rule.prelude, words):
                out.append(f"{selectors}{{{tinycss2.serialize(rule.content).strip()}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if inside := purged(inner, words):
                head = tinycss2.serialize(rule.prelude).strip()
                out.append(f"@{rule.at_keyword} {head}{{{inside}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword not in ("charset", "import"):
            out.append(rule.serialize())
    return "\n".join(out)


def bundle(app, error):
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    pages = [Page(path, static) for path in out.rglob("*.html") if "_static" not in path.parts]
    written = [page for page in pages if page.fresh]

    def joined(names, between="\n"):
        files = [next(iter(static.glob(name))) for name in names]
        return between.join(file.read_text(encoding="utf-8") for file in files)

    # Started by no directive, so that a file's "use strict" does not hold for those after it.
    scripts = re.sub(r"//# sourceMappingURL.*", "", ";\n" + joined(SCRIPTS, ";\n"))
    own = [page.text for page in pages] + [f.read_text() for f in static.glob("live/*.js")]
    words = {word for text in own for word in re.findall(r"[\w-]+", text)}
    styles = OF_TWO.sub(BY_PARTS, joined(STYLES))
    rules = tinycss2.parse_stylesheet(styles, skip_comments=True, skip_whitespace=True)
    heads = []
    files = {
        "site.css": purged(rules, words),
        "start.js": minified(joined(FIRST), "start.js"),
        "site.js": minified(scripts, "site.js"),
    }
    for name, text in files.items():
        (static / name).write_text(text, encoding="utf-8")
        heads.append(f"{name}?v={digest(text)}")
    for page in written:
        page.write("../" * (len(page.path.relative_to(out).parts) - 1), heads)
    for unused in ("vendor", "locales"):
        shutil.rmtree(static / unused, ignore_errors=True)
    for unused in static.rglob("*.map"):
        unused.unlink()


def setup(app):
    # After the theme, which then writes its colours for code.
    app.connect("build-finished", bundle, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
