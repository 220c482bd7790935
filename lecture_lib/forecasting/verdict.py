"""The verdict in words, from rules that are said with it."""

from dataclasses import dataclass
from typing import Any

from lecture_lib.forecasting.paired import Difference, paired

ORIGINS, VALUES = 20, 40
BEYOND = {"mean": "the mean", "persistence": "the last value", "drift": "a drift"}
RULES = (
    f"Too short to tell: fewer than {ORIGINS} origins to test from, or {VALUES} values to learn "
    "from.",
    "Otherwise the best forecast that learns nothing, the best line (AR, exponential smoothing) "
    "and the best network are those with the least error in the validation part; the test only "
    "compares these three.",
    "A network is ahead: it beats the better of the other two by more than chance, and with every "
    "seed.",
    "A line is enough: it beats the forecast that learns nothing by more than chance, and no "
    "network beats it so.",
    "No structure beyond the season, the mean, the last value or a drift is shown: neither does.",
    "More than chance: the 95 % interval of the paired difference, corrected for overlapping "
    "origins, lies above 0.",
)


@dataclass(frozen=True)
class Verdict:
    """`kind`, "too short", "none", "line", "network" or "not run"; `words`; the differences behind.

    `line_ahead` is by how much the line beats what learns nothing, `network_ahead` by how much the
    network beats the better of both, as mean MASE over the horizon.
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
        few += [f"{max(origins, 0)} origins to test from, and {ORIGINS} are wanted"]
    if problem.fit_split < VALUES:
        few += [f"{problem.fit_split} values to learn from, and {VALUES} are wanted"]
    if few:
        return Verdict("too short", f"Too short to tell: there are {'; '.join(few)}.")
    best = {family: _best(rows, family) for family in ("baseline", "line", "network")}
    simpler = [best[family] for family in ("baseline", "line") if best[family]]
    if not simpler:
        return Verdict("not run", "Nothing to judge by: no baseline and no line was run.")
    simple = min(simpler, key=lambda row: row.validation)
    line_ahead = _ahead(problem, best["baseline"], best["line"])
    network_ahead = _ahead(problem, simple, best["network"])
    if network_ahead and _every_seed(problem, simple, best["network"]):
        network = best["network"]
        words = (
            f"A network is ahead: {network.name} beats {simple.name} by {network_ahead} (mean MASE "
            f"over {_steps(problem)}) and with each of {len(network.errors)} seeds. It costs "
            f"{network.parameters:,} parameters and {sum(network.updates):,} updates."
        )
        return Verdict("network", words, line_ahead, network_ahead)
    said = _of_network(best["network"], simple, network_ahead)
    if line_ahead:
        words = (
            f"A line is enough: {best['line'].name} beats {best['baseline'].name} by {line_ahead} "
            f"(mean MASE over {_steps(problem)}). {said}"
        )
        return Verdict("line", words, line_ahead, network_ahead)
    base, line = best["baseline"], best["line"]
    if not base:
        return Verdict("not run", f"Nothing to judge {line.name} by: no baseline was run.")
    beyond = "the season" if base.name.startswith("seasonal") else BEYOND[base.name]
    against = f" {line.name} leads {base.name} by {line_ahead}." if line else ""
    words = f"No structure beyond {beyond} is shown.{against} {said}"
    return Verdict("none", words, line_ahead, network_ahead)


def _of_network(network: Any, simple: Any, ahead: Difference | None) -> str:
    if network is None:
        return "No network was run."
    if ahead:
        return (
            f"The best network, {network.name}, leads {simple.name} by {ahead}, but not with every "
            "seed."
        )
    return f"The best network, {network.name}, leads {simple.name} by {ahead}, which is no lead."


def _steps(problem: Any) -> str:
    return f"{problem.horizon} steps" if problem.horizon > 1 else "1 step"


def _best(rows: Any, family: str) -> Any:
    return min(
        (row for row in rows if row.family == family), key=lambda r: r.validation, default=None
    )


def _ahead(problem: Any, first: Any, second: Any) -> Difference | None:
    if first is None or second is None or not problem.scale:
        return None
    return paired(first.by_origin(problem), second.by_origin(problem), problem.horizon)


def _every_seed(problem: Any, simple: Any, network: Any) -> bool:
    bar = simple.by_origin(problem).mean()
    return all(seed.mean() < bar for seed in network.by_seed(problem))
