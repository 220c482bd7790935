"""The Trainer in Python: its tasks, its weights, its run; and the browser's run, the same."""

import math

import numpy as np
import pytest

from lecture_lib.figures import Trainer
from lecture_lib.figures.trainer.tasks import TASKS
from lecture_lib.initialisers import init_chrono
from lecture_lib.training import (
    Adam,
    clip_grad_norm,
    mean_squared_error,
    softmax_cross_entropy,
)
from tests.driver import joined

CELLS = ("RNN", "LSTM", "GRU")
UPDATES = 100

# Sums in another order and the last bit of exp and tanh differ by 1e-16; a hundred updates of a
# network that is just learning multiply that, by 1e7 in the worst case seen (LSTM, recall). A wrong
# sign, index or factor shows at the first update from 1e-3 up.
TOLERANCE = 1e-6

# aⁿbⁿ at rate 0.01 is chaotic: its gradients reach norm 10, and NumPy's own run from weights
# changed by 1e-15 is 2e-3 away after 100 updates (LSTM, b = 1). So it is compared at a third of it.
RATES = {"counting": 0.003}

RUN = """
async ([source, settings, updates]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { createRun } = await import(url);
  const run = createRun(settings);
  while (run.updates < updates && run.ended !== "diverged") run.work.next();
  const plain = (values) => values && [...values];
  const last = run.moments.at(-1);
  return {
    losses: run.losses, scores: run.scores, ended: run.ended, moments: run.moments.length,
    update: last.update, f: plain(last.f), z: plain(last.z),
    left: Object.fromEntries(Object.entries(last.left).map(([k, v]) => [k, plain(v)])),
  };
}
"""

PIECES = """
async ([source, given]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { softmaxCrossEntropy, squaredError, clipGradNorm, createAdam } = await import(url);
  const each = (o, to) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k, to(v)]));
  const floats = (o) => each(o, (v) => Float64Array.from(v)), lists = (o) => each(o, (v) => [...v]);
  const d = new Float64Array(given.logits.length), e = new Float64Array(1);
  const surprise = softmaxCrossEntropy(Float64Array.from(given.logits), [2], [0.25], d);
  const square = squaredError([0.3], [1.7], [0.5], e);
  const gradients = floats(given.gradients), parameters = floats(given.parameters);
  const adam = createAdam(parameters, 0.02);
  const norms = [];
  for (let k = 0; k < 5; k += 1) {
    norms.push(clipGradNorm(gradients, 1.5));
    adam.step(gradients);
    for (const name in gradients) gradients[name].set(gradients[name].map((g) => g * g - 2 * k));
  }
  return { surprise, d: [...d], square, e: e[0], norms, parameters: lists(parameters) };
}
"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def in_browser(page, trainer, updates):
    settings = {name: getattr(trainer, name) for name in trainer.controls()}
    return page.evaluate(RUN, [joined("figures/trainer/run.mjs"), settings, updates])


@pytest.mark.parametrize("task", ["recall", "adding", "counting", "hello"])
@pytest.mark.parametrize("cell", CELLS)
def test_the_browser_comes_to_the_losses_of_numpy(page, cell, task):
    rate = RATES.get(task, 0.01)
    trainer = Trainer(cell=cell, task=task, lag=20, chrono=task == "recall", learning_rate=rate)
    _, history = trainer.run(UPDATES)
    losses = in_browser(page, trainer, UPDATES)["losses"]
    assert losses == pytest.approx(history.loss, rel=TOLERANCE, abs=0)
    assert history.loss[-1] < 0.95 * history.loss[0] or (cell, task) == ("RNN", "recall")


@pytest.mark.parametrize(
    "settings",
    [
        {"chrono": False, "forget_bias": 2.5, "cell": "GRU"},
        {"clip": 0.0, "learning_rate": 0.03, "seed": 7},
        {"clip": 0.1, "hidden_size": 5, "lag": 4, "task": "counting"},
        {"lag": 5, "task": "adding", "hidden_size": 2},
    ],
)
def test_every_setting_means_the_same_in_both(page, settings):
    trainer = Trainer(**settings)
    _, history = trainer.run(30)
    losses = in_browser(page, trainer, 30)["losses"]
    assert losses == pytest.approx(history.loss, rel=TOLERANCE, abs=0)


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_what_is_seen_of_a_moment_is_that_of_numpy(page, cell):
    """The gate that keeps, averaged over the units, and the gradient of the last step's loss with
    respect to the state after each step, by starting anew from there."""
    trainer = Trainer(cell=cell, lag=12)
    seen = in_browser(page, trainer, 20)
    assert seen["update"] == 20 and seen["moments"] == 5
    model, _ = trainer.run(20)
    held_out = trainer.batch(0)
    x, target = held_out.x[:, :1], held_out.target[:, :1]
    trace = model.cell.forward(x)
    keeps = trace.f if cell == "LSTM" else trace.z
    shown = seen["f"] if cell == "LSTM" else seen["z"]
    assert shown == pytest.approx(keeps.mean(axis=(1, 2)).tolist(), rel=1e-6)
    _, of_logits = softmax_cross_entropy(model.readout.forward(trace.h[-1]), target[-1])
    at_end = of_logits @ model.readout.weight
    norms = []
    for t in range(len(x) - 1):
        state = (trace.h[t], trace.c[t]) if cell == "LSTM" else trace.h[t]
        rest = model.cell.forward(x[t + 1 :], state)
        dh = np.zeros_like(rest.h)
        dh[-1] = at_end
        norms.append(np.linalg.norm(model.cell.backward(rest, dh)["h0"]))
    wanted = np.array([*norms, np.linalg.norm(at_end)]) / np.linalg.norm(at_end)
    assert seen["left"]["h"] == pytest.approx(wanted.tolist(), rel=1e-6)


def test_readout_losses_clipping_and_adam_are_those_of_training(page):
    rng = np.random.default_rng(0)
    shapes = {"weight": 6, "bias": 3}
    given = {
        "logits": rng.normal(size=5).tolist(),
        "gradients": {name: rng.normal(size=n).tolist() for name, n in shapes.items()},
        "parameters": {name: rng.normal(size=n).tolist() for name, n in shapes.items()},
    }
    found = page.evaluate(PIECES, [joined("web/numbers/training.mjs"), given])
    value, gradient = softmax_cross_entropy(np.array([given["logits"]]), np.array([2]))
    assert found["surprise"] == pytest.approx(value / 4, rel=1e-14)
    assert found["d"] == pytest.approx((gradient[0] / 4).tolist(), rel=1e-13)
    value, gradient = mean_squared_error(np.array([[0.3]]), np.array([[1.7]]))
    assert (found["square"], found["e"]) == pytest.approx((value / 2, gradient[0, 0] / 2))
    gradients, parameters = (
        {name: np.array(v) for name, v in given[k].items()} for k in ("gradients", "parameters")
    )
    adam = Adam(parameters, 0.02)
    for k, seen in enumerate(found["norms"]):
        gradients, norm = clip_grad_norm(gradients, 1.5)
        assert seen == pytest.approx(norm, rel=1e-13)
        adam.step(gradients)
        gradients = {name: g * g - 2 * k for name, g in gradients.items()}
    for name, array in parameters.items():
        assert found["parameters"][name] == pytest.approx(array.tolist(), rel=1e-13)


def test_a_run_that_explodes_ends_and_says_so(page):
    wild = Trainer(task="adding", learning_rate=10.0, clip=0.0, chrono=False)
    seen = in_browser(page, wild, 50)
    assert seen["ended"] == "diverged"
    assert seen["losses"][-1] > 20 * seen["losses"][0] or math.isnan(seen["losses"][-1])


def test_moments_are_kept_within_bounds(page):
    trainer = Trainer(cell="RNN", task="hello", lag=4, hidden_size=2)
    source = joined("figures/trainer/run.mjs").replace("BATCH = 32", "BATCH = 1")
    source = source.replace("HELD_OUT = 200", "HELD_OUT = 1").replace("SOLVED = 0.99", "SOLVED = 9")
    settings = {name: getattr(trainer, name) for name in trainer.controls()}
    seen = page.evaluate(RUN, [source, settings, 4000])
    assert 64 <= seen["moments"] <= 128
    assert seen["update"] > 3900


@pytest.mark.parametrize("task", TASKS)
def test_a_task_can_be_known_and_a_guess_has_the_baseline(task):
    lag = 20
    batch = TASKS[task].draw(3, lag, 4000)
    asked = batch.weight.astype(bool)
    if task == "adding":
        assert np.array_equal(batch.x[..., 1].sum(axis=0), np.full(4000, 2))
        sums = (batch.x[..., 0] * batch.x[..., 1]).sum(axis=0)
        assert batch.target[-1, :, 0] == pytest.approx(sums)
        guess, _ = mean_squared_error(np.ones_like(batch.target), batch.target, batch.weight)
    else:
        shown = batch.x.argmax(axis=-1)
        known = {"recall": shown[0], "counting": None, "hello": None}[task]
        if known is not None:
            assert np.array_equal(batch.target[-1], known)
        # What comes next is what is shown next, where anything is.
        if task in ("counting", "hello"):
            inside = np.arange(len(shown) - 1)[:, None] < (
                len(shown) - 1 if batch.lengths is None else batch.lengths - 1
            )
            right = batch.target[:-1] == shown[1:]
            assert right[asked[:-1] & inside].all()
        # The best guess from the symbol shown alone.
        classes = batch.target.max() + 1
        counts = np.zeros((batch.x.shape[-1], classes))
        np.add.at(counts, (shown[asked], batch.target[asked]), 1)
        seen = counts.sum(axis=1, keepdims=True)
        share = counts / np.where(seen, seen, 1)
        guess = -np.log(share[shown[asked], batch.target[asked]]).mean()
    # Of 4000 sequences a percent or two.
    assert guess == pytest.approx(TASKS[task].baseline(lag), rel=0.03)


def test_chrono_spreads_the_biases_as_init_chrono_does():
    trainer = Trainer(lag=100, hidden_size=32)
    cell = trainer.model().cell
    i, f, *_ = np.split(cell.bias.copy(), 4)
    assert np.array_equal(i, -f)
    assert f.min() >= 0 and f.max() <= math.log(99)
    init_chrono(cell, 100, seed=0)
    assert np.exp(f).mean() == pytest.approx(np.exp(np.split(cell.bias, 4)[1]).mean(), rel=0.3)
    gru = Trainer(cell="GRU", lag=100, hidden_size=32).model().cell
    assert np.array_equal(np.split(gru.bias, 3)[1], -f)


def test_batches_differ_and_the_held_out_ones_are_none_of_them():
    trainer = Trainer()
    firsts = {trainer.batch(update).x.argmax(axis=-1)[:, 0].tobytes() for update in range(50)}
    assert len(firsts) == 50
    assert trainer.batch(0).x.shape == (42, 200, 9) and trainer.batch(1).x.shape == (42, 32, 9)
    assert not np.array_equal(Trainer(seed=2).batch(1).x, trainer.batch(1).x)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cell": "Elman"}, "cell must be one of 'RNN', 'LSTM', 'GRU', got 'Elman'"),
        ({"task": 3}, "task must be one of 'recall', 'adding', 'counting', 'hello', got 3"),
        ({"learning_rate": 0.5}, r"learning_rate must be one of .*, got 0.5"),
        ({"lag": 3}, r"lag must be a whole number in \[4, 160\], got 3"),
        ({"hidden_size": 2.5}, r"hidden_size must be a whole number in \[2, 32\], got 2.5"),
        ({"clip": -1}, r"clip must be a number in \[0, 5\], got -1"),
        ({"chrono": 1}, "chrono must be True or False, got 1"),
        ({"units": 3}, "Trainer has no 'units'; it takes task, cell"),
    ],
)
def test_a_bad_argument_is_named(given, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Trainer(**given)


def test_it_publishes_a_light_still_and_its_numbers():
    trainer = Trainer()
    assert len(trainer.still().encode()) <= 8_000
    assert trainer.text().startswith(
        "Computed by NumPy: after 100 updates the loss has come from 1."
    )
    assert repr(trainer) == "Trainer()" and repr(Trainer(lag=60)) == "Trainer(lag=60)"
    assert trainer.twin() == Trainer().twin()


def test_a_run_that_is_not_finite_still_has_a_still():
    wild = Trainer(task="adding", learning_rate=10.0, clip=0.0, chrono=False)
    assert "<svg" in wild.still() and wild.text()
