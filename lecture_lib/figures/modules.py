"""Join a figure's ES module and the leaf modules it imports into one scope.

A widget's module is loaded from a blob URL and a page opened from disk may not import a file, so
a figure must reach the browser as one piece. House rule that makes this simple: top-level names
are unique across leaf modules, and an import is one line of the form

    import { draw, fixed } from "./leaf.mjs";
    import stories from "./stories.json";
    import source from "./a_worker.mjs" with { type: "text" };

The last brings the joined source of another module as a text, from which a page makes a Worker.
"""

import json
import re
from pathlib import Path

WEB = Path(__file__).parent.parent / "web"

_IMPORT = re.compile(
    r'^import (?:\{[^}]*\}|(?P<name>\w+)) from "\./(?P<file>[\w.]+)"'
    r'(?P<text> with \{ type: "text" \})?;\n',
    re.M,
)
_EXPORT = re.compile(r"^export (?!default)", re.M)
_DEFAULT = re.compile(r"^export default (.*?);\n\Z", re.M | re.S)


def esm(figure: str) -> str:
    """The ES module of `figure` ("gate-lab") with its imports joined in, for a notebook."""
    parts: list[str] = []
    seen: set[str] = set()

    def visit(file: str) -> None:
        seen.add(file)
        source = (WEB / file).read_text(encoding="utf-8")
        for found in _IMPORT.finditer(source):
            if found["file"] in seen:
                continue
            if found["text"]:
                source_of = json.dumps(esm(found["file"].removesuffix(".mjs")))
                parts.append(f"const {found['name']} = {source_of};\n")
            elif found["file"].endswith(".json"):
                seen.add(found["file"])
                data = json.loads((WEB / found["file"]).read_text(encoding="utf-8"))
                parts.append(f"const {found['name']} = {json.dumps(data)};\n")
            else:
                visit(found["file"])
        parts.append(_EXPORT.sub("", _IMPORT.sub("", source)))

    visit(figure.replace("-", "_") + ".mjs")
    return "".join(parts)


def page_script(figure: str) -> str:
    """The same module as a classic script for the page: it registers itself with the host."""
    joined, count = _DEFAULT.subn(
        rf'(window.liveFigures ??= {{}})["{figure}"] = \1;\n', esm(figure)
    )
    if count != 1:
        raise ValueError(f"the module of {figure!r} must end with one `export default …;` line")
    return f'(() => {{\n"use strict";\n{joined}}})();\n'


def host_script() -> str:
    """The page's host: mounts every figure, builds its controls, keeps its state in the URL."""
    return f'(() => {{\n"use strict";\n{esm("host")}}})();\n'


def embed_script(kinds: list[str]) -> str:
    """The host on anybody's page; `kinds` are the figures whose scripts lie beside it."""
    return f'(() => {{\n"use strict";\nconst KINDS = {json.dumps(kinds)};\n{esm("embed")}}})();\n'


def stylesheet() -> str:
    return (WEB / "figure.css").read_text(encoding="utf-8")
