"""The Makefile, the lock, and what names their targets: README, CONTRIBUTING, the workflows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.M))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.M)


def pins(text):
    return {(re.sub(r"[_.]", "-", name).lower(), version) for name, version in PIN.findall(text)}


def make(folder, *words):
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (folder / name).exists() or (folder / name).symlink_to(ROOT / name)
    environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    command = ["make", "VENV=.venv", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_what_requirements_ask_for_is_locked_at_that_version():
    asked = pins((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert len(asked) > 40
    assert asked <= pins(LOCK), "requirements.lock is behind requirements.txt: run `make lock`"


def test_the_lock_has_all_they_need_with_hashes_and_names_no_place():
    entries = re.split(r"\n(?=\S)", LOCK.split("make lock\n")[1].strip())
    assert len(entries) > 150
    assert not [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)]
    assert not re.search(r"://|^-|@ |file:", LOCK, re.M)


def test_a_venv_that_is_ready_costs_nothing_until_the_lock_changes(tmp_path):
    ready = tmp_path / ".venv" / "ready"
    ready.parent.mkdir()
    ready.touch()
    assert make(tmp_path, "--question", ".venv/ready").returncode == 0
    for name in ("requirements.lock", "pyproject.toml"):
        planned = make(tmp_path, "--dry-run", f"--what-if={name}", ".venv/ready").stdout
        assert "pip install" in planned and "--require-hashes -r requirements.lock" in planned


@pytest.mark.parametrize(("version", "refused"), [((3, 10, 4), True), ((3, 11, 0), False)])
def test_a_python_that_is_too_old_is_refused_in_one_sentence(tmp_path, version, refused):
    old = tmp_path / "old-python"
    code = f"import sys; sys.version_info = {version}; exec(sys.argv[1])"
    # What comes after the question is not tried: -m venv fails.
    old.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exec {sys.executable} -c \'{code}\' "$2"\nexit 9\n'
    )
    old.chmod(0o755)
    made = make(tmp_path, f"PYTHON={old}", "book")
    assert made.returncode == 2
    said = [line for line in made.stderr.splitlines() if not line.startswith("make")]
    wanted = f"The book wants Python 3.11 or later, and {old} is 3.10: name one, as in"
    assert said == ([f"{wanted} make book PYTHON=python3.12"] if refused else [])
    assert ("-m venv" in made.stdout) is not refused


def test_every_target_that_is_named_somewhere_is_there():
    texts = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", ".ci/run")]
    texts += [ROOT / ".devcontainer" / "devcontainer.json", *WORKFLOWS]
    for path in texts:
        text = path.read_text(encoding="utf-8")
        commands = re.findall(r"(?:`|run: |\n    |\")make ([a-z][a-z \t-]*)", text)
        named = {word for command in commands for word in command.split()}
        assert named <= TARGETS, (path.name, named - TARGETS)
    assert make(ROOT, "help").returncode == 0


def test_ci_runs_the_tests_and_nothing_else():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    body = [line for line in script if not line.startswith("#")]
    assert body == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]


def test_the_matrix_begins_with_the_oldest_python_that_the_library_takes():
    book = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8"))
    pythons = book["jobs"]["test"]["strategy"]["matrix"]["python"]
    oldest = re.search(
        r'requires-python = ">=(.*)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    assert pythons[0] == oldest[1]
