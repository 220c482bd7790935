"""What a comparison found: a row for each method, the table, and what is said of it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array
from lecture_lib.forecasting.leaks import Alarm
from lecture_lib.forecasting.paired import Difference, paired
from lecture_lib.forecasting.problem import Problem
from lecture_lib.forecasting.verdict import Verdict, judge


@dataclass(frozen=True, eq=False)
class Row:
    """One method: its errors |y − ŷ| in the series' unit (seeds, origins, horizon), nan past the
    end; forecasts alike; `validation`, the mean MASE there; of networks parameters and updates."""

    name: str
    family: str
    errors: Array
    forecasts: Array
    validation: float
    parameters: int = 0
    updates: tuple[int, ...] = ()
    seconds: float = 0.0

    def mase(self, problem: Problem) -> Array:
        """(seeds, horizon): the mean over origins, by the scale (Hyndman & Koehler, 2006)."""
        return np.nanmean(self.errors, axis=1) / problem.scale

    def by_seed(self, problem: Problem) -> Array:
        """(seeds, origins): the mean MASE over the horizon, of origins that see all of it."""
        whole = self.errors[:, : self.errors.shape[1] - problem.horizon + 1]
        return whole.mean(axis=2) / problem.scale

    def by_origin(self, problem: Problem) -> Array:
        """(origins,): its mean over the seeds."""
        return self.by_seed(problem).mean(axis=0)


@dataclass(eq=False)
class Comparison:
    """What `compare` found: `rows`, best first; `verdict`; `alarms`; what was left out, and why.

    `print` shows the table, `to_dict()` gives it for JSON.
    """

    problem: Problem
    rows: list[Row]
    left_out: dict[str, str] = field(default_factory=dict)
    alarms: list[Alarm] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """By the rules of `lecture_lib.forecasting.verdict.RULES`."""
        return judge(self.problem, self.rows)

    def __getitem__(self, name: str) -> Row:
        for row in self.rows:
            if row.name == name:
                return row
        why = self.left_out.get(name, f"there are {[row.name for row in self.rows]}")
        raise KeyError(f"no row {name!r}: {why}")

    def difference(self, first: str, second: str) -> Difference:
        """By how much `second` is nearer than `first`, as mean MASE over the horizon."""
        one, other = (self[name].by_origin(self.problem) for name in (first, second))
        return paired(one, other, self.problem.horizon)

    def table(self) -> list[dict[str, Any]]:
        """A dict for each method, the best first: its mean MASE over the horizon with the spread
        over seeds, that of the first and last step, the mean error in the series' unit, and by how
        much the best is ahead of it, over origins that see the whole horizon."""
        rows = []
        for row in self.rows:
            mase = row.mase(self.problem)
            whole = row.by_origin(self.problem).size > 1
            rows.append(
                {
                    "method": row.name,
                    "mase": float(mase.mean()),
                    "spread": float(mase.mean(axis=1).std()) if len(mase) > 1 else None,
                    "first": float(mase[:, 0].mean()),
                    "last": float(mase[:, -1].mean()),
                    "error": float(np.nanmean(row.errors)),
                    "behind": self.difference(row.name, self.rows[0].name) if whole else None,
                    "parameters": row.parameters,
                    "updates": list(row.updates),
                }
            )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain lists, numbers and texts, for JSON."""
        problem, verdict = self.problem, self.verdict
        table = self.table()
        for line in table:
            if line["behind"] is not None:
                line["behind"] = [line["behind"].mean, line["behind"].half_width]
        return {
            "values": len(problem.values),
            "unit": problem.unit,
            "horizon": problem.horizon,
            "season": problem.season,
            "differenced": problem.differenced,
            "split": [problem.fit_split, problem.split],
            "scale": problem.scale,
            "methods": table,
            "verdict": {"kind": verdict.kind, "words": verdict.words},
            "alarms": [alarm.words for alarm in self.alarms],
            "left_out": dict(self.left_out),
        }

    def __str__(self) -> str:
        problem = self.problem
        season = f"season {problem.season}" if problem.season else "no season"
        learned = "changes" if problem.differenced else "values"
        unit = problem.unit or "its unit"
        lines = [
            f"{len(problem.values)} values, {season}, models learn {learned}; "
            f"{problem.fit_split} to learn from, {problem.split - problem.fit_split} to choose by, "
            f"{len(problem.values) - problem.split} to test, {problem.horizon} ahead",
            f"{'method':22}{'MASE':>7}{'seeds ±':>9}{'step 1':>8}{'last':>8}{'error':>10}"
            "   behind the best (95 %)",
        ]
        for row in self.table():
            spread = "" if row["spread"] is None else f"{row['spread']:.3f}"
            best = row["method"] == self.rows[0].name
            behind = "" if best or row["behind"] is None else str(row["behind"])
            lines.append(
                f"{row['method']:22}{row['mase']:7.3f}{spread:>9}{row['first']:8.3f}"
                f"{row['last']:8.3f}{row['error']:10.4g}   {behind}".rstrip()
            )
        lines += [f"(error: the mean of |y − ŷ| in {unit})"]
        lines += [f"left out: {name}: {why}" for name, why in self.left_out.items()]
        lines += [f"alarm: {alarm}" for alarm in self.alarms]
        return "\n".join([*lines, str(self.verdict)])
