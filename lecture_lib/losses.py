"""What a network is told about its predictions: a loss, and the gradient by each of them."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.cells._checks import Array, all_finite, as_floats, as_real


def softmax(logits: ArrayLike) -> Array:
    """exp(logits) / Σ exp(logits) along the last axis: probabilities that sum to 1.

    logits (…, K), in any unit of log-odds; −inf is a class that cannot be. Returns (…, K).

    Raises ValueError where the largest logit of a row is not finite or there is no class, and
    TypeError for what is not a number. Bridle (1990).

    >>> softmax([0.0, np.log(3)])
    array([0.25, 0.75])
    """
    shifted = _shifted(logits)
    p = np.exp(shifted)
    return p / p.sum(axis=-1, keepdims=True)


def softmax_cross_entropy(
    logits: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None
) -> tuple[float, Array]:
    """The surprise at the right class, averaged over positions, and its gradient.

        p = softmax(logits)
        loss = Σ w · (−log p[target]) / Σ w
        ∂loss/∂logits = w (p − one_hot(target)) / Σ w

    logits (…, K), target (…) with classes 0 … K − 1. weight (…) says how much each position
    counts: 0 for one that is not to be predicted, whatever its target; None counts all alike.
    Returns the loss in nats, a float, and the gradient, of the shape and dtype of logits (float64
    for whole numbers, float32 for half precision).

    Raises ValueError for shapes that do not fit, a class outside 0 … K − 1, logits whose largest is
    not finite, or a weight that is negative or nowhere positive; TypeError for classes that are not
    whole numbers; and FloatingPointError where the right class has probability 0. Bridle (1990).

    >>> loss, gradient = softmax_cross_entropy([[0.0, np.log(3)]], [1])
    >>> round(loss, 3), gradient  # −log ¾
    (0.288, array([[ 0.25, -0.25]]))
    """
    shifted, target = _shifted(logits), as_real("target", target)
    if target.dtype.kind not in "iu":
        raise TypeError(f"target must hold whole numbers, got dtype {target.dtype}")
    if target.shape != shifted.shape[:-1]:
        raise ValueError(f"target must have shape {shifted.shape[:-1]}, got {target.shape}")
    share = _share(weight, target.shape, shifted.dtype)
    classes = shifted.shape[-1]
    target = np.where(share > 0, target, 0)
    if target.min() < 0 or target.max() >= classes:
        raise ValueError(
            f"target must lie in 0 … {classes - 1}, got {target.min()} … {target.max()}"
        )

    at_target = target[..., None].astype(np.intp)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    surprise = -np.take_along_axis(log_p, at_target, axis=-1)[..., 0]
    gradient = np.exp(log_p)
    right = np.take_along_axis(gradient, at_target, axis=-1)
    np.put_along_axis(gradient, at_target, right - 1, axis=-1)
    loss = float((share * np.where(share > 0, surprise, 0)).sum())
    if not np.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss}: the right class is told to be impossible")
    return loss, gradient * share[..., None]


def mean_squared_error(
    prediction: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None
) -> tuple[float, Array]:
    """The squared distance to the target, averaged over positions and features, and its gradient.

        loss = Σ w · (prediction − target)² / (K Σ w)
        ∂loss/∂prediction = 2 w (prediction − target) / (K Σ w)

    prediction and target (…, K), in the same unit; weight (…) as in `softmax_cross_entropy`.
    Returns the loss, a float in that unit squared, and the gradient, of the shape and dtype of
    prediction (float64 for whole numbers, float32 for half precision).

    Raises ValueError for shapes that do not fit, a value that counts and is not finite, or a weight
    that is negative or nowhere positive; TypeError for what is not a number; and FloatingPointError
    for a loss that overflows.

    >>> mean_squared_error([[1, 2]], [[0, 5]])
    (5.0, array([[ 1., -3.]]))
    """
    prediction, target = _single("prediction", prediction), as_real("target", target)
    if not prediction.ndim or not prediction.size:
        raise ValueError(f"prediction must have shape (…, K), got {prediction.shape}")
    if target.shape != prediction.shape:
        raise ValueError(f"target must have shape {prediction.shape}, got {target.shape}")
    share = _share(weight, target.shape[:-1], prediction.dtype)[..., None] / target.shape[-1]
    with np.errstate(over="ignore"):
        difference = np.where(share > 0, prediction - target.astype(prediction.dtype), 0)
        loss = float((share * difference**2).sum())
    for name, array in (("prediction", prediction), ("target", target)):
        if not all_finite(np.where(share > 0, array, 0)):
            raise ValueError(f"{name} must be finite where it counts")
    if not np.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss}: prediction and target are too far apart")
    return loss, 2 * share * difference


def _single(name: str, value: Any) -> Array:
    """`value` in single precision at least: in half, sums overflow at 65504."""
    array = as_floats(name, value)
    return array.astype(np.float32) if array.dtype == np.float16 else array


def _shifted(logits: Any) -> Array:
    """`logits` less the largest of each row: their exp cannot overflow."""
    array = _single("logits", logits)
    if not array.ndim or not array.size:
        raise ValueError(f"logits must have shape (…, K) with K ≥ 1, got {array.shape}")
    largest = array.max(axis=-1, keepdims=True)
    if not all_finite(largest):
        came = largest[~np.isfinite(largest)][0]
        raise ValueError(f"the largest logit of each row must be finite, got {came}")
    with np.errstate(over="ignore"):
        return array - largest


def _share(weight: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """How much of the loss each position makes up: weight / Σ weight."""
    weight = np.ones(shape, dtype) if weight is None else _single("weight", weight)
    if weight.shape != shape:
        raise ValueError(f"weight must have shape {shape}, got {weight.shape}")
    if not (np.isfinite(weight).all() and weight.min() >= 0 and weight.max() > 0):
        raise ValueError("weight must be finite, nowhere negative and somewhere positive")
    with np.errstate(over="ignore"):
        total = weight.sum()
    if not np.isfinite(total):
        weight = weight / weight.max()
        total = weight.sum()
    return (weight / total).astype(dtype)
