"""What a change needs first: its tests, its lecture, its figure. `make check` runs it after lint.

What changed is what git sees, committed or not, since `origin/main`. The tests of a file carry its
name, or that of its folder; those that train for long, or want the built book, are left to
`make test`. A lecture is run by nbval. A figure is opened on a page of its own, its sliders moved.
"""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error

from book._tools import browser, preview
from lecture_lib import figures

ROOT = Path(__file__).parents[2]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "2", "--dist", "loadscope"]
QUICK = "not slow and not site"
NBVAL = ["--nbval", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg"]
NBVAL += ["--nbval-cell-timeout", "120"]
NO_TESTS = 5
# The tests of what stands outside the library and the book.
OTHERS = {"bench": "targets", ".ci": "make", ".github": "make", "pyproject.toml": "make"}
OTHERS |= dict.fromkeys(("Makefile", "requirements.txt", "requirements.lock"), "make")
# What all figures are made with, besides the modules that they import.
SHARED = [Path("lecture_lib", *parts) for parts in (["figures"], ["web"], ["web", "host"])]
IMPORTED = re.compile(r'\sfrom\s+"(\.{1,2}/[\w./]+)"')
# Each slider to both of its ends.
MOVE = """async (root) => {
  for (const input of root.querySelectorAll("input[type=range]")) {
    for (const value of [input.min, input.max]) {
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise(requestAnimationFrame);
    }
  }
}"""


def git(*words):
    ran = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    return ran.stdout.rstrip("\n") if ran.returncode == 0 else None


def changed():
    """The files that differ from `origin/main`, or in a clone without one from the last commit."""
    base = git("merge-base", "HEAD", "origin/main") or git("rev-parse", "HEAD")
    if base is None:
        sys.exit("make check asks git what changed, and this folder is no clone: run `make test`")
    names = git("diff", "--name-only", "--no-renames", "-z", base) + "\0"
    names += git("ls-files", "--others", "--exclude-standard", "-z")
    return sorted({Path(name) for name in names.split("\0") if name})


def tests_of(path):
    """The test files named after a file, else those of its folder; a test is its own."""
    tests = sorted(file.relative_to(ROOT) for file in (ROOT / "tests").rglob("test_*.py"))
    if path in tests or path.suffix == ".ipynb":
        return [path] if path in tests else []
    names = [OTHERS[path.parts[0]]] if path.parts[0] in OTHERS else [path.stem, path.parent.name]
    for name in filter(None, names):
        found = [
            test
            for test in tests
            if name in test.parent.parts[1:] or test.stem.startswith(f"test_{name}")
        ]
        if found:
            return found
    return []


def figures_of(path):
    """The figures that a class, module, style sheet or data file is part of."""
    kinds = [getattr(figures, name) for name in figures.__all__]
    if path.parent in SHARED:
        return kinds
    return [kind for kind in kinds if path.is_relative_to(folder(kind)) or path in modules(kind)]


def folder(kind):
    return Path(*kind.__module__.split("."))


def modules(kind):
    """The files that a figure's modules are joined from."""
    found, left = set(), [*(ROOT / folder(kind)).glob("*.mjs")]
    while left:
        file = left.pop()
        if file not in found and file.suffix == ".mjs":
            found.add(file)
            left += [(file.parent / name).resolve() for name in IMPORTED.findall(file.read_text())]
    return {file.relative_to(ROOT) for file in found}


def look_at(kinds):
    """Open each figure on a page of its own and move its sliders; returns what went wrong."""
    complaints = []
    with browser.launched() as started:
        for kind in kinds:
            print(f"{kind.__name__}: ", end="", flush=True)
            page, heard = started.new_page(reduced_motion="reduce"), []
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error, heard=heard: heard.append(f"uncaught: {error}"))
            page.on("console", lambda message, heard=heard: hear(message, heard))
            page.goto((preview.BUILD / preview.write(kind())).as_uri())
            try:
                page.locator("div.live-figure.live-awake").evaluate(MOVE)
            except Error as error:
                heard.append(f"it does not come to life: {error.message.splitlines()[0]}")
            page.close()
            print("; ".join(heard) or "as it should be")
            complaints += heard
    return complaints


def hear(message, heard):
    if message.type in ("error", "warning"):
        heard.append(f"{message.type}: {message.text}")


def main():
    paths = changed()
    tests = sorted({test for path in paths for test in tests_of(path)})
    lectures = [path for path in paths if path.suffix == ".ipynb" and (ROOT / path).exists()]
    kinds = dict.fromkeys(kind for path in paths for kind in figures_of(path))
    print(f"{len(paths)} files changed, whose tests are in {len(tests)}; ", end="")
    print(f"{len(lectures)} lectures and {len(kinds)} figures.", flush=True)
    failed = False
    if tests:
        failed |= run([*PYTEST, "-m", QUICK, *tests])
    if lectures:
        form = sorted((ROOT / "tests").rglob("test_notebooks.py"))
        names = " or ".join(path.stem for path in lectures)
        failed |= run([*PYTEST, *NBVAL, "-k", names, *lectures, *form])
    if kinds:
        failed |= bool(look_at(kinds))
    sys.exit(failed)


def run(command):
    return subprocess.run(list(map(str, command)), cwd=ROOT).returncode not in (0, NO_TESTS)


if __name__ == "__main__":
    main()
