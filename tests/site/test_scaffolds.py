"""`make new-lecture` and `make new-figure`, tried in a copy: what they begin passes the checks.

The pages that a built book makes of them are checked with all others, once they are in it.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).parents[2]
LECTURE, TITLE = "99_fading_note", "Hear a note fade"
LEFT_OUT = ("_build", ".*", "*.egg-info", "__pycache__", "node_modules")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The repository, without what is built."""
    folder = tmp_path_factory.mktemp("scaffolds") / "copy"
    return shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))


def run(folder, *command):
    """Run a command in the copy, whose library goes before the installed one."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def make(folder, *words):
    # As if .venv were ready, whatever `make test` was told of it: the checks run in it.
    ready = "VENV=.venv", "-o", ".venv/ready", f"BIN={Path(sys.executable).parent}"
    return run(folder, "make", *ready, *words)


def contents(folder):
    files = [path for path in folder.rglob("*.*") if path.is_file() and path.suffix != ".pyc"]
    return {path.relative_to(folder): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def begun(copy):
    """The copy, with a lecture and a figure begun in it."""
    for words in (
        ("new-lecture", f"NAME={LECTURE}", f"TITLE={TITLE}"),
        ("new-figure", "NAME=fading-note"),
    ):
        made = make(copy, *words)
        assert made.returncode == 0, made.stdout + made.stderr
    return copy


def test_what_is_begun_passes_the_checks(begun):
    begins = ["lecture_lib/figures", "notebooks", "tests/figures/fading_note"]
    for words in (["check"], ["format", "--check"]):
        checked = run(begun, sys.executable, "-m", "ruff", *words, *begins)
        assert checked.returncode == 0, checked.stdout
    module = "lecture_lib/figures/fading_note/fading_note.mjs"
    for words in (
        ["oxlint", "-c", ROOT / ".oxlintrc.json", module],
        ["oxfmt", "-c", ROOT / ".oxfmtrc.json", "--check", module],
    ):
        checked = run(begun, Path(sys.executable).with_name(words[0]), *words[1:])
        assert checked.returncode == 0, checked.stdout + checked.stderr
    # The figure's own page needs no book, only its folder.
    (begun / "_build" / "html").mkdir(parents=True)
    (begun / "_build" / "html" / "index.html").touch()
    checks = ["tests/jupyter/test_notebooks.py", "tests/figures/fading_note"]
    checks += ["tests/figures/test_joiner.py", f"notebooks/{LECTURE}.ipynb"]
    nbval = ["--nbval", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg"]
    chosen = ["-k", "fading", "-p", "no:cacheprovider"]
    tested = run(begun, sys.executable, "-m", "pytest", *nbval, *chosen, *checks)
    assert tested.returncode == 0, tested.stdout
    # As many as the templates have at the least: a check that finds nothing is none.
    assert int(tested.stdout.split(" passed")[0].split()[-1]) >= 30


def test_the_lecture_stands_in_the_last_part_and_in_the_chain(begun):
    toc = yaml.safe_load((begun / "book" / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    here = files.index(f"notebooks/{LECTURE}")
    before, after = (nbformat.read(begun / f"{files[here + k]}.ipynb", 4) for k in (-1, 1))
    lecture = nbformat.read(begun / "notebooks" / f"{LECTURE}.ipynb", 4)
    assert lecture.cells[0].source.startswith(f"# {TITLE}\n")
    assert f"→ [99. {TITLE}]({LECTURE}.ipynb)" in before.cells[-1].source
    title = next(cell.source for cell in after.cells if cell.source.startswith("# "))
    name = Path(files[here + 1]).name
    leads = f"→ [{int(name[:2])}. {title.splitlines()[0][2:]}]({name}.ipynb)"
    assert leads in lecture.cells[-1].source
    assert not [cell for cell in lecture.cells if "lecture before" in cell.source]


@pytest.fixture(scope="module")
def new(begun):
    """The copy's own new.py."""
    spec = importlib.util.spec_from_file_location("copied", begun / "book" / "_tools" / "new.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFUSED = [
    (("lecture", "fading", TITLE), "NAME must be two digits and small letters"),
    (("lecture", "98_Fading", TITLE), "like 29_hold_a_note, got '98_Fading'"),
    (("lecture", "../98_fading", TITLE), "got '../98_fading'"),
    (("lecture", "05_fading", TITLE), "05_gate_by_gate.ipynb has 05"),
    (("lecture", "98_fading", ""), "TITLE must be 3 to 60 letters"),
    (("lecture", "98_fading", "Two\nlines"), r"got 'Two\nlines'"),
    (("lecture", "98_fading", "A [link](x)"), "without marks of Markdown, got 'A [link](x)'"),
    (("lecture", "98_fading", TITLE, "The end"), "PART must be one of 'Why memory', "),
    (("figure", "Fading"), "NAME must be at most 30 small letters, with hyphens"),
    (("figure", "fading_note"), "like my-figure, got 'fading_note'"),
    (("figure", "a" * 31), "NAME must be at most 30"),
    (("figure", "lambda"), "NAME must not be a word of Python, got 'lambda'"),
    (("figure", "fading-note"), "there is lecture_lib/figures/fading_note, tests/figures/fad"),
    (("figure", "gru-lab"), "there is lecture_lib/figures/gru_lab, tests/figures/gru_lab already"),
    (("figure", "schema"), "NAME is taken: there is lecture_lib/figures/schema.py already"),
]


@pytest.mark.parametrize(("words", "says"), REFUSED)
def test_what_does_not_fit_is_named_and_nothing_is_changed(new, begun, words, says):
    before = contents(begun)
    with pytest.raises(SystemExit) as refused:
        new.main(*words)
    assert says in str(refused.value)
    assert contents(begun) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("new-figure", "NAME=gate-lab"),
            "NAME is taken: there is lecture_lib/figures/gate_lab, tests",
        ),
        (("preview", "FIGURE=Nap"), "FIGURE must be one of Ablation, "),
    ],
)
def test_make_says_what_is_wanted(begun, words, says):
    made = make(begun, *words)
    assert made.returncode != 0
    assert says in made.stderr


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("execute.main", ("lecture", "98_fading", TITLE)),
        ("lead_on", ("lecture", "98_fading", TITLE)),
        ("subprocess.run", ("figure", "broken")),
    ],
)
def test_a_step_that_fails_leaves_nothing_behind(new, begun, monkeypatch, step, words):
    def fail(*args, **kwargs):
        raise OSError("the disk is full")

    before = contents(begun)
    monkeypatch.setattr(new.execute, "main", lambda names: None)
    owner, _, name = step.rpartition(".")
    monkeypatch.setattr(getattr(new, owner, new), name, fail)
    with pytest.raises(OSError, match="full"):
        new.main(*words)
    assert contents(begun) == before
    assert not [*begun.rglob("broken")]
