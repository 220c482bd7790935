"""Stream: one network on one signal, whole and call by call: state kept, lost, or rounded."""

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure as Canvas

from lecture_lib import plots, quantise
from lecture_lib.cells import LSTM
from lecture_lib.cells._checks import as_choice
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, Switch, Whole
from lecture_lib.tasks import voice

STEPS = 160
SEED = 3  # of the two recordings
WAYS = {"offline": "offline", "kept": "state handed on", "lost": "state lost", "rounded": "rounded"}
WIDE = 16  # the bits of c where an embedded kernel gives it more than h
FLOAT = 32  # the bits of a number that is not rounded, of a bias and of a scale


@dataclass(frozen=True)
class Way:
    """One way through the signal: h (T, H), c (T, H) or None, and p (T,), P(speech)."""

    h: np.ndarray
    c: np.ndarray | None
    p: np.ndarray


class Stream(LiveFigure):
    """A detector of speech (`lecture_lib.tasks.voice`) on 160 frames, four ways.

    The signal is the beginning of one recording, and from step `episode` on that of another. The
    network is the recorded one of seed 0, of the kind `cell`.

    - offline: each recording as a whole, from a state of zeros;
    - kept: in calls of `k` frames, each of which starts with the state that the last one ended in;
    - lost: in the same calls, each from zeros;
    - rounded: frame by frame, the state handed on, all of it in `bits` bits, as `quantise.run`
      rounds it, with a scale for each weight matrix or for each of its rows (`per`). `rounding`
      says what is rounded besides the weights: "all", h and c too; "wide", h too, and the c of an
      LSTM to 16 bits; "weights", nothing.

    With `reset` a call ends before the new recording, and the next starts from zeros; without it
    the three go on as if nothing had happened. `shown` is "p", P(speech), or the number of a unit
    whose h is drawn, and `t` the step looked at. A difference is max |Δh| over the units, against
    offline; `first(way)` is the first step, from 1, where it is more than ε = 10^`log_epsilon`.

    `x`, `target`, `ways`, `difference(way)`, `first(way)`, `wrong(way)` and `costs` are computed
    from these. Raises ValueError or TypeError for a value out of range, naming it.
    """

    cell = Choice("LSTM", options={kind: kind for kind in voice.STARTS}, label="cell")
    shown = Choice(
        "p",
        options={"p": "P(speech)"}
        | {str(unit): f"h of unit {unit}" for unit in range(1, voice.HIDDEN_SIZE + 1)},
        label="drawn",
    )
    k = IntSlider(32, min=1, max=STEPS, label="frames in a call, k")
    log_epsilon = IntSlider(-2, min=-12, max=0, label="log₁₀ ε", reads="10 to the power of {value}")
    episode = IntSlider(101, min=2, max=STEPS, label="new recording at step")
    reset = Switch(True, label="reset the state there")
    bits = IntSlider(8, min=4, max=16, label="bits b", colour="i")
    per = Choice(
        "tensor",
        options={"tensor": "each matrix", "row": "each row"},
        label="one scale for",
        colour="i",
    )
    rounding = Choice(
        "all",
        options={
            "all": "weights, state",
            "wide": "c in 16 bits",
            "weights": "weights alone",
        },
        label="rounded",
        colour="i",
    )
    t = Whole(33, min=1, max=STEPS)
    networks = Data()
    recordings = Data()

    constants: ClassVar[dict[str, Any]] = {
        "STEPS": STEPS,
        "RATE": voice.RATE,
        "BANDS": list(voice.BANDS),
        "HIDDEN_SIZE": voice.HIDDEN_SIZE,
        "WAYS": WAYS,
        "WIDE": WIDE,
        "FLOAT": FLOAT,
    }

    caption = Data(
        "Find the settings at which a stream gives what offline gives: is there a k at which "
        "handing the state on matters? Then lose it, and count how many frames each call needs to "
        "find its way back. Switch the reset off, and see who carries the old recording along. "
        "Last take bits away: which step goes wrong first, and does c in 16 bits help?"
    )

    def __init__(self, **kwargs):
        networks, recordings = _published()
        super().__init__(networks=networks, recordings=recordings, **kwargs)

    def _joined(self, name: str) -> np.ndarray:
        one, other = (np.array(recording[name]) for recording in self.recordings)
        return np.concatenate([one[: self.episode - 1], other[: STEPS - self.episode + 1]])

    @property
    def x(self) -> np.ndarray:
        """The signal, both bands, (160, 2)."""
        return self._joined("x")

    @property
    def target(self) -> np.ndarray:
        """Whether someone is speaking, 0 or 1, (160,)."""
        return self._joined("target")

    @property
    def model(self):
        """The network, in float64."""
        return voice.load(self.cell)

    def calls(self) -> list[tuple[int, int]]:
        """First step and end of each call of `k` frames, from 0."""
        ends = [STEPS]
        if self.reset:  # after it, calls are counted anew
            ends = [self.episode - 1, STEPS]
        starts = [0, *ends[:-1]]
        return [
            (first, min(first + self.k, end))
            for start, end in zip(starts, ends, strict=True)
            for first in range(start, end, self.k)
        ]

    @property
    def ways(self) -> dict[str, Way]:
        """What each way computes, by its name."""
        return {name: self._way(name) for name in WAYS}

    def _way(self, name: str) -> Way:
        if as_choice("way", name, tuple(WAYS)) == "rounded":
            return self._read(self._rounded())
        goes_on = name == "kept"
        again = self.episode - 1 if self.reset else 0
        calls = self._recordings() if name == "offline" else self.calls()
        cell, state, parts = self.model.cell, None, []
        for first, end in calls:
            before = state if goes_on and first != again else None
            parts.append(cell.forward(self.x[first:end, None], before))
            state = parts[-1].final_state
        return self._read(parts)

    def _recordings(self):
        return [(0, self.episode - 1), (self.episode - 1, STEPS)]

    def _rounded(self):
        """The traces of the rounded run: one for each recording, or where it goes on, one."""
        cell, x = self.model.cell, self.x[:, None]
        parts = [x[first:end] for first, end in self._recordings()]
        bits = {"all": self.bits, "wide": WIDE, "weights": None}[self.rounding]
        settings: dict[str, Any] = {"bits": self.bits, "per": self.per}
        if bits:
            limits = [quantise.ranges(cell, part) for part in parts]
            settings["ranges"] = {name: max(one[name] for one in limits) for name in limits[0]}
            settings["state_bits"] = {
                name: bits if name == "c" else self.bits for name in limits[0]
            }
        return [quantise.run(cell, part, **settings) for part in (parts if self.reset else [x])]

    def _read(self, traces) -> Way:
        model = self.model
        h = np.concatenate([trace.h for trace in traces])
        c = None
        if isinstance(model.cell, LSTM):
            c = np.concatenate([trace.c for trace in traces])[:, 0]
        return Way(h[:, 0], c, voice.speech(model, h)[:, 0])

    def difference(self, way: str) -> np.ndarray:
        """max |Δh| over the units at each step, against offline, (160,)."""
        return _difference({name: self._way(name) for name in ("offline", way)}, way)

    def first(self, way: str) -> int | None:
        """The first step, from 1, that differs by more than ε; None if none does."""
        return self._first(self.difference(way))

    def _first(self, difference) -> int | None:
        beyond = np.flatnonzero(difference > 10.0**self.log_epsilon)
        return int(beyond[0]) + 1 if len(beyond) else None

    def wrong(self, way: str) -> int:
        """In how many frames its answer, speech where p > ½, is not the truth."""
        return _wrong(self._way(way), self.target)

    @property
    def costs(self) -> dict[str, Any]:
        """`products` in a second of signal, the same for all ways; and by way `memory` in bytes
        (weights, scales, state, and the frames that a call waits for) and `delay`, the longest time
        in ms that a frame waits for its call."""
        cell, readout = self.model.cell, self.model.readout
        H, D, rows = cell.hidden_size, cell.input_size, len(cell.bias)
        # Of a gate with a state: f c, i g and o tanh(c); r h, (1 − z) h and z n; none.
        gates = {"RNN": 0, "GRU": 3, "LSTM": 3}[self.cell]
        a_step = rows * (D + H) + gates * H + readout.weight.size
        weights, kept = cell.weight_ih.size + cell.weight_hh.size, cell.bias.size
        kept += sum(array.size for array in readout.parameters().values())
        states = {"h": H} | ({"c": H} if self.cell == "LSTM" else {})
        waits = {
            "offline": max(self.episode - 1, STEPS - self.episode + 1),
            "kept": max(end - first for first, end in self.calls()),
            "rounded": 1,
        }
        waits["lost"] = waits["kept"]
        bits = dict.fromkeys(WAYS, FLOAT * (weights + kept + sum(states.values())))
        scales = 2 * rows if self.per == "row" else 2
        of_c = {"all": self.bits, "wide": WIDE, "weights": FLOAT}[self.rounding]
        of_h = FLOAT if self.rounding == "weights" else self.bits
        bits["rounded"] = (
            self.bits * weights + FLOAT * (kept + scales) + of_h * H + of_c * states.get("c", 0)
        )
        return {
            "products": voice.RATE * a_step,
            "memory": {way: -(-(bits[way] + FLOAT * D * waits[way]) // 8) for way in WAYS},
            "delay": {way: (waits[way] - 1) * 1000 / voice.RATE for way in WAYS},
        }

    def text(self):
        ways, target, said = self.ways, self.target, []
        for way in ("kept", "lost", "rounded"):
            difference = _difference(ways, way)
            first, largest = self._first(difference), difference.max()
            when = f"first at step {first}" if first else "at no step"
            most = f"at most {largest:.1e}" if largest else "0 throughout"
            said.append(f"{WAYS[way]}, {when} by more than ε ({most})")
        wrong = ", ".join(f"{WAYS[way]} {_wrong(ways[way], target)}" for way in WAYS)
        return (
            f"The {self.cell} in calls of {self.k} frames and in {self.bits} bits. Differs from "
            f"offline: {'; '.join(said)}. Frames wrong: {wrong} of {STEPS}."
        )

    def still(self):
        ax = Canvas(figsize=(5.4, 2.4), layout="constrained").subplots()
        ways, steps = self.ways, np.arange(1, STEPS + 1)
        for way, letter, style in (("lost", "f", "--"), ("rounded", "i", "-"), ("kept", "c", ":")):
            left = np.log10(np.maximum(_difference(ways, way), 1e-8))
            ax.plot(steps[::4], left[::4], style, color=plots.COLOURS[letter], label=WAYS[way])
        ax.axhline(self.log_epsilon, color=plots.FAINT, lw=1)
        ax.set_yticks([-8, -4, 0], ["0", "10⁻⁴", "1"])
        ax.set(xlabel="step", ylabel="max |Δh|", xlim=(1, STEPS), ylim=(-8.2, 0.5))
        ax.legend(frameon=False, ncols=3, fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)


def _difference(ways, way):
    return np.abs(ways[way].h - ways["offline"].h).max(axis=1)


def _wrong(way, target):
    return int(((way.p > 0.5) != target).sum())


@cache
def _published():
    """The three networks as lists, and two recordings."""
    networks = {
        kind: {
            name: array.round(3).tolist() for name, array in voice.load(kind).parameters().items()
        }
        for kind in voice.STARTS
    }
    batch = voice.draw(np.random.default_rng(SEED), STEPS, 2)
    recordings = [
        {"x": batch.x[:, n].round(2).tolist(), "target": batch.target[:, n].tolist()}
        for n in range(2)
    ]
    return networks, recordings
