"""The Microscope: your own network, what each of its units keeps, and for how long."""

import html
import json
from typing import Any, ClassVar

import numpy as np
import traitlets

from lecture_lib.examination import examine
from lecture_lib.examination.inputs import NOISE_STREAM, PERIOD, curve
from lecture_lib.figures import schema
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.microscope import examples, holding, pictures
from lecture_lib.figures.microscope.holding import MOST_LAYERS, MOST_STEPS, MOST_UNITS
from lecture_lib.figures.microscope.inputs import (
    LETTERS,
    as_names,
    as_sequence,
    read_text,
)
from lecture_lib.figures.microscope.plain import as_input, as_network, as_plain
from lecture_lib.figures.traits import Data, OneOf, Text, Value, Whole

MOST_BYTES = 64 * 2**20
MOST_HOLDS = 8
MOST_INPUTS = 4096
TWIN_BYTES = 60_000
LOADS = ("network", "given")
SOURCES = {
    "own": "its own sequence",
    "text": "a text, letter by letter",
    "impulse": "an impulse",
    "step": "a step",
    "sine": "a sine",
    "noise": "noise",
}


class Microscope(LiveFigure):
    """A network under the microscope: gates and states over time, what is kept, how far it reaches.

    `network` is what `open_network` or `watch` returns or what the former takes, a layer of it, or
    a cell, `Bidirectional` or `Stack` of this library; x is (T, D), or (T, N, D) with `sequence`
    the one that is shown. `steps` names the T steps (letters, words, dates), `inputs` the D inputs.
    Without a network it shows one of this book's: `example` is one of `examples.WORDS`.

    In the page a reader can open a file of theirs, and read a table; neither goes into a link.

    - source: "own", the x given; else of `length` steps "impulse", "step", "sine" or "noise" (of
      `seed`), the same in all inputs but for the noise; or "text": `letters`, one-hot, each of
      `alphabet`, which has D characters (left "": the inputs' names where they are letters, else
      the first D of a fixed list)
    - layer, from 1, and direction, "there" or "back", say what is looked at; unit and step, from
      1, the place in it, 0 the last step; `sort` how units are ordered: "stored", "time" (by time
      constant, longest first), "activity" (by the standard deviation of h) or "likeness" (from the
      most active on, each beside the one left that h correlates with most, in absolute value)
    - span: [from, to], the steps shown of the maps, both included; [] for all. `focus` is the
      letter of one map, shown large; "" for all
    - holds: a gate fixed from step to step, both included, {"layer": 1, "direction": "there",
      "gate": "f", "unit": 0 for all or 1 … H, "from": 3, "to": 5, "value": 1.0}
    - of: whether origins are those of the "unit" or of "all"; tab: which of the four is shown

    `x` is the input that is shown, (T, D); `examination` what `examine` finds with it. What is not
    there in this network, such as unit 9 of 8, is refused when given here and told in the page.

    Raises ValueError or TypeError for what does not fit, naming it.
    """

    sheets = ("fields",)
    constants: ClassVar[dict[str, Any]] = {
        "EXAMPLES": {name: examples.as_data(name) for name in examples.WORDS},
        "GATES": holding.GATES,
        "LETTERS": LETTERS,
        "MOST_BYTES": MOST_BYTES,
        "MOST_HOLDS": MOST_HOLDS,
        "MOST_INPUTS": MOST_INPUTS,
        "MOST_STEPS": MOST_STEPS,
        "MOST_UNITS": MOST_UNITS,
        "PERIOD": PERIOD,
        "SOURCES": SOURCES,
        "STREAM": NOISE_STREAM,
    }

    example = OneOf("sentences-lstm", [*examples.WORDS, ""])
    source = OneOf("own", list(SOURCES))
    length = Whole(60, min=1, max=MOST_STEPS)
    seed = Whole(1, min=0, max=99)
    letters = Text("hello hello hello", most=MOST_STEPS)
    alphabet = Text("", most=MOST_INPUTS)
    tab = Whole(0, min=0, max=3)
    layer = Whole(1, min=1, max=MOST_LAYERS)
    direction = OneOf("there", ["there", "back"])
    unit = Whole(1, min=1, max=MOST_UNITS)
    step = Whole(0, min=0, max=MOST_STEPS)
    sort = OneOf("stored", ["stored", "time", "activity", "likeness"])
    focus = OneOf("", ["", *"figozrnch"])
    span = Value([], {"type": "array", "items": schema.whole(1, MOST_STEPS), "maxItems": 2})
    of = OneOf("unit", ["unit", "all"])
    holds = Value([], {"type": "array", "items": holding.HOLD, "maxItems": MOST_HOLDS})
    network = Data()
    given = Data()

    caption = Data(
        "Open a file of your own, or stay with one of the book’s networks. Point at the maps: one "
        "cursor goes through all of them. Click a unit at a step, hold a gate from there on, and "
        "see what changes; then look at how long each unit keeps, and how far back its gradient "
        "reaches. Nothing leaves your machine."
    )

    def __init__(
        self,
        network: Any = None,
        x: Any = None,
        steps: Any = None,
        inputs: Any = None,
        sequence: int = 0,
        **settings: Any,
    ) -> None:
        self._own = self._found = None
        if network is None:
            if any(argument is not None for argument in (x, steps, inputs)):
                raise ValueError("x, steps and inputs want a network to read them, got none")
        else:
            found = as_network(network)
            x = as_sequence(x, sequence, found)
            names = {"steps": as_names("steps", steps, len(x))}
            names |= {"inputs": as_names("inputs", inputs, x.shape[1])}
            self._own = found, x, sequence, names["steps"], names["inputs"]
            own = {"network": as_plain(found, sequence), "given": {"x": as_input(x), **names}}
            settings = {"example": "", **own, **settings}
        super().__init__(**settings)
        if network is not None:
            self._must_be_there(settings)

    @traitlets.validate("example")
    def _an_example(self, proposal):
        if not proposal["value"] and self._own is None:
            known = ", ".join(map(repr, examples.WORDS))
            raise ValueError(f"example must be one of {known}, or a network given; got ''")
        return proposal["value"]

    @traitlets.validate("span")
    def _from_to(self, proposal):
        span = proposal["value"]
        if span and (len(span) != 2 or span[0] > span[1]):
            raise ValueError(f"span must be [] or [from, to], the first not larger, got {span!r}")
        return span

    @traitlets.validate("holds")
    def _each_a_hold(self, proposal):
        return holding.checked(proposal["value"])

    def _must_be_there(self, settings):
        """What is not there in the network that came with it."""
        layers, x = self.net.layers, self.x
        layer = layers[min(self.layer, len(layers)) - 1]
        most = {"layer": len(layers), "unit": layer.hidden_size, "step": len(x)}
        for name, largest in most.items():
            if settings.get(name, 1) > largest:
                raise ValueError(f"{name} must be at most {largest} here, got {settings[name]}")
        for k, hold in enumerate(self.holds):
            if why := holding.why_not(self.net, len(x), hold):
                raise ValueError(f"holds[{k}] must be of what is there: {why}")

    @property
    def net(self) -> Any:
        """The `Network` that is shown."""
        return examples.network(self.example) if self.example else self._own[0]

    @property
    def x(self) -> np.ndarray:
        """The input that is shown, (T, D).

        Raises ValueError where a text and its alphabet give none.
        """
        own = examples.own_input(self.example)[0] if self.example else self._own[1]
        if self.source == "own":
            return own.copy()
        D = self.net.layers[0].input_size
        if self.source == "text":
            return read_text(self.letters, self._alphabet(D), D)
        return curve(self.source, self.length, D, self.seed)

    def _alphabet(self, D):
        """The reader's; else the names of the inputs, if they are letters; else a fixed list's."""
        names = examples.own_input(self.example)[2] if self.example else self._own[4]
        letters = names is not None and all(len(name) == 1 for name in names)
        return self.alphabet or ("".join(names) if letters else LETTERS[:D])

    @property
    def examination(self) -> Any:
        """What `examine` finds with the network and the input that are shown, holds included.

        Raises ValueError where there is no input.
        """
        x = self.x
        own = self.source == "own"
        names = examples.own_input(self.example)[1:] if self.example else self._own[3:]
        steps, inputs = names if own else (None, names[1])
        if self.source == "text":
            alphabet = self._alphabet(x.shape[1])
            steps, inputs = [letter for letter in self.letters if letter in alphabet], [*alphabet]
        # A stored first state is that of the sequence shown.
        sequence = 0 if self.example else self._own[2]
        x = np.repeat(x[:, None], sequence + 1, axis=1)
        holds = holding.asked(self.net, len(x), self.holds)
        return examine(self.net, x, sequence=sequence, steps=steps, inputs=inputs, holds=holds)

    @property
    def report(self) -> Any:
        """The `LayerReport` of the layer and direction that are shown."""
        return self._looked()[0]

    @property
    def place(self) -> tuple[int, int]:
        """The unit and the step that are shown, from 0."""
        return self._looked()[1:]

    def _looked(self):
        key = json.dumps({name: getattr(self, name) for name in self.contract()})
        if self._found is None or self._found[0] != key:
            self._found = key, self.examination
        reports = self._found[1].layers
        layers = self.net.layers
        name = layers[min(self.layer, len(layers)) - 1].name
        mine = [report for report in reports if report.name == name] or reports
        report = next((one for one in mine if one.direction == self.direction), mine[0])
        unit = min(self.unit, report.hidden_size) - 1
        return report, unit, (min(self.step, len(report.h)) or len(report.h)) - 1

    def state(self) -> dict[str, Any]:
        """As of each figure, but for weights and numbers too heavy for a page."""
        state = super().state()
        heavy = self._is_heavy(state)
        return {name: value for name, value in state.items() if not (heavy and name in LOADS)}

    @staticmethod
    def _is_heavy(state):
        return sum(len(json.dumps(state[name])) for name in LOADS) > TWIN_BYTES

    def twin(self) -> str:
        """What the book publishes; a network too heavy for a page is there as picture and text."""
        if set(LOADS) <= set(self.state()):
            return super().twin()
        return (
            '<div class="live-figure">\n<figure class="live-still">\n'
            f"{self.still()}\n<figcaption>{html.escape(self.text())} The network is too large for "
            "a page: in Jupyter the figure is live, and a file of it opens in any page that has "
            "one.</figcaption>\n</figure>\n</div>"
        )

    def text(self) -> str:
        return pictures.text(self)

    def still(self) -> str:
        return pictures.still(self)

    def __repr__(self) -> str:
        said = {"network": self._own[0]} if self._own else {}
        initial = self.traits()
        for name in self.contract():
            value = getattr(self, name)
            if value != initial[name].default_value and not (name == "example" and said):
                said[name] = value
        return f"Microscope({', '.join(f'{name}={value!r}' for name, value in said.items())})"

    def __reduce__(self) -> tuple[Any, ...]:
        again, (kind, settings) = super().__reduce__()
        if self._own:
            network, x, sequence, steps, inputs = self._own
            whole = np.repeat(x[:, None], sequence + 1, axis=1)
            own = {"network": network, "x": whole, "sequence": sequence}
            settings = {**own, "steps": steps, "inputs": inputs, **settings}
        return again, (kind, settings)
