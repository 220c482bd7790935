"""The Gate Lab on the published lecture: moved by its inputs, right to the digits it shows."""

import random

import pytest

from lecture_lib.figures import GateLab
from lecture_lib.figures.gate_lab import GATES, GOALS, PRESETS, STEPS
from tests.driver import LECTURE, Figure, axe_faults, scroll_past_figures, twins

COLUMNS = [*GATES, "c", "h"]

# The table has four decimals; half a unit of the last, and the engines' own 1e-15 at a tie.
SHOWN = 0.5e-4 + 1e-12


def anchor_of(wanted):
    """The first Gate Lab of the lecture whose state is wanted."""
    found = [anchor for anchor, state in twins(LECTURE).items() if wanted(state)]
    assert found, "the lecture shows no such Gate Lab"
    return found[0]


def everything(state):
    return not state["goal"] and state["learned"] and state["focus"] == "fgio"


def in_python(anchor):
    """A GateLab in the state in which the page's figure starts; its sliders follow its gates."""
    state = twins(LECTURE)[anchor]
    return GateLab(**{name: state[name] for name in state if name not in ("weights", *GATES)})


def assert_table_is(figure, lab):
    unit = lab.unit - 1 if lab.tab else 0
    numbers = figure.numbers()
    assert numbers["t"] == list(range(1, STEPS + 1))
    for name in COLUMNS:
        computed = getattr(lab.trace, name)[:, 0, unit].tolist()
        assert numbers[name] == pytest.approx(computed, rel=0, abs=SHOWN), name


@pytest.fixture
def gate_lab(visit):
    """`gate_lab(wanted, fragment, **options)`: the lecture's first Gate Lab whose state is so."""

    def shown(wanted=everything, fragment="", **options):
        anchor = anchor_of(wanted)
        return Figure(visit(LECTURE, fragment, figure=anchor, **options).page, anchor)

    return shown


@pytest.fixture
def opened(gate_lab):
    """The lecture's full Gate Lab as it opens."""
    return gate_lab()


@pytest.fixture
def lab(opened):
    """The same with its first tab in front."""
    opened.choose_tab(0)
    return opened


@pytest.mark.parametrize(("gate", "value"), [("f", 0.31), ("i", 0.83), ("g", -0.47), ("o", 0.12)])
def test_a_slider_moves_belt_valve_strip_and_table(lab, gate, value):
    parts = [".live-belt [class*=live-stream]", ".live-strip .live-bar", ".live-strip .live-cell"]
    if gate != "g":  # the candidate has a pill and no valve
        valve = f".live-belt .live-valve.live-{gate}"
        parts += [f"{valve} .live-dial", f"{valve} > g"]
    lab.set("t", 4)
    before = [lab.drawing(part) for part in parts]
    rows = lab.rows()
    lab.set(gate, value)
    for part, old in zip(parts, before, strict=True):
        assert old and lab.drawing(part) != old, part
    shown = f"{value:.2f}".replace("-", "−")
    assert shown in lab.root.locator(".live-belt").get_attribute("aria-label")
    assert shown in lab.drawing(".live-strip")
    assert shown in lab.drawing(".live-equations")
    changed = [k for k, (old, new) in enumerate(zip(rows, lab.rows(), strict=True)) if old != new]
    assert changed[0] == 4
    assert lab.numbers()[gate][3] == value


def test_the_table_has_the_columns_and_four_decimals(lab):
    heads, *rows = lab.rows()
    assert heads == ["t", *COLUMNS]
    assert len(rows) == STEPS
    assert all(len(cell.partition(".")[2]) == 4 for row in rows for cell in row[1:])


@pytest.mark.parametrize("seed", range(4))
def test_by_hand_the_table_is_what_lecture_lib_computes(lab, seed):
    """The same moves on the page and on the Python figure, in a random order."""
    rng, twin = random.Random(seed), in_python(lab.anchor)
    twin.tab = 0
    for _ in range(12):
        move = rng.choice(["gate", "gate", "gate", "t", "all_steps", "preset"])
        if move == "gate":
            gate = rng.choice(GATES)
            value = round(rng.uniform(-1 if gate == "g" else 0, 1), 2)
            lab.set(gate, value)
            setattr(twin, gate, value)
        elif move == "t":
            twin.t = rng.randint(1, STEPS)
            lab.set("t", twin.t)
        elif move == "all_steps":
            twin.all_steps = not twin.all_steps
            lab.set("all_steps", twin.all_steps)
        else:
            name = rng.choice([name for name in PRESETS if name != "free"])
            lab.choose_preset(name)
            twin.gates, twin.t = PRESETS[name]["gates"], PRESETS[name]["t"]
        assert_table_is(lab, twin)
        shown = lab.inputs()
        assert [shown[gate] for gate in GATES] == [getattr(twin, gate) for gate in GATES]
        assert (shown["t"], shown["all_steps"]) == (twin.t, twin.all_steps)


@pytest.mark.parametrize("seed", range(4))
def test_learned_gates_are_what_lecture_lib_computes(lab, seed):
    """An edited input, a unit, and gates held as by `LSTM.forward(..., clamp=...)`."""
    rng, twin = random.Random(seed), in_python(lab.anchor)
    lab.choose_tab(1)
    twin.tab = 1
    assert_table_is(lab, twin)
    for gate in rng.sample(GATES, seed):
        value = round(rng.uniform(-1 if gate == "g" else 0, 1), 2)
        lab.set(f"hold_{gate}", True)
        lab.set(f"held_{gate}", value)
        setattr(twin, f"hold_{gate}", True)
        setattr(twin, f"held_{gate}", value)
    x = [list(row) for row in twin.x]
    for t in rng.sample(range(STEPS), 3):
        x[0][t], x[1][t] = rng.randint(-10, 10) / 10, 1 - x[1][t]
        lab.set_number(t + 1, x[0][t])
        lab.set_flag(t + 1, x[1][t])
    twin.x = x
    for twin.unit in (1, 4):
        lab.set("unit", twin.unit)
        assert_table_is(lab, twin)


def test_a_click_on_the_strip_chooses_the_step(lab):
    strip = lab.root.locator(".live-strip")
    box = strip.bounding_box()
    strip.click(position={"x": box["width"] - 12, "y": box["height"] / 2})
    assert lab.inputs()["t"] == STEPS
    assert f"step {STEPS}" in lab.root.locator(".live-player").inner_text()


def test_reloading_the_link_brings_both_tabs_back(visit, lab):
    lab.choose_preset("count")
    lab.set("t", 3)
    lab.set("f", 0.25)
    lab.set("all_steps", True)
    lab.set("g", -0.6)
    by_hand, inputs = lab.rows(), lab.inputs()
    link = lab.link()
    again = Figure(visit(LECTURE, link, figure=lab.anchor).page, lab.anchor)
    assert (again.rows(), again.inputs()) == (by_hand, inputs)
    assert again.root.locator(".live-presets [aria-pressed=true]").inner_text() == "count"

    lab.choose_tab(1)
    lab.set("hold_o", True)
    lab.set("held_o", 0.35)
    lab.set("unit", 2)
    lab.set_number(6, 0.9)
    learned, inputs = lab.rows(), lab.inputs()
    lab.page.wait_for_function("location.hash.includes('hold_o') && location.hash.includes('0.9')")
    lab.page.reload()
    assert (lab.rows(), lab.inputs()) == (learned, inputs)
    lab.choose_tab(0)
    assert lab.rows() == by_hand


HOSTILE = [
    "f=0.1",
    "t=99",
    "t=2.5",
    "t=null",
    't="<img src=x onerror=alert(1)>"',
    "tab=7",
    "tab=true",
    "unit=0",
    "held_f=1e999",
    "hold_f=1",
    "gates=null",
    "gates={}",
    'gates={"f":1,"i":1,"g":1,"o":1}',
    'gates={"f":{"length":12},"i":[],"g":[],"o":[]}',
    "x=[[1,2],[3]]",
    "x=[null,null]",
    'preset="nothing"',
    'preset="__proto__"',
    'preset="constructor"',
    'goal="latch"',
    "learned=false",
    'caption="<b>you</b>"',
    "weights={}",
    "initial={}",
    "__proto__={}",
    "t",
]


def test_what_does_not_fit_in_a_link_is_left_out(gate_lab, opened):
    # That nothing is logged or thrown, `visit` sees to.
    def seen(figure):
        caption = figure.root.locator(".live-caption").inner_text()
        return figure.rows(), figure.inputs(), caption, figure.root.locator("[alt], b").count()

    pristine = seen(opened)
    for query in ["&".join(HOSTILE), "%", "t=%E0%A4%A", "&&==;;??"]:
        assert seen(gate_lab(fragment=f"#{opened.anchor}?{query}")) == pristine, query


def test_a_link_of_which_a_part_does_not_fit_leaves_all_as_it_is(visit, opened):
    link = f"#{opened.anchor}?tab=1&hold_o=true"
    figure = Figure(visit(LECTURE, link, figure=opened.anchor).page, opened.anchor)
    assert figure.inputs()["hold_o"] is True
    figure = Figure(visit(LECTURE, f"{link}&t=99", figure=opened.anchor).page, opened.anchor)
    assert figure.inputs() == opened.inputs()
    assert figure.root.locator(".live-unfit").inner_text() == (
        "This link asks for t = 99, but t must be a whole number in [1, 12]. Nothing was set."
    )


def test_no_link_leads_to_a_tab_that_is_not_there(visit):
    anchor = anchor_of(lambda state: not state["learned"])
    figure = Figure(visit(LECTURE, f"#{anchor}?tab=1", figure=anchor).page, anchor)
    assert figure.root.locator(".live-editor").is_hidden()
    assert figure.root.locator(".live-control:visible").count() >= 2


def test_reset_restores_everything(opened):
    lab, pristine = opened, (opened.rows(), opened.inputs())
    lab.choose_tab(0)
    lab.choose_preset("hide")
    lab.set("all_steps", True)
    lab.set("f", 0.2)
    lab.set("t", 9)
    lab.choose_tab(1)
    lab.set("hold_g", True)
    lab.set("unit", 4)
    lab.set_flag(2, True)
    lab.link()
    lab.root.get_by_role("button", name="Reset").click()
    assert (lab.rows(), lab.inputs()) == pristine
    lab.page.wait_for_function("!location.hash.includes('?')")


def test_two_figures_keep_their_own_state(visit, lab):
    anchors = list(twins(LECTURE))
    assert len(anchors) >= 2, "the lecture shows one figure only"
    other = Figure(lab.page, next(anchor for anchor in anchors if anchor != lab.anchor))
    scroll_past_figures(lab.page)
    before = other.inputs()
    lab.set("t", 2)
    assert other.inputs() == before
    other.set("t", 11)
    assert lab.inputs()["t"] == 2
    lab.link()
    again = visit(LECTURE, other.link()).page
    assert Figure(again, lab.anchor).inputs() == lab.inputs()
    assert Figure(again, other.anchor).inputs() == other.inputs()


def test_the_keyboard_alone_is_enough(lab):
    page = lab.page
    focused = "document.activeElement.name || document.activeElement.ariaLabel"

    def tab_to(name):
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate(focused) == name:
                return
        pytest.fail(f"no way to {name} by Tab")

    lab.root.locator(".live-tab").first.focus()
    tab_to("f")
    value = lab.inputs()["f"]
    page.keyboard.press("ArrowLeft")
    assert lab.inputs()["f"] == pytest.approx(value - 0.01)
    page.keyboard.press("PageDown")
    assert lab.inputs()["f"] < value - 0.05
    page.keyboard.press("End")
    assert lab.input("f").get_attribute("aria-valuetext") == "1.00, keeps 100 %"
    page.keyboard.press("Home")
    assert lab.input("f").get_attribute("aria-valuetext") == "0.00, keeps 0 %"
    t = int(lab.inputs()["t"])
    assert lab.numbers()["f"][t - 1] == 0
    tab_to("Forward one step")
    page.keyboard.press("Enter")
    assert lab.inputs()["t"] == t + 1
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert lab.inputs()["t"] == t


def test_play_walks_to_the_end_and_stops(visit):
    # In a tab of its own: a clock once put in stays.
    lab = Figure(visit(LECTURE).page, anchor_of(everything))
    lab.choose_tab(0)
    lab.set("t", STEPS - 1)
    lab.page.clock.install()
    lab.root.get_by_role("button", name="Play").press("Enter")
    lab.root.get_by_role("button", name="Pause").wait_for()
    lab.page.clock.run_for(5000)
    assert lab.inputs()["t"] == STEPS
    lab.root.get_by_role("button", name="Play").wait_for()


def test_nothing_plays_by_itself(lab):
    before = (lab.rows(), lab.inputs(), lab.drawing(".live-belt"))
    lab.page.wait_for_timeout(1600)  # longer than a step of the player
    assert (lab.rows(), lab.inputs(), lab.drawing(".live-belt")) == before


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_motion_is_for_those_who_want_it(gate_lab, motion, moves):
    figure = gate_lab(reduced_motion=motion)
    figure.choose_tab(0)
    figure.page.wait_for_timeout(700)
    running, at_once = figure.root.evaluate(
        """async (node) => {
          const input = node.querySelector('input[name="t"]');
          input.value = 2;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          await Promise.resolve();
          const belt = node.querySelector(".live-belt").outerHTML;
          return [node.getAnimations({ subtree: true }).length, belt];
        }"""
    )
    assert (running > 0) == moves
    figure.page.wait_for_timeout(700)  # the belt glides for 420 ms
    assert (figure.drawing(".live-belt") != at_once) == moves


def test_screen_readers_hear_where_it_settles(lab):
    voice = lab.root.locator(".live-voice[aria-live=polite]")
    lab.set("t", 7)
    lab.set("f", 0.2)
    voice.filter(has_text="f 0.20").wait_for(state="attached")
    assert "tep 7" in voice.text_content()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_of_the_drawing_has_a_colour_of_the_theme(gate_lab, theme):
    # axe does not look at the contrast of text in SVG, whose own black the dark theme would hide.
    figure = gate_lab(color_scheme=theme)
    figure.choose_tab(1)
    texts = figure.root.locator("svg text, svg tspan").evaluate_all(
        "nodes => nodes.map((node) => [node.textContent, getComputedStyle(node).fill])"
    )
    assert len(texts) > 50
    assert not [text for text, fill in texts if text and fill == "rgb(0, 0, 0)"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_second_tab(gate_lab, theme):
    figure = gate_lab(color_scheme=theme)
    figure.choose_tab(1)
    figure.set("hold_f", True)
    faults = axe_faults(figure.page, f"#{figure.anchor}")
    assert not faults, faults


# Gates f, i, o that solve each goal; the candidate is given.
SOLUTIONS = {
    "latch": lambda t: (1, t == 3, 1),
    "overwrite": lambda t: (t not in (1, 2, 7), t in (2, 7), 1),
    "count": lambda t: (1, GOALS["count"]["words"][t - 1] == "a", 1),
    "hide": lambda t: (1, t == 2, t >= 10),
}


@pytest.mark.parametrize("goal", SOLUTIONS)
def test_a_goal_is_solved_by_the_right_gates(gate_lab, goal):
    figure = gate_lab(lambda state: state["goal"] == goal)
    verdict = figure.root.get_by_role("status")
    assert "Solved" not in verdict.inner_text()
    assert "g" not in figure.inputs()
    for t in range(1, STEPS + 1):
        figure.set("t", t)
        for gate, value in zip("fio", SOLUTIONS[goal](t), strict=True):
            figure.set(gate, int(value))
    assert "Solved" in verdict.inner_text()
    figure.set("t", 3)
    figure.set("f", 0)
    figure.set("i", 0)
    assert "Solved" not in verdict.inner_text()


def test_print_has_the_picture_without_the_controls(lab):
    lab.page.emulate_media(media="print")
    assert lab.root.locator(".live-belt").is_visible()
    assert lab.root.locator(".live-strip").is_visible()
    for part in (".live-controls", ".live-player", ".live-tools", ".live-presets", ".live-tabs"):
        assert lab.root.locator(part).is_hidden(), part


def test_without_script_the_still_picture_tells_the_story(visit):
    page = visit(LECTURE, java_script_enabled=False).page
    still = page.locator(".live-figure .live-still").first
    picture = still.locator("svg").bounding_box()
    assert picture["width"] > 200 and picture["height"] > 100
    anchor, state = next(iter(twins(LECTURE).items()))
    assert in_python(anchor).text() in still.inner_text()
    assert state["caption"] in still.inner_text()
