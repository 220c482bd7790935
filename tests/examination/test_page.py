"""The page's examination, web/numbers/examination, finds what Python's does: its arrays, numbers
and words."""

import numpy as np
import pytest

from lecture_lib.examination import examine, origins
from lecture_lib.examination.words import filled
from lecture_lib.figures import joiner
from lecture_lib.figures.packing import packed
from lecture_lib.interchange.layouts import by_direction
from tests.examination.networks import layer_of, network_of, noise

BOTH = ("there", "back")
T = 24


def state_of(kind, H, seed):
    """A first state, of one sequence."""
    h, c = np.random.default_rng(seed).uniform(-0.8, 0.8, (2, 1, H))
    return (h, c) if kind == "LSTM" else h


def stack(*layers):
    """Layers of which each reads the h of the one before."""
    made = []
    for k, (kind, D, H, ways) in enumerate(layers):
        follows = made[-1].name if made else None
        made.append(layer_of(f"layer{k}", kind, D, H, ways, seed=10 * k, follows=follows))
    return network_of(*made)


def shaped(cell, **parts):
    """The cell with `parts` of its parameters set: `bias_f=6` sets the rows of f."""
    H = cell.hidden_size
    for name, value in parts.items():
        array, _, gate = name.rpartition("_")
        k = "ifgo".index(gate)
        getattr(cell, array)[k * H : (k + 1) * H] = value
    return cell


def long_memory():
    """An LSTM with much to be found in it: it keeps all, writes always, and has a dead unit."""
    network = stack(("LSTM", 3, 6, ("there",)))
    cell = shaped(network[0].cell, bias_f=9, bias_i=4, bias_g=1, bias_o=11)
    for rows in range(0, 24, 6):
        cell.weight_ih[rows] = cell.weight_hh[rows] = 0
    cell.bias[12] = 0
    return network


def wild():
    """An RNN whose h, too small for tanh to bend, grows from step to step, as does its gradient;
    and whose rows have one large weight, on a unit that stays 0: 8 bits are too coarse for it."""
    network = stack(("RNN", 3, 12, ("there",)))
    cell = network[0].cell
    cell.weight_hh *= 3
    cell.weight_ih *= 1e-8
    cell.bias[...] = cell.weight_ih[0] = cell.weight_hh[0] = 0
    cell.weight_hh[1:, 0] = 300
    return network


def with_states():
    layers = [
        layer_of("first", "GRU keep after", 3, 5, ("back",), state=state_of("GRU", 5, 1)),
        layer_of("second", "LSTM", 5, 4, follows="first", state=state_of("LSTM", 4, 2)),
    ]
    both = {"there": state_of("GRU", 3, 3), "back": state_of("GRU", 3, 4)}
    layers.append(layer_of("third", "GRU write before", 4, 3, BOTH, follows="second", state=both))
    return network_of(*layers)


def in_a_stream():
    """Layers that read from the first step on, with stored states, which a stream may lose."""
    above = {"follows": "first", "state": state_of("GRU", 3, 6)}
    return network_of(
        layer_of("first", "LSTM", 3, 4, state=state_of("LSTM", 4, 5)),
        layer_of("second", "GRU write after", 4, 3, **above),
    )


def watched_apart():
    """A layer that reads x, and one that was watched on an input of its own, of other steps."""
    recorded = noise(9, 2, seed=8, N=1)
    apart = layer_of("apart", "LSTM", 2, 4, x=recorded)
    return network_of(layer_of("first", "GRU keep before", 3, 4), apart)


NETWORKS = {
    "rnn": lambda: stack(("RNN", 3, 5, ("there",))),
    "relu": lambda: stack(("RNN relu", 3, 5, ("there",)), ("RNN", 5, 4, ("back",))),
    "gru write before": lambda: stack(("GRU write before", 3, 5, ("there",))),
    "gru keep before": lambda: stack(("GRU keep before", 3, 5, BOTH)),
    "gru write after": lambda: stack(("GRU write after", 3, 5, ("there",))),
    "gru keep after": lambda: stack(("GRU hard", 3, 5, BOTH), ("GRU keep after", 10, 4, BOTH)),
    "lstm": lambda: stack(("LSTM", 3, 6, ("there",))),
    "lstm hard": lambda: stack(("LSTM hard", 3, 6, ("there",))),
    "three layers, both ways": lambda: stack(
        ("LSTM", 3, 6, BOTH), ("LSTM", 12, 5, BOTH), ("LSTM", 10, 4, BOTH)
    ),
    "more than 32 units": lambda: stack(("LSTM", 3, 40, BOTH), ("GRU keep after", 80, 36, BOTH)),
    "long memory": long_memory,
    "wild": wild,
    "with first states": with_states,
    "in a stream": in_a_stream,
    "watched apart": watched_apart,
}
HOLDS = {
    "lstm": [
        {"layer": "layer0", "gate": "f", "units": [0, 3], "from": 5, "to": 9, "value": 0.25},
        {"layer": "layer0", "gate": "g", "units": None, "from": 8, "to": 20, "value": -1.5},
        {"layer": "layer0", "gate": "g", "units": [2], "from": 10, "to": 11, "value": 0.25},
    ],
    "gru keep before": [
        {"layer": "layer0", "direction": "back", "gate": "z", "from": 3, "to": 12, "value": 1.0},
    ],
    "three layers, both ways": [
        {"layer": "layer1", "direction": "back", "gate": "i", "from": 6, "to": 7, "value": 0.5},
    ],
    "with first states": [
        {"layer": "second", "gate": "o", "units": [1], "from": 0, "to": 24, "value": 0.0},
    ],
}
ASKED = [("there", T - 1, None), ("there", T // 2, 1), ("back", 3, None), ("back", 0, 0)]

HARNESS = """
import { createExaminer } from "./examiner.mjs";
import { examineSteps } from "./examining.mjs";
import { originsSteps } from "./origins.mjs";
import { createRunner, finished } from "./running.mjs";
import { filled } from "./words.mjs";
import { unpackedAll } from "../files/packed.mjs";
globalThis.engine = {
  createExaminer, examineSteps, originsSteps, createRunner, finished, filled, unpackedAll,
};
"""
# Numbers leave the page as JSON; ∞ as a text.
EXAMINE = """({ network, x, T, holds, names, start, asked }) => {
  const { createRunner, examineSteps, originsSteps, finished, unpackedAll } = engine;
  const plain = unpackedAll(network);
  const runner = createRunner(plain);
  const free = runner.run(unpackedAll(x), T);
  const held = holds.length ? runner.run(free.x, T, { holds }) : null;
  const run = held ?? free;
  const said = finished(examineSteps(plain, { free, held }, { names, start }));
  const origins = asked.map((each) => Array.from(finished(originsSteps(run, each)).of));
  const shown = (value) => {
    if (ArrayBuffer.isView(value)) return Array.from(value, shown);
    if (value === Infinity) return "Infinity";
    if (Array.isArray(value)) return value.map(shown);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shown(part)]));
  };
  const traces = run.layers.map(({ name, there, back }) => ({ name, there, back }));
  return shown({ traces, left: run.left, origins, ...said });
}"""


def plain(network):
    """A network as the page takes it."""
    layers = []
    for layer in network:
        sides = by_direction(layer.cell)
        state = layer.state
        if state is not None and not isinstance(state, dict):
            state = {next(iter(sides)): state}
        layers.append(
            {
                "name": layer.name,
                "kind": layer.kind,
                "inputSize": layer.input_size,
                "hiddenSize": layer.hidden_size,
                "direction": layer.direction,
                "conventions": layer.conventions,
                "follows": layer.follows,
                "reason": layer.reason,
                "cells": {side: plain_cell(cell) for side, cell in sides.items()},
                "state": state and {side: plain_state(part) for side, part in state.items()},
                "x": None if layer.x is None else packed(layer.x[:, 0]),
            }
        )
    return {"source": "tests", "notes": [], "layers": layers}


def plain_cell(cell):
    camel = {"weight_ih": "weightIh", "weight_hh": "weightHh", "bias_hn": "biasHn"}
    found = {camel.get(name, name): packed(array) for name, array in cell.parameters().items()}
    if hasattr(cell, "update"):
        found |= {"update": cell.update, "reset": cell.reset}
    functions = getattr(cell, "activations", {})
    if hasattr(cell, "activation"):
        functions = {"h": cell.activation}
    names = {"h": "activation", "n": "activation", "g": "activation"}
    names |= {"r": "recurrentActivation", "f": "recurrentActivation", "c": "outputActivation"}
    return found | {names[gate]: str(of) for gate, of in functions.items() if gate in names}


def plain_state(state):
    parts = state if isinstance(state, tuple) else (state,)
    return {name: packed(part[0]) for name, part in zip("hc", parts, strict=False)}


def asked_of(network):
    """What origins are asked of the last layer: all units, and one, of each direction it has."""
    layer = network.layers[-1]
    steps = T if layer.x is None else len(layer.x)
    sides = by_direction(layer.cell)
    return [
        {"layer": layer.name, "direction": side, "step": min(step, steps - 1), "unit": unit}
        for side, step, unit in ASKED
        if side in sides
    ]


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    path = joiner.WEB / "numbers" / "examination" / "harness.mjs"
    page.add_script_tag(content=joiner.join(path, text=HARNESS), type="module")
    page.wait_for_function("() => globalThis.engine")
    yield page
    page.close()


@pytest.fixture(scope="module")
def both(page):
    """By the network's name, with and without holds, what Python and the page make of it."""
    found = {}
    for name, make in NETWORKS.items():
        for holds in [[], HOLDS[name]] if name in HOLDS else [[]]:
            network, x = make(), 2 * noise(T, 3, seed=len(name))
            names = [f"w{t}" for t in range(T)] if holds else None
            given = {"network": plain(network), "x": packed(x), "T": T, "names": names}
            asked = asked_of(network)
            given["start"] = int(bool(holds))
            given |= {"holds": [{"direction": "there", "units": None} | row for row in holds]}
            in_page = page.evaluate(EXAMINE, given | {"asked": asked})
            exam = examine(network, x, holds=holds, steps=names)
            sought = [origins(network, x, **each, holds=holds) for each in asked]
            found[f"{name}, held" if holds else name] = (exam, sought, in_page)
    return found


def array(values):
    """An array from the page."""
    return np.array([np.inf if value == "Infinity" else value for value in values], float)


def assert_same(what, mine, theirs, within):
    theirs = np.asarray(theirs, float).ravel()
    mine = array(mine)
    assert mine.shape == theirs.shape, what
    endless = np.isinf(theirs)
    assert (np.isinf(mine) == endless).all(), what
    scale = max(1.0, np.abs(theirs[~endless]).max(initial=0))
    error = np.abs(mine[~endless] - theirs[~endless]).max(initial=0) / scale
    assert error <= within, f"{what}: they differ by {error:.1e} of {scale:.1e}"


def reports(both):
    """(what, Python's report, the page's report, the page's trace) of every direction."""
    for name, (exam, _, in_page) in both.items():
        traces = {entry["name"]: entry for entry in in_page["traces"]}
        assert len(exam.layers) == len(in_page["reports"])
        for mine, theirs in zip(in_page["reports"], exam.layers, strict=True):
            what = f"{name}: {theirs.name} {theirs.direction}"
            place = ("name", "kind", "direction", "reads")
            assert [mine[key] for key in place] == [getattr(theirs, key) for key in place], what
            yield what, theirs, mine, traces[theirs.name][theirs.direction]


# Sums in another order, and another exp: 1e-16 a step, which these weights hardly amplify; the
# largest difference seen is 6e-16. A wrong sign, order or index shows from 1e-3 up.
def test_gates_and_states_are_those_of_numpy(both):
    for what, theirs, _, trace in reports(both):
        assert set(trace["gates"]) == set(theirs.gates), what
        for letter, values in theirs.gates.items():
            assert_same(f"{what} {letter}", trace["gates"][letter], values, 1e-12)
        for letter in ("h", "c", "kept"):
            values = getattr(theirs, letter)
            assert (values is None) == (letter not in trace), f"{what} {letter}"
            if values is not None:
                assert_same(f"{what} {letter}", trace[letter], values, 1e-12)


# 1 − f̄ loses the digits of f̄ that lie before it: at f̄ = .9999, four of sixteen.
def test_time_constants_and_health_are_those_of_python(both):
    for what, theirs, mine, _ in reports(both):
        if theirs.time_constants is None:
            assert mine["timeConstants"] is None, what
        else:
            assert_same(f"{what} τ", mine["timeConstants"], theirs.time_constants, 1e-11)
        assert set(mine["health"]) == set(theirs.health), what
        for key, values in theirs.health.items():
            assert_same(f"{what} {key}", mine["health"][key], values, 1e-12)


# Products of up to 24 Jacobians, each sum in another order.
def test_reach_is_that_of_python(both):
    for what, theirs, mine, _ in reports(both):
        assert mine["reach"]["probes"] == theirs.reach.probes == (16 if "32" in what else 0)
        assert mine["reach"]["spread"] == theirs.reach.spread
        for key in ("x", "state", "direct"):
            values = getattr(theirs.reach, key)
            assert (values is None) == (mine["reach"][key] is None), f"{what} {key}"
            if values is not None:
                assert_same(f"{what} {key}", mine["reach"][key], values, 1e-11)


def test_a_lost_state_rounding_and_holds_move_h_as_in_python(both):
    for what, theirs, mine, _ in reports(both):
        warm, lost = mine["warmUp"], theirs.warm_up
        assert (warm is None) == (lost is None), what
        if lost is not None:
            assert (warm["steps"], warm["left"]) == (lost.steps, lost.left), what
            # A difference of two h of 1e-16 each.
            assert warm["apart"] == pytest.approx(lost.apart, abs=1e-14), what
        for moved, of in ((mine["rounding"], theirs.rounding), (mine["held"], theirs.held)):
            assert (moved is None) == (of is None), what
            if of is None:
                continue
            places = ("step", "unit", "first")
            assert [moved[key] for key in places] == [getattr(of, key) for key in places], what
            for key in ("most", "share"):
                assert moved[key] == pytest.approx(getattr(of, key), rel=1e-10), what


def test_origins_are_those_of_python(both):
    for name, (_, sought, in_page) in both.items():
        assert sought and len(sought) == len(in_page["origins"])
        for mine, theirs in zip(in_page["origins"], sought, strict=True):
            assert np.abs(theirs).max() > 0
            assert_same(f"{name}: origins", mine, theirs, 1e-11)


def test_numbers_are_said_as_python_says_them(page):
    values = [0, 0.5, 0.125, 2.5, 12.345, 10.25, 10.35, 0.0123456, 999.4, 999.6, 1000.5, 1001.5]
    values += [1.234e-5, 1.25e-7, -2.5, -1e-9, 1e30, 999999.5, 2.5e6, float("inf")]
    shares = [0, 0.001, 0.005, 0.015, 0.025, 0.125, 0.135, 0.5, 0.985, 0.995, 0.999, 1]
    cases = [["number", value] for value in values] + [["percent", share] for share in shares]
    cases += [[form, value] for form in ("units", "steps", "count") for value in (0, 1, 2, 12345)]
    sent = [[form, "Infinity" if value == np.inf else value] for form, value in cases]
    found = page.evaluate(
        """(cases) => cases.map(([form, value]) =>
          engine.filled(`{value|${form}}`, { value: Number(value) }))""",
        sent,
    )
    assert found == [filled("{value|" + form + "}", {"value": value}) for form, value in cases]


def test_findings_are_those_of_python_word_for_word(both):
    said = set()
    for name, (exam, _, in_page) in both.items():
        assert in_page["left"] == exam.left_out
        for mine, theirs in zip(in_page["findings"], exam.findings, strict=True):
            start = int(name.endswith("held"))
            assert mine["words"] == theirs.counted_from(start), name
            for key in ("key", "layer", "direction", "threshold", "lecture", "link"):
                assert mine[key] == getattr(theirs, key), f"{name}: {theirs.words}"
            value = array([mine["value"]])[0]
            assert value == pytest.approx(theirs.value, rel=1e-9), f"{name}: {theirs.words}"
            said.add(theirs.key)
    # Or the networks above have nothing to be found in them.
    assert said >= {"layout", "memory", "memory_outlasts", "stuck", "saturated", "dead", "silent"}
    assert said >= {"beyond_tanh", "state_grows", "gradient", "gradient_gone", "gradient_grows"}
    assert said >= {"warm_up", "lost_state", "rounding", "rounding_large", "swapped_gates", "held"}
