"""The Gate Lab in Python: what it accepts, how its traits move together, what it publishes."""

import html
import json
import re
import subprocess
import sys

import numpy as np
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets import Checkbox, FloatSlider, IntSlider, Stack, Widget

from lecture_lib.figures import GateLab
from lecture_lib.figures.gate_lab import GATES, GOALS, PRESETS, STEPS

HALF = {gate: [0.5] * STEPS for gate in GATES}


def twelve(value):
    return HALF | {"f": [value] * STEPS}


@pytest.mark.parametrize("gate", GATES)
def test_it_opens_at_the_value_given(gate):
    lab = GateLab(**{gate: 0.2})
    assert getattr(lab, gate) == 0.2
    assert lab.gates[gate][lab.t - 1] == 0.2
    others = {k: v for k, v in lab.gates.items() if k != gate}
    assert others == {k: v for k, v in GateLab().gates.items() if k != gate}


def test_numpy_numbers_are_numbers():
    lab = GateLab(f=np.float32(0.25), t=np.int64(3))
    assert (lab.f, lab.t) == (0.25, 3)
    assert type(lab.f) is float and type(lab.t) is int


BAD = [
    ({"f": 7}, "f must be a number in [0, 1], got 7"),
    ({"f": "x"}, "f must be a number in [0, 1], got 'x'"),
    ({"f": float("nan")}, "f must be a number in [0, 1], got nan"),
    ({"f": True}, "f must be a number in [0, 1], got True"),
    ({"f": None}, "f must be a number in [0, 1], got None"),
    ({"g": -1.01}, "g must be a number in [-1, 1], got -1.01"),
    ({"t": 0}, f"t must be a whole number in [1, {STEPS}], got 0"),
    ({"t": 2.5}, f"t must be a whole number in [1, {STEPS}], got 2.5"),
    ({"unit": 5}, "unit must be a whole number in [1, 4], got 5"),
    ({"all_steps": 1}, "all_steps must be True or False, got 1"),
    ({"hold_f": "yes"}, "hold_f must be True or False, got 'yes'"),
    ({"held_o": 2}, "held_o must be a number in [0, 1], got 2"),
    ({"forget": 0.2}, "GateLab has no 'forget'; it takes f, i, g, o"),
    ({"preset": "nap"}, "preset must be one of 'free', 'latch'"),
    ({"preset": ["latch"]}, "preset must be one of 'free', 'latch'"),
    ({"goal": "nap"}, "goal must be one of '', 'latch'"),
    ({"focus": "fz"}, "focus must be some of f, g, i, o, got 'fz'"),
    ({"focus": ""}, "focus must be some of f, g, i, o, got ''"),
    ({"focus": 3}, "focus must be a text, got 3"),
    ({"learned": 3}, "learned must be True or False, got 3"),
    ({"tab": 2}, "tab must be a whole number in [0, 1], got 2"),
    ({"gates": 3}, "gates must be a dict with 'f', 'i', 'g', 'o', got 3"),
    ({"gates": {"f": [0.5] * STEPS}}, "gates must have 'i', 'g', 'o', got {'f': [0.5, "),
    ({"gates": HALF | {"f": [0.5]}}, f"gates['f'] must be a list of {STEPS}, got a list of 1"),
    ({"gates": HALF | {"f": 0.5}}, "gates['f'] must be a list, got 0.5"),
    ({"gates": twelve(1.5)}, "gates['f'][0] must be a number in [0, 1], got 1.5"),
    ({"gates": twelve(float("nan"))}, "gates['f'][0] must be a number in [0, 1], got nan"),
    ({"gates": twelve("a")}, "gates['f'][0] must be a number in [0, 1], got 'a'"),
    ({"gates": twelve(True)}, "gates['f'][0] must be a number in [0, 1], got True"),
    ({"x": 3}, "x must be a list, got 3"),
    ({"x": [[0.0] * STEPS]}, "x must be a list of 2, got a list of 1"),
    ({"x": [0.0, 1.0]}, "x[0] must be a list, got 0.0"),
    (
        {"gates": {gate: np.full(STEPS, 0.5) for gate in GATES}},
        "gates['f'] must be a list, got array",
    ),
    ({"x": [[0.0] * STEPS, [-2.0] * STEPS]}, "x[1][0] must be a number in [-1, 1], got -2.0"),
]


@pytest.mark.parametrize(("given", "message"), BAD)
def test_a_bad_argument_is_named(given, message):
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        GateLab(**given)


@pytest.mark.parametrize(
    ("given", "message"), [bad for bad in BAD if next(iter(bad[0])) in GateLab().state()]
)
def test_a_bad_value_leaves_the_figure_as_it_was(given, message):
    lab = GateLab(f=0.2)
    before = lab.state()
    [(name, value)] = given.items()
    with pytest.raises((ValueError, TypeError, traitlets.TraitError)):
        setattr(lab, name, value)
    assert lab.state() == before


def test_what_is_changed_in_one_lab_stays_there():
    made = [GateLab, lambda: GateLab(preset="latch"), lambda: GateLab(goal="hide")]
    before = [make().state() for make in made]
    for make in made:
        lab = make()
        opened = lab.initial["gates"]["f"][3]
        lab.gates["f"][3] = lab.x[0][3] = 0.123
        assert lab.initial["gates"]["f"][3] == opened
    assert [make().state() for make in made] == before


def test_the_caller_keeps_what_is_given():
    given = {gate: [0.5] * STEPS for gate in GATES}
    lab = GateLab(gates=given)
    lab.f = 0.2
    assert given == HALF
    given["f"][3] = 0.9
    assert lab.gates["f"][3] == 0.5


def test_a_slider_writes_its_gate_at_the_step():
    lab = GateLab(preset="latch")
    row = list(lab.gates["f"])
    lab.t = 4
    lab.f = 0.2
    assert lab.gates["f"] == [*row[:3], 0.2, *row[4:]]
    assert lab.gates["i"] == PRESETS["latch"]["gates"]["i"]
    assert PRESETS["latch"]["gates"]["f"] == row


def test_a_slider_writes_every_step_on_demand():
    lab = GateLab(all_steps=True, o=0.3)
    assert lab.gates["o"] == [0.3] * STEPS
    assert lab.gates["f"] == GateLab().gates["f"]


def test_the_step_moves_the_sliders_and_changes_no_gate():
    lab = GateLab(preset="overwrite")
    gates = lab.gates
    for t in range(1, STEPS + 1):
        lab.t = t
        assert [getattr(lab, gate) for gate in GATES] == [gates[gate][t - 1] for gate in GATES]
    assert lab.gates == PRESETS["overwrite"]["gates"]


def test_new_gates_move_the_sliders():
    lab = GateLab(t=6)
    lab.gates = PRESETS["count"]["gates"]
    assert [getattr(lab, gate) for gate in GATES] == [lab.gates[gate][5] for gate in GATES]


gate_values = st.sampled_from(GATES).flatmap(
    lambda gate: st.tuples(st.just(gate), st.floats(-1 if gate == "g" else 0, 1))
)
moves = st.one_of(
    gate_values,
    st.tuples(st.just("t"), st.integers(1, STEPS)),
    st.tuples(st.just("all_steps"), st.booleans()),
)


# A widget takes 10 ms to make, so fifty examples are half a second; no deadline on a busy machine.
@settings(max_examples=50, deadline=None)
@given(st.lists(moves, max_size=12))
def test_whatever_is_set_the_trace_follows_the_recurrences(made):
    lab = GateLab()
    for name, value in made:
        setattr(lab, name, value)
    assert [getattr(lab, gate) for gate in GATES] == [lab.gates[gate][lab.t - 1] for gate in GATES]
    c = 0.0
    for t in range(STEPS):
        f, i, g, o = (lab.gates[gate][t] for gate in GATES)
        c = f * c + i * g
        # Twelve sums of products below 1: rounding stays under 12 units of 2e-16.
        assert lab.trace.c[t, 0, 0] == pytest.approx(c, rel=0, abs=1e-14)
        assert lab.trace.h[t, 0, 0] == pytest.approx(o * np.tanh(c), rel=0, abs=1e-14)


def test_the_second_tab_is_the_trained_lstm_under_its_clamps():
    lab = GateLab(tab=1, hold_f=True, held_f=0.3, hold_g=True, held_g=-0.5)
    trace = lab.trace
    assert trace.h.shape == (STEPS, 1, 4)
    assert (trace.f == 0.3).all() and (trace.g == -0.5).all()
    assert np.ptp(trace.i) > 0 and np.ptp(trace.o) > 0
    lab.hold_f = False
    assert np.ptp(lab.trace.f) > 0
    before = lab.trace.h
    lab.x = [[-value for value in lab.x[0]], lab.x[1]]
    assert np.abs(lab.trace.h - before).max() > 0.01


SOLUTIONS = {
    "latch": lambda t: (1, t == 3, 1),
    "overwrite": lambda t: (t not in (1, 2, 7), t in (2, 7), 1),
    "count": lambda t: (1, GOALS["count"]["words"][t - 1] == "a", 1),
    "hide": lambda t: (1, t == 2, t >= 10),
}


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_is_solved_by_the_right_gates_only(goal):
    lab = GateLab(goal=goal)
    assert not lab.solved
    for lab.t in range(1, STEPS + 1):
        lab.f, lab.i, lab.o = map(float, SOLUTIONS[goal](lab.t))
    assert lab.solved
    lab.t = 5
    lab.f = lab.i = 0.0
    assert not lab.solved


def test_a_lab_without_a_goal_cannot_be_solved():
    with pytest.raises(ValueError, match="no goal; choose one of latch"):
        _ = GateLab().solved


def test_repr_tells_what_was_changed():
    assert repr(GateLab()) == "GateLab()"
    lab = GateLab(f=0.2, t=7)
    assert repr(lab).startswith("GateLab(f=0.2, ") and "t=7" in repr(lab)
    lab.hold_f = True
    assert "hold_f=True" in repr(lab)


SHOW = """
from lecture_lib.figures import GateLab
for lab in (GateLab(f=0.2), GateLab(tab=1, hold_f=True), GateLab(goal="latch")):
    print(repr(lab), lab.twin())
"""


def test_what_is_published_is_the_same_in_every_process():
    run = [sys.executable, "-c", SHOW]
    first, second = (
        subprocess.run(run, capture_output=True, text=True, check=True).stdout for _ in range(2)
    )
    assert first.count("live-figure") == 3
    assert first == second
    assert not re.search(r"0x[0-9a-f]{6,}|[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-", first)


def test_hostile_text_stays_text_in_the_twin():
    caption = "</script><script>alert(1)</script> & <b>"
    twin = GateLab(caption=caption).twin()
    data, rest = re.fullmatch(
        r'<div class="live-figure" data-figure="gate-lab">\n'
        r'<script type="application/json">(.*?)</script>(.*)',
        twin,
        re.S,
    ).groups()
    assert json.loads(data)["state"]["caption"] == caption
    assert "<script" not in rest and html.escape(caption) in rest


def test_the_twin_holds_every_control_and_the_state():
    lab = GateLab(f=0.2, focus="fi")
    data = json.loads(re.search(r"json\">(.*?)</script>", lab.twin())[1])
    names = [control["name"] for control in data["controls"]]
    assert names == list(lab.shown_controls())
    assert "f" in names and "g" not in names and "held_f" in names
    assert data["state"] == json.loads(json.dumps(lab.state()))
    [f] = [control for control in data["controls"] if control["name"] == "f"]
    assert (f["min"], f["max"], f["step"], f["kind"]) == (0, 1, 0.01, "range")
    assert "<svg" in lab.twin() and lab.text() in html.unescape(lab.twin())


def test_a_figure_shows_a_view_a_twin_and_a_text():
    lab = GateLab(f=0.2)
    bundle, metadata = lab._repr_mimebundle_()
    assert not metadata
    assert set(bundle) == {
        "text/plain",
        "text/html",
        "application/vnd.jupyter.widget-view+json",
    }
    assert bundle["text/plain"] == repr(lab)
    assert bundle["text/html"] == lab.twin()
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == lab.panel.model_id


def widgets_below(widget):
    for child in getattr(widget, "children", ()):
        yield child
        yield from widgets_below(child)


def test_every_control_is_an_ipywidget_linked_in_the_browser():
    lab = GateLab(f=0.2)
    panel = lab.panel
    live = Widget.get_manager_state()["state"].values()
    links = [model["state"] for model in live if model["model_name"] == "LinkModel"]
    mine = [link for link in links if link["source"][0] == f"IPY_MODEL_{lab.model_id}"]
    linked = {link["source"][1]: link["target"] for link in mine}
    kinds = {"range": FloatSlider, "checkbox": Checkbox}
    shown = {f"IPY_MODEL_{widget.model_id}": widget for widget in widgets_below(panel)}
    assert lab in shown.values()
    for name, control in lab.controls().items():
        target, trait = linked[name]
        widget = shown[target]
        assert trait == "value"
        assert isinstance(widget, IntSlider if name in ("t", "unit") else kinds[control.kind])
        assert widget.value == getattr(lab, name)
        assert widget.description == control.label
        if control.kind == "range":
            assert (widget.min, widget.max, widget.step) == (control.min, control.max, control.step)
    target, trait = linked["tab"]
    assert isinstance(shown[target], Stack) and trait == "selected_index"
    assert len(mine) == len(linked) == len(lab.controls()) + 1


@pytest.mark.parametrize(
    ("settings", "shown", "hidden"),
    [
        ({"focus": "f", "learned": False}, {"f", "all_steps", "t"}, {"i", "g", "o", "hold_f"}),
        ({"goal": "latch"}, {"f", "i", "o", "t"}, {"g", "held_f"}),
    ],
)
def test_a_figure_shows_the_controls_it_wants(settings, shown, hidden):
    lab = GateLab(**settings)
    labels = {w.description for w in widgets_below(lab.panel) if hasattr(w, "description")}
    controls = lab.controls()
    assert {controls[name].label for name in shown} <= labels
    assert not {controls[name].label for name in hidden} & labels
