"""Findings are right on networks that were built to have them, and absent on a healthy one."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells.variants import RNNVariant
from lecture_lib.examination import words
from lecture_lib.examination.findings import gone_after
from tests.examination.networks import keys, layer_of, network_of, noise, one_layer

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def healthy(seed=0):
    """An LSTM whose units keep for about five of a hundred steps: long enough for a gradient to
    reach the middle, short enough for a lost state to be made good."""
    return LSTM(2, 16, seed=seed, forget_bias=1.4)


def found(cell, x, key, **options):
    """The one finding of a kind, None if there is none."""
    of_kind = [one for one in one_layer(cell).examine(x, **options).findings if one.key == key]
    assert len(of_kind) <= 1
    return of_kind[0] if of_kind else None


@pytest.mark.parametrize("seed", range(4))
def test_a_healthy_network_has_facts_alone(seed):
    exam = one_layer(healthy(seed)).examine(noise(100, 2))
    assert keys(exam) == set()
    facts = [one.key for one in exam.findings]
    assert facts == ["layout", "memory", "gradient", "warm_up", "rounding"]


def test_the_layout_is_said():
    x = noise(6, 3)
    layer = layer_of("one", "GRU keep after", 3, 4, ("there", "back"), state=None)
    layer.conventions = {"reset": "after", "z": "keeps"}
    said = network_of(layer).examine(x).findings[0]
    # 3 gates of 4 units: 3 + 4 weights and a bias each, b_hn besides; twice.
    assert said.value == 2 * (12 * 8 + 4) and said.direction is None
    assert said.words == (
        "GRU, 3 → 4 units, read from both ends: reset after, z keeps. "
        "200 weights and biases, first state zeros."
    )


def test_longest_memory_against_the_window():
    cell = LSTM(1, 3, forget_bias=np.log([1.0, 4, 39]))
    cell.weight_ih[...] = cell.weight_hh[...] = 0
    said = found(cell, noise(50, 1), "memory")
    assert said.value == pytest.approx(40) and said.threshold is None
    assert "unit 2's: 40 steps, of an input of 50" in said.words
    assert "less than 5." in said.words
    said = found(cell, noise(20, 1), "memory_outlasts")
    assert said.value == pytest.approx(2) and said.threshold == 1
    assert "the input lasts: 1 of 3, unit 2 the longest, for 40 steps" in said.words
    assert "unit 3 the longest" in said.counted_from(1)
    assert found(cell, noise(20, 1), "memory") is None
    assert found(cell, noise(50, 1), "memory_outlasts") is None


def test_gates_that_stand_still_are_found_and_counted():
    cell = healthy()
    assert found(cell, noise(60, 2), "stuck") is None
    cell.bias[:4] = -20  # i of four units is shut
    cell.bias[16:18] = 20  # f of two keeps all
    said = found(cell, noise(60, 2), "stuck")
    assert said.value == pytest.approx(6 / 48)
    assert "i is below .05 in 4 units, f is above .95 in 2 units" in said.words
    # A gate that is as often shut as not stands still in no 95 % of the steps.
    x = np.where(np.arange(60) % 2, 50.0, -50.0)[:, None] * np.ones(2)
    cell = healthy()
    cell.weight_ih[:32] = np.abs(cell.weight_ih[:32])
    assert found(cell, x, "stuck") is None
    assert found(cell, x, "saturated").value > 0.6


def test_saturation():
    said = found(healthy(), 200 * noise(60, 2), "saturated")
    gates = one_layer(healthy()).examine(200 * noise(60, 2))["layer"].gates
    values = np.stack([gates[letter] for letter in "ifo"])
    assert (
        said.value == pytest.approx(((values < 0.05) | (values > 0.95)).mean()) and said.value > 0.5
    )
    assert found(healthy(), noise(60, 2), "saturated") is None
    # z that is always shut, r never: half of a GRU's values.
    cell = GRU(2, 4, seed=0)
    cell.bias[4:8] = -30
    assert found(cell, noise(60, 2), "saturated").value == pytest.approx(0.5)


def test_dead_units():
    cell = healthy()
    for rows in np.split(np.arange(64), 4):
        cell.weight_ih[rows[[3, 5]]] = cell.weight_hh[rows[[3, 5]]] = cell.bias[rows[[3, 5]]] = 0
    exam = one_layer(cell).examine(noise(100, 2))
    assert np.flatnonzero(exam["layer"].health["dead"]).tolist() == [3, 5]
    said = found(cell, noise(100, 2), "dead")
    assert said.value == 2 and "2 of 16 (3, 5)" in said.words
    assert not exam["layer"].health["silent"].any()
    rnn = RNN(2, 4, seed=0)
    rnn.weight_ih[1] = rnn.weight_hh[1] = 0
    assert found(rnn, noise(50, 2), "dead").value == 1
    assert found(RNN(2, 4, seed=0), noise(50, 2), "dead") is None


def test_silent_units_are_those_whose_c_no_h_shows():
    cell = healthy()
    cell.bias[48 + 7] = -30  # o of unit 7 is shut: c goes on
    said = found(cell, noise(100, 2), "silent")
    assert said.value == 1 and "1 of 16 (7)" in said.words
    assert found(cell, noise(100, 2), "dead") is None
    assert found(healthy(), noise(100, 2), "silent") is None


@pytest.mark.parametrize("ways", [("there",), ("there", "back")])
def test_silent_units_are_those_that_nobody_reads(ways):
    below = layer_of("below", "GRU write before", 2, 4, ways)
    above = layer_of("above", "LSTM", 4 * len(ways), 3, ("there", "back"), follows="below")
    x = noise(60, 2)
    exam = network_of(below, above).examine(x)
    assert not any(one.key == "silent" for one in exam.findings)
    side = ways[-1]
    one = below.cell.cells[side] if len(ways) == 2 else below.cell
    column = 2 + (4 if side == "back" else 0)
    one.weight_hh[np.arange(12) % 4 != 2, 2] = 0  # its own gates may read it
    above.cell.cells["there"].weight_ih[:, column] = 0
    exam = network_of(below, above).examine(x)
    assert not exam["below", side].health["silent"].any(), "the other direction still reads it"
    above.cell.cells["back"].weight_ih[:, column] = 0
    exam = network_of(below, above).examine(x)
    assert np.flatnonzero(exam["below", side].health["silent"]).tolist() == [2]
    # What reads the last layer is not known.
    exam = network_of(below).examine(x)
    assert not exam["below", side].health["silent"].any()


def test_what_a_unit_moves_is_bounded_by_what_is_heard():
    """No unit moves another's pre-activation by more than `heard`, and some by half as much."""
    for reset in ("before", "after"):
        cell = GRU(2, 5, seed=1, reset=reset)
        x = noise(80, 2)
        trace = cell.forward(x[:, None])
        heard = one_layer(cell).examine(x)["layer"].health["heard"]
        h = np.vstack([np.zeros(5), trace.h[:-1, 0]])
        seen = [h, h, trace.r[:, 0] * h if reset == "before" else h]
        weights = cell.weight_hh.reshape(3, 5, 5)
        most = [
            max(
                np.ptp(weights[b, j, k] * seen[b][:, k])
                for b in range(3)
                for j in range(5)
                if j != k
            )
            for k in range(5)
        ]
        assert (most <= heard + 1e-12).all() and (heard <= 2 * np.array(most)).all()


def test_c_where_tanh_is_flat():
    cell = healthy()
    x = noise(100, 2)
    cell.bias[32:36], cell.bias[16:20], cell.bias[:4] = 5, 5, 5  # four units write at every step
    said = found(cell, x, "beyond_tanh")
    c = one_layer(cell).examine(x)["layer"].c
    assert said.value == pytest.approx((np.abs(c) > 3).mean()) and said.value > 0.2
    assert said.words.startswith("c lies beyond ±3")
    rnn = RNN(2, 6, seed=0)
    assert found(rnn, x, "beyond_tanh") is None
    said = found(rnn, 30 * x, "beyond_tanh")
    assert said.value > 0.5 and said.words.startswith("h lies beyond ±0.995")
    # A ReLU is no tanh.
    assert found(RNNVariant(2, 6, seed=0), 30 * x, "beyond_tanh") is None


def test_a_state_that_grows():
    """The belt of 1997: without a forget gate, what is written every step adds up."""
    cell = healthy()
    hold = {"layer": "layer", "gate": "f", "from": 0, "to": 100, "value": 1.0}
    x = np.abs(noise(100, 2))
    cell.bias[32:36] = 3
    said = found(cell, x, "state_grows", holds=[hold])
    assert 1.5 < said.value < 2 and said.words.startswith("c grows")  # 0.9 / 0.5 of the way
    assert found(cell, x, "state_grows") is None
    # An RNN that adds up, and one that leaks.
    rnn = RNNVariant(1, 2, activation="relu")
    rnn.weight_ih[...], rnn.weight_hh[...] = 1, np.eye(2)
    fifths = [np.sqrt((np.arange(start, start + 10.0) ** 2).mean()) for start in (21, 41)]
    said = found(rnn, np.ones((50, 1)), "state_grows")
    assert said.value == pytest.approx(fifths[1] / fifths[0])
    assert found(rnn, np.full((50, 1), 0.01), "state_grows") is None, "it is still below 1"
    rnn.weight_hh[...] = 0.5 * np.eye(2)
    assert found(rnn, np.ones((50, 1)), "state_grows") is None
    # Large at the end, and once before: that is what it reads.
    loud = np.repeat([1.0, 2, 1, 1, 3], 10)[:, None]
    assert found(rnn, loud, "state_grows") is None


def test_where_the_gradient_ends():
    """h of a chain of slope 1: a gradient that falls to w^ℓ."""
    rnn = RNN(1, 1)
    rnn.weight_ih[...], rnn.weight_hh[...] = 1, 0.5
    said = found(rnn, np.zeros((40, 1)), "gradient_gone")
    assert said.value == 10  # 0.5^9 > .001 > 0.5^10
    said = found(rnn, np.zeros((18, 1)), "gradient")
    assert "below .001 of what the last x does 10 steps before it, of 18" in said.words
    rnn.weight_hh[...] = 0.9
    said = found(rnn, np.zeros((40, 1)), "gradient")
    assert said.value == pytest.approx(0.9**39) and "reaches back to the first step" in said.words
    assert found(rnn, np.zeros((40, 1)), "gradient_grows") is None
    rnn.weight_hh[...] = 2
    said = found(rnn, np.zeros((12, 1)), "gradient_grows")
    assert said.value == 2**11 and "11 steps before it" in said.words
    rnn.weight_ih[...] = 0
    assert found(rnn, np.zeros((12, 1)), "gradient") is None
    assert gone_after(np.array([1.0, 1e-4, 0.5, 1e-4])) == 3, "it came back"


def test_a_lost_state():
    x = noise(100, 2)
    cell = healthy()
    said = found(cell, x, "warm_up")
    # By hand: the second half from zeros beside the whole.
    whole = cell.forward(x[:, None]).h[:, 0]
    apart = np.abs(cell.forward(x[50:, None]).h[:, 0] - whole[50:]).max(axis=1) / np.ptp(whole)
    assert said.value == 1 + np.flatnonzero(apart >= 0.01)[-1] and apart[-1] < 0.01
    keeps = LSTM(2, 16, seed=0, forget_bias=6.0)
    exam = one_layer(keeps).examine(x)
    said = next(one for one in exam.findings if one.key == "lost_state")
    assert said.value > said.threshold == 0.01 and "50 steps later" in said.words
    assert exam["layer"].warm_up.steps == exam["layer"].warm_up.left == 50
    # Nothing is carried: nothing is lost.
    rnn = RNN(2, 3, seed=0)
    rnn.weight_hh[...] = 0
    assert found(rnn, x, "warm_up").value == 0


def test_a_lost_state_in_layers_and_where_there_is_no_stream():
    below, above = layer_of("below", "LSTM", 2, 4), layer_of("above", "RNN", 4, 3, follows="below")
    x = noise(60, 2)
    exam = network_of(below, above).examine(x)
    h = above.forward(below.forward(x[:, None]).h).h[:, 0]
    lost = above.forward(below.forward(x[30:, None]).h).h[:, 0]
    apart = np.abs(lost - h[30:]).max(axis=1) / np.ptp(h)
    assert exam["above"].warm_up.steps == 1 + np.flatnonzero(apart >= 0.01)[-1]
    both = layer_of("below", "LSTM", 2, 4, ("there", "back"))
    above = layer_of("above", "RNN", 8, 3, follows="below")
    exam = network_of(both, above).examine(x)
    assert all(one.warm_up is None for one in exam.layers)
    assert not {"warm_up", "lost_state"} & {one.key for one in exam.findings}


def test_rounding_to_8_bits():
    cell, x = healthy(), noise(50, 2)
    said, report = found(cell, x, "rounding"), one_layer(cell).examine(x)["layer"]
    step = {
        name: np.abs(w).max(axis=1, keepdims=True) / 127
        for name, w in (("weight_ih", cell.weight_ih), ("weight_hh", cell.weight_hh))
    }
    twin = LSTM(2, 16)
    rounded = {name: np.round(getattr(cell, name) / s) * s for name, s in step.items()}
    twin.load_parameters({**rounded, "bias": cell.bias})
    apart = np.abs(twin.forward(x[:, None]).h - cell.forward(x[:, None]).h)[:, 0]
    assert said.value == pytest.approx(apart.max(), rel=1e-9)
    assert (report.rounding.step, report.rounding.unit) == np.unravel_index(
        apart.argmax(), (50, 16)
    )
    assert found(cell, x, "rounding_large") is None
    # A unit that integrates: the error of each step adds up.
    cell = LSTM(2, 1, forget_bias=30.0)
    cell.weight_hh[...] = 0
    cell.weight_ih[...] = [[0, 0], [0, 0], [300, 1.1], [0, 0]]
    cell.bias[[0, 3]] = -4, 4
    x = np.stack([np.zeros(200), np.ones(200)], axis=1)
    said = found(cell, x, "rounding_large")
    assert said.value >= said.threshold == 0.1


def test_swapped_gates():
    """An LSTM of Keras, whose f begins with a bias of 1, read in ONNX' order and in its own."""
    x, cell = noise(50, 2), LSTM(2, 16, seed=0, forget_bias=1.0)
    assert found(cell, x, "swapped_gates") is None
    order = np.r_[0:16, 48:64, 16:32, 32:48]  # i, o, f, g, read as i, f, g, o
    for name, array in cell.parameters().items():
        cell.load_parameters(cell.parameters() | {name: array[order]})
    said = found(cell, x, "swapped_gates")
    assert (
        said.value == pytest.approx(1) and "The rows read as g have a mean bias of 1" in said.words
    )
    assert "ONNX' order i, o, f, c would have the larger one there" in said.words
    # Biases that are all alike say nothing, nor do those that only scatter.
    assert found(LSTM(2, 16, seed=0), x, "swapped_gates") is None
    wild = LSTM(2, 4, seed=0)
    wild.bias[...] = np.repeat([-5.0, 0, 1, -5], 4) + np.tile([-3.0, 3], 8)
    assert found(wild, x, "swapped_gates") is None


def test_what_a_watched_layer_answered():
    seen = noise(12, 2, N=3)
    layer = layer_of("one", "LSTM", 2, 4, ("there", "back"), x=seen)
    layer.h = layer.forward(seen).h.astype(np.float32)
    for x in (seen, None, noise(5, 2)):
        said = {one.key: one for one in network_of(layer).examine(x).findings}
        assert said["agrees"].value < 1e-7 and "differs" not in said
    layer.h[4, 2, 5] += 0.25
    said = {one.key: one for one in network_of(layer).examine(seen).findings}
    assert "differs" not in said, "that was another sequence"
    said = {one.key: one for one in network_of(layer).examine(seen, sequence=2).findings}
    assert said["differs"].value == pytest.approx(0.25, abs=1e-6)
    assert "at step 4, unit 5" in said["differs"].words


def test_steps_are_called_by_their_names():
    text = "hello world"
    exam = one_layer(healthy()).examine(noise(11, 2), steps=text, inputs=["a", "b"])
    step = exam["layer"].rounding.step
    said = next(one for one in exam.findings if one.key == "rounding")
    assert f'at step {step} ("{text[step]}")' in said.words
    assert f'at step {step + 1} ("{text[step]}")' in said.counted_from(1)
    assert exam.steps == list(text) and exam.inputs == ["a", "b"]
    # What was recorded has other steps, and so has what reads its h.
    seen = layer_of("seen", "RNN", 5, 3, x=noise(11, 5, N=1))
    above = layer_of("above", "RNN", 3, 3, follows="seen")
    network = network_of(layer_of("one", "RNN", 2, 3), seen, above)
    for one in network.examine(noise(11, 2), steps=text).findings:
        assert ('("' in one.words) == (one.layer == "one" and one.key == "rounding")


def slugs(notebook):
    """The anchors of a lecture's headings and figures."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    markdown = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    titles = re.findall(r"^#+ (.*)$", markdown, re.MULTILINE)
    headings = {re.sub(r"[^a-z0-9]+", "-", _ascii(title).lower()).strip("-") for title in titles}
    shown = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    figures = {
        re.sub(r"(?<!^)(?=[A-Z][a-z])", "-", name).lower()
        for line in re.findall(r"from lecture_lib.figures import (.*)", shown)
        for name in line.split(", ")
    }
    return headings | figures


def _ascii(text):
    import unicodedata

    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def test_each_finding_leads_to_a_place_in_a_lecture():
    seen = set()
    for key, row in words.FINDINGS.items():
        page, _, anchor = row["link"].partition("#")
        notebook = NOTEBOOKS / page.replace(".html", ".ipynb")
        assert int(page[:2]) == row["lecture"], key
        assert notebook.exists(), f"{key} leads to {notebook.name}"
        assert anchor in slugs(notebook), f"{key} leads to {row['link']}"
        seen.add(row["lecture"])
    assert len(seen) > 6


def test_no_finding_is_without_its_number():
    for key, row in words.FINDINGS.items():
        places = re.findall(r"\{(\w+)", row["words"])
        assert "value" in places, key
        assert row["words"].endswith("."), key
        assert row["threshold"] is None or row["threshold"] > 0, key


def test_every_finding_was_met_here():
    source = Path(__file__).read_text(encoding="utf-8") + (
        Path(__file__).with_name("test_running.py").read_text(encoding="utf-8")
    )
    for key in words.FINDINGS:
        assert f'"{key}"' in source, f"no test looks for {key}"
