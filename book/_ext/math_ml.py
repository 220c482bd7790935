"""Mathematics as MathML at build time: no script, no request, and text that can be selected.

The face is STIX Two Math, cut down to the book's characters. A character outside `CHARACTERS` is a
warning, and so, in the strict build, an error.
"""

import html
import re
from pathlib import Path

import ziamath
from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging

from book._ext.faces import face
from lecture_lib.plots import style

FACE = Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf"
CHARACTERS = "".join(
    [
        *map(chr, range(0x20, 0x7F)),
        *map(chr, range(0x1D400, 0x1D468)),  # bold and italic Latin
        *map(chr, range(0x1D6FC, 0x1D71C)),  # italic Greek
        "ℎαβγδεζηθλμνξπρστφχψωΔΣΠΦΩΛ×·÷±−∓√∂∇∞∝∘⊙⊗⊕∑∏∫∈∉∀∃∧∨¬≈≠≤≥≡≪≫→←↔↦⇒⇔",
        "⟨⟩‖∥∣…⋯⋮⋱′ℝℕ𝔼ℓ⏞⏟ˆ˜¯",
    ]
)
LAYOUT = """
math{font-family:"STIX Two Math",math;font-size:1.06em}
mtd[columnalign="left"]{text-align:left}
mtd[columnalign="right"]{text-align:right}
div.equation{overflow-x:auto;overflow-y:hidden;margin:1em 0;padding:2px 0}
"""
# The gates' colours as ink: dark enough on white, light enough on black.
INKS = "\n".join(
    f'{theme}[mathcolor="{style.COLOURS[name]}"]{{color:{inks[name]}}}'
    for theme, inks in (("", style.INKS_LIGHT), ('html[data-theme="dark"] ', style.INKS_DARK))
    for name in "figoch"
)
# A letter whose gate or state is lit, as lecture_lib/web/light.css has it of a figure's parts.
LIT = ",".join(f'[data-lit="{name}"] math .live-{name}' for name in style.COLOURS)
LIGHT = f"""
@media screen{{
{LIT}{{background:color-mix(in srgb,currentColor 10%,transparent);box-shadow:0 2px currentColor}}
}}
@media screen and (forced-colors:active){{
{LIT}{{outline:2px solid Highlight}}
}}
"""
# A coloured part, and what is in it.
COLOURED = re.compile(r'<mstyle mathcolor="(#\w+)">(?=(.*?)</mstyle>)', re.S)
# A minus or plus after another sign, or an opening bracket, belongs to what follows it: (−1, 1).
SIGN = re.compile(r"(<mo[^>]*>([^<]+)</mo>)<mo>(?=&#x02212;|&#x0002B;)")
CLOSING = ")]}⟩|∣‖∥′!…"
# The name of a function, by itself or with an index or a power, and what it stands between.
NAME = "<mi>(?:exp|ln|log|tanh)</mi>"
NAMED = rf"(?:(?<!<msub>)(?<!<msup>){NAME}|<(msu[bp])>{NAME}<m[in]>[^<]*</m[in]></\1>)"
BEFORE_A_NAME = re.compile(rf"(?:(?<=</m[in]>)|(?<=</msu[bp]>)){NAMED}")
AFTER_A_NAME = re.compile(rf"{NAMED}(?=<m(?!o|row><mo))")
# A formula in a line fits any page up to so many signs; a longer one may have to scroll.
SHORT = 8
THIN = '<mspace width="0.167em"/>'

logger = logging.getLogger(__name__)


def close_up(found):
    return found[0] if html.unescape(found[2]) in CLOSING else f'{found[1]}<mo form="prefix">'


def lettered(found):
    """A coloured part of a formula with the class of its gate's parts in a figure, `live-f`.

    The gate is the first of its letters whose colour it is: the GRU's r has the colour of o.
    """
    colour, inside = found.groups()
    letters = re.findall(r"<mi>(\w)</mi>", inside)
    gate = next((one for one in letters if style.COLOURS.get(one) == colour), None)
    return found[0].replace("<mstyle", f'<mstyle class="live-{gate}"') if gate else found[0]


def mathml(node, display):
    # latex2mathml knows `split`, which is `aligned` under another name.
    latex = re.sub(r"\{aligned\}", "{split}", node.astext())
    markup = SIGN.sub(close_up, convert(latex, display=display))
    markup = BEFORE_A_NAME.sub(rf"{THIN}\g<0>", AFTER_A_NAME.sub(rf"\g<0>{THIN}", markup))
    text = re.sub(r"<[^>]*>", "", markup)
    markup = COLOURED.sub(lettered, markup)
    strange = set(re.sub(r"&#x([0-9A-F]+);", lambda c: chr(int(c[1], 16)), text)) - set(CHARACTERS)
    if strange or "<mi>&</mi>" in markup or "\\" in text:
        logger.warning("cannot typeset %r: %s", latex, sorted(strange), location=node)
    return markup


def visit_math(translator, node):
    markup = mathml(node, "inline")
    if len(html.unescape(re.sub(r"<[^>]*>", "", markup))) > SHORT:
        markup = f'<span class="formula">{markup}</span>'
    translator.body.append(markup)
    raise nodes.SkipNode


def visit_math_block(translator, node):
    translator.body.append(f'<div class="equation">{mathml(node, "block")}</div>')
    raise nodes.SkipNode


def write_face(app):
    features = {"layout_features": ["ssty", "dtls"], "drop_tables": ["GPOS"]}
    script = face(FACE, "STIX Two Math", map(ord, CHARACTERS), **features)
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / "math.js").write_text(script, encoding="utf-8")
    (static / "math.css").write_text(LAYOUT + INKS + LIGHT, encoding="utf-8")


def add_face(app, pagename, templatename, context, doctree):
    if "<math" in context.get("body", ""):
        app.add_js_file("math.js", loading_method="defer")


def setup(app):
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_math_block, None)
    )
    app.add_css_file("math.css")
    app.connect("builder-inited", write_face)
    app.connect("html-page-context", add_face)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
