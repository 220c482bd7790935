"""Gather the prose of lectures 1 to 11 as the text of the task `characters`.

    .venv/bin/python book/_tools/gather.py

The result, `lecture_lib/records/characters.txt`, was made once and is kept: made anew from lectures
that have changed, it would change every number of lecture 14.
"""

import re
from pathlib import Path

import nbformat

from lecture_lib.tasks import characters

ROOT = Path(__file__).parents[2]
LECTURES = 11
# What is no prose: displayed formulas, tables, HTML tags, citations.
NO_PROSE = re.compile(
    r"\$\$.*?\$\$|^\|[^\n]*$|<summary>.*?</summary>|<[^>]*>|\{cite[^`]*`[^`]*`", re.S | re.M
)
SPELT = {"’": "'", "“": "", "”": "", '"': "", ";": ",", ":": ".", "!": ".", "–": " - ", "…": ""}


def sentences(markdown):
    """The sentences of a cell, but those with a formula, a number, code or a rarer letter."""
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:-|\d\.) )", NO_PROSE.sub("", markdown)):
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", paragraph)
        text = re.sub(r"^[\s>#-]+|[*_]", "", " ".join(text.split())).lower()
        if text and text[-1] not in ".?!:;":
            text += "."
        for mark, plain in SPELT.items():
            text = text.replace(mark, plain)
        for sentence in re.findall(r"[^.?]+[.?]+", text):
            sentence = " ".join(sentence.split())
            plain = " " in sentence and set(sentence) <= set(characters.ALPHABET)
            if plain and " ," not in sentence:  # where a citation or a formula was taken out
                yield sentence


def main():
    found = []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))[:LECTURES]:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                found.extend(sentences(cell.source))
    text = " ".join(dict.fromkeys(found))  # a sentence that recurs is kept once
    characters.CORPUS.write_text(text + "\n", encoding="ascii")
    print(f"{len(found)} sentences, {len(text):,} letters")


if __name__ == "__main__":
    main()
