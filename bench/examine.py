"""How long it takes to examine a network: LSTM(40, 256) over 500 steps, in float64, on one thread.

CPU time, the median of nine, beside that of one run and its gradients (`forward` and `backward` of
the same cell and sequence): the ratio says how much of it is the machine's.
"""

import statistics
import sys

import numpy as np

from bench.cells import cpu_milliseconds
from bench.cells_tables import table
from bench.figures import record
from bench.targets import Target, judge
from lecture_lib.cells import LSTM
from lecture_lib.interchange import open_network, to_onnx

SIZES = {"T": 500, "D": 40, "H": 256}
WANTED = 1000  # milliseconds, on one quiet core
TURNS = 9


def measure():
    """Milliseconds of `examine`, and of one forward and backward, by turns."""
    cell = LSTM(SIZES["D"], SIZES["H"], seed=0, forget_bias=1.0)
    network = open_network(to_onnx(cell))
    x = np.random.default_rng(0).standard_normal((SIZES["T"], SIZES["D"]))
    dh = np.ones((SIZES["T"], 1, SIZES["H"]))
    calls = {
        "examine": lambda: network.examine(x),
        "forward + backward": lambda: cell.backward(cell.forward(x[:, None]), dh),
    }
    took = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(TURNS):
        for name, call in calls.items():
            took[name].append(cpu_milliseconds(call, 1))
    return {name: statistics.median(times) for name, times in took.items()}


def main():
    found = measure()
    ratio = found["examine"] / found["forward + backward"]
    rows = [[name, f"{time:.0f}"] for name, time in found.items()]
    rows.append(["the one over the other", f"{ratio:.1f}"])
    title = "Milliseconds to examine LSTM(40, 256) over 500 steps, and of one forward and backward"
    result = {"sizes": SIZES, "milliseconds": found, "ratio": ratio}
    record("examine", result, table(title, ["", "ms"], rows))
    return [Target("examine, LSTM(40, 256), T = 500", found["examine"], WANTED, " ms", 0)]


if __name__ == "__main__":
    sys.exit(judge(main()))
