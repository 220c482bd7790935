"""The book as one PDF, printed by Chromium from the built pages. Run by `make pdf`.

The pages are opened under the address where the book is published, and served from the build, so
that a link in the PDF leads to the published page.
"""

from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from pypdf import PdfWriter
from tqdm import tqdm

from book._tools.browser import launched

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
PDF = ROOT / "_build" / "memory-with-gates.pdf"
FOOTER = (
    '<div style="width: 100%; margin: 0 15mm; font: 8px sans-serif; color: #555">'
    '<span class="title"></span><span style="float: right" class="pageNumber"></span></div>'
)
OPEN = """document.querySelectorAll("details").forEach((fold) => {
  fold.open = !fold.closest(".live-figure");
})"""
# A link that sets a figure leads to the published page: with a query, though empty, it leads out.
LEAD_OUT = """document.querySelectorAll('a[href^="#"][href*="?"]').forEach((link) => {
  link.setAttribute("href", `?${link.getAttribute("href")}`);
})"""
MARGIN = {"top": "15mm", "bottom": "18mm", "left": "15mm", "right": "15mm"}


def contents():
    """The parts of the book, as (caption, pages), in the order of its table of contents."""
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    yield None, [toc["root"]]
    for part in toc["parts"]:
        yield part["caption"], [chapter["file"] for chapter in part["chapters"]]


def main():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    home = config["sphinx"]["config"]["html_baseurl"]
    book = PdfWriter()
    with launched() as browser:
        page = browser.new_page(color_scheme="light", reduced_motion="reduce")

        def serve(route):
            path = unquote(urlsplit(route.request.url.removeprefix(home)).path)
            route.fulfill(path=HTML / path)

        page.route("**/*", serve)
        for caption, names in tqdm(list(contents()), unit="part"):
            part = None
            for name in names:
                page.goto(f"{home}{name}.html")
                # Paper does not unfold: answers and solutions are printed, tables of numbers not.
                page.evaluate(OPEN)
                page.evaluate(LEAD_OUT)
                # A page is 688 px wide on screen; at this scale as much fits between the margins.
                printed = page.pdf(
                    format="A4",
                    scale=0.85,
                    margin=MARGIN,
                    display_header_footer=True,
                    header_template="<span></span>",
                    footer_template=FOOTER,
                )
                title = page.locator("h1").first.inner_text()
                first = len(book.pages)
                book.append(BytesIO(printed), import_outline=False)
                if caption and name == names[0]:
                    part = book.add_outline_item(title=caption, page_number=first)
                book.add_outline_item(title=title, page_number=first, parent=part)
    book.add_metadata({"/Title": config["title"], "/Author": config["author"]})
    book.write(PDF)
    print(f"{PDF.relative_to(ROOT)}: {len(book.pages)} pages, {PDF.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
