"""The style sheets of figures: the palette, said in `lecture_lib.plots.style`, and their rules."""

from pathlib import Path

from lecture_lib.figures.joiner import WEB
from lecture_lib.plots import style

# The book, JupyterLab, and a page that embeds a figure, each in the dark.
DARK = (
    'html[data-theme="dark"] .live-figure, body[data-jp-theme-light="false"] .live-figure, '
    ".live-figure.live-dark, .live-dark .live-figure"
)


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


def base_style() -> str:
    """The style sheet that all figures share."""
    return palette() + (WEB / "base.css").read_text(encoding="utf-8")


def own_style(home: Path) -> str:
    """The style sheet of the figure in the folder `home` alone; "" if it has none."""
    path = home / f"{home.name}.css"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def stylesheet(home: Path) -> str:
    """What a widget brings along: the shared rules, then the figure's own."""
    return base_style() + own_style(home)
