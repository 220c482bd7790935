"""Join a figure's ES module and the leaves that it imports into one script.

A widget's module is loaded from a blob URL and a page opened from disk may not import a file, so
a figure must reach the browser as one piece. Each leaf becomes a constant that holds what it
exports, in a scope of its own; an import takes from that constant:

    const web_kit_dom = (() => { … return { html, svg }; })();
    const { html } = web_kit_dom;

What is understood, each at the start of a line and relative to the importing file:

    import { draw, fixed as rounded } from "../../web/kit/leaf.mjs";
    import stories from "./stories.json";
    import source from "./worker.mjs" with { type: "text" };
    import source from "./worker.mjs" with { type: "later" };
    import { STEPS, GATES } from "./__init__.py";
    export { createLSTM } from "./lstm.mjs";

The third brings the joined source of another module as a text, from which a page makes a Worker;
the fourth a function that promises it, which a page fetches from beside its script when it is
called; the fifth takes constants from the figure's class, where they are said
(`LiveFigure.constants`).
A module exports what it declares (`export const`, `export function`), and a figure's own module
ends with `export default { render };`.
"""

import json
import re
from collections.abc import Callable
from os.path import relpath
from pathlib import Path
from typing import Any

Smaller = Callable[[str, str], str]

PACKAGE = Path(__file__).parents[1]
WEB = PACKAGE / "web"

_IMPORT = re.compile(
    r"^(?P<verb>import|export) (?P<what>\{[^}]*\}|\w+)\s+from\s+"
    r'"(?P<file>\.{1,2}/[\w./]+)"(?: with \{ type: "(?P<as>text|later)" \})?;\n',
    re.M,
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|function\*?|class) (\w+))", re.M)
# A text that a page has beside its script comes as a script, for one from disk may fetch nothing.
_BESIDE = """((from) => () => new Promise((resolve, reject) => {{
  const node = document.createElement("script");
  node.src = new URL({0}, from);
  node.onload = () => resolve(window.liveTexts[{0}]);
  node.onerror = reject;
  document.head.append(node);
}}))(document.currentScript.src)"""
_DEFAULT = re.compile(r"^export default (.*?);\n\Z", re.M | re.S)
_LEFT = re.compile(r"^(?:import|export)\b(?! default).*", re.M)


def _own_name(path: Path) -> str:
    """The constant that holds what the module at `path` exports."""
    inside = path.relative_to(PACKAGE) if path.is_relative_to(PACKAGE) else Path(path.name)
    return re.sub(r"\W", "_", str(inside.with_suffix("")))


def join(
    path: Path,
    constants: dict[str, Any] | None = None,
    text: str | None = None,
    smaller: Smaller = lambda script, name: script,
    beside: bool = False,
) -> str:
    """The module at `path` with all that it imports, as one module.

    `constants` are what it and its leaves may import from "./__init__.py"; `text` is joined in
    place of what the file holds; `smaller` makes a module smaller that is taken as a text, with the
    name of its file; with `beside`, what is wanted later lies beside the script. Raises ValueError,
    with the file and the line, for an import or export of another form, or a name that is not
    there.
    """
    leaves: dict[Path, str] = {}
    exports: dict[Path, list[str]] = {}

    def read(file: Path, text: str | None = None) -> tuple[str, list[str]]:
        """The source of `file` with its imports as constants, and the names that it exports."""
        source = file.read_text(encoding="utf-8") if text is None else text
        handed_on = [
            name
            for found in _IMPORT.finditer(source)
            if found["verb"] == "export"
            for name in re.findall(r"(\w+)\s*[,}]", found["what"])
        ]
        source = _IMPORT.sub(lambda found: taken(found, file), source)
        exported = [*handed_on, *_EXPORT.findall(source)]
        source = _EXPORT.sub("", source)
        if left := _LEFT.search(source):
            raise ValueError(f"{file.name}: the joiner does not understand {left[0]!r}")
        return source, exported

    def taken(found: re.Match[str], file: Path) -> str:
        what = re.sub(r"(\w+) as (\w+)", r"\1: \2", found["what"])
        target = (file.parent / found["file"]).resolve()
        if target.suffix == ".py":
            return "".join(
                f"const {name} = {_written(_constant(name, constants, file))};\n"
                for name in re.findall(r"\w+", found["what"])
            )
        if found["as"] == "later" and beside:
            return f"const {what} = {_BESIDE.format(_written(text_name(target)))};\n"
        if found["as"]:
            inner = _written(smaller(join(target, constants), target.name))
            return (
                f"const {what} = {f'async () => {inner}' if found['as'] == 'later' else inner};\n"
            )
        if target.suffix == ".json":
            return f"const {what} = {_written(json.loads(target.read_text(encoding='utf-8')))};\n"
        name = _own_name(target)
        if target not in leaves:
            body, exports[target] = read(target)
            result = f"return {{ {', '.join(exports[target])} }};"
            leaves[target] = f"const {name} = (() => {{\n{body}{result}\n}})();\n"
        for wanted in re.findall(r"(\w+)(?: as \w+)?\s*[,}]", found["what"]):
            if wanted not in exports[target]:
                raise ValueError(
                    f"{file.name} imports {wanted} from {target.name}, which exports "
                    f"{', '.join(exports[target]) or 'nothing'}"
                )
        return f"const {what} = {name};\n"

    body, _ = read(path.resolve(), text)
    return "".join(leaves.values()) + body


def text_name(path: Path) -> str:
    """The file beside a page's scripts that holds the module at `path` as a text."""
    return f"{path.parent.name}.text.js"


def text_script(path: Path, smaller: Smaller) -> str:
    """The script that hands the module at `path` over as a text."""
    text = smaller(join(path), path.name)
    return f"(window.liveTexts ??= {{}})[{_written(text_name(path))}] = {_written(text)};\n"


def _written(value: Any) -> str:
    """A value as a script has it."""
    return json.dumps(value, separators=(",", ":"))


def _constant(name, constants, file):
    if name not in (constants or {}):
        known = ", ".join(constants or {}) or "none"
        raise ValueError(f"{file.name} imports {name} from its class, whose constants are {known}")
    return constants[name]


def _as_script(source: str) -> str:
    """A classic script, which a page opened from disk may load, with a scope of its own."""
    return f'(() => {{\n"use strict";\n{source}}})();\n'


def _module_of(figure: Any) -> Path:
    return Path(figure.home, f"{figure.home.name}.mjs")


def _with_contract(figure: Any, becomes: str, **more: Any) -> str:
    """The module of a figure; its `{}` in `becomes` is what it exports, and what its class says."""
    about = {
        "title": figure.title(),
        "contract": figure.contract(),
        "shorthand": figure.shorthand(),
        **more,
    }
    said = ", ".join(f"{name}: {_written(value)}" for name, value in about.items())
    text, count = _DEFAULT.subn(
        lambda found: becomes.replace("{}", f"{{ ...{found[1]}, {said} }}"),
        _module_of(figure).read_text(encoding="utf-8"),
    )
    if count != 1:
        raise ValueError(
            f"the module of {figure.figure!r} must end with one `export default …;` line"
        )
    return text


def page_script(figure: Any, **options: Any) -> str:
    """The module of a figure, or of its class, as a script that registers it and its contract."""
    kind = _written(figure.figure)
    text = _with_contract(figure, f"(window.liveFigures ??= {{}})[{kind}] = {{}};\n")
    return _as_script(join(_module_of(figure), figure.constants, text, **options))


def widget_module(figure: Any) -> str:
    """The module of a figure's class for Jupyter, where it follows the links of the notebook."""
    leaf = relpath(WEB / "host" / "jupyter.mjs", figure.home)
    # While its class is being made, a trait does not know its name.
    controls = [control.spec() | {"name": name} for name, control in figure.controls().items()]
    text = _with_contract(
        figure,
        f'import {{ listening }} from "{leaf}";\nexport default listening({{}});\n',
        kind=figure.figure,
        controls=controls,
    )
    return join(_module_of(figure), figure.constants, text)


def host_script() -> str:
    """The page's host: mounts every figure, builds its controls, keeps its state in the URL."""
    return _as_script(join(WEB / "host" / "host.mjs"))


def embed_script(kinds: list[str]) -> str:
    """The host on anybody's page; `kinds` are the figures whose scripts lie beside it."""
    return _as_script(f"const KINDS = {_written(kinds)};\n" + join(WEB / "host" / "embed.mjs"))
