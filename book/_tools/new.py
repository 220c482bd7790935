"""Begin a lecture or a figure with a small one of its kind, which passes every check.

    make new-lecture NAME=29_hold_a_note TITLE="Hold a note" [PART="Choose, use, go on"]
    make new-figure NAME=my-figure

The templates are real files: a lecture as jupytext's percent script, a figure as its class, its
module, its style and its two tests. What exists is never overwritten; if a step fails, all is as
before.
"""

import re
import subprocess
import sys
from contextlib import contextmanager, suppress
from keyword import iskeyword
from pathlib import Path

import jupytext
import nbformat
import yaml

from book._ext.lectures import titled
from book._tools import execute

ROOT = Path(__file__).parents[2]
TEMPLATES = Path(__file__).parent / "templates"
TOC = ROOT / "book" / "_toc.yml"
TERMS = ROOT / "book" / "_terms.yml"
# What the template's lecture explains.
EXPLAINED = "[forget gate, half-life]"
FIGURES = ROOT / "lecture_lib" / "figures" / "__init__.py"


def read(path):
    return path.read_text(encoding="utf-8")


def write(path, text):
    path.write_text(text, encoding="utf-8")


def replace_all(text, words):
    for old, new in words.items():
        text = text.replace(old, new)
    return text


@contextmanager
def all_or_nothing(paths):
    """Put the files back as they were if the block fails."""
    before = {path: path.read_bytes() if path.exists() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
                # The folder that was made for it.
                with suppress(OSError):
                    path.parent.rmdir()
            else:
                path.write_bytes(content)
        raise


def check_free(paths):
    taken = [str(path.relative_to(ROOT)) for path in paths if path.exists()]
    if taken:
        raise ValueError(f"NAME is taken: there is {', '.join(taken)} already")


# Lectures


def check_number(name):
    if not re.fullmatch(r"\d\d_[a-z0-9]+(_[a-z0-9]+)*", name):
        raise ValueError(
            f"NAME must be two digits and small letters, like 29_hold_a_note, got {name!r}"
        )
    used = {path.name[:2]: path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    if name[:2] in used:
        free = next(number for n in range(1, 100) if (number := f"{n:02}") not in used)
        raise ValueError(
            f"NAME must have a new number: {used[name[:2]]} has {name[:2]}, {free} is free"
        )


def check_title(title):
    if not re.fullmatch(r"[^\W\d_][^\n#*_`$<>\[\]{}|\\]{2,59}", title):
        raise ValueError(
            f"TITLE must be 3 to 60 letters in a line, without marks of Markdown, got {title!r}"
        )


def find_part(toc, caption):
    """The chapters of the part: of the last one that holds lectures alone, if none is named."""
    parts = {part["caption"]: [c["file"] for c in part["chapters"]] for part in toc["parts"]}
    if caption and caption not in parts:
        raise ValueError(f"PART must be one of {', '.join(map(repr, parts))}, got {caption!r}")
    lectures = [k for k, files in parts.items() if all(f.startswith("notebooks/") for f in files)]
    chosen = caption or lectures[-1]
    return chosen, parts[chosen], [file for files in parts.values() for file in files]


def markdown_of(file):
    """The Markdown of a chapter, as `_toc.yml` names it, and the path of its source."""
    path = ROOT / f"{file}.ipynb"
    if not path.exists():
        path = ROOT / f"{file}.md"
        return read(path), path
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown"), path


def link(file):
    """A link from a lecture to a chapter, with the chapter's title, and a lecture's number."""
    text, path = markdown_of(file)
    title = re.search(r"^# (.+)$", text, re.M)[1]
    if file.startswith("notebooks/"):
        return f"[{titled(file, title)}]({path.name})"
    return f"[{title}](../book/{path.name})"


def lead_on(path, old, new):
    """Let the last cell of the lecture at `path` lead to the link `new`, where it led to `old`."""
    notebook = nbformat.read(path, as_version=4)
    paragraphs = notebook.cells[-1].source.split("\n\n")
    leading = [k for k, text in enumerate(paragraphs) if old and old.split("](")[1] in text]
    if not leading:
        paragraphs.append(f"**Next**: {new}.")
    else:
        before, arrow, _ = paragraphs[leading[-1]].rpartition("→ ")
        # Where the old link is a word of its sentence, the sentence stays.
        paragraphs[leading[-1]] = f"{before if arrow else paragraphs[leading[-1]] + ' '}→ {new}"
    notebook.cells[-1].source = "\n\n".join(paragraphs)
    nbformat.write(notebook, path)


def new_lecture(name, title, part=""):
    check_number(name)
    check_title(title)
    toc = read(TOC)
    part, chapters, book = find_part(yaml.safe_load(toc), part)
    notebook = ROOT / "notebooks" / f"{name}.ipynb"
    check_free([notebook])
    previous, following = chapters[-1], [*book, None][book.index(chapters[-1]) + 1]
    leads = link(following) if following else ""
    _, before = markdown_of(previous)
    text = replace_all(
        read(TEMPLATES / "lecture.py"),
        {
            "A new lecture": title,
            "[the lecture before](previous)": link(previous),
            "→ [the next lecture](next)": f"→ {leads}" if leads else "You have read the book.",
        },
    )
    line = f"      - file: {previous}\n"
    with all_or_nothing([notebook, before, TOC, TERMS]):
        nbformat.write(jupytext.reads(text, fmt="py:percent"), notebook)
        execute.main([notebook.name])
        if before.suffix == ".ipynb":
            lead_on(before, leads, link(f"notebooks/{name}"))
        write(TOC, toc.replace(line, f"{line}      - file: notebooks/{name}\n"))
        write(TERMS, f"{read(TERMS)}{name}: {EXPLAINED}\n")
    print(f"notebooks/{notebook.name}: written and executed; in book/_toc.yml, part {part!r}")
    print("book/_terms.yml: the terms that it explains; write those of yours")
    if before.suffix == ".ipynb":
        print(f"{before.relative_to(ROOT)}: its last cell leads here now; mend its words")
    print("Write yours in place of the sample, where the comments <!-- … --> say what; then run")
    print(f"    make notebooks ONLY={notebook.name}")


# Figures


def new_figure(name):
    if not re.fullmatch(r"[a-z]{2,}(-[a-z]+)*", name) or len(name) > 30:
        raise ValueError(
            f"NAME must be at most 30 small letters, with hyphens, like my-figure, got {name!r}"
        )
    module = name.replace("-", "_")
    if iskeyword(module):
        raise ValueError(f"NAME must not be a word of Python, got {name!r}")
    kind = name.title().replace("-", "")
    home = ROOT / "lecture_lib" / "figures" / module
    tests = ROOT / "tests" / "figures" / module
    check_free([home, home.with_suffix(".py"), tests])
    files = {
        home / "__init__.py": "figure/__init__.py",
        home / f"{module}.mjs": "figure/my_figure.mjs",
        home / f"{module}.css": "figure/my_figure.css",
        tests / "test_class.py": "figure/test_class.py",
        tests / "test_page.py": "figure/test_page.py",
    }
    words = {
        "MyFigure": kind,
        "my_figure": module,
        "my-figure": name,
        "My figure": name.replace("-", " ").capitalize(),
    }
    with all_or_nothing([*files, FIGURES]):
        for path, template in files.items():
            path.parent.mkdir(exist_ok=True)
            write(path, replace_all(read(TEMPLATES / template), words))
        listed = read(FIGURES).replace(
            "\n\n__all__ = [", f"\nfrom lecture_lib.figures.{module} import {kind}\n\n__all__ = ["
        )
        write(FIGURES, listed.replace("\n]\n", f'\n    "{kind}",\n]\n'))
        python = [path for path in (*files, FIGURES) if path.suffix == ".py"]
        ruff = [sys.executable, "-m", "ruff"]
        subprocess.run([*ruff, "check", "-q", "--fix", *python], cwd=ROOT, check=True)
        subprocess.run([*ruff, "format", "-q", *python], cwd=ROOT, check=True)
    for path in (*files, FIGURES):
        print(path.relative_to(ROOT))
    print(f"Look at it with\n    make preview FIGURE={kind}")


def main(kind, *words):
    try:
        {"lecture": new_lecture, "figure": new_figure}[kind](*words)
    except ValueError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
