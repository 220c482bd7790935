"""What a module of the figures exports has a JSDoc block; oxlint asks for the types within."""

import re
from pathlib import Path

import lecture_lib

PACKAGE = Path(lecture_lib.__file__).parent
EXPORT = re.compile(r"^export (?:async )?(?:const|let|function\*?|class) (\w+)", re.M)
BLOCK = re.compile(r"^/\*\*(?:[^*]|\*(?!/))*\w(?:[^*]|\*(?!/))*\*/\n", re.M)


def undocumented(source):
    """The names that a module exports without a block that ends on the line above."""
    ends = {block.end() for block in BLOCK.finditer(source)}
    found = EXPORT.finditer(source)
    return [export[1] for export in found if export.start() not in ends]


def test_what_has_no_block_of_its_own_is_found():
    source = "".join(
        (
            "/** Two. */\nexport const a = 2;\nexport const b = a;\n",
            "// Three.\nexport function c() {}\n",
            "/**\n * Four.\n */\nexport function* d() {}\n",
            "/** Five. */\n\nexport class E {}\n/** */\nexport const f = 6;\n",
            "/* Seven. */\nexport let g = 7;\nexport default { a };\n",
        )
    )
    assert undocumented(source) == ["b", "c", "E", "f", "g"]


def test_every_export_has_a_block():
    modules = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.mjs")}
    missing = [
        f"{name}: {export}"
        for name, path in sorted(modules.items())
        for export in undocumented(path.read_text(encoding="utf-8"))
    ]
    assert not missing
