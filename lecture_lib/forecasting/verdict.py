"""The verdict in words, from rules that are said with it."""

from dataclasses import dataclass
from typing import Any

from lecture_lib.forecasting.paired import Difference, paired
from lecture_lib.forecasting.words import CONSTANTS, DEFINED, worded

ORIGINS, VALUES = CONSTANTS["verdict"]["origins"], CONSTANTS["verdict"]["values"]
RULES = tuple(rule.format(origins=ORIGINS, values=VALUES) for rule in DEFINED["rules"])


@dataclass(frozen=True)
class Verdict:
    """`kind`, "too short", "none", "line", "network" or "not run"; `words`; the differences behind.

    `line_ahead` is by how much the line beats what learns nothing, `network_ahead` by how much the
    network beats that one of both of which it is least surely ahead, as mean MASE over the horizon.
    """

    kind: str
    words: str
    line_ahead: Difference | None = None
    network_ahead: Difference | None = None

    def __str__(self) -> str:
        return self.words


def judge(problem: Any, rows: Any) -> Verdict:
    """The `Verdict` on the rows of a `Comparison`, by `RULES`."""
    origins = len(problem.test_origins) - problem.horizon + 1
    few = []
    if origins < ORIGINS:
        few += [worded("few_origins", count=max(origins, 0), wanted=ORIGINS)]
    if problem.fit_split < VALUES:
        few += [worded("few_values", count=problem.fit_split, wanted=VALUES)]
    if few:
        return Verdict("too short", worded("too_short", few="; ".join(few)))
    base, line, network = (_best(rows, family) for family in ("baseline", "line", "network"))
    simpler = [row for row in (base, line) if row]
    if not simpler:
        return Verdict("not run", worded("nothing_to_judge_by"))
    line_ahead = _ahead(problem, base, line)
    leads = [(_ahead(problem, row, network), row) for row in simpler if network]
    network_ahead, simple = min(leads, key=lambda lead: _least(lead[0]), default=(None, None))
    if network_ahead and _every_seed(problem, simpler, network):
        words = worded(
            "network",
            network=network.name,
            simple=simple.name,
            ahead=network_ahead,
            steps=_steps(problem),
            seeds=len(network.errors),
            parameters=network.parameters,
            updates=sum(network.updates),
        )
        return Verdict("network", words, line_ahead, network_ahead)
    said = _of_network(network, simple, network_ahead)
    if not base:
        return Verdict("not run", worded("no_baseline", line=line.name))
    names = {"baseline": base.name, "line": line and line.name, "ahead": line_ahead}
    if line_ahead:
        words = worded("line", **names, steps=_steps(problem), network=said)
        return Verdict("line", words, line_ahead, network_ahead)
    kind = "season" if base.name.startswith("seasonal") else base.name
    against = worded("none_line", **names) if line else ""
    words = worded("none", beyond=worded(f"beyond_{kind}"), line=against, network=said)
    return Verdict("none", words, line_ahead, network_ahead)


def _of_network(network: Any, simple: Any, ahead: Difference | None) -> str:
    if network is None:
        return worded("no_network")
    key = "not_every_seed" if ahead else "no_lead"
    return worded(key, network=network.name, simple=simple.name, ahead=ahead)


def _steps(problem: Any) -> str:
    return worded("steps", horizon=problem.horizon) if problem.horizon > 1 else worded("step")


def _best(rows: Any, family: str) -> Any:
    return min(
        (row for row in rows if row.family == family), key=lambda r: r.validation, default=None
    )


def _least(ahead: Difference) -> float:
    return ahead.mean - ahead.half_width


def _ahead(problem: Any, first: Any, second: Any) -> Any:
    if first is None or second is None:
        return None
    return paired(first.by_origin(problem), second.by_origin(problem), problem.horizon)


def _every_seed(problem: Any, simpler: Any, network: Any) -> bool:
    bar = min(row.by_origin(problem).mean() for row in simpler)
    return all(seed.mean() < bar for seed in network.by_seed(problem))
