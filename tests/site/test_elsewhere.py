"""The lectures outside their repository: the first cell, what it installs, and Colab's wishes."""

import ast
import importlib.util
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
import yaml
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement

from lecture_lib.figures import Spectral

ROOT = Path(__file__).parents[2]
LECTURES = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VIEW = "application/vnd.jupyter.widget-view+json"


def code_cells(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


@pytest.fixture(params=LECTURES, ids=lambda path: path.stem)
def first_cell(request):
    return code_cells(request.param)[0]


def test_it_stays_out_of_the_way(first_cell):
    assert first_cell.metadata == {"tags": ["remove-cell"], "jupyter": {"source_hidden": True}}
    assert not first_cell.outputs


def run(cell):
    """The cell as a kernel runs it; gives the magics that it called."""
    called = []
    shell = SimpleNamespace(run_line_magic=lambda name, line: called.append((name, line)))
    exec(TransformerManager().transform_cell(cell.source), {"get_ipython": lambda: shell})
    return called


def test_where_the_library_is_there_it_does_nothing(first_cell):
    assert run(first_cell) == []


def test_where_it_is_missing_it_is_installed_from_the_address_of_the_book(first_cell, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    [(magic, line)] = run(first_cell)
    assert magic == "pip"
    wanted = Requirement(re.fullmatch(r'install --quiet "(.*)"', line)[1])
    repository = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]
    assert wanted.url == f"git+{repository['url']}@{repository['branch']}"
    assert wanted.name == PROJECT["name"]
    assert wanted.extras <= set(PROJECT["optional-dependencies"])


def imported(source):
    """The packages that a source imports, anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def test_what_is_installed_is_all_that_lectures_import():
    listed = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["lectures"]]
    installed = {Requirement(line).name for line in listed}
    transform = TransformerManager().transform_cell
    sources = [transform(cell.source) for path in LECTURES for cell in code_cells(path)]
    sources += [path.read_text(encoding="utf-8") for path in ROOT.glob("lecture_lib/**/*.py")]
    # Who brings a live module of theirs has them; nothing else imports them.
    brought = {"torch", "keras"}
    own = {"lecture_lib", "__future__", *sys.stdlib_module_names, *brought}
    needed = {name for source in sources for name in imported(source)} - own
    assert {"numpy", "sklearn"} <= needed
    owners = packages_distributions()
    missing = {name for name in needed if not installed & set(owners.get(name, []))}
    assert not missing


def test_colab_is_told_its_manager_for_widgets_and_gets_no_twin(monkeypatch):
    manager = "https://example.org/manager.js"
    output = ModuleType("google.colab.output")
    output.enable_custom_widget_manager = lambda: None
    output._widgets = SimpleNamespace(_installed_url=manager)
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    data, metadata = Spectral()._repr_mimebundle_()
    assert set(data) == {"text/plain", VIEW}
    assert metadata[VIEW]["colab"]["custom_widget_manager"]["url"] == manager
