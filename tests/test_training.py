"""Losses, readout, clipping, Adam and the training loop."""

import io
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells.stack import Stack
from lecture_lib.gradients import check_gradients
from lecture_lib.initialisers import init_chrono
from lecture_lib.training import (
    Adam,
    Batch,
    Linear,
    SequenceModel,
    clip_grad_norm,
    fit,
    mean_squared_error,
    softmax,
    softmax_cross_entropy,
)

LOSSES = {"cross-entropy": softmax_cross_entropy, "squared error": mean_squared_error}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def draw_for(loss, rng, shape=(5, 3, 4)):
    prediction = rng.normal(size=shape)
    if loss is softmax_cross_entropy:
        return prediction, rng.integers(shape[-1], size=shape[:-1])
    return prediction, rng.normal(size=shape)


# Central differences with steps of 1e-5 err by about step² and by rounding, 1e-16 / step: 1e-10
# each. A wrong sign or factor shows as 0.1 and more.
DIFFERENCES = 1e-7


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("weighted", [False, True])
def test_the_gradient_of_a_loss_is_its_slope(rng, loss, weighted):
    prediction, target = draw_for(loss, rng)
    weight = rng.uniform(size=(5, 3)) if weighted else None
    _, gradient = loss(prediction, target, weight)
    check = check_gradients(
        lambda: loss(prediction, target, weight)[0], {"in": prediction}, {"in": gradient}
    )
    assert check.error < DIFFERENCES, check


def test_cross_entropy_by_hand():
    loss, _ = softmax_cross_entropy(np.zeros((2, 4)), np.array([0, 3]))
    assert loss == pytest.approx(np.log(4))
    # p = (3/4, 1/4): the surprise is −log ¾ at class 0 and −log ¼ at class 1.
    logits = np.log([[3.0, 1.0], [3.0, 1.0]])
    loss, gradient = softmax_cross_entropy(logits, np.array([0, 1]), np.array([1.0, 3.0]))
    assert loss == pytest.approx((-np.log(3 / 4) - 3 * np.log(1 / 4)) / 4)
    np.testing.assert_allclose(gradient, [[-1 / 16, 1 / 16], [9 / 16, -9 / 16]])


def test_cross_entropy_is_finite_for_large_logits():
    loss, gradient = softmax_cross_entropy(np.array([[1e4, -1e4]]), np.array([1]))
    assert loss == 2e4
    np.testing.assert_array_equal(gradient, [[1, -1]])


def test_squared_error_by_hand():
    loss, gradient = mean_squared_error(np.array([[1.0, 2.0]]), np.array([[0.0, 5.0]]))
    assert loss == (1 + 9) / 2
    np.testing.assert_array_equal(gradient, [[1, -3]])


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_position_of_weight_0_does_not_count(rng, loss):
    prediction, target = draw_for(loss, rng)
    weight = np.zeros((5, 3))
    weight[-1] = 1
    whole, gradient = loss(prediction, target, weight)
    assert whole == pytest.approx(loss(prediction[-1], target[-1])[0], rel=1e-14)
    assert not gradient[:-1].any()
    assert gradient[-1].all()


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_loss_keeps_the_dtype_of_its_gradient(rng, loss):
    prediction, target = draw_for(loss, rng)
    for weight in (None, np.ones((5, 3)), np.ones((5, 3), bool)):
        assert loss(prediction.astype(np.float32), target, weight)[1].dtype == np.float32


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "weight", "error", "message"),
    [
        (softmax_cross_entropy, (2, 3), [0, 3], None, ValueError, r"0 … 2, got 0 … 3"),
        (softmax_cross_entropy, (2, 3), [-1, 2], None, ValueError, r"0 … 2, got -1 … 2"),
        (softmax_cross_entropy, (2, 3), [0.0, 1.0], None, TypeError, "target must hold whole"),
        (softmax_cross_entropy, (2, 3), [0], None, ValueError, r"target must have shape \(2,\)"),
        (
            mean_squared_error,
            (2, 3),
            [[0, 1]],
            None,
            ValueError,
            r"target must have shape \(2, 3\)",
        ),
        (softmax_cross_entropy, (2, 3), [0, 1], [1], ValueError, r"weight must have shape \(2,\)"),
        (softmax_cross_entropy, (2, 3), [0, 1], [0, 0], ValueError, "somewhere positive"),
        (softmax_cross_entropy, (2, 3), [0, 1], [2, -1], ValueError, "nowhere negative"),
        (softmax_cross_entropy, (2, 3), [0, 1], [1, np.nan], ValueError, "weight must be finite"),
        (softmax_cross_entropy, (2, 0), [0, 1], None, ValueError, "logits must have shape"),
    ],
)
def test_a_loss_names_what_is_wrong(loss, prediction, target, weight, error, message):
    with pytest.raises(error, match=message):
        loss(np.zeros(prediction), np.array(target), weight)


@pytest.mark.parametrize("kind", [int, np.int8, np.uint8, bool])
def test_whole_numbers_are_numbers(kind):
    # −log of 1 / (1 + e^−1 + e^−1), and (0 + 25) / 2: a cut-off share of the loss gives 0.
    loss, gradient = softmax_cross_entropy(np.array([[0, 1, 0]], kind), [1])
    e = np.exp(1)
    # bool is computed in float32.
    assert loss == pytest.approx(np.log(2 + e) - 1, rel=1e-6)
    np.testing.assert_allclose(gradient, [[1 / (2 + e), e / (2 + e) - 1, 1 / (2 + e)]], rtol=1e-6)
    np.testing.assert_allclose(softmax(np.array([0, 1], kind)), [1 / (1 + e), e / (1 + e)], 1e-6)
    loss, gradient = mean_squared_error(np.array([[1, 0]], kind), [[1.0, -4.5]])
    assert loss == 4.5**2 / 2
    np.testing.assert_array_equal(gradient, [[0, 4.5]])
    clipped, norm = clip_grad_norm({"a": np.array([1, 0], kind)}, 0.5)
    assert norm == 1
    np.testing.assert_array_equal(clipped["a"], [0.5, 0])
    y = Linear(2, 3, seed=0).forward(np.array([[1, 0]], kind))
    np.testing.assert_array_equal(y[0], Linear(2, 3, seed=0).weight[:, 0])


def test_unsigned_whole_numbers_do_not_wrap():
    np.testing.assert_array_equal(softmax(np.uint8([0, 200])), softmax([0.0, 200.0]))
    assert mean_squared_error(np.uint8([[1]]), np.uint8([[3]]))[0] == 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: softmax(m), "logits"),
        (lambda m: softmax_cross_entropy(m, [0, 1]), "logits"),
        (lambda m: softmax_cross_entropy(np.ones((2, 2)), m.astype(int)[0]), "target"),
        (lambda m: softmax_cross_entropy(np.ones((2, 2)), [0, 1], m[0]), "weight"),
        (lambda m: mean_squared_error(m, np.ones((2, 2))), "prediction"),
        (lambda m: mean_squared_error(np.ones((2, 2)), m), "target"),
        (lambda m: Linear(2, 2).forward(m), "x"),
        (lambda m: Linear(2, 2).backward(np.ones((2, 2)), m), "dy"),
        (lambda m: clip_grad_norm({"a": m}, 1.0), r"gradients\['a'\]"),
        (lambda m: Adam({"a": np.ones((2, 2))}).step({"a": m}), r"gradients\['a'\]"),
    ],
)
def test_masked_values_are_refused(call, message):
    masked = np.ma.array([[1.0, 0.0], [0.0, 1.0]], mask=[[True, False], [False, False]])
    with pytest.raises(ValueError, match=f"{message} must have nothing masked"):
        call(masked)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_logits_that_are_no_numbers_are_refused(bad):
    for call in (softmax, lambda a: softmax_cross_entropy(a, [0])):
        with pytest.raises(ValueError, match=f"largest logit of each row .* got {bad}"):
            call([[0.0, bad]])
    np.testing.assert_array_equal(softmax([0.0, -np.inf]), [1, 0])


def test_a_loss_too_large_to_be_told_is_refused():
    with pytest.raises(FloatingPointError, match="the right class is told to be impossible"):
        softmax_cross_entropy([[0.0, -np.inf]], [1])
    # Weights whose sum overflows still have their shares.
    assert mean_squared_error([[1.0], [3.0]], [[0.0], [0.0]], [1e308, 1e308])[0] == 5
    with pytest.raises(FloatingPointError, match="the gradient of weight is not finite"):
        Linear(2, 2, seed=0).backward(np.ones((3, 2)), np.full((3, 2), np.nan))
    with pytest.raises(FloatingPointError, match="the loss is inf: prediction and target are too"):
        mean_squared_error([[1e200]], [[-1e200]])


def test_the_gradients_of_the_readout_are_its_slopes(rng):
    readout = Linear(3, 2, seed=1)
    x, dy = rng.normal(size=(4, 5, 3)), rng.normal(size=(4, 5, 2))
    gradients = readout.backward(x, dy)
    arrays = {**readout.parameters(), "x": x}
    check = check_gradients(lambda: (dy * readout.forward(x)).sum(), arrays, gradients)
    assert check.error < DIFFERENCES, check


@pytest.mark.parametrize("cell", [RNN(2, 3, seed=1), LSTM(2, 3, seed=1), GRU(2, 3, seed=1)])
@pytest.mark.parametrize("padded", [False, True])
def test_the_gradients_of_a_model_are_slopes_of_its_loss(rng, cell, padded):
    model = SequenceModel(cell, Linear(3, 4, seed=2))
    lengths = np.array([4, 2]) if padded else None
    batch = Batch(rng.normal(size=(4, 2, 2)), rng.integers(4, size=(4, 2)), lengths=lengths)
    _, gradients = model.loss_and_gradients(batch, softmax_cross_entropy)
    assert set(gradients) == set(model.parameters())
    check = check_gradients(
        lambda: model.loss_and_gradients(batch, softmax_cross_entropy)[0],
        model.parameters(),
        gradients,
    )
    assert check.error < DIFFERENCES, check


def test_what_comes_after_the_end_of_a_sequence_does_not_count(rng):
    model = SequenceModel(LSTM(2, 3, seed=1), Linear(3, 1, seed=2))
    x, target = rng.normal(size=(4, 2, 2)), rng.normal(size=(4, 2, 1))
    lengths, weight = np.array([4, 2]), rng.uniform(size=(4, 2))
    other_x, other_target = x.copy(), target.copy()
    other_x[2:, 1] = other_target[2:, 1] = 9
    one, _ = model.loss_and_gradients(Batch(x, target, weight, lengths), mean_squared_error)
    two, _ = model.loss_and_gradients(
        Batch(other_x, other_target, weight, lengths), mean_squared_error
    )
    assert one == two


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("weighted", [False, True])
def test_past_the_end_of_a_sequence_anything_may_stand(rng, loss, weighted):
    model = SequenceModel(GRU(2, 3, seed=1), Linear(3, 4, seed=2))
    x, lengths = rng.normal(size=(4, 2, 2)), [4, 2]
    classes = loss is softmax_cross_entropy
    target = rng.integers(4, size=(4, 2)) if classes else rng.normal(size=(4, 2, 4))
    weight = rng.uniform(size=(4, 2)) if weighted else None
    value, right = model.loss_and_gradients(Batch(x, target, weight, lengths), loss)
    x[2:, 1], target[2:, 1] = np.nan, -1 if classes else np.nan
    if weighted:
        weight[2:, 1] = np.nan
    again, gradients = model.loss_and_gradients(Batch(x, target, weight, lengths), loss)
    assert again == value
    for name, gradient in gradients.items():
        np.testing.assert_array_equal(gradient, right[name])
    target[1, 1] = -1 if classes else np.nan
    with pytest.raises(ValueError, match="target must"):
        model.loss_and_gradients(Batch(x, target, weight, lengths), loss)


def test_what_predict_is_given_reaches_the_layers(rng):
    model = SequenceModel(Stack([LSTM(2, 3, seed=1), GRU(3, 3, seed=2)]), Linear(3, 1, seed=2))
    x = rng.normal(size=(4, 2, 2))
    held = model.predict(x, clamp=[{"f": 0.0}, None])
    assert not np.allclose(held, model.predict(x))
    for wrong in ({"clamp": "nonsense"}, {"state": "nonsense"}):
        with pytest.raises(TypeError, match=f"{next(iter(wrong))} must be a list"):
            model.predict(x, **wrong)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"dtype": int}, ValueError, "dtype must be float32 or float64, got int64"),
        ({"output_size": 0}, ValueError, "output_size must be at least 1, got 0"),
        ({"input_size": 2.0}, TypeError, "input_size must be a whole number, got 2.0"),
    ],
)
def test_a_readout_that_cannot_be_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        Linear(**{"input_size": 2, "output_size": 3} | arguments)
    assert Linear(np.uint8(200), np.uint8(200)).weight.shape == (200, 200)


def test_a_readout_names_what_does_not_fit():
    readout = Linear(3, 2)
    for call, message in [
        (lambda: readout.forward(np.ones((4, 2))), r"x must have shape \(…, 3\), got \(4, 2\)"),
        (lambda: readout.backward(np.ones((4, 3)), np.ones((4, 3))), r"dy must have shape \(…, 2"),
        (lambda: readout.backward(np.ones((4, 3)), np.ones((3, 2))), r"dy .* \(4, 2\), got \(3"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    readout.weight[...] = 1
    with pytest.raises(FloatingPointError, match="its input or its weights are too large"):
        readout.forward(np.full((1, 3), 1e308))


def test_a_readout_of_another_width_is_refused():
    with pytest.raises(ValueError, match="hidden_size = 3 inputs, got 4"):
        SequenceModel(LSTM(2, 3), Linear(4, 1))


def dropped(rng, cell, **dropout):
    """A model that shows what it reads, a batch for it, and the model's predictions on it."""
    model = SequenceModel(cell, Linear(cell.hidden_size, cell.hidden_size), **dropout)
    model.readout.weight[...] = np.eye(cell.hidden_size)
    batch = Batch(rng.normal(size=(30, 40, cell.input_size)), np.zeros((30, 40, cell.hidden_size)))
    seen = []

    def loss(prediction, target, weight):
        seen.append(prediction)
        return mean_squared_error(prediction, target, weight)

    model.loss_and_gradients(batch, loss)
    return model, batch, seen[0]


def test_readout_dropout_takes_from_h_on_its_way_out_and_not_from_the_memory(rng):
    model, batch, seen = dropped(rng, LSTM(2, 5, seed=1), readout_dropout=0.25, seed=3)
    h, _ = model.cell.run(batch.x)
    stays = seen != 0
    # 6000 draws with p = 0.25 have a spread of 0.006.
    assert stays.mean() == pytest.approx(0.75, abs=0.03)
    assert np.array_equal(seen[stays], (h * (1 / 0.75))[stays])
    assert np.array_equal(model.predict(batch.x), h)


def test_input_dropout_scales_what_stays(rng):
    cell = RNN(5, 5)
    cell.weight_hh[...], cell.weight_ih[...] = 0, 1e-4 * np.eye(5)
    _, batch, seen = dropped(rng, cell, input_dropout=0.5, seed=3)
    # tanh(a) = a up to a³ / 3, which is 1e-8 of a.
    share = seen / (1e-4 * batch.x)
    assert share[share > 1] == pytest.approx(2, rel=1e-6)
    assert (share[share < 1] == 0).all()
    assert (share > 1).mean() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("cell", [RNN(2, 3, seed=1), LSTM(2, 3, seed=1), GRU(2, 3, seed=1)])
def test_the_gradients_go_where_dropout_lets_them(rng, cell):
    model = SequenceModel(cell, Linear(3, 4, seed=2), input_dropout=0.4, readout_dropout=0.4)
    batch = Batch(rng.normal(size=(4, 2, 2)), rng.integers(4, size=(4, 2)))

    def loss_and_gradients():
        model.rng = np.random.default_rng(5)
        return model.loss_and_gradients(batch, softmax_cross_entropy)

    check = check_gradients(
        lambda: loss_and_gradients()[0], model.parameters(), loss_and_gradients()[1]
    )
    assert check.error < DIFFERENCES, check


def test_dropout_is_drawn_afresh_by_its_seed(rng):
    batch = Batch(rng.normal(size=(6, 2, 2)), np.zeros((6, 2, 1)))

    def losses(seed):
        model = SequenceModel(
            LSTM(2, 3, seed=1), Linear(3, 1, seed=2), readout_dropout=0.5, seed=seed
        )
        return [model.loss_and_gradients(batch, mean_squared_error)[0] for _ in range(3)]

    assert losses(4) == losses(4) != losses(5)
    assert len(set(losses(4))) == 3


@pytest.mark.parametrize("name", ["input_dropout", "readout_dropout"])
@pytest.mark.parametrize("p", [-0.1, 1, float("nan")])
def test_dropout_that_is_no_share_is_named(name, p):
    with pytest.raises(ValueError, match=rf"{name} must lie in \[0, 1\), got {p}"):
        SequenceModel(LSTM(2, 3), Linear(3, 1), **{name: p})


def test_clipping_shortens_the_whole_gradient_and_keeps_its_direction():
    gradients = {"a": np.array([3.0, 0.0]), "b": np.array([[4.0]])}
    clipped, norm = clip_grad_norm(gradients, 1.0)
    assert norm == 5
    np.testing.assert_allclose(clipped["a"], [0.6, 0], rtol=1e-15)
    np.testing.assert_allclose(clipped["b"], [[0.8]], rtol=1e-15)
    np.testing.assert_array_equal(gradients["a"], [3, 0])


def test_a_short_gradient_is_left_as_it_is():
    clipped, norm = clip_grad_norm({"a": np.array([3.0, 4.0], np.float32)}, 6.0)
    assert norm == 5
    assert clipped["a"].dtype == np.float32
    np.testing.assert_array_equal(clipped["a"], [3, 4])


@pytest.mark.parametrize("max_norm", [0, -1, float("nan")])
def test_a_length_that_is_none_is_refused(max_norm):
    with pytest.raises(ValueError, match=f"max_norm must be positive, got {max_norm}"):
        clip_grad_norm({"a": np.ones(2)}, max_norm)
    assert clip_grad_norm({"a": np.full(2, 9.0)}, np.inf)[0]["a"][0] == 9


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
def test_a_gradient_whose_norm_is_no_number_is_not_clipped_to_nothing(value):
    with pytest.raises(FloatingPointError, match="the norm of the gradient is"):
        clip_grad_norm({"a": np.full(2, value)}, 1.0)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"learning_rate": np.inf}, ValueError, "learning_rate must be finite and not negative"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate must be finite and not negative"),
        ({"learning_rate": "0.1"}, TypeError, "learning_rate must be a number, got '0.1'"),
        ({"betas": (0.9, 1.0)}, ValueError, r"betas must lie in \[0, 1\), got 1.0"),
        ({"eps": 0}, ValueError, "eps must be positive, got 0"),
        ({"parameters": {"a": np.ones(2, int)}}, TypeError, "must be an array of floats"),
        ({"parameters": {"a": [1.0]}}, TypeError, "must be an array of floats, got list"),
    ],
)
def test_an_adam_that_cannot_be_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        Adam(**{"parameters": {"a": np.ones(2)}} | change)


@pytest.mark.parametrize(
    ("rate", "gradient", "dtype"),
    [(1e308, 1.0, np.float64), (1e39, 1.0, np.float32), (0.1, 1e30, np.float32)],
)
def test_a_step_that_would_not_be_finite_moves_nothing(rate, gradient, dtype):
    parameters = {"a": np.full(2, 1e300 if rate == 1e308 else 1, dtype), "b": np.ones(2, dtype)}
    before = {name: array.copy() for name, array in parameters.items()}
    optimiser = Adam(parameters, learning_rate=rate)
    wrong = {"a": np.full(2, -gradient, dtype), "b": np.ones(2, dtype)}
    with pytest.raises(FloatingPointError, match="a would not be finite"):
        optimiser.step({"b": wrong["b"], "a": 1e9 * wrong["a"]} if rate == 1e308 else wrong)
        optimiser.step(wrong)
    if optimiser.steps == 0:
        for name, array in parameters.items():
            np.testing.assert_array_equal(array, before[name])
    assert all(np.isfinite(array).all() for array in parameters.values())


def test_adam_takes_a_gradient_that_is_the_parameter_itself():
    mine, other = np.array([1.0, -2.0]), np.array([1.0, -2.0])
    Adam({"a": mine}, 0.1).step({"a": mine})
    Adam({"a": other}, 0.1).step({"a": other.copy()})
    np.testing.assert_array_equal(mine, other)


def test_adam_moves_the_cells_own_arrays_and_keeps_their_dtype():
    cell = LSTM(2, 3, seed=0, dtype=np.float32)
    before = cell.weight_ih.copy()
    optimiser = Adam(cell.parameters(), learning_rate=0.1)
    optimiser.step({name: np.ones_like(array) for name, array in cell.parameters().items()})
    # The first step of Adam is learning_rate · sign(g), but for ε.
    np.testing.assert_allclose(cell.weight_ih, before - 0.1, atol=1e-6)
    assert cell.weight_ih.dtype == np.float32


def run_adam(start, gradients):
    """The parameter before and after each step."""
    parameter = start.copy()
    optimiser = Adam({"p": parameter}, learning_rate=0.05)
    values = [start]
    for gradient in gradients:
        optimiser.step({"p": gradient})
        values.append(parameter.copy())
    return np.array(values)


# PyTorch does the same operations in almost the same order: a rounding or two a step.
ADAM = {"rtol": 0, "atol": 1e-14}


def test_adam_takes_the_steps_that_torch_recorded():
    path = Path(__file__).with_name("reference") / "torch.npz"
    with np.load(path, allow_pickle=False) as reference:
        gradients, expected = reference["adam/gradients"], reference["adam/parameter"]
    np.testing.assert_allclose(run_adam(expected[0], gradients), expected, **ADAM)
    # The steps are of 0.05, and where ε = 1e-8 outweighs the gradient much less.
    assert np.abs(np.diff(expected[:, 0])).max() < 0.01 < np.abs(np.diff(expected[:, 4])).max()


def test_adam_and_clipping_take_the_steps_of_torch(rng):
    torch = pytest.importorskip(
        "torch", reason="PyTorch is not required; reference/torch.npz holds what its Adam did"
    )
    start, gradients = rng.normal(size=7), rng.normal(size=(100, 7)) * 3
    parameter = torch.nn.Parameter(torch.from_numpy(start.copy()))
    optimiser = torch.optim.Adam([parameter], lr=0.05)
    expected, clipped = [start], []
    for gradient in gradients:
        parameter.grad = torch.from_numpy(gradient.copy())
        torch.nn.utils.clip_grad_norm_([parameter], 5.0)
        clipped.append(clip_grad_norm({"p": gradient}, 5.0)[0]["p"])
        # PyTorch divides by the norm plus 1e-6.
        np.testing.assert_allclose(clipped[-1], parameter.grad.numpy(), rtol=1e-6)
        clipped[-1] = parameter.grad.numpy().copy()
        optimiser.step()
        expected.append(parameter.detach().numpy().copy())
    np.testing.assert_allclose(run_adam(start, clipped), expected, **ADAM)


@pytest.mark.parametrize(
    ("gradients", "message"),
    [
        ({"a": np.ones(2)}, r"they differ in \['b'\]"),
        ({"a": np.ones(2), "b": np.ones(3), "x": np.ones(3)}, r"they differ in \['x'\]"),
        (
            {"a": np.ones(2), "b": np.ones(2)},
            r"gradients\['b'\] must have shape \(3,\), got \(2,\)",
        ),
    ],
)
def test_adam_moves_nothing_for_gradients_that_do_not_fit(gradients, message):
    parameters = {"a": np.zeros(2), "b": np.zeros(3)}
    optimiser = Adam(parameters)
    with pytest.raises(ValueError, match=message):
        optimiser.step(gradients)
    assert not any(array.any() for array in parameters.values())
    assert optimiser.steps == 0


RECALL_STEPS = 20


def draw_recall(rng):
    """One of four symbols, shown once, then noise: which was it, 20 steps ago?"""
    symbol = rng.integers(4, size=16)
    x = np.zeros((RECALL_STEPS, 16, 8))
    x[0, range(16), symbol] = 1
    x[1:] = np.eye(8)[rng.integers(4, 8, size=(RECALL_STEPS - 1, 16))]
    weight = np.zeros((RECALL_STEPS, 16))
    weight[-1] = 1
    return Batch(x, np.broadcast_to(symbol, weight.shape), weight)


def error_rate(model):
    batch = draw_recall(np.random.default_rng(99))
    return np.mean(model.predict(batch.x)[-1].argmax(axis=-1) != batch.target[-1])


def recall_model():
    cell = LSTM(8, 8, seed=3)
    init_chrono(cell, RECALL_STEPS, seed=4)
    return SequenceModel(cell, Linear(8, 4, seed=5))


def test_fit_learns_to_recall_and_stops_at_the_goal(capsys):
    model = recall_model()
    # 100 to 200 steps with six other seeds; chance is an error rate of 0.75.
    history = fit(model, draw_recall, softmax_cross_entropy, 400, evaluate=error_rate, goal=0.0)
    assert history.stopped == "goal"
    assert history.steps[-1] == len(history.loss) < 400
    assert history.scores[-1] == error_rate(model) == 0
    assert all(score > 0 for score in history.scores[:-1])
    assert "score=0.0000" in capsys.readouterr().err


def test_the_same_seed_trains_the_same_way(capsys):
    def losses(seed):
        fitted = fit(
            recall_model(), draw_recall, softmax_cross_entropy, 5, seed=seed, progress=False
        )
        return fitted.loss

    assert losses(1) == losses(1)
    assert losses(1) != losses(2)
    assert capsys.readouterr().err == ""


def test_patience_ends_with_the_best_parameters():
    scores = iter([5.0, 3.0, 4.0, 3.0, 1.0])
    biases = []

    def evaluate(model):
        biases.append(model.readout.bias.copy())
        return next(scores)

    model = recall_model()
    history = fit(
        model,
        draw_recall,
        softmax_cross_entropy,
        100,
        evaluate=evaluate,
        every=2,
        patience=2,
        progress=False,
    )
    assert history.stopped == "patience"
    assert (history.steps, history.scores) == ([2, 4, 6, 8], [5, 3, 4, 3])
    np.testing.assert_array_equal(model.readout.bias, biases[1])
    assert (biases[1] != biases[3]).all()


def test_the_learning_rate_may_follow_a_schedule():
    model = recall_model()
    seen = []

    def decaying(step):
        seen.append(step)
        return 0.0 if step else 1e-2

    before = model.readout.weight.copy()
    fit(model, draw_recall, softmax_cross_entropy, 1, learning_rate=decaying, progress=False)
    after_one = model.readout.weight.copy()
    assert (after_one != before).any()
    model = recall_model()
    fit(model, draw_recall, softmax_cross_entropy, 4, learning_rate=decaying, progress=False)
    np.testing.assert_array_equal(model.readout.weight, after_one)
    assert seen == [0, 0, 1, 2, 3]


def test_the_history_keeps_the_norm_before_clipping():
    history = fit(recall_model(), draw_recall, softmax_cross_entropy, 3, clip=1e-9, progress=False)
    assert min(history.gradient_norm) > 1e-3


def too_high(prediction, target, weight):
    return np.inf, np.zeros_like(prediction)


def too_steep(prediction, target, weight):
    return 1.0, np.full_like(prediction, 1e300)


@pytest.mark.parametrize(
    ("loss", "message"), [(too_high, "the loss is inf"), (too_steep, "norm .* inf at step 0")]
)
def test_a_diverging_run_is_stopped_with_its_parameters_as_they_were(loss, message):
    model = recall_model()
    before = {name: array.copy() for name, array in model.parameters().items()}
    with np.errstate(over="ignore"), pytest.raises(FloatingPointError, match=message):
        fit(model, draw_recall, loss, 3, progress=False)
    for name, array in model.parameters().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize("unused", [{"goal": 0.1}, {"patience": 3}])
def test_goal_and_patience_want_a_score(unused):
    with pytest.raises(ValueError, match="need evaluate"):
        fit(recall_model(), draw_recall, softmax_cross_entropy, 3, progress=False, **unused)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"learning_rate": np.inf}, ValueError, "learning_rate must be finite and not negative"),
        ({"learning_rate": np.nan}, ValueError, "learning_rate must be finite and not negative"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate must be finite and not negative"),
        ({"learning_rate": lambda step: np.nan}, ValueError, "learning_rate must be finite"),
        ({"learning_rate": 1e308}, FloatingPointError, "too large"),
        ({"clip": 0}, ValueError, "clip must be positive, got 0"),
        ({"clip": -1}, ValueError, "clip must be positive, got -1"),
        ({"clip": None}, TypeError, "clip must be a number, got None"),
        ({"every": 0}, ValueError, "every must be at least 1, got 0"),
        ({"every": -1}, ValueError, "every must be at least 1, got -1"),
        ({"every": 2.5}, TypeError, "every must be a whole number"),
        ({"patience": 0, "evaluate": error_rate}, ValueError, "patience must be at least 1, got 0"),
        ({"goal": np.nan, "evaluate": error_rate}, ValueError, "goal must be a number, got nan"),
        ({"steps": -1}, ValueError, "steps must be at least 0, got -1"),
        ({"steps": 2.0}, TypeError, "steps must be a whole number, got 2.0"),
        ({"seed": "a"}, TypeError, "seed must be None or whole numbers"),
        (
            {"evaluate": lambda model: np.nan, "every": 1},
            FloatingPointError,
            "the score is nan; evaluate must return a number",
        ),
    ],
)
def test_what_fit_cannot_do_is_refused_with_the_parameters_finite(given, error, message):
    model = recall_model()
    settings = {"steps": 3, "progress": False} | given
    with pytest.raises(error, match=message):
        fit(model, draw_recall, softmax_cross_entropy, **settings)
    assert all(np.isfinite(array).all() for array in model.parameters().values())


def test_without_a_clip_the_gradient_is_left_as_it_is():
    one, other = recall_model(), recall_model()
    for model, clip in ((one, np.inf), (other, 1e9)):
        fit(model, draw_recall, softmax_cross_entropy, 3, clip=clip, progress=False)
    np.testing.assert_array_equal(one.readout.weight, other.readout.weight)


LECTURE = """
import numpy as np
from lecture_lib import RNN
from lecture_lib.training import Batch, Linear, SequenceModel, fit, mean_squared_error

def draw(rng):
    x = rng.normal(size=(5, 8, 1))
    return Batch(x, 0.5 * x)

def evaluate(model):
    return mean_squared_error(model.predict(np.ones((2, 1, 1))), np.ones((2, 1, 1)))[0]

model = SequenceModel(RNN(1, 4, seed=0), Linear(4, 1, seed=0))
history = fit(model, draw, mean_squared_error, steps=120, evaluate=evaluate)
""".strip()


def test_fit_as_it_comes_is_green_under_nbval(tmp_path):
    """Two runs take different times; what is left below the cell must not tell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LECTURE)])
    NotebookClient(notebook, timeout=600, startup_timeout=600).execute()
    outputs = notebook.cells[0].outputs
    assert {output.name for output in outputs} == {"stderr"}
    shown = "".join(output.text for output in outputs).rpartition("\r")[2]
    assert shown == f"100%|{20 * '█'}| 120/120\n"
    nbformat.write(notebook, tmp_path / "lecture.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", "-q"]
    run = subprocess.run(
        [*command, "lecture.ipynb"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
    # A line with a time in it would be red.
    outputs[-1].text += "120/120 [00:01<00:00, 99it/s]"
    nbformat.write(notebook, tmp_path / "lecture.ipynb")
    run = subprocess.run(
        [*command, "lecture.ipynb"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stdout


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_the_bar_shows_times_and_scores(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    model = recall_model()
    fit(model, draw_recall, softmax_cross_entropy, 4, evaluate=error_rate, every=2)
    last = terminal.getvalue().rpartition("\r")[2]
    assert "4/4 [00:0" in last and "score=" in last
