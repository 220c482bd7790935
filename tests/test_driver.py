"""What the checks of pages stand on, tests/driver.py: no fault is lost by what it spares axe."""

import pytest

from tests.driver import AXE, axe_faults

GREY = "color: #777; background: #fff"
# Each pair: a text that passes, then one of its colour and size that must be measured for itself.
GOOD = "<div><p>good</p></div>"
PAGES = {
    "in another box": f'{GOOD}<div style="background: #777"><p id="bad">bad</p></div>',
    "in a box that is half transparent": (
        f'{GOOD}<div style="background: rgb(0 0 0 / 50%)"><p id="bad">bad</p></div>'
    ),
    "in a box that is faded": f'{GOOD}<div style="opacity: 0.3"><p id="bad">bad</p></div>',
    "moved over a dark box": (
        f'{GOOD}<div style="background: #444; height: 80px"></div>'
        '<div style="position: relative; top: -60px"><p id="bad">bad</p></div>'
    ),
    "over a dark box, with room below it": (
        f'{GOOD}<div style="background: #444; height: 80px"></div>'
        '<div style="margin-top: -60px"><p id="bad">bad</p></div>'
    ),
    "of another size": (
        f'<p style="{GREY}; font-size: 30px">good</p><p id="bad" style="{GREY}">bad</p>'
    ),
}


@pytest.mark.parametrize("where", PAGES)
def test_a_text_without_contrast_is_found_beside_one_that_has_it(browser, where):
    page = browser.new_page()
    page.set_content(
        f'<!doctype html><html lang="en"><title>x</title><main><h1>x</h1>{PAGES[where]}</main>'
        "<style>p { color: #333; margin: 0; font: 16px sans-serif }</style>"
    )
    page.evaluate(AXE)
    alone = page.evaluate(
        "async () => (await axe.run({ runOnly: 'color-contrast' })).violations[0].nodes[0].html"
    )
    faults = axe_faults(page)
    page.close()
    assert 'id="bad"' in alone
    assert faults.startswith("color-contrast: ['#bad']") and faults.count("color-contrast") == 1
