"""The numbers in the labs' equations are handles: dragged by mouse, finger and keys, as sliders."""

import pytest

from book._tools import preview
from lecture_lib.figures import GateLab, GRULab
from tests.driver import Figure, axe_faults, previews

# Each with its rows, the least and largest value of each, and what a screen reader calls it.
LABS = {
    GateLab: {
        "f": (0, 1, "forget gate f"),
        "i": (0, 1, "input gate i"),
        "g": (-1, 1, "candidate g"),
        "o": (0, 1, "output gate o"),
    },
    GRULab: {"r": (0, 1, "reset gate r"), "z": (0, 1, "update gate z"), "x": (-1, 1, "input x")},
}
ACROSS = 200  # px of a drag from the least value to the largest

# From now on `ended` says whether a scroll has come to its end.
ENDED = """() => {
  window.ended = false;
  addEventListener("scrollend", () => (window.ended = true), { once: true });
}"""


@pytest.fixture(scope="module", params=LABS, ids=lambda cls: cls.figure)
def cls(request):
    return request.param


@pytest.fixture(scope="module")
def show(browser, tmp_path_factory):
    """show(figure, **options of the context): its page; nothing may have been logged."""
    folder = tmp_path_factory.mktemp("labs")
    with previews(browser) as open_page:

        def show_figure(figure, **options):
            address = (folder / preview.write(figure, folder)).as_uri()
            return Figure(open_page(address, **options), figure.figure)

        yield show_figure


@pytest.fixture(scope="module")
def lab(show, cls):
    return show(cls(tab=0) if cls is GateLab else cls())


def handle(lab, name):
    return lab.root.locator(f".live-equations .live-handle.live-{name}")


def value_of(lab, name):
    """The trait's value, which the slider, the handle and the table must all say."""
    value = lab.inputs()[name]
    number = handle(lab, name)
    assert float(number.get_attribute("aria-valuenow")) == value
    assert number.inner_text().strip("()").replace("−", "-") == f"{value:.2f}"
    assert lab.numbers()[name][int(lab.inputs()["t"]) - 1] == value
    return value


def middle(lab, name):
    number = handle(lab, name)
    number.scroll_into_view_if_needed()
    box = number.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(lab, name, by, down=0):
    x, y = middle(lab, name)
    mouse = lab.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + by, y + down, steps=4)
    mouse.up()


def test_each_says_what_it_is(lab, cls):
    assert lab.root.locator(".live-handle").count() == len(LABS[cls])
    for name, (low, high, words) in LABS[cls].items():
        number = handle(lab, name)
        shown = {
            key: number.get_attribute(key)
            for key in ("role", "tabindex", "aria-label", "aria-valuemin", "aria-valuemax")
        }
        assert shown == {
            "role": "slider",
            "tabindex": "0",
            "aria-label": words,
            "aria-valuemin": str(low),
            "aria-valuemax": str(high),
        }
        # In the same words as the slider, which has them from the class.
        said = lab.input(name).get_attribute("aria-valuetext")
        assert number.get_attribute("aria-valuetext") == said
        style = number.evaluate(
            "n => [getComputedStyle(n).cursor, getComputedStyle(n).touchAction]"
        )
        assert style == ["ew-resize", "pan-y"]
    faults = axe_faults(lab.page, ".live-equations")
    assert not faults, faults


def test_a_drag_sets_the_trait_and_the_sliders_follow(lab, cls):
    for name, (low, high, _) in LABS[cls].items():
        lab.set(name, (low + high) / 2)
        others = {k: v for k, v in lab.inputs().items() if k != name}
        # A quarter of the way; the numbers beside it may move under the mouse meanwhile.
        drag(lab, name, ACROSS / 4, down=60)
        wanted = low + 0.75 * (high - low)
        # The mouse's place is rounded to whole pixels.
        assert value_of(lab, name) == pytest.approx(wanted, abs=0.011), name
        assert {k: v for k, v in lab.inputs().items() if k != name} == others
        drag(lab, name, -3 * ACROSS)
        assert value_of(lab, name) == low
        assert not lab.page.evaluate("getSelection().toString()")
        # The other way round.
        lab.set(name, 0.35)
        assert value_of(lab, name) == 0.35


def test_a_click_changes_nothing_and_all_steps_are_set_as_by_the_slider(lab, cls):
    name = next(iter(LABS[cls]))
    lab.set(name, 0.4)
    drag(lab, name, 2)
    assert value_of(lab, name) == 0.4
    lab.set("all_steps", True)
    drag(lab, name, 50)
    assert set(lab.numbers()[name]) == {value_of(lab, name)} != {0.4}
    lab.set("all_steps", False)
    lab.set("t", 2)
    drag(lab, name, -50)
    assert len(set(lab.numbers()[name])) == 2 and value_of(lab, name) < 0.6


def test_the_keys_are_those_of_a_slider(lab, cls):
    for name, (low, high, _) in LABS[cls].items():
        lab.set(name, 0.5)
        number = handle(lab, name)
        number.focus()
        page = (high - low) / 10
        value = 0.5
        for key, by in {
            "ArrowRight": 0.01,
            "ArrowUp": 0.01,
            "ArrowLeft": -0.01,
            "ArrowDown": -0.01,
            "PageUp": page,
            "PageDown": -page,
        }.items():
            number.press(key)
            value += by
            assert value_of(lab, name) == pytest.approx(value), key
        number.press("End")
        number.press("ArrowUp")
        assert value_of(lab, name) == high
        number.press("Home")
        number.press("PageDown")
        assert value_of(lab, name) == low
        # A negative factor stands in brackets.
        assert number.inner_text() == ("(−1.00)" if low else "0.00")
        assert number.evaluate("node => node === document.activeElement")


def finger(page, *points, end="touchEnd"):
    """A finger that goes from point to point."""
    cdp = page.context.new_cdp_session(page)
    for k, (x, y) in enumerate(points):
        kind = "touchMove" if k else "touchStart"
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    cdp.send("Input.dispatchTouchEvent", {"type": end, "touchPoints": []})


def test_a_finger_drags_across_and_scrolls_along(show, cls):
    figure = cls(tab=0) if cls is GateLab else cls()
    size = {"width": 390, "height": 600}
    lab = show(figure, has_touch=True, is_mobile=True, viewport=size)
    page = lab.page
    for name, (low, high, _) in LABS[cls].items():
        lab.set(name, (low + high) / 2)
        x, y = middle(lab, name)
        top = page.evaluate("scrollY")
        finger(page, *[(x - by, y) for by in range(0, 51, 5)])
        assert value_of(lab, name) == pytest.approx(low + 0.25 * (high - low), abs=0.011), name
        assert page.evaluate("scrollY") == top
        box = handle(lab, name).evaluate("n => n.getBoundingClientRect().width")
        assert box >= 24
        # Up and down is the page's.
        before, (x, y) = value_of(lab, name), middle(lab, name)
        page.evaluate(ENDED)
        finger(page, *[(x - (by > 90), y - by) for by in range(0, 121, 10)])
        # It glides on for a while, which would be taken for the next drag's doing.
        page.wait_for_function("window.ended")
        assert page.evaluate("scrollY") > top
        assert value_of(lab, name) == before
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_what_is_given_or_computed_is_a_plain_number(show, cls):
    goal = next(iter(cls.goals))
    lab = show(cls(goal=goal))
    given = set(LABS[cls]) - set(cls.goals[goal]["focus"])
    assert given
    for name in LABS[cls]:
        assert handle(lab, name).count() == (name not in given), name
    if cls is not GateLab:
        return
    lab = show(cls(tab=0))
    assert lab.root.locator(".live-equations [role=slider]").count() == 4
    lab.choose_tab(1)
    numbers = lab.root.locator(".live-equations b")
    left = numbers.evaluate_all(
        """nodes => nodes.flatMap((n) => [...n.attributes].map((a) => a.name)).filter(
          (name) => name !== "class")"""
    )
    assert left == [] and lab.root.locator(".live-handle").count() == 0
    before = lab.rows()
    box = numbers.first.bounding_box()
    lab.page.mouse.move(box["x"] + 5, box["y"] + 5)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] - 80, box["y"] + 5, steps=3)
    lab.page.mouse.up()
    assert lab.rows() == before
    lab.choose_tab(0)
    assert lab.root.locator(".live-equations [role=slider]").count() == 4
