"""Training: losses, a readout, gradient clipping, Adam, and the loop around them.

The cells show their parameters and gradients as dicts of arrays; everything here works on such
dicts, and changes parameters in place.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm


def softmax(logits):
    """exp(logits) / Σ exp(logits) along the last axis: probabilities that sum to 1."""
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def softmax_cross_entropy(logits, target, weight=None):
    """The surprise at the right class, averaged over positions, and its gradient.

        p = softmax(logits)
        loss = Σ w · (−log p[target]) / Σ w
        ∂loss/∂logits = w (p − one_hot(target)) / Σ w

    logits (…, K), target (…) with classes 0 … K − 1. weight (…) says how much each position
    counts: 0 for one that is not to be predicted; None counts all alike. Returns the loss, a
    float, and the gradient, of the shape and dtype of logits.

    Raises ValueError for shapes that do not fit, a class outside 0 … K − 1 or a weight that is
    negative or nowhere positive, and TypeError for classes that are not whole numbers.
    """
    logits, target = np.asarray(logits), np.asarray(target)
    if target.dtype.kind not in "iu":
        raise TypeError(f"target must hold whole numbers, got dtype {target.dtype}")
    if target.shape != logits.shape[:-1]:
        raise ValueError(f"target must have shape {logits.shape[:-1]}, got {target.shape}")
    classes = logits.shape[-1]
    if target.min() < 0 or target.max() >= classes:
        raise ValueError(
            f"target must lie in 0 … {classes - 1}, got {target.min()} … {target.max()}"
        )
    share = _share(weight, target.shape, logits.dtype)

    at_target = target[..., None]
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    surprise = -np.take_along_axis(log_p, at_target, axis=-1)[..., 0]
    gradient = np.exp(log_p)
    right = np.take_along_axis(gradient, at_target, axis=-1)
    np.put_along_axis(gradient, at_target, right - 1, axis=-1)
    return float((share * surprise).sum()), gradient * share[..., None]


def mean_squared_error(prediction, target, weight=None):
    """The squared distance to the target, averaged over positions and features, and its gradient.

        loss = Σ w · (prediction − target)² / (K Σ w)
        ∂loss/∂prediction = 2 w (prediction − target) / (K Σ w)

    prediction and target (…, K); weight (…) as in `softmax_cross_entropy`. Returns the loss, a
    float, and the gradient, of the shape and dtype of prediction.

    Raises ValueError for shapes that do not fit, or a weight that is negative or nowhere positive.
    """
    prediction, target = np.asarray(prediction), np.asarray(target)
    if target.shape != prediction.shape:
        raise ValueError(f"target must have shape {prediction.shape}, got {target.shape}")
    share = _share(weight, target.shape[:-1], prediction.dtype)[..., None] / target.shape[-1]
    difference = prediction - target.astype(prediction.dtype)
    return float((share * difference**2).sum()), 2 * share * difference


def _share(weight, shape, dtype):
    """How much of the loss each position makes up: weight / Σ weight."""
    weight = np.ones(shape, dtype) if weight is None else np.asarray(weight)
    if weight.shape != shape:
        raise ValueError(f"weight must have shape {shape}, got {weight.shape}")
    if not (np.isfinite(weight).all() and weight.min() >= 0 and weight.max() > 0):
        raise ValueError("weight must be finite, nowhere negative and somewhere positive")
    return (weight / weight.sum()).astype(dtype)


class Linear:
    """The readout y = W x + b, with weight W (O, I) and bias b (O,).

    weight is drawn uniformly from ±1/√I by `seed`, as PyTorch draws it; bias is zero.
    """

    def __init__(self, input_size, output_size, seed=None, dtype=np.float64):
        bound = input_size**-0.5
        draw = np.random.default_rng(seed).uniform(-bound, bound, (output_size, input_size))
        self.weight = draw.astype(dtype)
        self.bias = np.zeros(output_size, dtype)

    def parameters(self):
        """`{name: array}` of the arrays in use."""
        return {"weight": self.weight, "bias": self.bias}

    def forward(self, x):
        """x (…, I) to y (…, O)."""
        return x @ self.weight.T + self.bias

    def backward(self, x, dy):
        """The gradients of weight, bias and x, given that of y."""
        rows, d_rows = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
        return {"weight": d_rows.T @ rows, "bias": d_rows.sum(axis=0), "x": dy @ self.weight}


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences to learn from: x (T, N, D) and what to predict at each step.

    target is (T, N) classes or (T, N, O) values. weight (T, N) says how much each step counts, so
    that a task which asks only at the end gives 0 to all steps but the last. lengths (N,), for a
    padded batch, are the sequences' own numbers of steps; what comes after them does not count.
    """

    x: np.ndarray
    target: np.ndarray
    weight: np.ndarray | None = None
    lengths: np.ndarray | None = None


class SequenceModel:
    """A recurrent cell and a readout of its h at every step.

    While it learns, each number of its input is dropped with probability `input_dropout`, and each
    number of h, on its way to the readout only, with probability `readout_dropout`; what stays is
    divided by 1 − p, so that the mean is as without (Srivastava et al., 2014). The cell's own h is
    left whole from step to step (Zaremba, Sutskever & Vinyals, 2014). `seed` draws what is dropped;
    `predict` drops nothing.
    """

    def __init__(self, cell, readout, input_dropout=0.0, readout_dropout=0.0, seed=None):
        for name, p in (("input_dropout", input_dropout), ("readout_dropout", readout_dropout)):
            if not 0 <= p < 1:
                raise ValueError(f"{name} must lie in [0, 1), got {p!r}")
        if readout.weight.shape[1] != cell.hidden_size:
            raise ValueError(
                f"readout must take hidden_size = {cell.hidden_size} inputs, "
                f"got {readout.weight.shape[1]}"
            )
        self.cell, self.readout = cell, readout
        self.input_dropout, self.readout_dropout = input_dropout, readout_dropout
        self.rng = np.random.default_rng(seed)

    def parameters(self):
        """The live arrays of both parts, as "cell.weight_ih" … "readout.bias"."""
        parts = {"cell": self.cell, "readout": self.readout}
        return {
            f"{part}.{name}": array
            for part, owner in parts.items()
            for name, array in owner.parameters().items()
        }

    def predict(self, x, state=None, clamp=None, lengths=None):
        """What the readout says at each step, (T, N, O); arguments as in the cell's `forward`."""
        h, _ = self.cell.run(x, state, clamp, lengths)
        return self.readout.forward(h)

    def loss_and_gradients(self, batch, loss):
        """The loss on a `Batch`, and the gradient of every parameter under its name.

        Raises FloatingPointError if the loss is not finite.
        """
        x = batch.x * self._kept(batch.x, self.input_dropout)
        trace = self.cell.forward(x, lengths=batch.lengths)
        kept = self._kept(trace.h, self.readout_dropout)
        seen = trace.h * kept
        weight = batch.weight
        if batch.lengths is not None:
            inside = np.arange(len(batch.x))[:, None] < batch.lengths
            weight = inside if weight is None else inside * weight
        value, d_prediction = loss(self.readout.forward(seen), batch.target, weight)
        if not math.isfinite(value):
            raise FloatingPointError(f"the loss is {value}; try a smaller learning_rate")
        of_readout = self.readout.backward(seen, d_prediction)
        of_cell = self.cell.backward(trace, of_readout["x"] * kept)
        gradients = {f"cell.{name}": of_cell[name] for name in self.cell.parameters()}
        gradients |= {f"readout.{name}": of_readout[name] for name in self.readout.parameters()}
        return value, gradients

    def _kept(self, values, dropout):
        """What each value is multiplied by: 0 where it is dropped, 1 / (1 − p) where it stays."""
        if not dropout:
            return 1
        return (self.rng.random(values.shape) >= dropout).astype(values.dtype) / (1 - dropout)


def clip_grad_norm(gradients, max_norm):
    """Shorten the gradient, all arrays taken as one vector, to length `max_norm` if it is longer
    (Pascanu, Mikolov & Bengio, 2013). Returns new gradients and the norm before clipping."""
    norm = math.hypot(*(np.linalg.norm(gradient) for gradient in gradients.values()))
    scale = max_norm / norm if norm > max_norm else 1.0
    return {name: gradient * scale for name, gradient in gradients.items()}, norm


class Adam:
    """Adam (Kingma & Ba, 2015), step for step as in PyTorch.

        m = β₁ m + (1 − β₁) g
        v = β₂ v + (1 − β₂) g²
        θ = θ − learning_rate · m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)

    parameters is a dict of arrays, which `step` changes in place.
    """

    def __init__(self, parameters, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters = parameters
        self.learning_rate, self.betas, self.eps = learning_rate, betas, eps
        self.steps = 0
        self.m = {name: np.zeros_like(array) for name, array in parameters.items()}
        self.v = {name: np.zeros_like(array) for name, array in parameters.items()}

    def step(self, gradients):
        """Move every parameter against its gradient.

        Raises ValueError, and moves nothing, if the names or shapes are not the parameters'.
        """
        if set(gradients) != set(self.parameters):
            odd = sorted(set(gradients) ^ set(self.parameters))
            raise ValueError(
                f"gradients must have the names of the parameters; they differ in {odd}"
            )
        for name, parameter in self.parameters.items():
            if gradients[name].shape != parameter.shape:
                raise ValueError(
                    f"gradients[{name!r}] must have shape {parameter.shape}, "
                    f"got {gradients[name].shape}"
                )
        self.steps += 1
        beta1, beta2 = self.betas
        step_size = self.learning_rate / (1 - beta1**self.steps)
        correction = math.sqrt(1 - beta2**self.steps)
        for name, parameter in self.parameters.items():
            g, m, v = gradients[name], self.m[name], self.v[name]
            m += (1 - beta1) * (g - m)
            v *= beta2
            v += (1 - beta2) * g * g
            parameter -= step_size * m / (np.sqrt(v) / correction + self.eps)


def falling(learning_rate, steps):
    """A learning rate for `fit`: `learning_rate` over the first half of `steps`, and from there
    down a straight line to a twentieth of it."""
    return lambda step: learning_rate * min(1.0, 2 - 1.95 * step / steps)


@dataclass
class History:
    """What `fit` saw: loss and gradient_norm (before clipping) at each step; steps and scores of
    the evaluations; stopped, "goal" or "patience" if it ended early."""

    loss: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    stopped: str | None = None


def fit(
    model,
    draw,
    loss,
    steps,
    learning_rate=1e-2,
    clip=1.0,
    seed=0,
    evaluate=None,
    every=50,
    goal=None,
    patience=None,
    progress=True,
):
    """Train a `SequenceModel` with Adam on batches drawn afresh at each step.

    draw(rng) returns a `Batch`, rng being the generator made from `seed`: the same seed trains the
    same way. loss is `softmax_cross_entropy` or `mean_squared_error`. learning_rate is a number,
    or a function of the step 0 … steps − 1. The gradient is clipped to norm `clip`.

    evaluate(model), called after every `every` steps, returns a score of which less is better.
    Training stops once a score is at most `goal`, or once `patience` scores in a row were no better
    than the best. With `patience`, the model ends with the parameters of its best score. `progress`
    shows a bar.

    Returns a `History`. Raises ValueError for a goal or patience without evaluate, and
    FloatingPointError, with the parameters still finite, if loss or gradient is not.
    """
    if evaluate is None and not (goal is None and patience is None):
        raise ValueError("goal and patience need evaluate, which makes the score they look at")
    rng = np.random.default_rng(seed)
    parameters = model.parameters()
    optimiser = Adam(parameters)
    history = History()
    best, best_parameters, waited = math.inf, {}, 0
    with tqdm(range(steps), disable=not progress) as bar:
        for step in bar:
            value, gradients = model.loss_and_gradients(draw(rng), loss)
            gradients, norm = clip_grad_norm(gradients, clip)
            if not math.isfinite(norm):
                raise FloatingPointError(f"the norm of the gradient is {norm} at step {step}")
            optimiser.learning_rate = (
                learning_rate(step) if callable(learning_rate) else learning_rate
            )
            optimiser.step(gradients)
            history.loss.append(value)
            history.gradient_norm.append(norm)
            if evaluate is None or (step + 1) % every:
                continue
            score = float(evaluate(model))
            history.steps.append(step + 1)
            history.scores.append(score)
            bar.set_postfix(loss=f"{value:.4f}", score=f"{score:.4f}")
            waited += 1
            if score < best:
                best, waited = score, 0
                if patience is not None:
                    best_parameters = {name: array.copy() for name, array in parameters.items()}
            if goal is not None and score <= goal:
                history.stopped = "goal"
                break
            if waited == patience:
                history.stopped = "patience"
                break
    for name, array in best_parameters.items():
        parameters[name][...] = array
    return history
