"""A lean theme: the few icons in use as one small style sheet, and no script that nothing calls.

Font Awesome comes as 1.5 MB of script and fonts that a page opened from disk may not load. Here
the theme's own copy is cut down to `ICONS`.
"""

import re
from pathlib import Path

import pydata_sphinx_theme

from book._ext.faces import face

FONT_AWESOME = (
    Path(pydata_sphinx_theme.__file__).parent
    / "theme/pydata_sphinx_theme/static/vendor/fontawesome/6.5.2"
)
ICONS = {
    "solid-900": "magnifying-glass sun moon circle-half-stroke bars arrow-up expand file file-pdf "
    "download angle-left angle-right angle-down chevron-down chevron-up xmark code rocket list "
    "circle-info circle-exclamation circle-check triangle-exclamation circle-xmark lightbulb bell "
    "bolt pencil up-right-from-square share magnifying-glass-plus lightbulb",
    "brands-400": "github python",
}


def write_icons(app):
    css = (FONT_AWESOME / "css/all.min.css").read_text(encoding="utf-8")
    rules, faces = [], []
    for style, names in ICONS.items():
        codes = []
        for name in names.split():
            code = re.search(rf'\.fa-{name}:before[^{{}}]*{{content:"\\(\w+)"}}', css)[1]
            codes.append(int(code, 16))
            rules.append(f'.fa-{name}::before{{content:"\\{code}"}}')
        family, weight = ("Brands", 400) if style == "brands-400" else ("Free", 900)
        font = FONT_AWESOME / f"webfonts/fa-{style}.ttf"
        faces.append(face(font, f"Font Awesome 6 {family}", codes, weight, layout_features=[]))
    rules.append(
        '.fa,.fas,.fa-solid,.fa-brands,.fab{font-family:"Font Awesome 6 Free";font-weight:900;'
        "font-style:normal;line-height:1;display:inline-block;text-rendering:auto}"
        '.fa-brands,.fab{font-family:"Font Awesome 6 Brands";font-weight:400}'
        ".fa-lg{font-size:1.25em;line-height:.05em;vertical-align:-.075em}"
    )
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / "icons.css").write_text("\n".join(rules), encoding="utf-8")
    (static / "icons.js").write_text("".join(faces), encoding="utf-8")


# How the inline scripts begin that extensions and the theme put on every page for what it has not.
UNUSED = (
    "DOCUMENTATION_OPTIONS.pagename =",
    "let toggleHintShow =",
    "let toggleHintHide =",
    "let toggleOpenOnPrint =",
    "var togglebuttonSelector =",
)
THEBE = re.compile(
    r'<script type="text/x-thebe-config">.*?</script>|<script>kernelName = \'[^\']*\'</script>',
    re.S,
)


def drop_unused(app, pagename, templatename, context, doctree):
    def wanted(script):
        body = getattr(script, "attributes", {}).get("body") or ""
        of_thebe = "thebe" in f"{body} {getattr(script, 'filename', script)}".lower()
        return not of_thebe and not body.startswith(UNUSED)

    context["script_files"][:] = filter(wanted, context["script_files"])
    context["css_files"][:] = [css for css in context["css_files"] if "thebe" not in str(css)]
    context["body"] = THEBE.sub("", context.get("body", ""))


def plain_citations(app, pagename, templatename, context, doctree):
    """The entries of a bibliography without the list role, whose items they are not."""
    context["body"] = re.sub(
        r'(<div)(?: role="list")?( class="citation(?:-list)?"[^>]*?)(?: role="doc-biblioentry")?>',
        r"\1\2>",
        context.get("body", ""),
    )


def mark_sources(app, pagename, templatename, context, doctree):
    """Where each source is first named, so that a wide page can set it beside the text."""
    named = set()

    def marked(link):
        if link["id"] in named:
            return link[0]
        named.add(link["id"])
        return link[0].replace('class="', 'class="first-named ', 1)

    of_source = r'<a class="[^"]*" href="[^"]*bibliography\.html#(?P<id>[\w-]+)" title="[^"]*">'
    context["body"] = re.sub(of_source, marked, context.get("body", ""))


def scroll_by_key(app, pagename, templatename, context, doctree):
    """A table that is too wide scrolls in a box of its own, which the keyboard must reach."""
    box = '<div class="pst-scrollable-table-container"'
    context["body"] = context.get("body", "").replace(box, f'{box} tabindex="0"')


def setup(app):
    app.add_css_file("page.css")
    app.add_css_file("book.css")
    app.connect("builder-inited", write_icons)
    app.connect("html-page-context", drop_unused, priority=900)
    app.connect("html-page-context", plain_citations)
    app.connect("html-page-context", mark_sources)
    app.connect("html-page-context", scroll_by_key)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
