"""Arrays to matplotlib Axes, in the book's colours. Each returns its Axes and shows nothing.

`style` has the palette and the look, and each other file the pictures of one subject. Of those,
`gates` is at hand here; the rest are imported by name: `from lecture_lib.plots import gradients`.

`still(axes, alt)` is what a lecture shows: SVG that takes its ink from the page, so that it reads
in light and dark, with a text for those who do not see it.
"""

from lecture_lib.plots.gates import by_age, counting, gate_strip, leak, squashers, streams
from lecture_lib.plots.style import (
    COLOURS,
    COLOURS_DARK,
    FAINT,
    INK,
    INKS_DARK,
    INKS_LIGHT,
    still,
    svg,
)

__all__ = [
    "COLOURS",
    "COLOURS_DARK",
    "FAINT",
    "INK",
    "INKS_DARK",
    "INKS_LIGHT",
    "by_age",
    "counting",
    "gate_strip",
    "leak",
    "squashers",
    "still",
    "streams",
    "svg",
]
