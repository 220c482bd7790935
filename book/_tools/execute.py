"""Run every lecture and keep what the checks compare: `make notebooks`.

Pictures, widget views, widget state and timings are dropped: nbval does not compare them, and the
book makes them anew. Before its first code, a lecture gets the cell that fetches the library where
it is missing, as on Colab; the address is that of _config.yml.
"""

import sys
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from tqdm import tqdm

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
REPOSITORY = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]
FETCH = f"""\
# Where the book is not installed, as on Colab, this fetches its library.
from importlib.util import find_spec

if not find_spec("lecture_lib"):
    %pip install --quiet "lecture_lib[lectures] @ git+{REPOSITORY["url"]}@{REPOSITORY["branch"]}"
"""
# Not in the book; folded in JupyterLab.
OUT_OF_THE_WAY = {"tags": ["remove-cell"], "jupyter": {"source_hidden": True}}
# How a cell shows: its tags, folded in JupyterLab, its label in the book.
KEPT = ("tags", "jupyter", "mystnb")
DROPPED = ("image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json")


def fetch_first(notebook):
    """Put the cell that fetches the library before all other code, in place of an older one."""
    about = FETCH.splitlines()[0]
    cells = [cell for cell in notebook.cells if not cell.source.startswith(about)]
    first = next(k for k, cell in enumerate(cells) if cell.cell_type == "code")
    fetch = nbformat.v4.new_code_cell(FETCH.strip(), id="fetch", metadata=OUT_OF_THE_WAY)
    notebook.cells = [*cells[:first], fetch, *cells[first:]]


def slim(notebook):
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "mystnb": {"merge_streams": True},
    }
    for cell in notebook.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT}
        for output in cell.get("outputs", []):
            for kind in DROPPED:
                output.get("data", {}).pop(kind, None)


def main(names):
    paths = [NOTEBOOKS / name for name in names] or sorted(NOTEBOOKS.glob("*.ipynb"))
    for path in tqdm(paths, unit="lecture"):
        notebook = nbformat.read(path, as_version=4)
        fetch_first(notebook)
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": NOTEBOOKS}}).execute()
        slim(notebook)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main(sys.argv[1:])
