"""Is a gradient right? Compare it with what small changes of the loss say."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class GradientCheck:
    """The worst entry that `check_gradients` found, and the worst error of each array.

    `error` = |given − numerical| / `scale` at `name`[`index`].
    """

    name: str
    index: tuple
    given: float
    numerical: float
    scale: float
    error: float
    errors: dict

    def __str__(self):
        where = f"{self.name}[{', '.join(map(str, self.index))}]"
        return (
            f"worst relative error {self.error:.1e} in {where}: given {self.given:.6g}, "
            f"by differences {self.numerical:.6g}, scale {self.scale:.3g}"
        )


def check_gradients(loss, arrays, gradients, step=1e-5):
    """Compare `gradients` with central differences of `loss`, entry by entry.

        ∂L/∂θ ≈ (L(θ + step) − L(θ − step)) / (2 · step)

    `loss()` takes nothing and returns a number that depends on `arrays`, a dict of float64 arrays;
    each entry is moved in place, and put back. `gradients` has the same names and shapes, and may
    have others besides. An error is relative to the largest entry, given or numerical, of its
    array; but at least to 1e-4 · |L|, since differences of L do not resolve what is smaller.
    A right gradient of a smooth loss has errors of about 1e-9 to 1e-6. Returns a `GradientCheck`.

    Raises TypeError for an array that is not float64, ValueError if arrays is empty, a gradient is
    missing or has another shape, a gradient or the loss is not finite, or step is not positive.
    """
    if not arrays:
        raise ValueError("arrays must name at least one array, got none")
    if not step > 0:
        raise ValueError(f"step must be positive, got {step}")
    checks = []
    for name, array in arrays.items():
        given = _gradient_of(name, array, gradients)
        numerical = np.empty_like(array)
        for index in np.ndindex(array.shape):
            numerical[index] = _difference(loss, array, index, step)
        scale = max(abs(given).max(), abs(numerical).max(), 1e-4 * abs(_value(loss)))
        errors = abs(given - numerical) / (scale or 1.0)
        index = tuple(int(k) for k in np.unravel_index(errors.argmax(), errors.shape))
        at_worst = (float(a[index]) for a in (given, numerical))
        checks.append((name, index, *at_worst, float(scale), float(errors[index])))
    worst = max(checks, key=lambda check: check[-1])
    return GradientCheck(*worst, errors={check[0]: check[-1] for check in checks})


def _gradient_of(name, array, gradients):
    if not isinstance(array, np.ndarray) or array.dtype != np.float64:
        kind = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"arrays[{name!r}] must be a float64 array, got {kind}")
    if name not in gradients:
        raise ValueError(f"gradients must have {name!r}, got {sorted(gradients)}")
    given = np.asarray(gradients[name])
    if given.shape != array.shape:
        raise ValueError(f"gradients[{name!r}] must have shape {array.shape}, got {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError(f"gradients[{name!r}] must be finite")
    return given


def _difference(loss, array, index, step):
    before = array[index]
    try:
        array[index] = before + step
        above = _value(loss)
        array[index] = before - step
        below = _value(loss)
    finally:
        array[index] = before
    return (above - below) / (2 * step)


def _value(loss):
    value = float(loss())
    if not np.isfinite(value):
        raise ValueError(f"loss() must be finite, got {value}")
    return value
