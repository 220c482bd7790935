"""RNN, LSTM and GRU on the book's tasks: with equal units and with equal parameters.

    python -m lecture_lib.experiments.comparison

trains every network on every task below with every learning rate and seed, on one core, and writes
`lecture_lib/records/comparison.json`. For each task the LSTM has the size named there. GRU and RNN
come twice: with as many units, and with the fewest units that give them at least as many
parameters, the readout's among them. All else is alike: Adam, batches of 32, the gradient clipped
to norm 1, the same number of updates, the same two learning rates to choose from.
"""

from lecture_lib import networks, records
from lecture_lib.checks import one_of
from lecture_lib.experiments import runner, trials
from lecture_lib.experiments.runner import median_score, median_updates, solved

SEEDS = (0, 1, 2, 3, 4)
RATES = (1e-2, 3e-3)
# With equal units, then with equal parameters.
NETWORKS = (("LSTM", "both"), ("GRU", "units"), ("RNN", "units"))
NETWORKS += (("GRU", "parameters"), ("RNN", "parameters"))
# What an RNN, which has no gate, starts from where the others start from this.
RNN_STARTS = {"bias 1": "RNN", "chrono": "RNN, orthogonal"}

TASKS = {
    "adding": trials.add(100, title="add over 100 steps, bias 1"),
    "adding, chrono": trials.add(100, title="add over 100 steps, chrono", start="chrono"),
    "recall": trials.recall(80, title="recall after 80 steps, bias 1"),
    "recall, chrono": trials.recall(80, title="recall after 80 steps, chrono", start="chrono"),
    "pronouns": trials.choose_pronoun(title="his, her or their"),
    "counting, 2 units": trials.count(2, title="count aⁿbⁿ, LSTM with 2 units"),
    "counting, 4 units": trials.count(4, title="count aⁿbⁿ, LSTM with 4 units"),
    "digits, rows": trials.read_digits(8, 1000, title="digits, row by row"),
    "digits, pixels": trials.read_digits(1, 2000, title="digits, pixel by pixel"),
}


EQUAL = ("units", "parameters", "both")


def size(task, cell, equal):
    """The units of a network: the LSTM's, or the fewest with at least its parameters."""
    one_of("task", task, TASKS)
    one_of("cell", cell, networks.CELLS)
    one_of("equal", equal, EQUAL)
    wanted = TASKS[task]
    if equal != "parameters":
        return wanted.hidden_size
    least = networks.parameters_of("LSTM", *wanted.sizes, wanted.hidden_size)
    return networks.matching_size(cell, *wanted.sizes, least)


def train(task, cell, equal, learning_rate, seed=0, progress=True):
    """Train one network of `NETWORKS` on one of `TASKS`.

    Returns the updates to the target (None: not reached) and the last score.
    """
    trial = TASKS[task]
    network = RNN_STARTS[trial.start] if cell == "RNN" else f"{cell}, {trial.start}"
    inputs, outputs = trial.sizes
    model = networks.build(network, inputs, size(task, cell, equal), outputs, trial.span, seed)
    outcome = trial.train(model, learning_rate, seed, progress=progress)
    return outcome.updates, outcome.score


def record(progress=True):
    """Train them all, and record a row for each network and rate, with a run for each seed."""

    def about(task, cell, equal, learning_rate):
        units = size(task, cell, equal)
        parameters = networks.parameters_of(cell, *TASKS[task].sizes, units)
        return {"hidden_size": units, "parameters": parameters}

    def run(**settings):
        updates, score = train(**settings, progress=False)
        return {"updates": updates, "scores": score}

    grid = [
        {"task": task, "cell": cell, "equal": equal, "learning_rate": rate}
        for task in TASKS
        for cell, equal in NETWORKS
        for rate in RATES
    ]
    rules = {
        name: {key: getattr(trial, key) for key in ("updates", "measure", "target", "less")}
        for name, trial in TASKS.items()
    }
    rows = runner.Table(grid, run, SEEDS, about)
    return runner.record("comparison", {"rows": rows}, progress, seeds=SEEDS, tasks=rules)


def load():
    """The recorded runs: "tasks" says what was asked, "rows" has a row for each network and rate,
    with a run for each of "seeds": updates (None: not solved) and last score."""
    return records.read("comparison")


def rows(task, equal, cell=None):
    """The rows of a task, of LSTM, GRU and RNN in turn (or of one `cell`), with two rates each.

    `equal` is "units" or "parameters". Raises ValueError for another name.
    """
    one_of("task", task, TASKS)
    one_of("equal", equal, EQUAL[:2])
    if cell is not None:
        one_of("cell", cell, networks.CELLS)
    return [
        row
        for row in load()["rows"]
        if row["task"] == task and row["equal"] in (equal, "both") and cell in (None, row["cell"])
    ]


def better(task, equal, cell, measure="updates"):
    """The row of a cell with the rate that suits it better: solved more often, or else in fewer
    median updates, or else with the better median score. `measure="score"` asks for that first."""
    one_of("task", task, TASKS)
    one_of("cell", cell, networks.CELLS)
    one_of("measure", measure, ("updates", "score"))
    sign = 1 if TASKS[task].less else -1

    def order(row):
        keys = [-solved(row), median_updates(row), sign * median_score(row)]
        return keys[-1:] + keys[:-1] if measure == "score" else keys

    return min(rows(task, equal, cell), key=order)


if __name__ == "__main__":
    record()
