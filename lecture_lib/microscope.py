"""A network under the microscope, from the command line: for a script, or for CI.

    python -m lecture_lib.microscope model.onnx [input.csv]

prints the table and the findings of `examination.examine`. The first file is one that
`interchange.open_network` reads; the second a table of what the network is to read, a row for each
step (.csv, .tsv or .npy). Without it the network reads a curve, seeded noise if nothing is said.
What cannot be read or does not fit is said in a sentence, and ends with exit status 2.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from lecture_lib.examination import examine
from lecture_lib.examination.inputs import CURVES, curve
from lecture_lib.examination.words import CONSTANTS
from lecture_lib.interchange import open_network
from lecture_lib.tables import read_table

STEPS, SEED = 100, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine a file and print what was found; the exit status, 2 for what is refused."""
    parser = argparse.ArgumentParser(
        prog="python -m lecture_lib.microscope",
        description="What each unit of a recurrent network keeps, for how long, and what is wrong.",
    )
    parser.add_argument("network", help="a file: .onnx, .safetensors, .npz, .pt, .h5, .keras …")
    parser.add_argument("table", nargs="?", help="what it reads: .csv, .tsv or .npy, a row a step")
    parser.add_argument("--input", choices=CURVES, help="a curve to read in place of a table")
    parser.add_argument("--steps", type=int, help=f"the steps of the curve (default {STEPS})")
    parser.add_argument("--json", action="store_true", help="print all of it as JSON")
    parser.add_argument(
        "--arrays", action="store_true", help="with --json: each gate and state too"
    )
    given = parser.parse_args(arguments)
    if given.table is not None and (given.input or given.steps is not None):
        parser.error("--input and --steps are of a curve: leave them out, or the table")
    if given.arrays and not given.json:
        parser.error("--arrays are for --json")
    try:
        print(report(given))
    except (ValueError, TypeError, ImportError, FloatingPointError, OSError) as error:
        parser.error(str(error))
    return 0


def report(given: argparse.Namespace) -> str:
    """What is printed: the table and the findings below what was read, or JSON."""
    network = open_network(given.network)
    if given.table is not None:
        table = read_table(given.table, most=CONSTANTS["max_steps"])
        x, steps, inputs = table.values, table.times, table.names
        read = f"{given.table}, {len(x)} steps"
    else:
        name, length = given.input or "noise", STEPS if given.steps is None else given.steps
        first = network.layers[0] if network.layers else None
        width = first.input_size if first is not None and first.input_size else 1
        x, steps, inputs = curve(name, length, width, SEED), None, None
        read = f"{name} of {length} steps" + (f", seed {SEED}" if name == "noise" else "")
    exam = examine(network, x, steps=steps, inputs=inputs)
    if given.json:
        found = {"input": read, **exam.to_dict(arrays=given.arrays)}
        return json.dumps(found, allow_nan=False, ensure_ascii=False, indent=1)
    return f"{given.network}, reading {read}\n{exam}"


if __name__ == "__main__":
    sys.exit(main())
