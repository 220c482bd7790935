"""Run every lecture and keep what the checks compare: `make notebooks`.

Pictures, widget views, widget state and timings are dropped: nbval does not compare them, and the
book makes them anew.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from tqdm import tqdm

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# How a cell shows: its tags, folded in JupyterLab, its label in the book.
KEPT = ("tags", "jupyter", "mystnb")
DROPPED = ("image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json")


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
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": NOTEBOOKS}}).execute()
        slim(notebook)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main(sys.argv[1:])
