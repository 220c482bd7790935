"""The palette reads on every ground, and a still is the same text each time, for eye and ear."""

import re

import pytest

from lecture_lib import plots
from lecture_lib.plots import style

# The pages' grounds, their raised panels, and the belt.
LIGHT = ("#FFFFFF", "#F5F7F9", "#E8F0F6")
DARK = ("#14181E", "#1F252D", "#1D2A36")


def luminance(colour):
    """Relative luminance of #RRGGBB (WCAG 2.2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(
    ("inks", "grounds"), [(plots.INKS_LIGHT, LIGHT), (plots.INKS_DARK, DARK)], ids=["light", "dark"]
)
def test_the_inks_are_text(inks, grounds):
    for gate, ink in inks.items():
        for ground in grounds:
            assert contrast(ink, ground) >= 4.5, (gate, ground)


def test_every_gate_and_state_has_its_colour_and_the_grus_wear_the_lstms():
    for palette in (plots.COLOURS, plots.COLOURS_DARK, plots.INKS_LIGHT, plots.INKS_DARK):
        assert "".join(palette) == "figochrzn"
        assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in palette.values())
        assert [palette[k] for k in "rzn"] == [palette[k] for k in "ofg"]
        assert len(set(palette.values())) == 6
    # Okabe & Ito's: no palette of ours.
    assert plots.COLOURS["f"] == "#D55E00" and plots.COLOURS["h"] == "#CC79A7"


def drawn():
    return plots.leak([0.5, 0.9])


def test_a_still_takes_the_pages_ink_and_says_what_is_seen():
    shown = plots.still(drawn(), 'f of "0.9" < 1')
    text = shown._repr_html_()
    assert text.startswith('<svg class="still" role="img" aria-label="f of &quot;0.9&quot; &lt; 1"')
    assert style.INK in plots.svg(drawn()) and style.INK not in text and "currentColor" in text
    assert repr(shown) == "still('f of \"0.9\" < 1')"


def test_its_text_is_the_same_each_time_and_carries_nothing_that_leaks_into_a_page():
    text = plots.svg(drawn())
    assert text == plots.svg(drawn())
    assert "<style" not in text and "<metadata" not in text and "xml version" not in text
    referred = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    assert set(re.findall(r' id="([^"]*)"', text)) <= referred | {
        name for name in re.findall(r' id="([mp][0-9a-f]{10})"', text)
    }
    assert not re.search(r"\d\.\d\d", re.sub(r">[^<]*<", "><", text))
    assert re.search(r'style="width:100%;max-width:[\d.]+pt;height:auto"', text[:300])
