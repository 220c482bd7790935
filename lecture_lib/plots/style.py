"""The book's palette, the look of its pictures, and how a lecture shows one."""

import html
import io
import re

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure


def _with_gru(colours):
    """The GRU's r, z and n wear the colours of the LSTM's o, f and g."""
    return colours | {"r": colours["o"], "z": colours["f"], "n": colours["g"]}


# Okabe & Ito's colours, one for each gate and state, in equations, pictures, sliders and figures.
COLOURS = _with_gru(
    {
        "f": "#D55E00",
        "i": "#009E73",
        "g": "#E69F00",
        "o": "#56B4E9",
        "c": "#0072B2",
        "h": "#CC79A7",
    }
)
# On a dark page c's blue alone would sink into the ground.
COLOURS_DARK = COLOURS | {"c": "#2F8FD0"}
# The same colours as text: dark enough on a light page, light enough on a dark one.
INKS_LIGHT = _with_gru(
    {
        "f": "#AB4800",
        "i": "#00704F",
        "g": "#865B00",
        "o": "#1C6E9F",
        "c": "#005A8E",
        "h": "#A03D76",
    }
)
INKS_DARK = _with_gru(
    {
        "f": "#FF9A5C",
        "i": "#3FD3A6",
        "g": "#F5BB4D",
        "o": "#86CDF5",
        "c": "#6CB9EE",
        "h": "#EAA5CB",
    }
)
INK = "#1f2933"  # a still has the page's own text colour in its place
FAINT = "#8a949e"

# Each function that draws is decorated with it.
styled = mpl.rc_context(
    {
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": FAINT,
        "xtick.color": FAINT,
        "ytick.color": FAINT,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10,
        "font.size": 10,
        "legend.frameon": False,
        "legend.fontsize": 9,
    }
)


def new_axes(width=5.4, height=2.6, **kwargs):
    """The Axes of a figure of so many inches, which pyplot does not know; `kwargs` as `subplots`
    takes them."""
    return Figure(figsize=(width, height), layout="constrained").subplots(**kwargs)


def svg(axes) -> str:
    """The figure of `axes` as SVG text: the same text for the same numbers."""
    figure = np.ravel(axes)[0].figure
    out = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "memory-with-gates"}):
        figure.savefig(
            out, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    text = out.getvalue()[out.getvalue().index("<svg") :]
    # Several stand on one page: no ids but those referred to, no style that leaks out.
    unused = (
        r' id="(?![mp][0-9a-f]{10}")[^"]*"|<metadata>.*?</metadata>|<style.*?</style>|(?<=\n) +'
    )
    text = re.sub(unused, "", text, flags=re.DOTALL)
    # A page carries many: tenths of a point are fine enough, and a turn by nothing is none.
    text = re.sub(r' transform="rotate\(-0 [^"]*"', "", text)
    tenths = re.compile(r"(\d\.\d)\d+")
    text = re.sub(r"<[^>]*>", lambda tag: tenths.sub(r"\1", tag[0]), text).replace(" \n", " ")
    text = re.sub(r"'DejaVu Sans'[^;\"]*", "system-ui, sans-serif", text)
    size = r'width="([\d.]+)pt" height="[\d.]+pt"'
    return re.sub(size, r'style="width:100%;max-width:\1pt;height:auto"', text, count=1)


class still:
    """Axes as a lecture shows them, with `alt`, what is to be seen in words."""

    def __init__(self, axes, alt):
        self.axes, self.alt = axes, alt

    def __repr__(self):
        return f"still({self.alt!r})"

    def _repr_html_(self):
        label = html.escape(self.alt, quote=True)
        text = svg(self.axes).replace(INK, "currentColor")
        return text.replace("<svg", f'<svg class="still" role="img" aria-label="{label}"', 1)
