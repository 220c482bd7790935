"""The bench says which of its targets were missed, and its exit status that one was."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from bench import cells_tables, figures, gradient_flow, slow, stepper
from bench.targets import Target, judge

ROOT = Path(__file__).parents[2]


def test_a_run_that_reaches_all_ends_with_0(capsys):
    assert judge([Target("a", 1.0, 2.0), Target("b", 2.0, 2.0)]) == 0
    assert capsys.readouterr() == ("2 of 2 targets reached\n", "")


def test_a_run_that_misses_one_names_it_and_ends_with_1(capsys):
    slow = Target("Gate Lab, tab 1, drawn, median", 4.126, 4.0, " ms")
    assert judge([Target("a", 1.0, 2.0), slow]) == 1
    said = capsys.readouterr()
    assert said.err == "missed: Gate Lab, tab 1, drawn, median: 4.13 ms, wanted ≤ 4 ms\n"
    assert said.out == "1 of 2 targets reached\n"


@pytest.mark.parametrize(("got", "missed"), [(4.004, False), (4.006, True), (math.nan, True)])
def test_what_reads_as_reached_is_reached(got, missed):
    assert Target("a", got, 4.0).missed is missed


def test_every_part_of_the_bench_ends_with_its_verdict():
    for part in (ROOT / "bench").glob("*.py"):
        text = part.read_text(encoding="utf-8")
        if 'if __name__ == "__main__":' in text:
            assert "sys.exit(judge(" in text.split('if __name__ == "__main__":')[1], part.name


def test_the_exit_status_is_that_of_the_program():
    code = (
        "import sys\nfrom bench.targets import Target, judge\nsys.exit(judge([Target('a', 3, 2)]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (1, "missed: a: 3.00, wanted ≤ 2\n")


def names(targets):
    return [target.what for target in targets if target.missed]


def test_a_slow_figure_and_a_heavy_page_are_missed():
    times = {"median": 4.0, "p95": 16.0}
    light = {"host.js": 50_000, "state and stills": 10_000}
    result = {
        "milliseconds": {"tab 1, drawn": times, "tab 1, to frame": {"median": 17.0, "p95": 30.0}},
        "gzipped bytes": {"book/intro.html": light, "notebooks/14_characters.html": light},
    }
    assert names(figures.targets(result)) == []
    result["milliseconds"]["tab 2, drawn"] = {"median": 3.9, "p95": 16.1}
    result["gzipped bytes"]["book/intro.html"] = light | {"figure.css": 1}
    result["gzipped bytes"]["notebooks/14_characters.html"] = light | {"figure.css": 30_000}
    assert names(figures.targets(result)) == [
        "Gate Lab, tab 2, drawn, p95",
        "weight of book/intro.html",
    ]


def test_a_slow_step_and_a_dropped_frame_are_missed():
    result = {"milliseconds": {"scrub": {"median": 8.0, "p95": 16.0}}, "dropped": 0.01}
    assert names(stepper.targets(result)) == []
    result = {"milliseconds": {"scrub": {"median": 8.1, "p95": 16.0}}, "dropped": 0.02}
    assert names(stepper.targets(result)) == [
        "Stepper, scrub, median",
        "Stepper, playing, frames dropped",
    ]


def test_late_curves_and_a_frozen_page_are_missed():
    def result(drawn, gap):
        return {"seed": {"drawn": {"median": drawn}, "longest gap": {"median": gap}}}

    assert names(gradient_flow.targets(result(50.0, 16.0))) == []
    assert names(gradient_flow.targets(result(51.0, 17.0))) == [
        "Gradient flow, seed, drawn",
        "Gradient flow, seed, longest gap",
    ]


def test_a_long_gap_on_a_slow_machine_is_missed():
    def result(*gaps):
        return {"06_step_by_step.html#stepper": {4: {"seed": {"gaps": gaps}}}}

    assert names(slow.targets(result(10.0, 50.0, 90.0))) == []
    assert names(slow.targets(result(10.0, 51.0, 60.0))) == ["stepper slowed down, seed"]


def test_a_cell_that_is_slower_than_wanted_is_missed():
    row = {"cell": "LSTM", "dtype": "float64", "size": "book", "pass": "forward"}
    steps = [
        {"cell": kind, "T": T, "pass": name, "µs per step": 10.0}
        for kind in ("LSTM", "GRU", "RNN")
        for name in ("forward", "forward + backward")
        for T in (100, 1000)
    ]
    results = {
        "ratios": [row | {"ratio to torch": 0.75, "ratio to onnxruntime": 2.2}],
        "steps": steps,
        "memory": [{"cell": "GRU", "size": "d2", "ratio to torch": 0.55}],
    }
    assert names(cells_tables.targets(results)) == []
    results["ratios"][0]["ratio to torch"] = 0.76
    results["memory"][0]["ratio to torch"] = 0.56
    steps[0]["µs per step"] = 11.6
    assert names(cells_tables.targets(results)) == [
        "LSTM float64 book, forward, over torch's time",
        "LSTM cost per step, forward, spread over T",
        "GRU d2, over torch's memory",
    ]
    # Without the other libraries, only what NumPy does by itself is asked.
    results |= {"ratios": [row], "memory": [{"cell": "GRU", "size": "d2"}]}
    assert len(cells_tables.targets(results)) == 6
