"""`make check` finds what changed, and what that change needs first."""

import subprocess
import sys
from pathlib import Path

import pytest

from book._tools import check
from lecture_lib import figures

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone with a commit of its own since `origin/main`; `git(*words)` runs git in it."""

    def git(*words):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    monkeypatch.setattr(check, "ROOT", tmp_path)
    for name in ("kept.py", "edited.py", "staged.py", "gone.py"):
        (tmp_path / name).write_text("1\n")
    (tmp_path / ".gitignore").write_text("_build/\n")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "first")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    (tmp_path / "committed.py").write_text("1\n")
    git("add", ".")
    git("commit", "-qm", "second")
    return git


def test_changed_is_what_is_committed_staged_edited_new_or_gone(clone):
    folder = check.ROOT
    (folder / "edited.py").write_text("2\n")
    (folder / "staged.py").write_text("2\n")
    clone("add", "staged.py")
    (folder / "gone.py").unlink()
    (folder / "ein neues.py").touch()
    (folder / "_build").mkdir()
    (folder / "_build" / "made.html").touch()
    names = ["committed.py", "edited.py", "ein neues.py", "gone.py", "staged.py"]
    assert check.changed() == [Path(name) for name in names]


def test_without_a_remote_it_is_what_the_last_commit_has_not(clone):
    clone("update-ref", "-d", "refs/remotes/origin/main")
    (check.ROOT / "edited.py").write_text("2\n")
    assert check.changed() == [Path("edited.py")]


def test_outside_a_clone_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(SystemExit, match="this folder is no clone: run `make test`"):
        check.changed()


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        (
            "lecture_lib/figures/gate_lab/conveyor.mjs",
            {"gate_lab/test_class", "gate_lab/test_page"},
        ),
        ("lecture_lib/figures/gate_lab/__init__.py", {"gate_lab/test_class", "gate_lab/test_page"}),
        ("book/_tools/browser.py", {"tools/test_browser"}),
        ("book/glossary.md", {"site/test_glossary_links"}),
        ("bench/figures.py", {"tools/test_targets"}),
        ("Makefile", {"tools/test_make"}),
        (".github/workflows/book.yml", {"tools/test_make"}),
        ("tests/tools/test_check.py", {"tools/test_check"}),
        ("README.md", set()),
        ("tests/conftest.py", set()),
        ("notebooks/05_gate_by_gate.ipynb", set()),
    ],
)
def test_the_tests_of_a_file_are_those_of_its_name(path, tests):
    found = check.tests_of(Path(path))
    assert {f"{test.parent.name}/{test.stem}" for test in found} == tests


def test_a_file_without_tests_of_its_own_has_those_of_its_room():
    found = check.tests_of(Path("lecture_lib/figures/base.py"))
    assert {Path("tests/figures/belt/test_class.py"), Path("tests/figures/test_joiner.py")} < {
        *found
    }
    assert all("figures" in test.parts for test in found)


def test_a_figure_is_concerned_by_what_it_is_made_of():
    def names(path):
        return {kind.__name__ for kind in check.figures_of(Path(path))}

    assert names("lecture_lib/web/base.css") == names("lecture_lib/web/host/host.mjs")
    assert names("lecture_lib/figures/base.py") == set(figures.__all__)
    assert names("lecture_lib/figures/belt/belt.css") == {"Belt"}
    # What the joiner puts into a figure's script bears the leaf's name.
    joined = {
        name for name in figures.__all__ if "web_charts_heat = " in getattr(figures, name)._esm
    }
    assert names("lecture_lib/web/charts/heat.mjs") == joined
    assert 1 < len(joined) < len(figures.__all__)
    assert names("lecture_lib/training.py") == names("README.md") == set()


LOOK = """
import sys
from pathlib import Path
from book._tools import check, preview
from lecture_lib.figures import Belt
page = Path(sys.argv[1])
preview.BUILD, preview.write = page.parent, lambda figure: page.name
print(check.look_at([Belt]))
"""


@pytest.mark.site
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('<div class="live-figure live-awake"><input type="range"></div>', None),
        ('<div class="live-figure"></div>', "it does not come to life"),
        (
            '<div class="live-figure live-awake"><input type="range" max="3"></div><script>'
            'onload = () => document.querySelector("input").addEventListener("input", (event) => {'
            ' if (event.target.value === "3") throw Error("too far"); });</script>',
            "uncaught: too far",
        ),
        (
            '<div class="live-figure live-awake"></div><script>console.error("ouch")</script>',
            "error: ouch",
        ),
    ],
)
def test_a_figure_that_fails_when_it_is_moved_is_seen(tmp_path, body, says):
    (tmp_path / "page.html").write_text(f"<!doctype html>{body}", encoding="utf-8")
    command = [sys.executable, "-c", LOOK, tmp_path / "page.html"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    complaints = ran.stdout.splitlines()[-1]
    assert says in complaints if says else complaints == "[]"


def test_each_part_is_run_for_what_changed_and_any_failure_is_the_verdict(monkeypatch):
    paths = ["book/_tools/browser.py", "notebooks/05_gate_by_gate.ipynb", "README.md"]
    paths += ["lecture_lib/figures/belt/belt.mjs"]
    commands, looked, failing = [], [], set()

    def run(command):
        commands.append(" ".join(map(str, command)))
        return bool(failing & {"lecture"}) if "--nbval" in command else bool(failing & {"tests"})

    monkeypatch.setattr(check, "changed", lambda: [Path(path) for path in paths])
    monkeypatch.setattr(check, "run", run)
    monkeypatch.setattr(check, "look_at", lambda kinds: looked.extend(kinds) or list(failing))
    for fails in ((), ("tests",), ("lecture",), ("figure",)):
        failing.clear()
        failing.update(fails)
        with pytest.raises(SystemExit) as ended:
            check.main()
        assert bool(ended.value.code) is bool(fails)
    tests, lecture = commands[:2]
    assert "-m not slow and not site" in tests
    assert "tests/tools/test_browser.py" in tests and "tests/figures/belt/test_class.py" in tests
    assert "-k 05_gate_by_gate" in lecture and "notebooks/05_gate_by_gate.ipynb" in lecture
    assert {kind.__name__ for kind in looked} == {"Belt"}
