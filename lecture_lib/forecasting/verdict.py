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

    `line_ahead` is by how much the line beats the best that learns nothing, `network_ahead` by how
    much the network beats the best of all that is simpler: as mean MASE over the horizon, of
    origins that see all of it.
    """

    kind: str
    words: str
    line_ahead: Difference | None = None
    network_ahead: Difference | None = None

    def __str__(self) -> str:
        return self.words


def judge(problem: Any, rows: Any) -> Verdict:
    """The `Verdict` on the rows of a `Comparison`, the best first, by `RULES`."""
    origins = len(problem.test_origins) - problem.horizon + 1
    few = []
    if origins < ORIGINS:
        few += [worded("few_origins", count=max(origins, 0), wanted=ORIGINS)]
    if problem.fit_split < VALUES:
        few += [worded("few_values", count=problem.fit_split, wanted=VALUES)]
    if few:
        return Verdict("too short", worded("too_short", few="; ".join(few)))
    base = _bar(rows, "baseline")
    simple = _bar(rows, "baseline", "line")
    if not simple:
        return Verdict("not run", worded("nothing_to_judge_by"))
    line, network = _chosen(rows, "line"), _chosen(rows, "network")
    line_ahead, network_ahead = _ahead(problem, base, line), _ahead(problem, simple, network)
    if network_ahead and _every_seed(problem, simple, network):
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


def _bar(rows: Any, *families: str) -> Any:
    """What has the least error in the test."""
    return next((row for row in rows if row.family in families), None)


def _chosen(rows: Any, family: str) -> Any:
    """What has the least error in the validation part."""
    return min(
        (row for row in rows if row.family == family), key=lambda r: r.validation, default=None
    )


def _ahead(problem: Any, first: Any, second: Any) -> Difference | None:
    if first is None or second is None:
        return None
    return paired(first.by_origin(problem), second.by_origin(problem), problem.horizon)


def _every_seed(problem: Any, simple: Any, network: Any) -> bool:
    bar = simple.by_origin(problem).mean()
    return all(seed.mean() < bar for seed in network.by_seed(problem))
