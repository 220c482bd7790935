"""The functions that networks from outside have in place of σ and tanh, with their derivatives.

    linear            a                        relu              max(0, a)
    sigmoid           1 / (1 + e^−a)           tanh              tanh a
    hard_sigmoid      clip(α a + β, 0, 1)      keras3_hard_sigmoid   clip(a / 6 + 1/2, 0, 1)
    affine            α a + β                  scaled_tanh       α tanh(β a)
    leaky_relu        a, or α a below 0        thresholded_relu  a, or 0 up to α
    elu               a, or α (e^a − 1) below 0
    softsign          a / (1 + |a|)            softplus          log(1 + e^a)
    silu              a σ(a)                   selu              1.0507 · elu(a), α = 1.6733

α and β are 0.2 and 0.5 for hard_sigmoid (Keras before 3, TensorFlow.js and ONNX have it so; Keras 3
and PyTorch have the other), 1 and 0 for affine, 1 and 1 for scaled_tanh, 0.01 for leaky_relu, 1 for
thresholded_relu and elu. ONNX' operators, https://onnx.ai/onnx/operators/onnx__LSTM.html.
"""

import math
from dataclasses import dataclass
from itertools import zip_longest
from numbers import Real
from typing import Any

import numpy as np

from lecture_lib.cells._cell import sigmoid
from lecture_lib.cells._checks import Array, as_number

DEFAULTS: dict[str, tuple[float, ...]] = {
    "linear": (),
    "affine": (1.0, 0.0),
    "relu": (),
    "leaky_relu": (0.01,),
    "thresholded_relu": (1.0,),
    "tanh": (),
    "scaled_tanh": (1.0, 1.0),
    "sigmoid": (),
    "hard_sigmoid": (0.2, 0.5),
    "keras3_hard_sigmoid": (),
    "elu": (1.0,),
    "selu": (),
    "silu": (),
    "softsign": (),
    "softplus": (),
}
# Klambauer et al. (2017): the fixed point at which a layer keeps mean 0 and variance 1.
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


@dataclass(frozen=True)
class Activation:
    """One of the functions of `DEFAULTS` with its α and β; called with an array, it applies."""

    name: str
    parameters: tuple[float, ...] = ()

    def __str__(self) -> str:
        if self.parameters == DEFAULTS[self.name]:
            return self.name
        return f"{self.name}({', '.join(f'{p:g}' for p in self.parameters)})"

    @property
    def spec(self) -> "Function":
        """What `activation_of` makes this of: a name, or a tuple of name, α and β."""
        usual = self.parameters == DEFAULTS[self.name]
        return self.name if usual else (self.name, *self.parameters)

    def __call__(self, a: Array) -> Array:
        p = self.parameters
        match self.name:
            case "linear":
                return a
            case "affine":
                return p[0] * a + p[1]
            case "relu":
                return np.maximum(a, 0)
            case "leaky_relu":
                return np.where(a < 0, p[0] * a, a)
            case "thresholded_relu":
                return np.where(a > p[0], a, np.zeros_like(a))
            case "tanh":
                return np.tanh(a)
            case "scaled_tanh":
                return p[0] * np.tanh(p[1] * a)
            case "sigmoid":
                return sigmoid(a)
            case "hard_sigmoid":
                return np.clip(p[0] * a + p[1], 0, 1)
            case "keras3_hard_sigmoid":
                return np.clip(a / 6 + 0.5, 0, 1)
            case "elu":
                return np.where(a < 0, p[0] * np.expm1(np.minimum(a, 0)), a)
            case "selu":
                below = SELU_ALPHA * np.expm1(np.minimum(a, 0))
                return SELU_SCALE * np.where(a < 0, below, a)
            case "silu":
                return a * sigmoid(a)
            case "softsign":
                return a / (1 + np.abs(a))
            case _:  # softplus
                return np.logaddexp(np.zeros_like(a), a)

    def slope(self, a: Array, y: Array) -> Array:
        """The derivative at a, where the value is y; at a corner, that of the flat side."""
        p = self.parameters
        match self.name:
            case "linear":
                return np.ones_like(a)
            case "affine":
                return np.full_like(a, p[0])
            case "relu":
                return (a > 0).astype(a.dtype)
            case "leaky_relu":
                return np.where(a > 0, np.ones_like(a), np.full_like(a, p[0]))
            case "thresholded_relu":
                return (a > p[0]).astype(a.dtype)
            case "tanh":
                return 1 - y**2
            case "scaled_tanh":
                return p[0] * p[1] * (1 - np.tanh(p[1] * a) ** 2)
            case "sigmoid":
                return y * (1 - y)
            case "hard_sigmoid" | "keras3_hard_sigmoid":
                steep = p[0] if p else 1 / 6
                return np.where((y > 0) & (y < 1), np.full_like(a, steep), np.zeros_like(a))
            case "elu":
                return np.where(a < 0, p[0] * np.exp(np.minimum(a, 0)), np.ones_like(a))
            case "selu":
                below = SELU_ALPHA * np.exp(np.minimum(a, 0))
                return SELU_SCALE * np.where(a < 0, below, np.ones_like(a))
            case "silu":
                s = sigmoid(a)
                return s + y * (1 - s)
            case "softsign":
                return 1 / (1 + np.abs(a)) ** 2
            case _:  # softplus
                return sigmoid(a)


# What stands for an activation in an argument.
Function = str | tuple[Any, ...] | Activation


def activation_of(argument: str, value: Any) -> Activation:
    """The `Activation` that `value` names: a name, a tuple of name, α and β, or one already made.

    Raises ValueError, naming the argument, for an unknown name, for a number too many and for one
    that is not finite.
    """
    if isinstance(value, Activation):
        return value
    name, *given = value if isinstance(value, tuple | list) and value else (value,)
    if not isinstance(name, str) or name not in DEFAULTS:
        raise ValueError(f"{argument} must be one of {', '.join(DEFAULTS)}, got {name!r}")
    numbers = [n for n in given if isinstance(n, Real) and math.isfinite(n)]
    if len(given) > len(DEFAULTS[name]) or len(numbers) < len([n for n in given if n is not None]):
        raise ValueError(
            f"{argument} = {name} takes {len(DEFAULTS[name])} finite numbers, got {given}"
        )
    pairs = zip_longest(DEFAULTS[name], given)
    return Activation(name, tuple(float(usual if own is None else own) for usual, own in pairs))


def functions_of_lstm(
    activation: Function, recurrent_activation: Function, output_activation: Function | None
) -> dict[str, Activation]:
    """An LSTM's function of each gate, of g, and of c where it is shown."""
    of_gates = activation_of("recurrent_activation", recurrent_activation)
    of_g = activation_of("activation", activation)
    of_c = activation_of(
        "output_activation", of_g if output_activation is None else output_activation
    )
    return {"i": of_gates, "f": of_gates, "o": of_gates, "g": of_g, "c": of_c}


def as_clip(clip: Any) -> float | None:
    """The bound of a clip, or None; raises ValueError if it is not above 0."""
    if clip is None:
        return None
    try:
        return as_number("clip", clip, "be above 0", lambda value: 0 < value < math.inf)
    except (TypeError, ValueError):
        raise ValueError(f"clip must be None or a finite number above 0, got {clip!r}") from None


def clipped(a: Array, clip: float | None) -> Array:
    """a, kept within ±clip; a itself where clip is None."""
    return a if clip is None else np.clip(a, -clip, clip)


def slope_through(activation: Activation, a: Array, y: Array, clip: float | None) -> Array:
    """The derivative by a of `activation(clipped(a, clip))`, whose value is y."""
    slope = activation.slope(clipped(a, clip), y)
    return slope if clip is None else np.where(np.abs(a) < clip, slope, np.zeros_like(slope))
