"""The book as an EPUB, packed from the built pages. Run by `make epub`.

A page's article is kept, with formulas as MathML, pictures as SVG, and each live figure as its
still picture and text; answers and solutions are unfolded. A browser turns it into XHTML.
"""

import mimetypes
import re
from datetime import UTC, datetime
from html import escape
from posixpath import dirname, normpath, relpath
from urllib.parse import unquote
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import yaml
from tqdm import tqdm

from book._tools.browser import launched
from book._tools.pdf import HTML, ROOT, contents

EPUB = ROOT / "_build" / "memory-with-gates.epub"

# From the text of a page: its title, its article as XHTML, and the pictures that it shows.
ARTICLE = """([text, page, inside, home]) => {
  const { body } = new DOMParser().parseFromString(text, "text/html");
  const article = body.querySelector("article");
  const gone = "script, style, button, input, .headerlink, .prev-next-area, .book-progress";
  for (const node of article.querySelectorAll(gone)) node.remove();
  for (const fold of article.querySelectorAll("details")) fold.open = true;
  // A cell's fold says one thing when closed and another when open, each in a paragraph.
  for (const said of article.querySelectorAll("summary .expanded")) said.remove();
  for (const said of article.querySelectorAll("summary p")) said.replaceWith(...said.childNodes);
  for (const figure of article.querySelectorAll(".live-figure figcaption")) {
    const live = figure.ownerDocument.createElement("a");
    [live.href, live.textContent] = [home + page, "Move it on the web."];
    figure.append(" ", live);
  }
  // An id may stand once: of pictures drawn alike, each has its own.
  article.querySelectorAll("svg").forEach((picture, k) => {
    for (const node of picture.querySelectorAll("[id]")) node.id = `p${k}-${node.id}`;
    for (const node of picture.querySelectorAll("*")) {
      for (const { name, value } of [...node.attributes]) {
        const own = value.replace(/^#/, `#p${k}-`).replace(/url\\(#/g, `url(#p${k}-`);
        if (/href$|clip-path|fill|stroke|mask|style/.test(name) && !/^#[0-9a-f]{3,8}$/i.test(value))
          node.setAttribute(name, own);
      }
    }
  });
  for (const node of article.querySelectorAll("*")) {
    for (const { name } of [...node.attributes])
      if (/^(data-|on|aria-|role$|tabindex$)/.test(name) && name !== "aria-label")
        node.removeAttribute(name);
  }
  // A link to another page of the book leads to it here; any other leads to the published book, and
  // so does one that sets a figure.
  const links = [...article.querySelectorAll("a[href]")];
  for (const link of links) {
    const url = new URL(link.getAttribute("href"), `book:///${page}`);
    if (url.protocol !== "book:") continue;
    const name = url.pathname.slice(1);
    if (!inside.includes(name) || url.hash.includes("?")) link.href = home + name + url.hash;
    else link.setAttribute("href", link.getAttribute("href").replace(/\\.html(?=#|$)/, ".xhtml"));
  }
  const pictures = [...article.querySelectorAll("img")].map((image) => image.getAttribute("src"));
  const title = article.querySelector("h1").textContent.trim();
  return [title, new XMLSerializer().serializeToString(article), pictures];
}"""

PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" href="{style}"/></head>
<body>{body}</body>
</html>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{uuid}</dc:identifier>
<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:language>en</dc:language>
<dc:rights>Text: CC BY 4.0. Code: MIT.</dc:rights><dc:source>{home}</dc:source>
<meta property="dcterms:modified">{now}</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
{items}
</manifest>
<spine>
{spine}
</spine>
</package>
"""
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" \
media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
STYLE = """
body { line-height: 1.5; }
pre { font-size: 0.8em; line-height: 1.35; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-size: 0.9em; }
table { border-collapse: collapse; font-size: 0.9em; }
td, th { padding: 0.2em 0.5em; border-bottom: 1px solid #ccc; text-align: left; }
svg, img { max-width: 100%; height: auto; }
figure { margin: 1.2em 0; }
figcaption, .reading-time, .about { color: #555; font-size: 0.9em; }
.book-map img { display: block; width: 8em; }
blockquote, details { border-left: 3px solid #ccc; margin: 1em 0; padding-left: 0.9em; }
.cell_output { margin: 0.5em 0 1.2em; }
math { font-size: 1.05em; }
"""


def main():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    home = config["sphinx"]["config"]["html_baseurl"]
    parts = list(contents())
    every = [name for _, names in parts for name in names]
    inside = [f"{name}.html" for name in every]
    pages, files = {}, {"style.css": STYLE + style_of_code()}
    with launched() as browser:
        page = browser.new_page()
        for name in tqdm(every, unit="page"):
            text = (HTML / f"{name}.html").read_text(encoding="utf-8")
            title, body, pictures = page.evaluate(ARTICLE, [text, f"{name}.html", inside, home])
            style = relpath("style.css", dirname(name))
            pages[name] = title, PAGE.format(title=escape(title), style=style, body=body)
            for picture in pictures:
                file = normpath(f"{dirname(name)}/{unquote(picture)}")
                files[file] = (HTML / file).read_bytes()
    pack(config, parts, pages, files)
    print(f"{EPUB.relative_to(ROOT)}: {len(pages)} pages, {EPUB.stat().st_size / 1e6:.1f} MB")


def style_of_code():
    """The theme's colours for code on a light ground."""
    rules = (HTML / "_static" / "pygments.css").read_text(encoding="utf-8")
    return re.sub(r'html\[data-theme="dark"\][^{]*\{[^}]*\}', "", rules).replace(
        'html[data-theme="light"] ', ""
    )


def pack(config, parts, pages, files):
    home = config["sphinx"]["config"]["html_baseurl"]
    items = [
        f'<item id="{as_id(name)}" href="{name}.xhtml" media-type="application/xhtml+xml"'
        f"{properties(text)}/>"
        for name, (_, text) in pages.items()
    ]
    items += [
        f'<item id="{as_id(file)}" href="{file}" media-type="{mimetypes.guess_type(file)[0]}"/>'
        for file in files
    ]
    package = PACKAGE.format(
        uuid=uuid5(NAMESPACE_URL, home),
        title=escape(config["title"]),
        author=escape(config["author"]),
        home=home,
        now=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        items="\n".join(items),
        spine="\n".join(f'<itemref idref="{as_id(name)}"/>' for name in pages),
    )
    with ZipFile(EPUB, "w", ZIP_DEFLATED) as book:
        # First and as it is, so that a reader knows the file by its first bytes.
        book.writestr("mimetype", "application/epub+zip", ZIP_STORED)
        book.writestr("META-INF/container.xml", CONTAINER)
        book.writestr("book/package.opf", package)
        nav = PAGE.format(title="Contents", style="style.css", body=contents_page(parts, pages))
        book.writestr("book/nav.xhtml", nav)
        for name, (_, text) in pages.items():
            book.writestr(f"book/{name}.xhtml", text)
        for file, data in files.items():
            book.writestr(f"book/{file}", data)


def contents_page(parts, pages):
    def line(name):
        return f'<li><a href="{name}.xhtml">{escape(pages[name][0])}</a></li>'

    listed = ""
    for caption, names in parts:
        lines = "".join(map(line, names))
        part = f"<li><span>{escape(caption)}</span><ol>{lines}</ol></li>" if caption else lines
        listed += part
    return f'<nav epub:type="toc"><h1>Contents</h1><ol>{listed}</ol></nav>'


def as_id(name):
    return "x" + re.sub(r"\W", "-", name)


def properties(text):
    kinds = [kind for tag, kind in (("<math", "mathml"), ("<svg", "svg")) if tag in text]
    return f' properties="{" ".join(kinds)}"' if kinds else ""


if __name__ == "__main__":
    main()
