"""Out and in again: directions, layers, options; and what ONNX Runtime and Keras say of it."""

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx.reference import ReferenceEvaluator

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.cells.stack import Stack
from lecture_lib.cells.variants import LSTMVariant
from lecture_lib.cells.variants.other_functions import GRUVariant, Reversed, RNNVariant
from lecture_lib.interchange import open_network, to_keras, to_onnx, to_torch
from lecture_lib.training import Linear, SequenceModel

PLAIN = {
    "rnn": lambda d, h, seed: RNN(d, h, seed),
    "lstm": lambda d, h, seed: LSTM(d, h, seed),
    "gru": lambda d, h, seed: GRU(d, h, seed, reset="after", update="keep"),
}
ONLY_ONNX = {
    "gru before": lambda d, h, seed: GRU(d, h, seed, update="write"),
    "rnn relu": lambda d, h, seed: RNNVariant(d, h, seed, clip=0.75),
    "gru hard": lambda d, h, seed: GRUVariant(
        d, h, seed, update="keep", activation="softsign", recurrent_activation="hard_sigmoid"
    ),
    "peephole": lambda d, h, seed: LSTMVariant(d, h, peephole=True, seed=seed),
    "coupled": lambda d, h, seed: LSTMVariant(
        d, h, coupled=True, peephole=True, output_tanh=False, seed=seed
    ),
    "keras 3": lambda d, h, seed: LSTMVariant(
        d, h, activation="relu", recurrent_activation="keras3_hard_sigmoid", seed=seed
    ),
}


def network(make, directions, layers, sizes, seed):
    rng, made, width = np.random.default_rng(seed), [], sizes[0]
    for k in range(layers):
        pair = [make(width, sizes[1], seed + 10 * k + d) for d in range(2)]
        layer = Bidirectional(*pair) if directions == "both" else pair[0]
        made.append(Reversed(layer) if directions == "back" else layer)
        width = layer.hidden_size
    whole = Stack(made) if layers > 1 else made[0]
    for array in whole.parameters().values():
        array += rng.normal(0, 0.3, array.shape)
    return whole, rng.normal(size=(5, 2, sizes[0]))


def networks(kinds, directions=("there", "back", "both")):
    return st.builds(
        lambda kind, way, layers, d, h, seed: network(kinds[kind], way, layers, (d, h), seed),
        st.sampled_from(sorted(kinds)),
        st.sampled_from(directions),
        st.integers(1, 3),
        st.integers(1, 3),
        st.integers(1, 4),
        st.integers(0, 999),
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(networks(PLAIN | ONLY_ONNX))
def test_onnx_gives_back_what_it_was_given(drawn):
    whole, x = drawn
    model = to_onnx(whole, dtype=np.float64)
    onnx.checker.check_model(model)
    h = whole.run(x)[0]
    # float64, five steps of small sums.
    np.testing.assert_allclose(open_network(model).stack.run(x)[0], h, rtol=0, atol=1e-12)


def test_a_clip_that_onnx_would_round_is_refused_beside_float64():
    cell = RNNVariant(2, 3, seed=0, clip=0.8)
    with pytest.raises(ValueError, match=r"clip must be a number that float32 holds.* got 0\.8"):
        to_onnx(cell, dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(4, 2, 2))
    # float32, as the weights are then.
    again = open_network(to_onnx(cell)).stack.run(x)[0]
    np.testing.assert_allclose(again, cell.run(x)[0], rtol=0, atol=1e-6)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(networks(PLAIN | ONLY_ONNX))
def test_onnx_runtime_computes_the_same(drawn):
    whole, x = drawn
    model = to_onnx(whole)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    theirs = session.run(["h"], {"x": x.astype(np.float32)})[0]
    # float32 has 1.2e-7 of 1; relu's h grows to some tens.
    np.testing.assert_allclose(whole.run(x)[0], theirs, rtol=1e-4, atol=1e-5)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(networks(PLAIN, ("there", "both")))
def test_pytorch_names_give_back_what_they_were_given(drawn):
    whole, x = drawn
    found = open_network(to_torch(whole))
    np.testing.assert_allclose(found.stack.run(x)[0], whole.run(x)[0], rtol=0, atol=1e-12)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(networks(PLAIN, ("there",)))
def test_keras_arrays_give_back_what_they_were_given(drawn):
    whole, x = drawn
    # Six arrays of equal sizes may be of a Bidirectional as well.
    several = {"layout": "stack of layers"} if isinstance(whole, Stack) else {}
    for layer in open_network(to_keras(whole), **several):
        assert layer.cell is not None
        x = layer.forward(x).h
    np.testing.assert_allclose(x, whole.run(drawn[1])[0], rtol=0, atol=1e-12)


def test_a_model_goes_out_with_its_readout():
    model = SequenceModel(LSTM(2, 3, seed=0), Linear(3, 4, seed=1))
    model.readout.bias[:] = [1, 2, 3, 4]
    x = np.random.default_rng(2).normal(size=(5, 2, 2))
    y, h, *_ = ReferenceEvaluator(to_onnx(model, dtype=np.float64)).run(None, {"x": x})
    np.testing.assert_allclose(y, model.predict(x), rtol=0, atol=1e-12)
    np.testing.assert_allclose(h, model.cell.run(x)[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("whole", "write", "message"),
    [
        (Bidirectional(LSTM(2, 3), LSTM(2, 4)), to_torch, "one kind, size and function"),
        (Reversed(LSTM(2, 3)), to_torch, "no layer that reads from the end alone"),
        (Stack([GRU(2, 3)]), to_torch, 'PyTorch has no GRU with reset="before"'),
        (LSTMVariant(2, 3, activation=("affine", 1, 2)), to_keras, "its own list, got affine"),
        (LSTMVariant(2, 3, clip=1.0), to_keras, "Keras' LSTM has no clip"),
        (LSTMVariant(2, 3, activation="selu"), to_onnx, "no activation selu"),
    ],
)
def test_what_has_no_place_is_refused_by_name(whole, write, message):
    with pytest.raises(ValueError, match=message):
        write(whole)


@pytest.mark.parametrize("pieces", [(1,) * 7, (3, 4)])
def test_a_stack_written_with_its_states_goes_on_from_piece_to_piece(pieces):
    stack = Stack([LSTM(2, 3, seed=0), GRU(3, 4, seed=1, reset="after"), LSTM(4, 2, seed=2)])
    model = to_onnx(stack, dtype=np.float64, with_state=True)
    onnx.checker.check_model(model, full_check=True)
    x = np.random.default_rng(3).normal(size=(7, 2, 2))
    whole = stack.forward(x, state=[(np.ones((2, 3)), -np.ones((2, 3))), np.ones((2, 4)), None])
    names = ["h0_0", "c0_0", "h0_1", "h0_2", "c0_2"]
    assert [value.name for value in model.graph.input] == ["x", *names]
    run = ReferenceEvaluator(model).run
    state = [np.ones((2, 3)), -np.ones((2, 3)), np.ones((2, 4)), *np.zeros((2, 2, 2))]
    h = []
    for piece in np.split(x, np.cumsum(pieces)[:-1]):
        part, *state = run(None, {"x": piece, **dict(zip(names, state, strict=True))})
        h.append(part)
    np.testing.assert_allclose(np.concatenate(h), whole.h, rtol=0, atol=1e-12)
    (h_0, c_0), h_1, (h_2, c_2) = whole.final_state
    for came, wanted in zip(state, (h_0, c_0, h_1, h_2, c_2), strict=True):
        np.testing.assert_allclose(came, wanted, rtol=0, atol=1e-12)


def test_what_reads_both_ways_takes_no_state():
    both = Bidirectional(LSTM(2, 3), LSTM(2, 3))
    for whole in (both, Stack([LSTM(2, 2), both])):
        with pytest.raises(ValueError, match="with_state must be False for a Bidirectional"):
            to_onnx(whole, with_state=True)


def test_a_network_is_read_up_to_a_layer_and_agrees():
    whole, x = network(PLAIN["lstm"], "both", 2, (3, 4), 5)
    found = open_network(to_onnx(whole))
    layer = found.read(1, x=x.astype(np.float32))
    assert layer.x.shape == (5, 2, 8) and layer.h.shape == (5, 2, 8)
    assert layer.agrees() and "agree" in str(layer.agrees())
    layer.h[3, 1, 2] += 0.5
    verdict = layer.agrees()
    assert not verdict and verdict.where == (3, 1, 2)
    with pytest.raises(ValueError, match="was not watched"):
        found[0].agrees()


def test_a_table_names_every_layer():
    whole, _ = network(ONLY_ONNX["coupled"], "both", 2, (3, 4), 5)
    found = open_network(to_onnx(whole))
    table = str(found)
    assert "LSTM_0" in table and "LSTM_1" in table and "f = 1 − i" in table and "⇄" in table
    assert found["LSTM_1"] is found.layers[1] and found["LSTM_1"].follows == "LSTM_0"
    with pytest.raises(KeyError, match="no layer 'encoder'"):
        found["encoder"]
