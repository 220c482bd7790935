"""The guard on stored lectures: executed, slim, compared by nbval, and nbval sees a change."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
LECTURES = sorted((ROOT / "notebooks").glob("*.ipynb"))

# What nbval compares; the rest (pictures, widget views) it skips.
COMPARED = {"text/plain", "text/html", "image/svg+xml", "text/latex", "application/json"}
WIDGET = "application/vnd.jupyter.widget-view+json"


def outputs(notebook):
    """Each cell's outputs, with the cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell, output


def is_compared(cell, output):
    if "nbval-ignore-output" in cell.metadata.get("tags", []):
        return False
    return output.output_type == "stream" or bool(COMPARED & set(output.get("data", {})))


@pytest.fixture(params=LECTURES, ids=lambda path: path.stem)
def lecture(request):
    return nbformat.read(request.param, as_version=4)


def test_there_are_lectures():
    assert LECTURES


def test_it_is_valid(lecture):
    nbformat.validate(lecture)


def test_it_was_run_from_top_to_bottom(lecture):
    counts = [cell.execution_count for cell in lecture.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    for cell, output in outputs(lecture):
        assert output.get("execution_count", cell.execution_count) == cell.execution_count


def test_it_holds_no_error_that_is_not_wanted(lecture):
    for cell, output in outputs(lecture):
        wanted = "raises-exception" in cell.metadata.get("tags", [])
        assert output.output_type != "error" or wanted, output.get("evalue")
        assert output.get("name") != "stderr", output.get("text")


def test_it_stores_only_what_is_compared(lecture):
    for cell, output in outputs(lecture):
        kinds = set(output.get("data", {}))
        assert not kinds & {"image/png", "image/jpeg", WIDGET}, cell.source
        looks_live = "Widget" in output.get("data", {}).get("text/plain", "")
        assert not looks_live or "text/html" in kinds, cell.source


def test_a_live_figure_is_stored_as_its_twin(lecture):
    shown = [output for _, output in outputs(lecture) if "live-figure" in str(output.get("data"))]
    assert shown
    for output in shown:
        assert '<div class="live-figure" data-figure=' in output.data["text/html"]
        assert not re.search("0x[0-9a-f]{6,}", output.data["text/plain"])


def test_its_metadata_is_slim(lecture):
    assert set(lecture.metadata) <= {"kernelspec", "language_info", "mystnb"}
    assert lecture.metadata.kernelspec.name == "python3"
    assert set(lecture.metadata.language_info) == {"name"}
    for cell in lecture.cells:
        assert set(cell.metadata) <= {"tags", "mystnb", "jupyter"}


def test_at_least_five_outputs_are_compared(lecture):
    assert sum(is_compared(cell, output) for cell, output in outputs(lecture)) >= 5


def run_nbval(path, *plugins):
    sanitize = ROOT / "tests" / "nbval_sanitize.cfg"
    run = [sys.executable, "-m", "pytest", "--nbval", path, "--nbval-sanitize-with", sanitize]
    quick = ["-q", "-x", "-p", "no:cacheprovider", "--nbval-cell-timeout", "120", *plugins]
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([*run, *quick], cwd=path.parent, env=here, capture_output=True, text=True)


def first_number(notebook):
    """The cell and output in which the first stored number with a decimal stands."""
    for position, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            if is_compared(cell, output) and re.search(r"\d\.\d", text):
                return position, output
    pytest.fail("no stored number with a decimal")


def alter(output):
    """Make the first digit behind a decimal point another one."""

    def altered(text):
        return re.sub(r"(\d\.)(\d)", lambda m: m[1] + str((int(m[2]) + 1) % 10), text, count=1)

    if output.output_type == "stream":
        output.text = altered(output.text)
    else:
        output.data["text/plain"] = altered(output.data["text/plain"])


def test_nbval_is_green_as_stored_and_red_with_one_digit_altered(tmp_path):
    # One lecture shows that a kernel can go red; `make test` asks them all, of the book's outputs.
    notebook = nbformat.read(LECTURES[0], as_version=4)
    position, output = first_number(notebook)
    # The cells up to that number, so that the whole lecture is not run twice more.
    notebook.cells = notebook.cells[: position + 1]
    copy = tmp_path / "lecture.ipynb"
    nbformat.write(notebook, copy)
    stored = run_nbval(copy)
    assert stored.returncode == 0, stored.stdout
    alter(output)
    nbformat.write(notebook, copy)
    altered = run_nbval(copy)
    assert altered.returncode == 1, altered.stdout
    assert "1 failed" in altered.stdout


@pytest.mark.site
def test_nbval_sees_the_same_in_what_the_book_executed(tmp_path):
    notebook = nbformat.read(LECTURES[0], as_version=4)
    copy = tmp_path / "lecture.ipynb"
    nbformat.write(notebook, copy)
    replay = ["-p", "tests.replay"]
    stored = run_nbval(copy, *replay)
    assert stored.returncode == 0, stored.stdout
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    assert f"{cells} passed" in stored.stdout
    alter(first_number(notebook)[1])
    nbformat.write(notebook, copy)
    altered = run_nbval(copy, *replay)
    assert "1 failed" in altered.stdout and "Cell outputs differ" in altered.stdout
    # Code that is not what was executed is not held to those outputs.
    next(cell for cell in notebook.cells if cell.cell_type == "code").source += "\n1 + 1"
    nbformat.write(notebook, copy)
    unknown = run_nbval(copy, *replay)
    assert unknown.returncode == 1
    assert "lecture.ipynb is not executed as it stands: run `make book`" in unknown.stdout
