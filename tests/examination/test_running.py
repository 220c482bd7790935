"""What is shown is what the layers compute: both directions, first states, lengths, recorded
inputs, and what is held."""

import numpy as np
import pytest

from lecture_lib.cells import LSTM, Bidirectional
from lecture_lib.cells.variants import Reversed
from tests.examination.networks import KINDS, layer_of, network_of, noise

WAYS = [("there",), ("back",), ("there", "back")]


def trace_of(layer, trace, side):
    """A direction's own trace of what `layer.forward` returned, and how it shows its steps."""
    if isinstance(layer.cell, Bidirectional):
        return trace.traces[side]
    return trace.trace if isinstance(layer.cell, Reversed) else trace


@pytest.mark.parametrize("ways", WAYS, ids="+".join)
@pytest.mark.parametrize("kind", KINDS)
def test_gates_and_states_are_those_of_the_layer(kind, ways):
    layer = layer_of("one", kind, 2, 4, ways)
    x = noise(9, 2)
    exam = network_of(layer).examine(x)
    assert [one.direction for one in exam.layers] == list(ways)
    whole = layer.forward(x[:, None])
    np.testing.assert_array_equal(np.hstack([one.h for one in exam.layers]), whole.h[:, 0])
    for one in exam.layers:
        own = trace_of(layer, whole, one.direction)
        turn = slice(None, None, -1 if one.direction == "back" else 1)
        for letter, gate in one.gates.items():
            np.testing.assert_array_equal(gate, getattr(own, letter)[:, 0][turn])
        if one.c is not None:
            np.testing.assert_array_equal(one.c, own.c[:, 0][turn])


def test_layers_read_those_they_follow_from_their_first_states_and_over_their_lengths():
    rng = np.random.default_rng(3)
    drawn = [rng.standard_normal((3, 4)) for _ in range(4)]
    states = {"there": (drawn[0], drawn[1]), "back": (drawn[2], drawn[3])}
    lengths = np.array([7, 4, 6])
    below = layer_of("below", "LSTM", 2, 4, WAYS[2], state=states, lengths=lengths)
    above = layer_of("above", "GRU keep after", 8, 3, WAYS[1], 5, follows="below", lengths=lengths)
    x = noise(7, 2, N=3)
    h = below.forward(x).h
    top = above.forward(h).h
    for sequence, length in enumerate(lengths):
        exam = network_of(below, above).examine(x, sequence=sequence)
        both = np.hstack([exam["below", "there"].h, exam["below", "back"].h])
        np.testing.assert_allclose(both, h[:length, sequence], rtol=0, atol=1e-15)
        np.testing.assert_allclose(exam["above"].h, top[:length, sequence], rtol=0, atol=1e-15)
        assert exam["above"].reads == "below"


def test_a_layer_without_lengths_reads_what_stands_past_the_end_of_the_one_below():
    below = layer_of("below", "LSTM", 2, 4, WAYS[2], lengths=np.array([4]))
    above = layer_of("above", "RNN", 8, 3, follows="below")
    x = noise(7, 2)
    exam = network_of(below, above).examine(x)
    wanted = above.forward(below.forward(x[:, None]).h).h[:, 0]
    np.testing.assert_allclose(exam["above"].h, wanted, rtol=0, atol=1e-15)
    assert len(exam["above"].h) == 7 and len(exam["below"].h) == 4


def test_a_first_state_that_is_given_takes_the_place_of_the_stored_one():
    stored, given = np.full((1, 4), 0.5), np.full((1, 4), -0.5)
    layer = layer_of("one", "RNN", 2, 4, state=stored)
    x = noise(5, 2)
    assert network_of(layer).examine(x).findings[0].words.endswith("first state stored.")
    for state in (given, None):
        exam = network_of(layer).examine(x, first_state={"one": state})
        began = "zeros" if state is None else "given"
        assert exam.findings[0].words.endswith(f"first state {began}.")
        wanted = layer.cell.forward(x[:, None], state).h[:, 0]
        np.testing.assert_array_equal(exam["one"].h, wanted)


def test_layers_whose_input_is_not_known_are_examined_as_watched_or_named():
    seen = noise(6, 5, 1, N=2)
    layers = [
        layer_of("first", "GRU write before", 2, 3),
        layer_of("watched", "LSTM", 5, 3, x=seen, h=np.zeros((6, 2, 3))),
        layer_of("unknown", "RNN", 2, 3),
        layer_of("above", "RNN", 3, 3, follows="unknown"),
        layer_of("on_watched", "RNN", 3, 3, follows="watched"),
    ]
    layers[2].cell, layers[2].reason = None, "it has an attention"
    layers.append(layer_of("lost", "RNN", 2, 3))
    layers.append(layer_of("wide", "RNN", 9, 3, follows="first"))
    network = network_of(*layers)
    exam = network.examine(noise(9, 2), sequence=0)
    assert [one.name for one in exam.layers] == ["first", "watched", "on_watched"]
    wanted = layers[1].cell.forward(seen).h[:, 0]
    # Two columns of a product, or one: the sums may be in another order.
    np.testing.assert_allclose(exam["watched"].h, wanted, rtol=0, atol=1e-15)
    said = {one.layer: one.words for one in exam.findings if one.key == "layout"}
    assert said["watched"].endswith("zeros, on what it read when it was watched.")
    assert said["on_watched"].endswith("zeros.")
    assert exam["watched"].reads == "recorded" and exam["on_watched"].reads == "watched"
    assert list(exam.left_out) == ["unknown", "above", "lost", "wide"]
    assert "it has an attention" in exam.left_out["unknown"]
    assert "reads the h of unknown" in exam.left_out["above"]
    assert "was not watched" in exam.left_out["lost"]
    assert "takes 9 inputs, and what it reads here has 3" in exam.left_out["wide"]
    for name in exam.left_out:
        assert f"{name}: not examined" in str(exam)
    # Without an x the first was not watched either, and the second sequence is there to be seen.
    exam = network.examine(sequence=1)
    assert "first" in exam.left_out and exam.x is None
    wanted = layers[1].cell.forward(seen).h[:, 1]
    np.testing.assert_allclose(exam["watched"].h, wanted, rtol=0, atol=1e-15)


def test_another_kind_of_cell_is_named():
    from lecture_lib.cells.minimal import MinGRU

    layer = layer_of("one", "RNN", 2, 3)
    layer.cell = MinGRU(2, 3)
    exam = network_of(layer).examine(noise(4, 2))
    assert not exam.layers
    assert exam.left_out == {"one": "a MinGRU is no RNN, GRU or LSTM"}


def test_cells_of_float32_are_examined_in_float64():
    cell = LSTM(2, 3, seed=0, dtype=np.float32)
    layer = layer_of("one", "LSTM", 2, 3)
    layer.cell = cell
    exam = network_of(layer).examine(noise(40, 2))
    twin = LSTM(2, 3)
    twin.load_parameters({name: array.astype(float) for name, array in cell.parameters().items()})
    np.testing.assert_array_equal(exam["one"].c, twin.forward(noise(40, 2)[:, None]).c[:, 0])


@pytest.mark.parametrize("direction", ["there", "back"])
@pytest.mark.parametrize("kind", ["LSTM", "GRU keep before", "LSTM peephole"])
def test_what_is_held_is_what_forward_clamps(kind, direction):
    layer = layer_of("one", kind, 2, 4, WAYS[2])
    above = layer_of("above", "RNN", 8, 2, follows="one")
    gate = layer.cell.cells["there"].gates[1]
    x, row = noise(9, 2), {"layer": "one", "direction": direction, "gate": gate}
    holds = [
        row | {"units": [0, 2], "from": 3, "to": 6, "value": 1.0},
        row | {"units": None, "from": 5, "to": 7, "value": 0.25},
    ]
    network = network_of(layer, above)
    exam, free = network.examine(x, holds=holds), network.examine(x)
    clamp = np.full((9, 1, 4), np.nan)
    clamp[3:5, :, [0, 2]], clamp[5:7] = 1, 0.25
    wanted = layer.cell.forward(x[:, None], clamp={direction: {gate: clamp}}).h[:, 0]
    found = np.hstack([exam["one", "there"].h, exam["one", "back"].h])
    np.testing.assert_array_equal(found, wanted)
    report = exam["one", direction]
    for name in ("h", gate):
        ours = free["one", direction].h if name == "h" else free["one", direction].gates[gate]
        np.testing.assert_array_equal(report.free[name], ours)
    apart = np.abs(report.h - report.free["h"])
    assert report.held.most == apart.max() > 0
    assert report.held.first == np.flatnonzero(apart.any(axis=1))[0]
    assert exam["above"].held.most > 0, "what is held below is read above"
    other = {"there": "back", "back": "there"}[direction]
    assert exam["one", other].held.most == 0
    said = {(one.layer, one.direction): one for one in exam.findings if one.key == "held"}
    assert said["one", other].words == "What is held changes no h."
    assert f"step {report.held.step}" in said["one", direction].words
