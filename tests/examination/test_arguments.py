"""What does not fit is refused in a sentence that names it; what a caller owns stays as it was."""

import copy
import pickle
from types import SimpleNamespace

import numpy as np
import pytest

from lecture_lib.cells import LSTM
from lecture_lib.examination import examine, origins
from tests.examination.networks import layer_of, network_of, noise, one_layer

HOLD = {"layer": "one", "gate": "f", "from": 0, "to": 2, "value": 1.0}


def network(**said):
    return network_of(layer_of("one", "LSTM", 2, 3, **said))


def held(**changed):
    return lambda: network().examine(noise(5, 2), holds=[HOLD | changed])


def first(state):
    return lambda: network().examine(noise(5, 2), first_state=state)


def stored(**said):
    return lambda: network(**said).examine(noise(5, 2))


PAIR = (np.zeros((1, 3)), np.zeros((1, 3)))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: examine(LSTM(2, 3), noise(5, 2)), TypeError, "network must be a Network.*LSTM"),
        (lambda: network_of().examine(noise(5, 2)), ValueError, "a recurrent layer, got none"),
        (
            lambda: network_of(*network(), *network()).examine(noise(5, 2)),
            ValueError,
            "layers of different names",
        ),
        (lambda: network().examine(), ValueError, "x must be given"),
        (lambda: network().examine(noise(5, 3)), ValueError, r"x must have .* 2.*\(5, 1, 3\)"),
        (lambda: network().examine(np.zeros((0, 2))), ValueError, r"x must .*got \(0, 2\)"),
        (lambda: network().examine(np.zeros(5)), ValueError, r"x must .*got \(5,\)"),
        (lambda: network().examine("abc"), TypeError, "x must hold real numbers"),
        (lambda: network().examine([[1, 2], [3]]), ValueError, "x must be an array"),
        (lambda: network().examine(noise(5, 2) * np.nan), ValueError, "x must be finite"),
        (
            lambda: network().examine(np.zeros((2001, 2))),
            ValueError,
            "at most 2000 steps, got 2001",
        ),
        (
            lambda: network().examine(noise(5, 2), sequence=1),
            ValueError,
            "sequence must be at most",
        ),
        (
            lambda: network().examine(noise(5, 2), sequence=0.5),
            TypeError,
            "sequence must be a whole",
        ),
        (
            lambda: network().examine(noise(5, 2), steps="abc"),
            ValueError,
            "steps must be 5 names, got 3",
        ),
        (
            lambda: network().examine(noise(5, 2), inputs=7),
            ValueError,
            "inputs must be 2 names, got int",
        ),
        (
            lambda: network().examine(noise(5, 2), holds=HOLD),
            TypeError,
            "holds must be a list of dicts",
        ),
        (
            lambda: network().examine(noise(5, 2), holds=[3]),
            TypeError,
            r"holds\[0\] must be a dict",
        ),
        (held(layer="two"), ValueError, r"holds\[0\] names the layer 'two', but .* one"),
        (held(direction="back"), ValueError, "names the direction 'back', but one has there"),
        (held(gate="z"), ValueError, "names the gate 'z', but one has the gates i, f, g, o"),
        (held(units=[1, 3]), ValueError, "names unit 3, but one has 3 units"),
        (held(units=[]), ValueError, "units of .* must be a list of units"),
        (held(units=[0.5]), TypeError, "units of .* must be a whole number"),
        (held(units=1), ValueError, "units of .* must be a list of units"),
        (held(**{"to": 6}), ValueError, "goes to step 6, but one has 5 steps"),
        (held(**{"from": 2}), ValueError, "must end after it begins, got from 2 to 2"),
        (held(**{"from": -1}), ValueError, r"from of holds\[0\] must be at least 0"),
        (held(value=1.5), ValueError, r"the value of holds\[0\] must lie in 0 … 1, got 1.5"),
        (held(value=np.nan), ValueError, r"the value of holds\[0\] must be finite"),
        (held(until=3), ValueError, r"holds\[0\] has \['until'\]"),
        (
            lambda: network().examine(noise(5, 2), holds=[{"layer": "one"}]),
            ValueError,
            "must say gate, from, to, value",
        ),
        (
            lambda: network_of(layer_of("one", "RNN", 2, 3)).examine(noise(5, 2), holds=[HOLD]),
            ValueError,
            "one has no gates",
        ),
        (first([PAIR]), TypeError, "first_state must be a dict"),
        (first({"two": PAIR}), ValueError, "first_state names 'two', but the layers are: one"),
        (first({"one": np.zeros((1, 3))}), ValueError, r"must be a pair \(h, c\)"),
        (first({"one": (*PAIR, 1)}), ValueError, r"must be a pair \(h, c\)"),
        (first({"one": (PAIR[0], np.zeros((1, 4)))}), ValueError, "first state of one must have"),
        (
            first({"one": (np.zeros((2, 3)),) * 2}),
            ValueError,
            "the first state of one must be of 1 sequence, got 2",
        ),
        (
            lambda: network(x=noise(5, 2, N=2), lengths=np.array([4, 5])).examine(noise(5, 2)),
            ValueError,
            "must be of 1 sequence, got 2; `open_network` gives the network without it",
        ),
        (
            lambda: network_of(layer_of("one", "RNN", 2, 3, ("there", "back"))).examine(
                noise(5, 2), first_state={"one": np.zeros((1, 3))}
            ),
            ValueError,
            'the first state of one must be a dict of "there" and "back"',
        ),
        (
            lambda: network(x=noise(5, 2, N=2)).examine(steps="abcde"),
            ValueError,
            "steps must be left out where x is",
        ),
        (stored(lengths=np.array([6])), ValueError, "lengths must lie in 1 … T = 5"),
        (stored(lengths=np.array([4, 5])), ValueError, "the lengths of one must be of 1 sequence"),
        (lambda: origins(network(), noise(5, 2), "two"), ValueError, "layer must be one of one"),
        (
            lambda: origins(network(), noise(5, 2), "one", "back"),
            ValueError,
            "direction of one must",
        ),
        (
            lambda: origins(network(), noise(5, 2), "one", step=5),
            ValueError,
            "step must be at most 4",
        ),
        (
            lambda: origins(network(), noise(5, 2), "one", unit=3),
            ValueError,
            "unit must be at most 2",
        ),
        (
            lambda: origins(network(), noise(5, 2), "one", unit=1.0),
            TypeError,
            "unit must be a whole",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_layer_that_was_left_out_has_no_origins():
    lost = layer_of("lost", "RNN", 2, 3)
    with pytest.raises(ValueError, match="lost was not examined: it follows no layer"):
        origins(network_of(*network(), lost), noise(5, 2), "lost")
    lost.hidden_size, lost.cell.hidden_size = 1025, 1025
    exam = network_of(lost).examine(noise(5, 2))
    assert exam.left_out == {"lost": "it has 1025 units, more than 1024"}


def test_what_is_not_finite_past_the_end_of_a_sequence_is_not_read():
    lengths = np.array([3])
    x = noise(5, 2)
    x[3:] = np.nan
    assert network(lengths=lengths).examine(x)["one"].h.shape == (3, 3)
    x[1] = np.nan
    with pytest.raises(ValueError, match="x must be finite"):
        network(lengths=lengths).examine(x)


def test_steps_that_overflow_are_told():
    layer = layer_of("one", "RNN relu", 1, 2)
    layer.cell.weight_hh[...] = 1e200 * np.eye(2)
    with pytest.raises(FloatingPointError, match="h is not finite"):
        network_of(layer).examine(noise(5, 1))


def test_nothing_of_the_callers_is_kept_or_changed():
    state = (np.full((1, 3), 0.5), np.full((1, 3), 0.5))
    layer = layer_of("one", "LSTM", 2, 3, ("there", "back"))
    layer.state = {"there": state, "back": state}
    layer.x = layer.h = None
    x, holds = noise(6, 2), [HOLD | {"direction": "back", "units": [1]}]
    names = ["a", "b"]
    before = [copy.deepcopy(vars(layer.cell.cells[side])) for side in ("there", "back")]
    own = copy.deepcopy((x, holds, state, names))
    net = network_of(layer)
    exam = net.examine(x, holds=holds, inputs=names, first_state=None)
    shown = exam["one", "back"].h.copy()
    for part, kept in zip((x, *state), (own[0], *own[2]), strict=True):
        np.testing.assert_array_equal(part, kept)
    assert holds == own[1] and names == own[3]
    for side, were in zip(("there", "back"), before, strict=True):
        for name, value in vars(layer.cell.cells[side]).items():
            np.testing.assert_array_equal(value, were[name])
    # What the caller does afterwards changes nothing that was found.
    wanted = exam.origins("one", "back", 2)
    x[...], state[0][...] = 9, 9
    for one in layer.cell.cells.values():
        one.weight_hh[...] = one.weight_ih[...] = 0
    names.append("c")
    np.testing.assert_array_equal(exam["one", "back"].h, shown)
    np.testing.assert_array_equal(exam.origins("one", "back", 2), wanted)
    np.testing.assert_array_equal(exam.x, own[0])
    assert exam.inputs == ["a", "b"]
    for array in (exam.x, exam["one", "back"].h, exam["one", "back"].gates["f"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
        array.flags.writeable = True  # it is the caller's own now
        array[...] = 9
    np.testing.assert_array_equal(exam.origins("one", "back", 2), wanted)


def test_an_x_that_is_changed_afterwards_is_still_what_was_read():
    """Cells whose steps cannot be gone back one by one run again when origins are asked for."""
    x = noise(6, 2)
    exam = network_of(layer_of("one", "LSTM peephole", 2, 3)).examine(x)
    wanted = exam.origins("one", step=4)
    x[...] = 9
    np.testing.assert_array_equal(exam.origins("one", step=4), wanted)


def test_networks_are_known_by_what_they_have():
    layer = layer_of("one", "LSTM", 2, 3)
    loose = SimpleNamespace(layers=[layer], source="mine")
    assert examine(loose, noise(5, 2)).source == "mine"


def test_two_runs_say_the_same():
    one, two = (one_layer(LSTM(2, 40, seed=0)).examine(noise(30, 2)) for _ in range(2))
    assert str(one) == str(two) and one.to_dict(True) == two.to_dict(True)
    assert str(pickle.loads(pickle.dumps(one))) == str(one)
