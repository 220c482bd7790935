"""From a gradient to a step: clipping, and Adam.

Parameters and gradients are dicts of arrays; a step changes parameters in place.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, all_finite, as_array, as_number, as_real, must_be_dict


def clip_grad_norm(
    gradients: Mapping[str, Array], max_norm: float
) -> tuple[dict[str, Array], float]:
    """Shorten the gradient, all arrays taken as one vector, to length `max_norm` if it is longer.

        g ← g · min(1, max_norm / ‖g‖)

    `max_norm` is in the unit of the gradient; inf clips nothing. Returns new gradients, and the
    norm before clipping.

    Raises ValueError for a max_norm that is not positive, TypeError for what is not a number, and
    FloatingPointError for a norm that is not finite. Pascanu, Mikolov & Bengio (2013).

    >>> clip_grad_norm({"w": np.array([3.0, 4.0])}, max_norm=1.0)
    ({'w': array([0.6, 0.8])}, 5.0)
    """
    max_norm = as_number("max_norm", max_norm, "be positive", lambda value: value > 0)
    must_be_dict("gradients", gradients)
    arrays = {name: as_real(f"gradients[{name!r}]", array) for name, array in gradients.items()}
    with np.errstate(over="ignore", invalid="ignore"):
        norm = math.hypot(*(float(np.linalg.norm(array)) for array in arrays.values()))
    if not math.isfinite(norm):
        raise FloatingPointError(f"the norm of the gradient is {norm}")
    scale = max_norm / norm if norm > max_norm else 1.0
    return {name: array * scale for name, array in arrays.items()}, norm


class Adam:
    """Adam (Kingma & Ba, 2015), step for step as in PyTorch.

        m = β₁ m + (1 − β₁) g
        v = β₂ v + (1 − β₂) g²
        θ = θ − learning_rate · m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)

    parameters is a dict of arrays of floating-point numbers, which `step` changes in place.

    Raises TypeError for parameters that are no such arrays, and ValueError for a learning rate that
    is negative or not finite, betas outside [0, 1) or an ε that is not positive.

    >>> weights = np.array([1.0, -1.0])
    >>> optimiser = Adam({"w": weights}, learning_rate=0.1)
    >>> optimiser.step({"w": np.array([2.0, -3.0])})
    >>> weights.round(6)  # the first step is learning_rate · sign(g)
    array([ 0.9, -0.9])
    """

    def __init__(
        self,
        parameters: Mapping[str, Array],
        learning_rate: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        must_be_dict("parameters", parameters)
        self.parameters = dict(parameters)
        for name, array in self.parameters.items():
            if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
                kind = getattr(array, "dtype", type(array).__name__)
                raise TypeError(f"parameters[{name!r}] must be an array of floats, got {kind}")
        self.learning_rate = as_rate(learning_rate)
        if not isinstance(betas, list | tuple) or len(betas) != 2:
            raise TypeError(f"betas must be two numbers, got {betas!r}")
        beta1, beta2 = (
            as_number("betas", beta, "lie in [0, 1)", lambda value: 0 <= value < 1)
            for beta in betas
        )
        self.betas = beta1, beta2
        self.eps = as_number("eps", eps, "be positive", lambda value: 0 < value < math.inf)
        self.steps = 0
        self.m = {name: np.zeros_like(array) for name, array in self.parameters.items()}
        self.v = {name: np.zeros_like(array) for name, array in self.parameters.items()}

    def step(self, gradients: Mapping[str, Array]) -> None:
        """Move every parameter against its gradient.

        Raises ValueError, and moves nothing, if the names or shapes are not the parameters', a
        gradient is not finite or the learning rate is none; and FloatingPointError if a parameter
        would not be finite.
        """
        must_be_dict("gradients", gradients)
        if set(gradients) != set(self.parameters):
            odd = sorted(map(str, set(gradients) ^ set(self.parameters)))
            raise ValueError(
                f"gradients must have the names of the parameters; they differ in {odd}"
            )
        given = {}
        for name, parameter in self.parameters.items():
            g = as_real(label := f"gradients[{name!r}]", gradients[name])
            if g.shape != parameter.shape:
                raise ValueError(f"{label} must have shape {parameter.shape}, got {g.shape}")
            dtype = g.dtype if g.dtype.kind == "f" else np.result_type(g, parameter)
            given[name] = as_array(label, g, dtype, g.shape, "of it")
        beta1, beta2 = self.betas
        step_size = as_rate(self.learning_rate) / (1 - beta1 ** (self.steps + 1))
        correction = math.sqrt(1 - beta2 ** (self.steps + 1))
        moved: dict[str, list[Array]] = {}
        for name, g in given.items():
            m, v, parameter = (of[name].copy() for of in (self.m, self.v, self.parameters))
            with np.errstate(over="ignore", invalid="ignore"):
                m += (1 - beta1) * (g - m)
                v *= beta2
                v += (1 - beta2) * g * g
                parameter -= step_size * m / (np.sqrt(v) / correction + self.eps)
            if not (all_finite(v) and all_finite(parameter)):
                raise FloatingPointError(
                    f"{name} would not be finite: its gradient, or the learning rate, "
                    f"{self.learning_rate:.3g}, is too large"
                )
            moved[name] = [m, v, parameter]
        self.steps += 1
        for name, new in moved.items():
            for of, array in zip((self.m, self.v, self.parameters), new, strict=True):
                of[name][...] = array


def as_rate(learning_rate: Any) -> float:
    """A learning rate, checked."""

    def fits(value: Any) -> bool:
        return 0 <= value < math.inf

    return as_number("learning_rate", learning_rate, "be finite and not negative", fits)
