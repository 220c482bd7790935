"""The lectures, executed for the book before it is built."""

import nbformat
import pytest
from jupyter_cache import get_cache

from book._ext import executed


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`run(**lectures)`: what of these `{name: source of a cell}` is kept, as {name: output}."""
    monkeypatch.setattr(executed, "ROOT", tmp_path)
    monkeypatch.setattr(executed, "CACHES", tmp_path / "caches")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "requirements.lock").write_text("", encoding="utf-8")

    def executed_and_kept(**lectures):
        paths = {name: tmp_path / "notebooks" / f"{name}.ipynb" for name in lectures}
        for name, source in lectures.items():
            cells = [nbformat.v4.new_code_cell(source)]
            nbformat.write(nbformat.v4.new_notebook(cells=cells), paths[name])
        executed.main()
        cache = get_cache(executed.cache_path())
        kept = {}
        for name, path in paths.items():
            try:
                record = cache.match_cache_file(str(path))
            except KeyError:
                continue
            cell = cache.get_cache_bundle(record.pk).nb.cells[0]
            kept[name] = "".join(output["text"] for output in cell.outputs)
        cache.db.dispose()  # from Python 3.13 on a database that is left open is a warning
        return kept

    return executed_and_kept


def test_all_are_kept_but_one_that_fails_which_the_build_tells_of(run):
    lectures = {f"lecture_{k}": f"print({k}, __name__)" for k in range(2)}
    kept = run(**lectures, broken="1 / 0")
    assert kept == {f"lecture_{k}": f"{k} __main__\n" for k in range(2)}
    # What has not changed is not executed again; what has, is.
    lectures["lecture_0"] = "import time\nprint(time.time())"
    first = run(**lectures)
    assert first == run(**lectures) and first["lecture_1"] == "1 __main__\n"


def test_another_state_of_the_library_has_lectures_of_its_own(run, tmp_path):
    lecture = {"lecture": "import time\nprint(time.time())"}
    first = run(**lecture)
    before = executed.cache_path()
    (tmp_path / "lecture_lib").mkdir()
    (tmp_path / "lecture_lib" / "cell.mjs").write_text("of the page alone", encoding="utf-8")
    assert executed.cache_path() == before
    (tmp_path / "lecture_lib" / "cell.py").write_text("H = 4", encoding="utf-8")
    second = run(**lecture)
    assert executed.cache_path() != before and not before.exists()
    assert float(second["lecture"]) > float(first["lecture"])
