"""What is to be said of an examined network, in sentences: each with its number, what decides it,
and the place in the lectures that explains it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lecture_lib.cells import LSTM
from lecture_lib.cells._checks import Array
from lecture_lib.cells.variants import LSTMVariant
from lecture_lib.examination.health import flat_from, standing
from lecture_lib.examination.reach import Reach
from lecture_lib.examination.running import Pass, Ran
from lecture_lib.examination.streams import Moved, WarmUp
from lecture_lib.examination.words import CONSTANTS, FINDINGS, WORDS, filled


@dataclass(frozen=True)
class Finding:
    """One sentence about a layer, or about one direction of it.

    - key: its name in `findings.json`
    - layer, direction ("there", "back", or None for the layer as a whole)
    - words: the sentence
    - value: its number
    - threshold: what the number is compared with, as the sentence says; None for a fact, which is
      always stated
    - lecture, link: the number of the lecture that explains it, and the place, as an address beside
      the pages of the lectures

    >>> print(finding("saturated", "lstm", "there", 0.9))  # doctest: +ELLIPSIS
    lstm →: 90 % of all gate values lie below .05 or above .95, ...
    """

    key: str
    layer: str
    direction: str | None
    words: str
    value: float
    threshold: float | None
    lecture: int
    link: str
    places: dict[str, Any] = field(repr=False, compare=False)
    form: str = field(default="words", repr=False)

    def counted_from(self, start: int) -> str:
        """The sentence with units and steps counted from `start`: 0, as in `words` and in arrays,
        or 1, as a page counts."""
        return filled(FINDINGS[self.key][self.form], self.places, start)

    def __str__(self) -> str:
        arrow = {"there": " →", "back": " ←", None: ""}[self.direction]
        return f"{self.layer}{arrow}: {self.words}"


def finding(
    key: str,
    layer: str,
    direction: str | None,
    value: float,
    *,
    words: str = "words",
    **places: Any,
) -> Finding:
    """The finding `key` with its places filled in; `words` names another form of its sentence."""
    row, places = FINDINGS[key], {"value": value, **places}
    return Finding(
        key,
        layer,
        direction,
        filled(row[words], places),
        float(value),
        row["threshold"],
        row["lecture"],
        row["link"],
        places,
        words,
    )


def passed(key: str, value: float) -> bool:
    """Whether a number reaches the threshold of a finding."""
    return bool(value >= FINDINGS[key]["threshold"])


def of_layer(ran: Ran) -> Iterator[Finding]:
    """What is said of a layer as a whole."""
    layer = ran.layer
    conventions = ", ".join(f"{name} {value}" for name, value in layer.conventions.items())
    yield finding(
        "layout",
        layer.name,
        None,
        sum(array.size for array in layer.cell.parameters().values()),
        kind=layer.kind,
        inputs=layer.input_size,
        units=layer.hidden_size,
        way=WORDS[layer.direction],
        conventions=conventions or "plain",
        state=f"first state {ran.began}{WORDS['recorded'] if ran.reads == 'recorded' else ''}",
    )
    for one in ran.passes:
        yield from _order(layer.name, one)


def _order(name: str, one: Pass) -> Iterator[Finding]:
    """Another block of an LSTM's bias that is where f's usually is: above the others."""
    H = one.cell.hidden_size
    if not isinstance(one.cell, LSTM | LSTMVariant) or one.cell.bias.size != 4 * H or H < 4:
        return
    blocks = dict(zip("ifgo", one.cell.bias.reshape(4, H), strict=True))
    gate = max(blocks, key=lambda letter: blocks[letter].mean())
    apart = blocks[gate].mean() - blocks["f"].mean()
    error = np.sqrt((blocks[gate].var() + blocks["f"].var()) / H)
    if gate != "f" and passed("swapped_gates", apart) and apart >= 4 * error:
        yield finding(
            "swapped_gates",
            name,
            one.direction,
            apart,
            gate=gate,
            bias=blocks[gate].mean(),
            forget=blocks["f"].mean(),
            order=WORDS[f"first_{gate}"],
        )


def of_watched(ran: Ran, moved: Moved, called: str) -> Finding:
    """How far h lies from what the framework answered."""
    key = "differs" if passed("differs", moved.most) else "agrees"
    step, unit = moved.step, moved.unit
    return finding(key, ran.layer.name, None, moved.most, source=called, step=step, unit=unit)


def of_pass(
    name: str, one: Pass, taus: Array | None, health: Mapping[str, Array], reach: Reach
) -> Iterator[Finding]:
    """What is said of one direction of a layer."""
    if taus is not None:
        yield _memory(name, one, taus)
    yield from _gates(name, one, health)
    yield from _units(name, one, health)
    yield from _growth(name, one)
    yield from _gradient(name, one, reach)


def _memory(name: str, one: Pass, taus: Array) -> Finding:
    T, unit = len(one.x), int(taus.argmax())
    longest = float(taus[unit])
    if passed("memory_outlasts", longest / T):
        return finding(
            "memory_outlasts",
            name,
            one.direction,
            longest / T,
            count=int((taus >= T).sum()),
            units=len(taus),
            unit=unit,
            steps=longest,
            length=T,
        )
    median = float(np.median(taus))
    return finding("memory", name, one.direction, longest, unit=unit, steps=T, median=median)


def _gates(name: str, one: Pass, health: Mapping[str, Array]) -> Iterator[Finding]:
    found = standing(health)
    if not found["pairs"]:
        return
    share = sum(found["counts"].values()) / found["pairs"]
    if passed("stuck", share):
        said = [
            filled(WORDS[place.partition("_")[0]], {"gate": place[-1], "count": count})
            for place, count in found["counts"].items()
            if count
        ]
        yield finding("stuck", name, one.direction, share, gates=", ".join(said))
    if passed("saturated", found["saturated"]):
        yield finding("saturated", name, one.direction, found["saturated"])


def _units(name: str, one: Pass, health: Mapping[str, Array]) -> Iterator[Finding]:
    H = len(health["dead"])
    for key in ("dead", "silent"):
        units = np.flatnonzero(health[key])
        if passed(key, len(units)):
            yield finding(key, name, one.direction, len(units), units=H, list=units.tolist())
    if "beyond" in health and passed("beyond_tanh", health["beyond"].mean()):
        yield finding(
            "beyond_tanh",
            name,
            one.direction,
            float(health["beyond"].mean()),
            state=one.state,
            bound=flat_from(one),
            unit=int(health["beyond"].argmax()),
        )


def _growth(name: str, one: Pass) -> Iterator[Finding]:
    """A state that is larger in each fifth of the input than in the one before, over all units:
    a single one of many would do so by chance."""
    state, L = one.of(one.state), len(one.x)
    if L < 20:
        return
    fifths = [state[j * L // 5 : (j + 1) * L // 5] for j in range(5)]
    sizes = np.array([np.sqrt((part**2).mean()) for part in fifths])
    if not (np.diff(sizes) > 0).all() or sizes[4] < CONSTANTS["grown"]:
        return
    times = sizes[4] / sizes[2] if sizes[2] else np.inf
    if passed("state_grows", times):
        unit = int(np.abs(fifths[4]).mean(axis=0).argmax())
        places = {"state": one.state, "unit": unit, "from": sizes[2], "to": sizes[4]}
        yield finding("state_grows", name, one.direction, times, **places)


def gone_after(norms: Array) -> int | None:
    """The lag from which on all norms are below .001 of that at lag 0; None if there is none."""
    if not norms[0] > 0:
        return None
    there = np.flatnonzero(norms >= FINDINGS["gradient_gone"]["threshold"] * norms[0])
    lag = int(there[-1]) + 1
    return lag if lag < len(norms) else None


def _gradient(name: str, one: Pass, reach: Reach) -> Iterator[Finding]:
    norms, way = reach.x, one.direction
    if not norms[0] > 0:
        return
    lag, T = gone_after(norms), len(norms)
    if lag is None:
        yield finding("gradient", name, way, norms[-1] / norms[0])
    elif lag >= T / 2:
        yield finding("gradient", name, way, norms[-1] / norms[0], words="gone", lag=lag, steps=T)
    else:
        yield finding("gradient_gone", name, way, lag)
    top = int(norms.argmax())
    if passed("gradient_grows", times := norms[top] / norms[0]):
        yield finding("gradient_grows", name, way, times, lag=top)


def of_stream(name: str, warm: WarmUp) -> Finding:
    """How long a run from zeros in the middle is wrong."""
    if passed("lost_state", warm.apart):
        return finding("lost_state", name, "there", warm.apart, steps=warm.left)
    return finding("warm_up", name, "there", warm.steps)


def of_rounding(name: str, direction: str, moved: Moved, step: Any) -> Finding:
    """How far rounding moves h; `step` gives a step with its name."""
    large = passed("rounding_large", moved.share)
    places = {
        "most": moved.most,
        "share": moved.share,
        "step": step(moved.step),
        "unit": moved.unit,
    }
    value = moved.share if large else moved.most
    return finding("rounding_large" if large else "rounding", name, direction, value, **places)


def of_holds(name: str, direction: str, moved: Moved, step: Any) -> Finding:
    """How far what is held moves h; `step` gives a step with its name."""
    if moved.first is None:
        return finding("held", name, direction, 0.0, words="nothing")
    places = {"step": step(moved.step), "unit": moved.unit, "first": step(moved.first)}
    return finding("held", name, direction, moved.most, **places)
