"""`examine`: all that there is to see of a network on one input."""

from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array
from lecture_lib.examination import findings as said
from lecture_lib.examination.arguments import given_of, names
from lecture_lib.examination.health import health
from lecture_lib.examination.reach import reach
from lecture_lib.examination.report import Examination, LayerReport
from lecture_lib.examination.running import Given, Pass, Ran, recorded, root, run
from lecture_lib.examination.streams import Moved, WarmUp, compared, in_bits, moved, warm_up
from lecture_lib.examination.timescales import time_constants


def examine(
    network: Any,
    x: Any = None,
    *,
    sequence: int = 0,
    steps: Any = None,
    inputs: Any = None,
    holds: Any = (),
    first_state: Any = None,
) -> Examination:
    """Everything that a network does with one sequence, measured: an `Examination`.

    network is a `Network`, as `open_network` and `watch` return it; x (T, D) or (T, N, D), of which
    `sequence` is looked at, T at most 2,000. Each layer reads the h of the one that it follows, the
    first reads x. One that follows none is examined on what it read when it was watched, or named
    as left out; x may be None where the first was watched too. Stored first states and lengths are
    honoured, in float64.

    - steps, inputs: T and D names, or None
    - holds: dicts of layer, direction ("there" or "back"; the first of the layer's, if left out),
      gate, units (None: all), from, to (exclusive) and value: gates held at a value, as `forward`
      clamps them, steps counted in x's order; of two on one place the later counts
    - first_state: a dict of first states by the names of layers, as `layer.forward` takes them, in
      place of the stored ones; None for zeros

    What is measured, `LayerReport` and `Reach` say, and `findings.json` from which number on it is
    a finding. Nothing of the network or of x is kept or changed.

    Raises TypeError for what is no network or no array of numbers; ValueError for an x of another
    shape, an empty one, one that is not finite, too long, a `sequence` that is not there, names of
    another number, and a hold or a first state that does not fit; FloatingPointError where the
    numbers are too large to be multiplied.

    >>> from lecture_lib import LSTM
    >>> from lecture_lib.interchange import open_network, to_onnx
    >>> cell = LSTM(1, 2, forget_bias=np.log([1, 99]))  # f of 1/2 and of 0.99
    >>> cell.weight_ih[...] = cell.weight_hh[...] = 0
    >>> exam = examine(open_network(to_onnx(cell)), np.ones((40, 1)))
    >>> exam.layers[0].time_constants.round(3)
    array([  2., 100.])
    """
    given = given_of(network, x, sequence, holds, first_state)
    T, D = (0, 0) if given.x is None else given.x.shape[::2]
    step_names, input_names = names("steps", steps, T), names("inputs", inputs, D)
    ran, left = run(network, given)
    free = run(network, Given(given.x, given.sequence, given.states))[0] if given.holds else None
    apart = compared(ran, free) if free else {}
    bits, warm = in_bits(network, given, ran), warm_up(ran)
    reports, found = [], []
    for name, layer in ran.items():
        mine = step_names if root(ran, layer).reads == "x" else None
        found += [*said.of_layer(layer), *_watched(layer, given, (free or ran)[name])]
        for k, one in enumerate(layer.passes):
            key = (name, one.direction)
            ghost = (_arrays(free[name].passes[k]), apart[key]) if free else (None, None)
            reports.append(_report(layer, one, ran, warm.get(name), bits[key], *ghost))
            found += _said(one, reports[-1], mine)
    shown = None if given.x is None else read_only(given.x[:, given.sequence])
    source = str(network.source)
    return Examination(source, shown, step_names, input_names, reports, found, left, ran)


def _report(
    layer: Ran,
    one: Pass,
    ran: dict[str, Ran],
    warm: WarmUp | None,
    bits: Moved,
    free: dict[str, Array] | None,
    held: Moved | None,
) -> LayerReport:
    arrays, kept, name = _arrays(one), one.kept, layer.layer.name
    return LayerReport(
        name,
        layer.layer.kind,
        one.direction,
        one.cell.input_size,
        one.cell.hidden_size,
        layer.reads,
        {letter: arrays[letter] for letter in one.gates},
        arrays["h"],
        arrays.get("c"),
        None if kept is None else read_only(one.shown(kept)),
        time_constants(kept),
        health(ran, name, one),
        reach(one),
        warm,
        bits,
        free,
        held,
    )


def _said(one: Pass, report: LayerReport, names: Any) -> list[said.Finding]:
    """The sentences on one direction of a layer; `names` are those of its steps."""

    def step(t: int) -> tuple[int, str | None]:
        return t, names[t] if names else None

    name, way = report.name, one.direction
    found = list(said.of_pass(name, one, report.time_constants, report.health, report.reach))
    if report.warm_up is not None:
        found.append(said.of_stream(name, report.warm_up))
    found.append(said.of_rounding(name, way, report.rounding, step))
    if report.held is not None:
        found.append(said.of_holds(name, way, report.held, step))
    return found


def _watched(layer: Ran, given: Given, free: Ran) -> list[said.Finding]:
    """How far h lies from what a watched layer answered, where it answered this sequence."""
    theirs = layer.layer.h
    found = recorded(layer.layer, given.sequence)
    if theirs is None or isinstance(found, str):
        return []
    ours, _ = (
        ({"": free}, None)
        if np.array_equal(found[1], free.x)
        else run(_One(layer.layer), Given(None, given.sequence))
    )
    lengths = [len(one.x) for one in next(iter(ours.values())).passes]
    h = next(iter(ours.values())).h[: min(lengths)]
    apart = moved(h, np.asarray(theirs, np.float64)[: min(lengths), given.sequence])
    return [said.of_watched(layer, apart, layer.layer.source)]


class _One:
    """A layer by itself, to be run on what it read when it was watched."""

    def __init__(self, layer: Any) -> None:
        self.layers = [layer]


def _arrays(one: Pass) -> dict[str, Array]:
    """h, c and the gates of a pass in the order of x."""
    letters = [*one.gates, "h", *("c" if one.state == "c" else "")]
    return {letter: read_only(one.shown(one.of(letter))) for letter in letters}


def read_only(array: Array) -> Array:
    """A copy that nobody can write to."""
    array = array.copy()
    array.flags.writeable = False
    return array
