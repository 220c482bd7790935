"""Still pictures of figures as files of their own, which a page fetches as they come near."""

import re
from pathlib import Path

from docutils import nodes

from book._ext.bundle import as_attributes

FOLDER = "_static/stills"
IN_A_TWIN = re.compile(r'<figure class="live-still">\s*(<svg.*?</svg>)', re.S)
TEXT = re.compile(r"<text\b.*?</text>", re.S)
STROKE = re.compile(r'stroke-width="([\d.]+)"')
# A tick of an axis, 3.5 points long, as matplotlib defines it once and then uses it.
TICK = re.compile(r'<path id="(\w+)" d="M 0 0 L (?:0 3\.5|-3\.5 0) "[^>]*/>')
UNSEEN = re.compile(r'<path d="[^"]*" fill="none"\s*/>|<defs>\s*</defs>|<g\s*/>')
EMPTY = re.compile(r"<g(?: [^>]*)?>\s*</g>")
DRAWN = re.compile(r'(?<= d=")[^"]*')
LARGE = re.compile(r"-?\d{2,}\.\d+")
CELL = r"M(\d+) (\d+)h1v1h-1z"
CELLS = re.compile(f"(?:{CELL})+")


def small(svg):
    """The drawing for a width at which no letter could be read: no letters, no ticks, broad lines,
    nothing that cannot be seen, large coordinates in whole points, and cells of a heat map joined.

    Axes and grids, which are thinner than 1, stay as they are.
    """

    def broad(found):
        width = float(found[1])
        return f'stroke-width="{2.5 * width if width >= 1 else width:g}"'

    for name in TICK.findall(svg):
        svg = re.sub(rf'<use xlink:href="#{name}"[^>]*/>', "", svg)
    svg = STROKE.sub(broad, TEXT.sub("", TICK.sub("", svg)))
    svg = DRAWN.sub(lambda drawn: LARGE.sub(lambda x: f"{float(x[0]):.0f}", drawn[0]), svg)
    svg = CELLS.sub(lambda cells: _joined(re.findall(CELL, cells[0])), svg)
    svg, found = UNSEEN.sub("", svg), 1
    while found:
        svg, found = EMPTY.subn("", svg)
    return re.sub(r"\s*\n\s*", " ", svg)


def _joined(cells):
    """The cells of one colour as runs along the rows, each told from the one before."""
    runs = []
    for y, x in sorted((int(y), int(x)) for x, y in cells):
        if runs and runs[-1][:2] == [y, x - runs[-1][2]]:
            runs[-1][2] += 1
        else:
            runs.append([y, x, 1])
    before = [[0, 0, 0], *runs]
    return "".join(
        f"m{x - left} {y - top}h{n}v1h-{n}z"
        for (top, left, _), (y, x, n) in zip(before, runs, strict=False)
    )


def picture(builder, name, svg, scale=lambda svg: svg):
    """Writes the still as a file, and gives the `<img>` that shows it on the page being written.

    Beside it stands in words what it shows, so that it has none of its own.
    """
    folder = Path(builder.outdir, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.svg").write_text(scale(as_attributes(svg)), encoding="utf-8")
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    root = "../" * builder.current_docname.count("/")
    return (
        f'<img class="still-file dark-light" src="{root}{FOLDER}/{name}.svg" alt="" loading="lazy"'
        f' width="{float(width):.0f}" height="{float(height):.0f}">'
    )


def first_still(builder, name):
    """A small picture of the first figure of the page `name`, as it stands there, if it has one."""
    for raw in builder.env.get_doctree(name).findall(nodes.raw):
        if found := IN_A_TWIN.search(raw.astext()):
            return picture(builder, Path(name).name, found[1], small)
    return ""
