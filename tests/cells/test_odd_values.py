"""Numbers for arrays, half precision, and what is no cell, no dict, no function or no number."""

from fractions import Fraction

import numpy as np
import pytest

from lecture_lib.cells import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Stack,
    gru_step,
    gru_step_backward,
    lstm_step,
    lstm_step_backward,
    rnn_step,
)
from lecture_lib.cells.variants import LSTMVariant, Reversed
from lecture_lib.gradients import check_gradients, gradient_flow
from lecture_lib.initialisers import init_orthogonal
from lecture_lib.training import (
    Adam,
    Batch,
    Linear,
    SequenceModel,
    clip_grad_norm,
    falling,
    fit,
    mean_squared_error,
    softmax_cross_entropy,
)

D, H, N = 3, 2, 4
LSTM_SHAPES = {
    **{"x": (N, D), "h": (N, H), "c": (N, H)},
    **{"weight_ih": (4 * H, D), "weight_hh": (4 * H, H), "bias": (4 * H,)},
}
BACKWARD_SHAPES = {
    **{"dh": (N, H), "dc": (N, H), "x": (N, D), "h": (N, H), "c": (N, H)},
    **{"weight_ih": (4 * H, D), "weight_hh": (4 * H, H)},
}
GRU_SHAPES = {
    **{"x": (N, D), "h": (N, H)},
    **{"weight_ih": (3 * H, D), "weight_hh": (3 * H, H), "bias": (3 * H,)},
}
GATES = np.random.default_rng(1).uniform(size=(4, N, H))


@pytest.mark.parametrize(
    ("step", "shapes", "others"),
    [
        (lstm_step, LSTM_SHAPES, {}),
        (lstm_step_backward, BACKWARD_SHAPES, {"gates": GATES}),
        (gru_step, GRU_SHAPES, {}),
    ],
    ids=["lstm_step", "lstm_step_backward", "gru_step"],
)
def test_a_number_stands_for_an_array_filled_with_it(step, shapes, others):
    rng = np.random.default_rng(0)
    given = {name: rng.normal(size=shape) for name, shape in shapes.items()} | others
    for name, shape in shapes.items():
        found, right = step(**given | {name: 0.5}), step(**given | {name: np.full(shape, 0.5)})
        if isinstance(found, dict):
            found, right = tuple(found.values()), tuple(right.values())
        for one, other in zip(found, right, strict=True):
            # The same sums; NumPy may add a filled array up in another order.
            np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-13)


def test_gates_that_are_all_numbers_keep_their_shape():
    """Four numbers were stacked as if they were four sequences."""
    given = {name: np.ones(shape) for name, shape in BACKWARD_SHAPES.items()}
    given |= {"dh": 1.0, "dc": 1.0, "c": 1.0}
    found = lstm_step_backward(**given, gates=[0.5, 0.5, 0.5, 0.5])
    right = lstm_step_backward(
        **given | {"dh": np.ones((N, H)), "dc": np.ones((N, H)), "c": np.ones((N, H))},
        gates=np.full((4, N, H), 0.5),
    )
    for name, array in right.items():
        np.testing.assert_allclose(found[name], array, rtol=1e-13)
    with pytest.raises(ValueError, match="x must be an array: nothing else says how long D is"):
        rnn_step(x=1.0, h=np.ones((N, H)), weight_ih=1.0, weight_hh=1.0, bias=0.0)


def test_half_precision_losses_do_not_overflow():
    """Sums of more than 65504 were infinite, and the loss 0."""
    n = 70_000
    loss, gradient = softmax_cross_entropy(np.zeros((n, 2), np.float16), np.zeros(n, int))
    # log 2 to what a mean in single precision gives.
    assert loss == pytest.approx(np.log(2), rel=1e-5)
    assert gradient[:, 0].sum(dtype=float) == pytest.approx(-0.5, rel=1e-5)
    assert mean_squared_error(np.ones((n, 1), np.float16), np.zeros((n, 1)))[0] == pytest.approx(
        1, rel=1e-5
    )
    weight = np.full(3000, 30, np.float16)
    loss, _ = softmax_cross_entropy(np.zeros((3000, 2)), np.zeros(3000, int), weight)
    assert loss == pytest.approx(np.log(2), rel=1e-5)


CELL, HUGE = RNN(D, H, seed=0), 10**400
ONES = {"w": np.ones(2)}
itself: list = []
itself.append(itself)


def model(**dropout):
    return SequenceModel(RNN(1, 2, seed=0), Linear(2, 1, seed=0), **dropout)


def fitted(**arguments):
    given = {
        "model": model(),
        "draw": lambda rng: Batch(np.ones((2, 2, 1)), np.ones((2, 2, 1))),
        "loss": mean_squared_error,
        **{"steps": 2, "progress": False, "every": 1},
    }
    return fit(**given | arguments)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: RNN(2, 3, seed=itself), ValueError, "setting an array element|seed must be"),
        (lambda: RNN(2, HUGE), ValueError, "hidden_size must be at most"),
        (lambda: RNN(2, 3, dtype="\ud800"), TypeError, "dtype must be float32 or float64"),
        (lambda: LSTM(2, 3, forget_bias=[[1], [1, 2]]), ValueError, "forget_bias must be"),
        (lambda: CELL.run(itself), ValueError, "x must be an array"),
        (lambda: GRU(2, 3, update=np.ones(2)), ValueError, 'update must be "write" or "keep"'),
        (lambda: LSTMVariant(2, 3, clip=HUGE), ValueError, "clip must be None or a finite"),
        (
            lambda: LSTMVariant(2, 3, output_activation=np.ones(2)),
            (TypeError, ValueError),
            "output_activation must",
        ),
        (lambda: Stack(3), TypeError, "layers must be a list of cells, got 3"),
        (lambda: Stack([CELL, RNN]), TypeError, r"layers\[1\] must be a cell"),
        (lambda: Bidirectional(CELL, None), TypeError, "back must be a cell"),
        (lambda: Reversed("lstm"), TypeError, "cell must be a cell"),
        (lambda: SequenceModel(None, Linear(2, 1)), TypeError, "cell must be a cell"),
        (lambda: SequenceModel(CELL, CELL.bias), TypeError, "readout must be a Linear"),
        (
            lambda: gru_step_backward(1.0, *[np.ones((1, 1))] * 2, 3, [[1.0]] * 3, [[1.0]] * 3),
            ValueError,
            "gates must be 3 arrays, got 1",
        ),
        (lambda: clip_grad_norm(None, 1.0), TypeError, "gradients must be a dict"),
        (lambda: clip_grad_norm(ONES, HUGE), ValueError, "max_norm must be no larger"),
        (lambda: clip_grad_norm(ONES, np.timedelta64(3)), TypeError, "max_norm must be a number"),
        (lambda: Adam([1.0]), TypeError, "parameters must be a dict"),
        (lambda: Adam(ONES, betas=0.9), TypeError, "betas must be two numbers"),
        (lambda: Adam(ONES).step([1.0]), TypeError, "gradients must be a dict"),
        (lambda: Adam(ONES).step({1: 1.0}), ValueError, "they differ in"),
        (lambda: check_gradients(1.0, ONES, ONES), TypeError, r"loss must be a function"),
        (lambda: check_gradients(lambda: "x", ONES, ONES), TypeError, r"loss\(\) must be a number"),
        (lambda: check_gradients(lambda: 1.0, [1.0], ONES), TypeError, "arrays must be a dict"),
        (
            lambda: gradient_flow(CELL, CELL.forward(np.ones((2, 1, D))), state=np.ones(2)),
            ValueError,
            "state of this cell must be 'h'",
        ),
        (lambda: init_orthogonal(RNN(2, 3), gain=1e308), ValueError, "gain must be finite"),
        (lambda: falling(0.1, 0), ValueError, "steps must be at least 1"),
        (lambda: falling(0.1, -5), ValueError, "steps must be at least 1"),
        (lambda: falling("fast", 5), TypeError, "learning_rate must be a number"),
        (lambda: fitted(model=CELL), TypeError, "model must be a SequenceModel"),
        (lambda: fitted(draw=3), TypeError, "draw must be a function"),
        (lambda: fitted(loss="mse"), TypeError, "loss must be a function"),
        (lambda: fitted(evaluate=1.0), TypeError, "evaluate must be a function"),
        (lambda: fitted(evaluate=lambda m: "1.0"), TypeError, "the score must be a number"),
        (lambda: fitted(draw=lambda rng: 3), TypeError, "batch must be a Batch, got int"),
        (lambda: fitted(loss=lambda *_: 0.5), TypeError, "loss must return a number and a grad"),
        (lambda: fitted(loss=lambda *_: (None, 0)), TypeError, "the loss must be a number"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_fraction_is_a_dropout():
    batch = Batch(np.ones((5, 2, 1)), np.ones((5, 2, 1)))
    found, right = (
        model(input_dropout=p, seed=0).loss_and_gradients(batch, mean_squared_error)[0]
        for p in (Fraction(1, 2), 0.5)
    )
    assert found == right
