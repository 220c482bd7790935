"""A run in few bits: the weights of a cell rounded, and its state after each step."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.cells import Bidirectional, BidirectionalTrace, Stack, StackTrace
from lecture_lib.cells._cell import must_be_cell, read_only
from lecture_lib.cells._checks import Array, as_number, as_sequence, as_size
from lecture_lib.cells._traces import Trace
from lecture_lib.quantise.rounding import BITS, rounded_cell


@dataclass(eq=False, repr=False)
class RoundedTrace(Trace):
    """What `run` computed with a rounded state: h (T, N, H), c likewise or None, and the gates.

    `gates` is a dict of letter: (T, N, H); a letter is also an attribute, `trace.f`. `final_state`
    is to be passed on as the next `state`, and `ranges` as the next `ranges`. h and c are rounded,
    as they go to the next step; the gates are what a step computed of them.

    >>> from lecture_lib import LSTM
    >>> trace = run(LSTM(2, 3, seed=0), np.ones((5, 1, 2)), bits=8, state_bits=8)
    >>> trace.f.shape, trace.ranges
    ((5, 1, 3), {'h': 0.5, 'c': 1.0})
    """

    h: Array
    c: Array | None
    gates: dict[str, Array]
    final_state: Any
    ranges: dict[str, float]

    def __getattr__(self, name: str) -> Array:
        gates = vars(self).get("gates", {})
        if name in gates:
            return gates[name]
        raise AttributeError(f"this trace has no {name}, only h, c and {', '.join(gates) or '–'}")


def ranges(cell: Any, x: ArrayLike, state: Any = None) -> Any:
    """How far each state of `cell` reaches on x: the powers of two that hold its largest |value|.

    An integer kernel fixes them beforehand, from examples. Returns `{"h": …}`, with "c" for an
    LSTM; for a `Stack` a list of its layers', for a `Bidirectional` those of "there" and "back".
    Raises what `cell.forward` raises.

    >>> from lecture_lib import GRU
    >>> ranges(GRU(2, 3, seed=0), np.ones((50, 1, 2)))
    {'h': 0.5}
    """
    must_be_cell("cell", cell)
    return _ranges(cell.forward(x, state), state)


def _ranges(trace: Any, state: Any) -> Any:
    if isinstance(trace, StackTrace):
        states = state or [None] * len(trace.traces)
        return [_ranges(*pair) for pair in zip(trace.traces, states, strict=True)]
    if isinstance(trace, BidirectionalTrace):
        return {side: _ranges(of, (state or {}).get(side)) for side, of in trace.traces.items()}
    first = _named(state, trace.final_state)
    return {
        name: _power_above(np.abs(getattr(trace, name)).max(), np.abs(value).max())
        for name, value in first.items()
    }


def _named(state: Any, like: Any) -> dict[str, Array]:
    """A state under its names, with zeros for None, in the form of `like`, which is whole."""
    parts = {"h": (state, like)}
    if isinstance(like, tuple):
        parts = dict(zip("hc", zip(state or (None, None), like, strict=True), strict=True))
    return {
        name: np.zeros_like(whole) if part is None else np.asarray(part)
        for name, (part, whole) in parts.items()
    }


def _power_above(*values: float) -> float:
    """The smallest power of two that is none below any of `values`; 1 for zeros."""
    mantissa, exponent = np.frexp(max(values))
    return float(np.ldexp(1.0, exponent - int(mantissa == 0.5))) if mantissa else 1.0


def run(
    cell: Any,
    x: ArrayLike,
    bits: int,
    per: str = "tensor",
    state_bits: Any = None,
    state: Any = None,
    ranges: Any = None,
) -> Any:
    """Run `rounded_cell` over x (T, N, D), its state rounded after each step to `state_bits` bits.

        step = R / 2^(b−1),   ŝ = step · round(s / step),   within ±(R − step)

    b = `state_bits` is 2 … 16, a number for all states or `{"h": 8, "c": 16}`, as the LSTM kernels
    of TensorFlow Lite and CMSIS-NN have them; None rounds no state. R is the state's range, a power
    of two, so that a shift takes the place of a division: `ranges`, or what `quantise.ranges` finds
    for this cell on this x; what lies beyond is held at its end. A first `state` is rounded too.
    In whole numbers, sums, σ and tanh would be rounded besides; here they are not.

    Returns the trace of the rounded cell, or with `state_bits` a `RoundedTrace`, which for a
    `Stack` or a `Bidirectional` stands in a trace of that kind, for each of its cells. To run in
    chunks, pass each `final_state`, and the same `ranges`.

    Raises as `rounded` does, ValueError for bits or ranges that are not those of the cell's states,
    and what `cell.forward` raises. Li & Alvarez (2021), whose h has a zero point besides.

    >>> from lecture_lib import LSTM
    >>> cell, x = LSTM(2, 3, seed=0), np.ones((5, 1, 2))
    >>> trace = run(cell, x, bits=8, per="row", state_bits={"h": 8, "c": 16})
    >>> trace.h[0, 0] * 2**8  # the range is 1/2, and a step 1/256
    array([-6., -2., 45.])
    """
    small = rounded_cell(cell, bits, per)
    if state_bits is None:
        if ranges is not None:
            raise ValueError("ranges must be None where state_bits is: no state is rounded")
        return small.forward(x, state)
    exact = cell.forward(x, state)  # which also refuses an x or a state that does not fit
    return _run(small, x, state_bits, state, _ranges(exact, state) if ranges is None else ranges)


def _run(cell: Any, x: Any, bits: Any, state: Any, limits: Any) -> Any:
    if isinstance(cell, Stack):
        _must_match("ranges", limits, range(len(cell.layers)))
        traces: list[Any] = []
        for k, layer in enumerate(cell.layers):
            below = traces[-1].h if traces else x
            traces.append(_run(layer, below, bits, state and state[k], limits[k]))
        return StackTrace(traces[-1].h, traces, cell)
    if isinstance(cell, Bidirectional):
        _must_match("ranges", limits, cell.cells)
        x = np.asarray(x)
        reads = {"there": x, "back": x[::-1]}
        both = {
            side: _run(part, reads[side], bits, (state or {}).get(side), limits[side])
            for side, part in cell.cells.items()
        }
        h = np.concatenate([both["there"].h, both["back"].h[::-1]], axis=-1)
        order = np.arange(len(x))[::-1, None].repeat(x.shape[1], axis=1)
        return read_only(BidirectionalTrace(h, both, order, cell))
    return _run_cell(cell, x, bits, state, limits)


def _must_match(name: str, given: Any, wanted: Any) -> None:
    if isinstance(given, list | tuple):
        given = dict(enumerate(given))
    if not isinstance(given, Mapping) or set(given) != set(wanted):
        raise ValueError(f"{name} must have one for each of {list(wanted)}, got {given!r}")


def _run_cell(cell: Any, x: Any, bits: Any, state: Any, limits: Any) -> RoundedTrace:
    x = as_sequence(x, cell.input_size, cell.dtype)
    last = cell.run(x[:1])[1]
    now, low, high = _named(state, last), *BITS
    _must_match("ranges", limits, now)
    bits = bits if isinstance(bits, Mapping) else dict.fromkeys(now, bits)
    _must_match("state_bits", bits, now)
    bits = {name: as_size("state_bits", bits[name], low, high) for name in now}
    for name in now:
        as_number(f"ranges[{name!r}]", limits[name], "be a power of two", _is_power_of_two)

    def as_state(named: dict[str, Any]) -> Any:
        held = {
            name: _held(value, bits[name], limits[name], cell.dtype)
            for name, value in named.items()
        }
        return tuple(held.values()) if "c" in held else held["h"]

    now = as_state(now)
    steps: list[dict[str, Array]] = []
    for t in range(len(x)):
        trace = cell.forward(x[t : t + 1], now)
        now = as_state(_named(trace.final_state, last))
        gates = {gate: getattr(trace, gate)[0] for gate in cell.gates}
        steps.append(gates | _named(now, last))
    over = {name: np.stack([step[name] for step in steps]) for name in steps[0]}
    h, c = over.pop("h"), over.pop("c", None)
    return read_only(RoundedTrace(h, c, over, copy.deepcopy(now), dict(limits)))


def _is_power_of_two(value: float) -> bool:
    return bool(0 < value < np.inf and np.frexp(value)[0] == 0.5)


def _held(state: ArrayLike, bits: int, limit: float, dtype: Any) -> Array:
    step, most = limit / 2 ** (bits - 1), 2 ** (bits - 1) - 1
    state = np.asarray(state, np.float64)
    return np.asarray(np.clip(np.round(state / step), -most, most) * step).astype(dtype)
