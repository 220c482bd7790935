"""What the published book wants beside its pages: a list of them for search engines, one in words
for language models, a root that leads to the first of them, and the page for an address that leads
nowhere."""

import re
from pathlib import Path

from docutils import nodes

from book._ext import flow, lectures

# In place of the one that Jupyter Book writes, which is no whole page.
ROOT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={first}">
<link rel="canonical" href="{home}{first}">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p><a href="{first}">To the first page</a></p>
</main>
</body>
</html>
"""

# It may be asked for at any depth and on any host, so it brings its style along and leads home by
# the whole address.
NOT_FOUND = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Forgotten · {title}</title>
<style>
body {{ font: 1.125rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 0;
  padding: 0 1rem; color: #1f2933; background: #fff; }}
a {{ color: #0b5bc4; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #e6e9ee; background: #14181e; }}
  a {{ color: #8ab8f5; }}
}}
</style>
</head>
<body>
<main>
<h1>Forgotten</h1>
<p>This page is not in memory: the address is mistyped, or the page has moved.</p>
<p><a href="{home}">{title}, from the beginning</a></p>
</main>
</body>
</html>
"""


def write_not_found(app, error):
    if error or app.builder.format != "html":
        return
    page = NOT_FOUND.format(title=app.config.html_title, home=app.config.html_baseurl)
    (Path(app.outdir) / "404.html").write_text(page, encoding="utf-8")


def write_root(app, error):
    if error or app.builder.format != "html":
        return
    first = f"{app.config.root_doc}.html"
    page = ROOT.format(title=app.config.html_title, home=app.config.html_baseurl, first=first)
    (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def write_sitemap(app, error):
    """All pages, also after a build that made only some of them anew."""
    if error or app.builder.format != "html":
        return
    pages = [*app.env.found_docs, "genindex", "search"]
    urls = (f"<url><loc>{app.config.html_baseurl}{page}.html</loc></url>" for page in sorted(pages))
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(urls)}</urlset>\n'
    (Path(app.outdir) / "sitemap.xml").write_text(text, encoding="utf-8")


def first_sentence(env, name):
    """The first sentence of a page, in plain text."""
    paragraphs = env.get_doctree(name).findall(nodes.paragraph)
    prose = next(found for found in paragraphs if isinstance(found.parent, nodes.section))
    return re.split(r"(?<=[.?!])\s", " ".join(prose.astext().split()))[0]


def write_llms(app, error):
    """What the book is, and each page with its address, as https://llmstxt.org has it."""
    if error or app.builder.format != "html":
        return
    env, root = app.env, app.config.root_doc

    def line(name):
        told = ", ".join(lectures.terms(name)) or first_sentence(env, name)
        address = f"{app.config.html_baseurl}{name}.html"
        return f"- [{env.titles[name].astext()}]({address}): {told}"

    parts = [("Front page", [root]), *flow.parts(app.builder)]
    sections = ["\n".join([f"## {caption}\n", *map(line, names)]) for caption, names in parts]
    head = f"# {app.config.html_title}\n\n> {first_sentence(env, root)}"
    text = "\n\n".join([head, *sections]) + "\n"
    (Path(app.outdir) / "llms.txt").write_text(text, encoding="utf-8")


def setup(app):
    app.connect("build-finished", write_sitemap)
    app.connect("build-finished", write_llms)
    app.connect("build-finished", write_not_found)
    # After Jupyter Book has written its own.
    app.connect("build-finished", write_root, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
