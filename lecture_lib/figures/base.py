"""What all live figures share: traits that are controls, and two hosts for one ES module.

In a notebook a figure is an anywidget under ipywidgets controls; in the published book its
`text/html` twin is mounted by `web/host.mjs`, which builds native inputs from the same list.
"""

import html
import json
from functools import cached_property
from numbers import Real
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

GATE_COLOURS = {
    "f": "#D55E00",
    "i": "#009E73",
    "g": "#E69F00",
    "o": "#56B4E9",
    "c": "#0072B2",
    "h": "#CC79A7",
}


class Control:
    """Mixed into a trait: it is synced, and both hosts draw a control for it.

    `tab` names the tab on which the control is shown (None: on all), `colour` is a key of
    `GATE_COLOURS`, and `reads` the words a screen reader hears for a value, with `{value}` and
    `{percent}` filled in.
    """

    kind: ClassVar[str]

    def __init__(self, default, *, label, colour=None, tab=None, reads="{value}", **limits):
        super().__init__(default, **limits)
        self.label, self.colour, self.tab, self.reads = label, colour, tab, reads
        self.tag(sync=True)

    def spec(self) -> dict[str, Any]:
        """What the page's host needs to build this control."""
        spec = {"kind": self.kind, "name": self.name, "label": self.label, "reads": self.reads}
        if self.colour:
            spec["colour"] = self.colour
        if self.tab is not None:
            spec["tab"] = self.tab
        return spec


class Slider(Control, traitlets.Float):
    """A number in [min, max]."""

    kind = "range"
    number: ClassVar[type] = float

    def __init__(self, default, *, min, max, step=0.01, **kwargs):
        super().__init__(default, min=min, max=max, **kwargs)
        self.step = step

    def validate(self, obj, value):
        accepted = isinstance(value, Real) and not isinstance(value, bool)
        # Written so that nan, which compares false, is refused too.
        if not accepted or not self.min <= value <= self.max or self.number(value) != value:
            kind = "a whole number" if self.number is int else "a number"
            raise ValueError(
                f"{self.name} must be {kind} in [{self.min:g}, {self.max:g}], got {value!r}"
            )
        return self.number(value)

    def spec(self):
        return super().spec() | {"min": self.min, "max": self.max, "step": self.step}

    def widget(self, value):
        return ipywidgets.FloatSlider(
            value, min=self.min, max=self.max, step=self.step, readout_format=".2f"
        )


class IntSlider(Slider):
    """A whole number in [min, max]."""

    number = int

    def __init__(self, default, *, min, max, **kwargs):
        super().__init__(default, min=min, max=max, step=1, **kwargs)

    def widget(self, value):
        return ipywidgets.IntSlider(value, min=self.min, max=self.max)


class Switch(Control, traitlets.Bool):
    """On or off."""

    kind = "checkbox"

    def validate(self, obj, value):
        if not isinstance(value, bool):
            raise TypeError(f"{self.name} must be True or False, got {value!r}")
        return value

    def widget(self, value):
        return ipywidgets.Checkbox(value, indent=False)


class Choice(Control, traitlets.Enum):
    """One of a few: `options` maps each value to the words that name it."""

    kind = "select"

    def __init__(self, default, *, options, **kwargs):
        super().__init__(list(options), default_value=default, **kwargs)
        self.options = options

    def validate(self, obj, value):
        if value not in self.options:
            known = ", ".join(map(repr, self.options))
            raise ValueError(f"{self.name} must be one of {known}, got {value!r}")
        return value

    def spec(self):
        # As pairs: an object's names are texts, and its order is not kept.
        return super().spec() | {"options": list(self.options.items())}

    def widget(self, value):
        return ipywidgets.Dropdown(
            options=[(words, value) for value, words in self.options.items()], value=value
        )


class Text(traitlets.Unicode):
    """A text of at most `most` characters that a reader writes; the figure draws its field."""

    def __init__(self, default, *, most):
        super().__init__(default)
        self.most = most
        self.tag(sync=True)

    def validate(self, obj, value):
        text = super().validate(obj, value)
        if len(text) > self.most:
            raise ValueError(
                f"{self.name} must have at most {self.most} characters, got {len(text)}"
            )
        return text


class LiveFigure(anywidget.AnyWidget):
    """One live figure. A subclass sets `figure`, `_esm` and its traits.

    Shown in a notebook it is the drawing under ipywidgets controls, linked in the browser, so
    that moving one needs no kernel. Its `text/html` is what the book publishes.
    """

    figure: ClassVar[str]
    # Beside the caption, the traits that neither a link nor a page that embeds the figure may set.
    fixed: ClassVar[tuple[str, ...]] = ()

    caption = traitlets.Unicode().tag(sync=True)
    initial = traitlets.Dict().tag(sync=True)

    def __init__(self, **kwargs):
        unknown = sorted(set(kwargs) - set(self.class_trait_names()))
        if unknown:
            known = ", ".join(self.controls())
            raise TypeError(f"{type(self).__name__} has no {unknown[0]!r}; it takes {known}")
        try:
            super().__init__(**kwargs)
        except traitlets.TraitError as error:
            raise ValueError(str(error)) from None
        self.initial = self.state()

    @classmethod
    def controls(cls) -> dict[str, Control]:
        """The traits that have a control, by name, in the order they are written."""
        declared = [vars(base) for base in reversed(cls.__mro__)]
        return {k: v for names in declared for k, v in names.items() if isinstance(v, Control)}

    def shown_controls(self) -> dict[str, Control]:
        """The controls that this figure shows; a subclass may leave some out."""
        return self.controls()

    def state(self) -> dict[str, Any]:
        """What a reader can change: every synced trait but those of the machinery."""
        own = self.trait_names(sync=True)
        machinery = set(anywidget.AnyWidget.class_trait_names()) | {"initial", "_esm", "_css"}
        return {k: getattr(self, k) for k in sorted(own) if k not in machinery and k[0] != "_"}

    def still(self) -> str:
        """A still picture as SVG text, for print and for readers without script."""
        raise NotImplementedError

    def text(self) -> str:
        """The figure in a sentence, with its numbers."""
        raise NotImplementedError

    @cached_property
    def panel(self) -> ipywidgets.VBox:
        """The ipywidgets controls above the drawing."""
        tabs: dict[Any, list[ipywidgets.Widget]] = {}
        for name, control in self.shown_controls().items():
            tabs.setdefault(control.tab, []).append(self._linked(name, control))
        boxes = {tab: ipywidgets.GridBox(ws, layout=_grid()) for tab, ws in tabs.items()}
        always = [boxes[None]] if None in boxes else []
        numbered = [boxes[tab] for tab in sorted(set(boxes) - {None})]
        if len(numbered) > 1:
            stack = ipywidgets.Stack(numbered, selected_index=self.tab, layout={"width": "100%"})
            ipywidgets.jslink((self, "tab"), (stack, "selected_index"))
            numbered = [stack]
        return ipywidgets.VBox([*numbered, *always, self])

    def _linked(self, name, control):
        widget = control.widget(getattr(self, name))
        widget.description = control.label
        widget.style.description_width = "14em"
        widget.layout.width = "auto"
        if control.colour and hasattr(widget.style, "handle_color"):
            widget.style.handle_color = GATE_COLOURS[control.colour]
        # The value of a dropdown lives in Python alone, so a choice goes by way of the kernel.
        link = ipywidgets.jslink if "value" in widget.keys else traitlets.link
        link((self, name), (widget, "value"))
        return widget

    def data(self) -> dict[str, Any]:
        """What a page needs to show the figure with its controls, as JSON has it."""
        controls = [control.spec() for control in self.shown_controls().values()]
        return {"controls": controls, "state": self.state()}

    def twin(self) -> str:
        """What the book publishes: state and controls as JSON, a still picture, a text."""
        payload = json.dumps(self.data(), sort_keys=True).replace("<", "\\u003c")
        return (
            f'<div class="live-figure" data-figure="{self.figure}">\n'
            f'<script type="application/json">{payload}</script>\n'
            f'<figure class="live-still">\n{self.still()}\n'
            f"<figcaption>{html.escape(self.caption)} {html.escape(self.text())}</figcaption>\n"
            "</figure>\n</div>"
        )

    def __repr__(self) -> str:
        controls = self.controls()
        values = {k: v for k, v in self.state().items() if k in controls}
        changed = {k: v for k, v in values.items() if v != controls[k].default_value}
        inside = ", ".join(f"{k}={v!r}" for k, v in changed.items())
        return f"{type(self).__name__}({inside})"

    def _repr_mimebundle_(self, **kwargs):
        bundle = self.panel._repr_mimebundle_(**kwargs) | {"text/plain": repr(self)}
        # Colab is told where its manager for such widgets is; it gets no twin to show instead.
        _, metadata = super()._repr_mimebundle_(**kwargs)
        return (bundle if metadata else bundle | {"text/html": self.twin()}), metadata


def _grid():
    return ipywidgets.Layout(
        grid_template_columns="repeat(auto-fit, minmax(340px, 1fr))",
        grid_gap="2px 16px",
        width="100%",
    )
