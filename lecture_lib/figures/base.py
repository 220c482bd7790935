"""What all live figures share: traits that are controls, and two hosts for one ES module.

In a notebook a figure is an anywidget under ipywidgets controls; in the published book its
`text/html` twin is mounted by `web/host/`, which builds native inputs from the same list.
"""

import copy
import html
import json
import re
import sys
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

from lecture_lib.figures import joiner, schema, style
from lecture_lib.figures.traits import Control, Data
from lecture_lib.plots.style import COLOURS


class LiveFigure(anywidget.AnyWidget):
    """One live figure: a class in the `__init__.py` of a folder, whose name is the figure's.

    Beside it stand its module and its style, `my_figure/my_figure.mjs` and `.css`. Shown in a
    notebook it is the drawing under ipywidgets controls, linked in the browser, so that moving one
    needs no kernel. Its `text/html` is what the book publishes.
    """

    # The name that pages know it by: that of its folder, "my-figure".
    figure: ClassVar[str]
    home: ClassVar[Path]
    # What the module may import from its class: `import { STEPS } from "./__init__.py";`. The names
    # of the controls, CONTROLS, are always among them.
    constants: ClassVar[dict[str, Any]] = {}
    # Style sheets of `web/` that it shares with some other figures.
    sheets: ClassVar[tuple[str, ...]] = ()

    caption = Data("")
    initial = Data()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        home = Path(str(sys.modules[cls.__module__].__file__)).parent
        module = home / f"{home.name}.mjs"
        # anywidget makes each instance a class of its own, which has its `_esm` already.
        if module.exists() and "_esm" not in vars(cls):
            cls.home = home
            cls.figure = home.name.replace("_", "-")
            cls.constants = {"CONTROLS": list(cls.controls()), **cls.constants}
            cls._esm = joiner.widget_module(cls)
            cls._css = style.stylesheet(home, cls.sheets)
        super().__init_subclass__(**kwargs)

    def __init__(self, **kwargs: Any) -> None:
        self._links: list[Any] = []
        if unknown := sorted(set(kwargs) - set(self.class_trait_names())):
            raise TypeError(self._without(unknown[0]))
        try:
            super().__init__(**kwargs)
        except traitlets.TraitError as error:
            raise ValueError(str(error)) from None
        self.initial = self.state()

    def __setattr__(self, name: str, value: Any) -> None:
        # A misspelt setting would be kept as an attribute, and the figure stay as it was.
        if not name.startswith("_") and not hasattr(type(self), name):
            raise AttributeError(self._without(name))
        super().__setattr__(name, value)

    def _without(self, name: str) -> str:
        return f"{type(self).__name__} has no {name!r}; it takes {', '.join(self.controls())}"

    @classmethod
    def controls(cls) -> dict[str, Control]:
        """The traits that have a control, by name, in the order they are written."""
        declared = [vars(base) for base in reversed(cls.__mro__)]
        return {k: v for names in declared for k, v in names.items() if isinstance(v, Control)}

    @classmethod
    def contract(cls) -> dict[str, schema.Schema]:
        """What a link keeps, and what it or a page that embeds the figure may set it to."""
        return {
            name: trait.schema
            for base in reversed(cls.__mro__)
            for name, trait in vars(base).items()
            if not getattr(trait, "fixed", True)
        }

    @classmethod
    def shorthand(cls) -> dict[str, schema.Schema]:
        """What a link may set besides: sliders that write into what it keeps."""
        return {name: control.schema for name, control in cls.controls().items() if control.fixed}

    @classmethod
    def title(cls) -> str:
        """The name of the figure in words: "GRU Lab", "Side by Side"."""
        words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+", cls.__name__)
        return " ".join(words).replace(" By ", " by ")

    def settings(self) -> dict[str, str]:
        """What a page that embeds the figure may set, in words: controls first."""
        contract = self.contract()
        return {
            name: schema.words(contract[name], self.traits()[name].default_value)
            for name in dict.fromkeys([*self.shown_controls(), *self.state()])
            if name in contract
        }

    def shown_controls(self) -> dict[str, Control]:
        """The controls that this figure shows; a subclass may leave some out."""
        return self.controls()

    def state(self) -> dict[str, Any]:
        """A copy of what a reader can change: every synced trait but those of the machinery."""
        own = self.trait_names(sync=True)
        machinery = set(anywidget.AnyWidget.class_trait_names()) | {"initial", "_esm", "_css"}
        kept = {k: getattr(self, k) for k in sorted(own) if k not in machinery and k[0] != "_"}
        return copy.deepcopy(kept)

    # ipywidgets copies no widget, and pickle does not find the class that anywidget makes of each.
    def __reduce__(self) -> tuple[Any, ...]:
        kind = next(base for base in type(self).__mro__ if "figure" in vars(base))
        traits, state = self.traits(), self.state()
        return _again, (kind, {k: v for k, v in state.items() if not isinstance(traits[k], Data)})

    def __copy__(self) -> "LiveFigure":
        """Another figure in the same state, to which its Reset leads back."""
        again, given = self.__reduce__()
        return again(*given)

    def __deepcopy__(self, memo: dict[int, Any]) -> "LiveFigure":
        return self.__copy__()

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
            self._links.append(ipywidgets.jslink((self, "tab"), (stack, "selected_index")))
            numbered = [stack]
        return ipywidgets.VBox([*numbered, *always, self])

    def _linked(self, name: str, control: Control) -> ipywidgets.Widget:
        widget = control.widget(getattr(self, name))
        widget.description = control.label
        widget.style.description_width = "14em"
        widget.layout.width = "auto"
        if control.colour and hasattr(widget.style, "handle_color"):
            widget.style.handle_color = COLOURS[control.colour]
        # The value of a dropdown lives in Python alone, so a choice goes by way of the kernel.
        link = ipywidgets.jslink if "value" in widget.keys else traitlets.link
        self._links.append(link((self, name), (widget, "value")))
        return widget

    def close(self) -> None:
        """Close the figure and all that its panel made: nothing of it stays in the kernel."""
        made = _parts_of(self.__dict__.pop("panel", self))
        links = [
            link for link in vars(self).get("_links", []) if isinstance(link, ipywidgets.Widget)
        ]
        for widget in [*links, *made]:
            if widget is not self:
                widget.close()
        super().close()

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

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle: Any = self.panel._repr_mimebundle_(**kwargs) | {"text/plain": repr(self)}
        # Colab is told where its manager for such widgets is; it gets no twin to show instead.
        shown: Any = super()._repr_mimebundle_(**kwargs)
        metadata = shown[1]
        return (bundle if metadata else bundle | {"text/html": self.twin()}), metadata


def _parts_of(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    """The widget and those that it is made of: its children, their styles and layouts."""
    found, left = [], [widget]
    while left:
        found.append(left.pop())
        for name in found[-1].keys:
            value = getattr(found[-1], name)
            each = value if isinstance(value, list | tuple) else [value]
            left += [part for part in each if isinstance(part, ipywidgets.Widget)]
    return found


def _grid() -> ipywidgets.Layout:
    return ipywidgets.Layout(
        grid_template_columns="repeat(auto-fit, minmax(340px, 1fr))",
        grid_gap="2px 16px",
        width="100%",
    )


def _again(kind: type[LiveFigure], settings: dict[str, Any]) -> LiveFigure:
    return kind(**settings)
