"""The Stepper: an LSTM and a GRU read the same sequence, step by step, every number visible."""

import math
import re
import string
from typing import ClassVar

import numpy as np
import traitlets
from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.cells import GRU, LSTM
from lecture_lib.figures import schema
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, OneOf, Slider, Text, Value, Whole
from lecture_lib.initialisers import init_forget_bias
from lecture_lib.seeded import seeded_uniform

MAX_STEPS = 40
MAX_UNITS = 16
MAX_TEXT = 500
MAX_HOLDS = 8
LARGEST_INPUT = 5
ALPHABET = string.ascii_lowercase
GATES = {"lstm": "ifgo", "gru": "rzn"}
CANDIDATES = "gn"
SHOWN = {"lstm": "figoch", "gru": "rznh"}
PARTS = {
    "lstm": ("x", "h0", "c0", *"figo", "fc", "ig", "c", "tanh_c", "h"),
    "gru": ("x", "h0", *"rzn", "recall", "one_minus_z", "kept", "written", "h"),
}

HOLD = schema.record(
    cell={"enum": list(GATES)},
    gate={"enum": sorted({*"".join(GATES.values())})},
    unit=schema.whole(0, MAX_UNITS),
    **{end: schema.whole(1, MAX_STEPS) for end in ("from", "to")},
    value=schema.number(-1, 1),
)

# A number as it may be typed, and the streams of `seeded_uniform`.
NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
STREAMS = {"lstm.ih": 0, "lstm.hh": 1, "gru.ih": 2, "gru.hh": 3, "noise": 4}


class Stepper(LiveFigure):
    """One LSTM cell and one GRU cell over the same sequence, as circuits, heat maps and curves.

    Both have `hidden_size` units. Their weights are drawn by `seed` (`seeded_uniform`), uniformly
    from ±`weight_scale`/√H; the bias of the gate that keeps is `forget_bias` (`init_forget_bias`),
    all others are 0. `update` and `reset` are those of `GRU`.

    `source` says what is read: a curve of `steps` steps, the `numbers` of a text such as
    "0.5, -1, 0", or a `word`, letter by letter, each of a–z one-hot (D = 26). At most 40 steps are
    read; `skipped` names what could not be.

    A hold fixes a gate: {"cell": "lstm", "gate": "f", "unit": 0 for all or 1 … H, "from": 3,
    "to": 5, "value": 1.0}, both steps included; of two that meet, the later in `holds` counts.

    `t` is the step shown and `unit` the unit; `phase` 1 … 4 lights a part of the step, 0 all of
    it; `look` is what the equation is shown of ("lstm.f", "gru.h", see `PARTS`).

    `traces` is what `lecture_lib` computes for the state that the figure shows, `free` the same
    without holds. Raises ValueError or TypeError for a value out of range, naming it.
    """

    constants: ClassVar = {
        "ALPHABET": ALPHABET,
        "CANDIDATES": CANDIDATES,
        "GATES": GATES,
        "LARGEST_INPUT": LARGEST_INPUT,
        "MAX_HOLDS": MAX_HOLDS,
        "MAX_STEPS": MAX_STEPS,
        "MAX_TEXT": MAX_TEXT,
        "NUMBER": NUMBER,
        "SHOWN": SHOWN,
        "STREAMS": STREAMS,
    }

    source = Choice(
        "sine",
        options={
            "sine": "a sine",
            "step": "a step",
            "impulse": "an impulse",
            "noise": "noise",
            "numbers": "my numbers",
            "word": "a word",
        },
        label="input",
    )
    steps = IntSlider(12, min=3, max=MAX_STEPS, label="steps T")
    hidden_size = IntSlider(4, min=1, max=MAX_UNITS, label="units H")
    unit = IntSlider(1, min=1, max=MAX_UNITS, label="unit shown")
    seed = IntSlider(7, min=0, max=99, label="seed")
    weight_scale = Slider(3.0, min=0, max=4, step=0.1, label="weight scale")
    forget_bias = Slider(1.0, min=-3, max=6, step=0.1, label="forget bias", colour="f")
    update = Choice(
        "write", options={"write": "z writes", "keep": "z keeps"}, label="GRU update gate"
    )
    reset = Choice(
        "before", options={"before": "r before W", "after": "r after W"}, label="GRU reset gate"
    )
    show = Choice(
        "units", options={"units": "all units", "rms": "RMS", "mean": "mean"}, label="h over time"
    )

    t = Whole(4, min=1, max=MAX_STEPS)
    phase = Whole(0, min=0, max=4)
    look = OneOf("lstm.f", [f"{cell}.{part}" for cell, parts in PARTS.items() for part in parts])
    numbers = Text("1, 0, 0, -1, 0, 0.5, 0, 0", most=MAX_TEXT)
    word = Text("hello", most=MAX_TEXT)
    holds = Value([], {"type": "array", "items": HOLD, "maxItems": MAX_HOLDS})

    caption = Data(
        "Step or play. Both cells read the same input; each wire carries the value of the unit "
        "looked at. Click a wire or a gate for its equation with the numbers put in. Then hold a "
        "gate, and see what changes against the free run."
    )

    @traitlets.validate("holds")
    def _each_a_hold(self, proposal):
        for k, hold in enumerate(proposal["value"]):
            _check_hold(f"holds[{k}]", hold)
        return proposal["value"]

    @property
    def x(self):
        """The input, (T, 1, D): D = 26 for a word, else 1."""
        if self.source == "word":
            letters = _read_word(self.word)[0]
            x = np.zeros((max(1, len(letters)), 1, len(ALPHABET)))
            for t, letter in enumerate(letters):
                x[t, 0, ALPHABET.index(letter)] = 1
            return x
        if self.source == "numbers":
            values = _read_numbers(self.numbers)[0] or [0.0]
        else:
            values = _curve(self.source, self.steps, self.seed)
        return np.reshape(values, (-1, 1, 1))

    @property
    def skipped(self) -> list[str]:
        """What of the word or the numbers could not be read, each once, in order."""
        readers = {
            "word": lambda: _read_word(self.word),
            "numbers": lambda: _read_numbers(self.numbers),
        }
        return readers[self.source]()[1] if self.source in readers else []

    @property
    def cells(self):
        """{"lstm": LSTM, "gru": GRU} with the weights that the figure shows."""
        sizes = self.x.shape[2], self.hidden_size
        cells = {"lstm": LSTM(*sizes), "gru": GRU(*sizes, update=self.update, reset=self.reset)}
        bound = self.weight_scale / math.sqrt(self.hidden_size)
        for name, cell in cells.items():
            for kind in ("ih", "hh"):
                weight = getattr(cell, f"weight_{kind}")
                stream = STREAMS[f"{name}.{kind}"]
                weight[...] = bound * seeded_uniform(self.seed, stream, weight.shape)
            init_forget_bias(cell, self.forget_bias)
        return cells

    @property
    def traces(self):
        """{"lstm": LSTMTrace, "gru": GRUTrace} of the run that is shown, holds included."""
        return self._run(self.holds)

    @property
    def free(self):
        """The traces of the same run without any hold."""
        return self._run([])

    def _run(self, holds):
        x, cells = self.x, self.cells
        clamps = {name: _clamps(holds, name, len(x), self.hidden_size) for name in cells}
        return {name: cell.forward(x, clamp=clamps[name]) for name, cell in cells.items()}

    @property
    def _here(self):
        """The step and the unit shown, from 0, within what there is."""
        return min(self.t, len(self.x)) - 1, min(self.unit, self.hidden_size) - 1

    def text(self):
        traces, (t, unit) = self.traces, self._here
        cells = [
            f"{name.upper()}: "
            + ", ".join(f"{k} = {getattr(traces[name], k)[t, 0, unit]:.2f}" for k in letters)
            for name, letters in SHOWN.items()
        ]
        return f"At step {t + 1} of {len(self.x)}, unit {unit + 1}. {'; '.join(cells)}."

    def still(self):
        traces, unit = self.traces, self._here[1]
        ax = Figure(figsize=(7, 2.4), layout="constrained").subplots()
        steps = np.arange(1, len(self.x) + 1)
        ax.axhline(0, color=plots.FAINT, lw=0.8)
        for (name, trace), line in zip(traces.items(), ("-", "--"), strict=True):
            h = trace.h[:, 0, unit]
            ax.plot(
                steps, h, line, color=plots.COLOURS["h"], lw=2, label=f"h of the {name.upper()}"
            )
        ax.set(xlabel="step t", ylim=(-1.05, 1.05), xticks=[1, len(steps)], yticks=[-1, 0, 1])
        ax.spines[:].set_visible(False)
        ax.legend(title=f"unit {unit + 1}", frameon=False)
        return plots.svg(ax)


def _curve(name, steps, seed):
    """The values of a curve, to two decimals, so that they can be written down and read again."""
    t = np.arange(steps)
    values = {
        "sine": lambda: np.sin(2 * np.pi * (t + 1) / 10),
        "step": lambda: (t >= steps // 3).astype(float),
        "impulse": lambda: (t == 1).astype(float),
        "noise": lambda: seeded_uniform(seed, STREAMS["noise"], steps),
    }[name]()
    return np.floor(100 * values + 0.5) / 100


def _read_word(text):
    """The letters a–z of `text`, at most 40, and what else stood there."""
    kept = re.sub(r"[^a-z]", "", re.sub("[A-Z]", lambda m: m[0].lower(), text))
    others = re.findall(r"[^a-zA-Z]", text)
    return kept[:MAX_STEPS], list(dict.fromkeys(others))


def _read_numbers(text):
    """The numbers in `text` within ±5, at most 40, and what else stood between the commas."""
    words = [w for w in re.split(r"[\s,;]+", text.replace("−", "-")) if w]
    read = [w for w in words if re.fullmatch(NUMBER, w) and abs(float(w)) <= LARGEST_INPUT]
    return [float(w) for w in read[:MAX_STEPS]], list(
        dict.fromkeys(w for w in words if w not in read)
    )


def _clamps(holds, cell, steps, units):
    """The `clamp` of a cell's `forward`: nan where no hold of that cell reaches."""
    clamps = {}
    for hold in holds:
        if hold["cell"] != cell:
            continue
        held = clamps.setdefault(hold["gate"], np.full((steps, 1, units), np.nan))
        which = slice(None) if hold["unit"] == 0 else slice(hold["unit"] - 1, hold["unit"])
        held[hold["from"] - 1 : hold["to"], 0, which] = hold["value"]
    return clamps


def _check_hold(name, hold):
    """What the schema cannot say: a gate is its cell's, and but for a candidate not negative."""
    cell, gate, value = hold["cell"], hold["gate"], hold["value"]
    if gate not in GATES[cell]:
        raise ValueError(f"{name}['gate'] must be one of {', '.join(GATES[cell])}, got {gate!r}")
    if value < 0 and gate not in CANDIDATES:
        raise ValueError(f"{name}['value'] must be a number in [0, 1], got {value!r}")
