"""The style sheets of figures: the palette, said in `lecture_lib.plots.style`, and their rules."""

import re
from collections.abc import Sequence
from pathlib import Path

from lecture_lib.figures.joiner import WEB
from lecture_lib.plots import style

# What figures share: their parts; the stage; links that set one; numbers to drag; tours.
SHEETS = ("base", "stage", "links", "handles", "tour")

# The book, JupyterLab, and a page that embeds a figure, each in the dark.
DARK = (
    'html[data-theme="dark"] .live-figure, body[data-jp-theme-light="false"] .live-figure, '
    ".live-figure.live-dark, .live-dark .live-figure"
)

# What lights so that a gate steps back: another gate of its cell, or the cell's state.
CELLS = ("fiogch", "rznh")
OTHERS = {
    name: [other for other in cell if other != name]
    for cell in CELLS
    for name in cell
    if name not in "ch"
}


def _variables(colours: dict[str, str], inks: dict[str, str]) -> str:
    own = [f"--live-{name}: {colour};" for name, colour in colours.items()]
    return " ".join([*own, *(f"--live-{name}-ink: {ink};" for name, ink in inks.items())])


def palette() -> str:
    """Each gate's and state's colour, `--live-f`, and its tone for text, `--live-f-ink`.

    A part of the gate f has the class `live-f`; what only wears its colour, as a cell among others
    does, `live-like-f`, and is not lit with the gate.
    """
    light = _variables(style.COLOURS, style.INKS_LIGHT)
    dark = _variables(style.COLOURS_DARK, style.INKS_DARK)
    kinds = "\n".join(
        f".live-{name}, .live-like-{name} {{ --live-own: var(--live-{name}); "
        f"--live-own-ink: var(--live-{name}-ink); }}"
        for name in style.COLOURS
    )
    return f".live-figure {{ {light} }}\n{DARK} {{ {dark} }}\n{kinds}\n"


def light() -> str:
    """What is lit with its gate, on screens: `web/light.css`, its rules for each letter.

    No selector ends in a list of letters: the browser sorts rules by the class that they end in,
    and would else try these on each element of the page.
    """
    rules = (WEB / "light.css").read_text(encoding="utf-8")
    lit = [(name, f'[data-lit="{name}"]') for name in style.COLOURS]
    dim = [
        (name, ":is(" + ", ".join(f'[data-lit="{one}"]' for one in others) + ")")
        for name, others in OTHERS.items()
    ]

    def for_each(found):
        kind, pairs = ("LIT", lit) if "LIT" in found[1] else ("DIM", dim)
        parts = [
            (f"{root} .live-view:not(.live-plain) .live-{name}", found[1]) for name, root in pairs
        ]
        return ", ".join(rule.replace(kind, part) for part, rule in parts) + "{"

    rules = re.sub(r"/\*.*?\*/\n", "", rules, flags=re.S)
    return "@media screen {\n" + re.sub(r"([^{}\n]+) \{", for_each, rules) + "}\n"


def base_style() -> str:
    """The style sheet that all figures share."""
    sheets = [(WEB / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS]
    return palette() + "\n".join(sheets) + light()


def own_style(home: Path, shared: Sequence[str] = ()) -> str:
    """The style sheet of the figure in the folder `home`, after those of `web/` that it shares with
    some others; "" if it has none."""
    own = home / f"{home.name}.css"
    sheets = [*(WEB / f"{name}.css" for name in shared), *([own] if own.exists() else [])]
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def stylesheet(home: Path, shared: Sequence[str] = ()) -> str:
    """What a widget brings along: the shared rules, then the figure's own."""
    return base_style() + own_style(home, shared)
