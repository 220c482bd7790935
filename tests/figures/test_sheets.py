"""The style sheets of figures: what a figure uses is in the one that all share, or in its own."""

import re

import pytest

from lecture_lib import figures
from lecture_lib.figures import joiner, style

CLASSES = [getattr(figures, name) for name in figures.__all__]
SHARED = {
    path.stem: path.read_text("utf-8")
    for path in joiner.WEB.glob("*.css")
    if path.stem not in (*style.SHEETS, "light")
}


def named(css):
    return set(re.findall(r"\.(live-[\w-]+)", css))


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.figure)
def test_each_colour_that_it_asks_for_is_said(cls):
    css = style.stylesheet(cls.home, cls.sheets)
    script = joiner.page_script(cls)
    asked = set(re.findall(r"var\((--live-[\w-]+)\)", css + script))
    # Each unit's own, as a gate's colour is, is set on the element.
    said = set(re.findall(r"(--live-[\w-]+)\"?[:,]", css + script))
    assert len(asked) > 10
    assert asked <= said, asked - said


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.figure)
def test_it_has_the_rules_that_some_figures_share_if_it_uses_them(cls):
    script = joiner.page_script(cls)
    has = named(style.stylesheet(cls.home, cls.sheets))
    for sheet, css in SHARED.items():
        used = {name for name in named(css) if re.search(rf"(?<![\w-]){name}(?![\w-])", script)}
        assert used <= has, (sheet, used - has)


def test_each_shared_sheet_is_shared():
    assert SHARED
    for sheet in SHARED:
        assert sum(sheet in cls.sheets for cls in CLASSES) > 1, sheet


@pytest.mark.parametrize("sheet", SHARED)
def test_each_class_of_a_shared_sheet_is_shared(sheet):
    own = [
        style.stylesheet(cls.home, ()) + joiner.page_script(cls)
        for cls in CLASSES
        if sheet in cls.sheets
    ]
    for name in named(SHARED[sheet]):
        stem = re.sub(r"\d+$", "", name)  # of colours that are counted
        assert sum(stem in text for text in own) > 1, name
