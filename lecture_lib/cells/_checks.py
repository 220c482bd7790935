"""Checks on what the library is given: each error names the argument, what came and what was
wanted."""

import math
import operator
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Clamps = dict[str, tuple[Array, Array]]
SEEDED = (type(None), np.random.Generator, np.random.BitGenerator, np.random.SeedSequence)


# For a function of finite numbers that multiplies matrices of any shape. With AVX-512, OpenBLAS
# 0.3.31 multiplies a float32 matrix of 5 columns and 4k + 2 or 4k + 3 rows with a column in
# registers that also hold what its stack held before. It drops those products, but a signalling NaN
# among them raises "invalid value encountered in dot". What overflows, `must_be_finite` finds.
def no_false_alarm() -> np.errstate:
    return np.errstate(over="ignore", invalid="ignore")


def as_size(name: str, value: Any, least: int = 1, most: float = 2**31 - 1) -> int:
    """`value` as a Python int in `least` … `most`."""
    try:
        size = operator.index(value)
    except TypeError:
        size = None
    if size is None or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if size < least:
        raise ValueError(f"{name} must be at least {least}, got {size}")
    if size > most:
        raise ValueError(f"{name} must be at most {most}, got a number of {size.bit_length()} bits")
    return size


def as_number(name: str, value: Any, wanted: str = "be finite", fits: Any = math.isfinite) -> float:
    """`value` as a float that `fits`, which `wanted` says in words."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    # A span of time is a Real to NumPy.
    if isinstance(value, bool | np.bool_ | np.timedelta64) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{name} must be no larger than a float64 can be") from None
    if not fits(number):
        raise ValueError(f"{name} must {wanted}, got {value}")
    return number


def as_choice(name: str, value: Any, known: tuple[str, ...]) -> str:
    """`value`, one of the texts that are known."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be {' or '.join(map(_quoted, known))}, got {value!r}")
    return value


def _quoted(text: str) -> str:
    return f'"{text}"'


def must_be_dict(name: str, value: Any) -> None:
    """Raise TypeError for what is no dict of arrays."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a dict of name: array, got {type(value).__name__}")


def must_be_callable(**functions: Any) -> None:
    """Raise TypeError for what cannot be called."""
    for name, value in functions.items():
        if not callable(value):
            raise TypeError(f"{name} must be a function, got {value!r}")


def as_dtype(dtype: Any) -> np.dtype[Any]:
    """float32 or float64."""
    try:
        found = np.dtype(dtype)
    except (TypeError, UnicodeError):
        raise TypeError(f"dtype must be float32 or float64, got {dtype!r}") from None
    if found not in (np.float32, np.float64):
        raise ValueError(f"dtype must be float32 or float64, got {found}")
    return found


def as_generator(seed: Any) -> np.random.Generator:
    """What draws from `seed`: a whole number, a sequence of them, None, or a generator in use."""
    if isinstance(seed, SEEDED):
        return np.random.default_rng(seed)
    # Taken flat and checked one by one: a matrix, or a list that holds itself, would crash NumPy.
    try:
        whole = [as_size("seed", one, 0, math.inf) for one in np.ravel(seed).tolist()]
    except (TypeError, ValueError) as error:
        raise type(error)(f"seed must be None or whole numbers ≥ 0, got {seed!r}") from None
    return np.random.default_rng(whole[0] if np.ndim(seed) == 0 else whole)


def as_real(name: str, value: Any, axes: str = "") -> Array:
    """`value` as an array of real numbers of its own dtype, with nothing masked in it."""
    try:
        array = np.asarray(value)
    except ValueError:
        wanted = f"an array {axes}".strip()
        raise ValueError(f"{name} must be {wanted}, got nested lists of uneven length") from None
    if _is_masked(value):
        raise ValueError(f"{name} must have nothing masked: fill in what is, or leave it out")
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    return array


def _is_masked(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_is_masked(part) for part in value)
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.is_masked(value))


def as_floats(name: str, value: Any) -> Array:
    """`value` as an array of floating-point numbers: whole ones become float64, as NumPy has it
    where they meet such numbers, and bools float32, which any of these absorbs."""
    array = as_real(name, value)
    if array.dtype.kind == "f":
        return array
    return array.astype(np.float32 if array.dtype.kind == "b" else np.float64)


def all_finite(array: Array) -> bool:
    """Whether nothing in `array` is infinite or no number; `.all()` takes twice as long."""
    return np.count_nonzero(np.isfinite(array)) == array.size


def as_array(
    name: str, value: Any, dtype: np.dtype[Any], shape: tuple[int, ...], axes: str
) -> Array:
    """`value` as a finite array of `dtype` and `shape`, where -1 stands for any length ≥ 1."""
    array = _of_shape(name, value, dtype, shape, axes)
    refuse_infinite(name, array)
    return array


def _of_shape(
    name: str, value: Any, dtype: np.dtype[Any], shape: tuple[int, ...], axes: str
) -> Array:
    array = as_real(name, value, axes)
    fits = array.ndim == len(shape) and all(
        [
            got == want or (want == -1 and got > 0)
            for got, want in zip(array.shape, shape, strict=True)
        ]
    )
    if not fits:
        wanted = ", ".join("any ≥ 1" if want == -1 else str(want) for want in shape)
        raise ValueError(f"{name} must have shape {axes} = ({wanted}), got {array.shape}")
    if array.dtype == dtype:
        return array
    with np.errstate(over="ignore"):
        return array.astype(dtype)


def refuse_infinite(name: str, array: Array) -> None:
    if not all_finite(array):
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        kind = array.dtype
        raise ValueError(f"{name} must be finite in {kind}, got {array[where]} at index {where}")


def as_sequence(x: Any, input_size: int, dtype: np.dtype[Any], lengths: Any = None) -> Array:
    """`x` as a time-major sequence (T, N, D).

    Past its end, which `lengths` says, a sequence may hold anything: what is not finite there is 0.
    """
    x = _of_shape("x", x, dtype, (-1, -1, input_size), "(T, N, D)")
    if lengths is not None and not all_finite(x):
        ended = as_ended(lengths, *x.shape[:2])[..., None]
        x = np.where(ended & ~np.isfinite(x), x.dtype.type(0), x)
    refuse_infinite("x", x)
    return x


def as_state(name: str, value: Any, shape: tuple[int, int], dtype: np.dtype[Any]) -> Array:
    """An initial state as (N, H): zeros for None."""
    if value is None:
        return np.zeros(shape, dtype)
    return as_array(name, value, dtype, shape, "(N, H)")


def as_ended(lengths: Any, steps: int, batch: int) -> Any:
    """Which sequences of a padded batch are over at each step, as (T, N) of bool; None for None."""
    if lengths is None:
        return None
    lengths = as_real("lengths", lengths)
    if lengths.dtype.kind not in "iu":
        raise TypeError(f"lengths must be whole numbers, got dtype {lengths.dtype}")
    if lengths.shape != (batch,):
        raise ValueError(f"lengths must have shape (N,) = ({batch},), got {lengths.shape}")
    if lengths.min() < 1 or lengths.max() > steps:
        raise ValueError(f"lengths must lie in 1 … T = {steps}, got {lengths.tolist()}")
    return np.arange(steps)[:, None] >= lengths


def as_clamps(
    clamp: Any, gates: Iterable[str], candidate: str | None, shape: tuple[int, ...], dtype: Any
) -> Clamps:
    """`{gate: (held, value)}`, each (T, H, N): where the gate is held, and at what.

    A gate lies in [0, 1], the candidate at any finite value; nan leaves a gate alone.
    """
    if clamp is None:
        return {}
    if not isinstance(clamp, Mapping):
        raise TypeError(f"clamp must be a dict of gate: value, got {type(clamp).__name__}")
    clamps: Clamps = {}
    for gate, given in clamp.items():
        if gate not in (known := tuple(gates)):
            has = ", ".join(known) or "none"
            raise ValueError(f"clamp names {gate!r}, but the gates of this cell are: {has}")
        with np.errstate(over="ignore"):
            value = as_real(f"clamp[{gate!r}]", given).astype(dtype)
        held = ~np.isnan(value)
        low, high = (-np.inf, np.inf) if gate == candidate else (0, 1)
        bad = np.isinf(value) | (held & ((value < low) | (value > high)))
        if bad.any():
            wanted = "finite" if gate == candidate else "in [0, 1]"
            raise ValueError(f"clamp[{gate!r}] must be {wanted} (or nan), got {value[bad].flat[0]}")
        try:
            pair = np.broadcast_to(held, shape), np.broadcast_to(value, shape)
        except ValueError:
            raise ValueError(
                f"clamp[{gate!r}] must broadcast to (T, N, H) = {shape}, got {value.shape}"
            ) from None
        clamps[gate] = pair[0].transpose(0, 2, 1), pair[1].transpose(0, 2, 1)
    return clamps


def must_be_finite(what: str, array: Array, because: str) -> None:
    """Raise FloatingPointError if finite numbers have given one that is not."""
    if not all_finite(array):
        raise FloatingPointError(f"{what} is not finite: {because}")
