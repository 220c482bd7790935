"""What the Gate Lab and the GRU Lab share: rows of numbers over the steps, presets and goals.

The module's side is `web/kit/lab.mjs`.
"""

import json
from pathlib import Path
from typing import Any, ClassVar

from lecture_lib.figures import schema
from lecture_lib.figures.base import LiveFigure


def read_stories(module: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """The number of steps, the presets and the goals of the `stories.json` beside a class."""
    text = Path(module).with_name("stories.json").read_text(encoding="utf-8")
    stories = json.loads(text)
    return stories["steps"], stories["presets"], stories["goals"]


def rows_over(steps: int, lowest: dict[str, float]) -> schema.Schema:
    """Rows of numbers by name, one a step, each from its lowest value to 1."""
    return schema.record(
        **{name: schema.row(steps, schema.number(low, 1)) for name, low in lowest.items()}
    )


def some_of(letters: str) -> schema.Schema:
    """A text of one or more of the letters."""
    return schema.pattern(f"[{letters}]{{1,{len(letters)}}}", f"some of {', '.join(letters)}")


class Lab(LiveFigure):
    """A cell of one unit whose rows over the steps are the reader's, a slider for each.

    A slider writes its row at step `t`, or at every step while `all_steps` is on; a new step or
    new rows move the sliders. A subclass has these as traits, and `preset`, `goal` and `focus`.
    """

    presets: ClassVar[dict[str, Any]]
    goals: ClassVar[dict[str, Any]]
    # The rows by name, each with its lowest value, and the trait that holds them.
    lowest: ClassVar[dict[str, float]]
    rows_trait: ClassVar[str]

    def __init_subclass__(cls, **kwargs):
        # By what the numbers in its equations are dragged; a trait is not yet told its name.
        controls = cls.controls()
        handles = {name: controls[name].spec() | {"name": name} for name in cls.lowest}
        cls.constants = {"HANDLES": handles, **cls.constants}
        super().__init_subclass__(**kwargs)

    def __init__(self, *, preset="free", goal="", **settings):
        kind = type(self)
        preset = kind.preset.validate(self, preset)
        goal = kind.goal.validate(self, goal)
        story = self.goals[goal] if goal else self.presets[preset]
        opening = {name: story[name] for name in ("t", "focus", self.rows_trait) if name in story}
        # They write rows, and so wait until the rows are there.
        writers = ("all_steps", *self.lowest)
        sliders = {name: settings.pop(name) for name in writers if name in settings}
        super().__init__(preset=preset, goal=goal, **(opening | settings))
        self._follow_step()
        self.observe(self._write_row, list(self.lowest))
        self.observe(self._follow_step, ["t", self.rows_trait])
        for name, value in sliders.items():
            setattr(self, name, value)
        self.initial = self.state()

    def _write_row(self, change):
        rows, here = getattr(self, self.rows_trait), self.t - 1
        name, value = change["name"], change["new"]
        if rows[name][here] != value:
            row = [
                value if self.all_steps or t == here else old for t, old in enumerate(rows[name])
            ]
            setattr(self, self.rows_trait, rows | {name: row})

    def _follow_step(self, change=None):
        rows = getattr(self, self.rows_trait)
        for name in self.lowest:
            setattr(self, name, rows[name][self.t - 1])

    def shown_controls(self):
        hidden = set(self.lowest) - set(self.focus)
        return {k: control for k, control in super().shown_controls().items() if k not in hidden}

    @property
    def solved(self) -> bool:
        """Whether every band of the goal holds at each of its steps."""
        if not self.goal:
            known = ", ".join(self.goals)
            raise ValueError(f"this {type(self).__name__} has no goal; choose one of {known}")
        trace = self.trace
        return all(
            band["low"] <= value <= band["high"]
            for band in self.goals[self.goal]["bands"]
            for value in getattr(trace, band["of"])[band["from"] - 1 : band["to"], 0, 0]
        )
