"""The traits of a figure. Each knows what it may be (its `schema`), and a control how it is drawn.

A trait is synced. A copied link keeps it, and a link or a page that embeds the figure may set it
within its schema, unless it is `fixed`.
"""

import copy
from typing import Any, ClassVar

import ipywidgets
import traitlets

from lecture_lib.figures import schema
from lecture_lib.figures.schema import Schema


class Value(traitlets.TraitType):
    """A value that `schema` describes. What is set is copied, and so is the default."""

    def __init__(self, default: Any, schema: Schema, *, fixed: bool = False):
        super().__init__(default)
        self.schema, self.fixed = schema, fixed
        self.tag(sync=True)

    def default(self, obj=None):
        return copy.deepcopy(self.default_value)

    def validate(self, obj, value):
        return schema.take(self.schema, value, self.name)


class Whole(Value):
    """A whole number in [min, max] without a control of its own."""

    def __init__(self, default: int, *, min: int, max: int, **options):
        super().__init__(default, schema.whole(min, max), **options)


class OneOf(Value):
    """One of a few values, without a control of its own."""

    def __init__(self, default, values, **options):
        super().__init__(default, {"enum": list(values)}, **options)


class Text(Value):
    """A text of at most `most` characters that a reader writes; the figure draws its field."""

    def __init__(self, default: str, *, most: int, **options):
        super().__init__(default, schema.text(most), **options)


class Data(traitlets.TraitType):
    """What the class gives its module, such as trained weights: no reader sets it."""

    fixed = True

    def __init__(self, default: Any = None):
        super().__init__({} if default is None else default)
        self.tag(sync=True)

    def default(self, obj=None):
        return copy.deepcopy(self.default_value)

    def validate(self, obj, value):
        return copy.deepcopy(value)


class Control(Value):
    """A trait for which both hosts draw a control.

    `tab` names the tab on which the control is shown (None: on all), `colour` is the letter of a
    gate or state, and `reads` the words a screen reader hears for a value, with `{value}` and
    `{percent}` filled in.
    """

    kind: ClassVar[str]

    def __init__(
        self, default, schema, *, label, colour=None, tab=None, reads="{value}", **options
    ):
        super().__init__(default, schema, **options)
        self.label, self.colour, self.tab, self.reads = label, colour, tab, reads

    def spec(self) -> dict[str, Any]:
        """What the page's host needs to build this control."""
        spec = {"kind": self.kind, "name": self.name, "label": self.label, "reads": self.reads}
        if self.colour:
            spec["colour"] = self.colour
        if self.tab is not None:
            spec["tab"] = self.tab
        return spec

    def widget(self, value: Any) -> ipywidgets.Widget:
        """The ipywidget that shows `value` and changes it."""
        raise NotImplementedError


class Slider(Control):
    """A number in [min, max]."""

    kind = "range"

    def __init__(self, default, *, min, max, step=0.01, **options):
        super().__init__(default, schema.number(min, max), **options)
        self.min, self.max, self.step = min, max, step

    def validate(self, obj, value):
        taken = super().validate(obj, value)
        return taken if self.schema["type"] == "integer" else float(taken)

    def spec(self):
        return super().spec() | {"min": self.min, "max": self.max, "step": self.step}

    def widget(self, value):
        return ipywidgets.FloatSlider(
            value, min=self.min, max=self.max, step=self.step, readout_format=".2f"
        )


class IntSlider(Slider):
    """A whole number in [min, max]."""

    def __init__(self, default, *, min, max, **options):
        super().__init__(default, min=min, max=max, step=1, **options)
        self.schema = schema.whole(min, max)

    def widget(self, value):
        return ipywidgets.IntSlider(value, min=self.min, max=self.max)


class Switch(Control):
    """On or off."""

    kind = "checkbox"

    def __init__(self, default, **options):
        super().__init__(default, {"type": "boolean"}, **options)

    def widget(self, value):
        return ipywidgets.Checkbox(value, indent=False)


class Choice(Control):
    """One of a few: `options` maps each value to the words that name it."""

    kind = "select"

    def __init__(self, default, *, options, **settings):
        super().__init__(default, {"enum": list(options)}, **settings)
        self.options = options

    def spec(self):
        # As pairs: an object's names are texts, and its order is not kept.
        return super().spec() | {"options": list(self.options.items())}

    def widget(self, value):
        return ipywidgets.Dropdown(
            options=[(words, value) for value, words in self.options.items()], value=value
        )
