"""What lets a step take lists, whole numbers and numbers for arrays, and refuse what it cannot."""

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

import numpy as np

from lecture_lib.cells._checks import (
    Array,
    as_floats,
    as_real,
    must_be_finite,
    no_false_alarm,
    refuse_infinite,
)

P = ParamSpec("P")
R = TypeVar("R")


def on_arrays(**axes: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function of arrays take lists and whole numbers too, and refuse what it cannot take.

    `axes` says those of each argument, such as `h="N H", weight_ih="4H D"`, where a letter stands
    for the same length in all of them, and `gates="*4 N H"` for four arrays alike. A number stands
    for an array filled with it; whole numbers are taken as floating-point ones. TypeError and
    ValueError name the argument; FloatingPointError says that what came out has overflowed.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            sizes: dict[str, int] = {}
            for name, value in bound.arguments.items():
                if name not in axes or (
                    value is None and signature.parameters[name].default is None
                ):
                    continue
                if axes[name].startswith("*"):
                    count, _, each = axes[name][1:].partition(" ")
                    parts = enumerate(_several(name, value, int(count)))
                    taken = [_taken(f"{name}[{k}]", part, each, sizes) for k, part in parts]
                    bound.arguments[name] = taken
                else:
                    bound.arguments[name] = _taken(name, value, axes[name], sizes)
            for name, array in bound.arguments.items():
                if name not in axes or array is None:
                    continue
                if axes[name].startswith("*"):
                    each = axes[name].partition(" ")[2]
                    bound.arguments[name] = tuple(_filled(name, a, each, sizes) for a in array)
                else:
                    bound.arguments[name] = _filled(name, array, axes[name], sizes)
            with no_false_alarm():
                results = function(*bound.args, **bound.kwargs)
            for array in _leaves(results):
                because = f"what it was given is too large for {array.dtype}"
                must_be_finite(f"what {function.__name__} computes", array, because)
            return results

        return checked

    return decorate


def _taken(name: str, value: Any, axes: str, sizes: dict[str, int]) -> Array:
    """`value` as a finite array whose axes are as long as `sizes` says, which learns new ones."""
    array = as_floats(name, value)
    wanted = [(int(axis[:-1] or 1), axis[-1]) for axis in axes.split()]
    fits = array.ndim == len(wanted) and all(
        got and got % count == 0 and got == count * sizes.setdefault(letter, got // count)
        for got, (count, letter) in zip(array.shape, wanted, strict=True)
    )
    if array.ndim and not fits:
        known = ", ".join(f"{letter} = {size}" for letter, size in sizes.items())
        shape = ", ".join(axes.split())
        raise ValueError(f"{name} must have shape ({shape}) with {known}, got {array.shape}")
    refuse_infinite(name, array)
    return array


def _several(name: str, value: Any, count: int) -> list[Any]:
    """`value` as a list of so many arrays."""
    parts = value if isinstance(value, list | tuple) else np.atleast_1d(as_real(name, value))
    if len(parts) != count:
        raise ValueError(f"{name} must be {count} arrays, got {len(parts)}")
    return list(parts)


def _filled(name: str, array: Array, axes: str, sizes: dict[str, int]) -> Array:
    """A number as an array filled with it, as long as the other arguments say."""
    if array.ndim:
        return array
    wanted = [(int(axis[:-1] or 1), axis[-1]) for axis in axes.split()]
    if unknown := [letter for _, letter in wanted if letter not in sizes]:
        raise ValueError(f"{name} must be an array: nothing else says how long {unknown[0]} is")
    return np.broadcast_to(array, [count * sizes[letter] for count, letter in wanted])


def _leaves(results: Any) -> Iterable[Array]:
    """The arrays of a result: one, or a dict or a tuple of them."""
    if isinstance(results, Mapping):
        results = tuple(results.values())
    if isinstance(results, tuple):
        for part in results:
            yield from _leaves(part)
    else:
        yield results
