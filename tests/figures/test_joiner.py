"""The joining of ES modules, each with a scope of its own, and what the page gets of them."""

import json
import re

import pytest

from lecture_lib import figures
from lecture_lib.figures import joiner

CLASSES = {name: getattr(figures, name) for name in figures.__all__}
LEAF = "const scale = 2;\nexport const one = scale / 2;\nexport function two() {\n  return 2;\n}\n"


@pytest.fixture
def web(tmp_path, monkeypatch):
    """web({file: text, …}) writes modules to a folder and returns the path of the first."""
    monkeypatch.setattr(joiner, "PACKAGE", tmp_path)

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / next(iter(files))

    return write


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def default_of(page, source):
    """What a joined module exports by default, once the browser has run it."""
    return page.evaluate(
        """async (source) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          return (await import(url)).default;
        }""",
        source,
    )


def test_a_leaf_becomes_a_constant_that_holds_what_it_exports(web):
    path = web(
        {
            "a_lab/a_lab.mjs": 'import { one, two as pair } from "../kit/leaf.mjs";\n'
            "export default { one, pair };\n",
            "kit/leaf.mjs": LEAF,
        }
    )
    assert joiner.join(path) == (
        "const kit_leaf = (() => {\n"
        + LEAF.replace("export ", "")
        + "return { one, two };\n})();\n"
        + "const { one, two: pair } = kit_leaf;\n"
        + "export default { one, pair };\n"
    )


def test_names_may_recur_from_leaf_to_leaf(web, page):
    """Each scale below is its own file's: in one scope the second would be a syntax error."""
    path = web(
        {
            "fig/fig.mjs": 'import { one } from "./left.mjs";\nimport { ten } from "./right.mjs";\n'
            "const scale = 100;\nexport default { sum: one + ten + scale };\n",
            "fig/left.mjs": "const scale = 1;\nexport const one = scale;\n",
            "fig/right.mjs": "const scale = 10;\nexport const ten = scale;\n",
        }
    )
    assert default_of(page, joiner.join(path)) == {"sum": 111}


def test_a_leaf_that_two_import_runs_once_and_before_both(web, page):
    path = web(
        {
            "fig/fig.mjs": 'import { l } from "./left.mjs";\nimport { r } from "./right.mjs";\n'
            "export default { l, r };\n",
            "fig/left.mjs": 'import { count } from "../kit/base.mjs";\nexport const l = count();\n',
            "fig/right.mjs": 'import { count } from "../kit/base.mjs";\n'
            "export const r = count();\n",
            "kit/base.mjs": "let n = 0;\nexport const count = () => (n += 1);\n",
        }
    )
    source = joiner.join(path)
    assert source.count("let n = 0") == 1
    assert default_of(page, source) == {"l": 1, "r": 2}


def test_data_a_worker_s_text_and_the_constants_of_the_class_come_along(web, page):
    path = web(
        {
            "fig/fig.mjs": 'import data from "./data.json";\n'
            'import source from "./worker.mjs" with { type: "text" };\n'
            'import { STEPS, NAMES } from "./__init__.py";\n'
            "export default { n: data.n, source, STEPS, NAMES };\n",
            "fig/data.json": '{"n": 4}',
            "fig/worker.mjs": 'import { one } from "../kit/leaf.mjs";\n'
            'import { STEPS } from "./__init__.py";\n'
            'onmessage = () => postMessage(`"${one + STEPS}"`);\n',
            "kit/leaf.mjs": LEAF,
        }
    )
    found = default_of(page, joiner.join(path, {"STEPS": 12, "NAMES": ["</script>", "“é"]}))
    assert found["n"] == 4 and found["STEPS"] == 12 and found["NAMES"] == ["</script>", "“é"]
    answer = page.evaluate(
        """(source) => new Promise((resolve) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const worker = new Worker(url);
          worker.onmessage = ({ data }) => resolve(data);
          worker.postMessage(0);
        })""",
        found["source"],
    )
    assert answer == '"13"'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('import "./leaf.mjs";\n', "fig.mjs: the joiner does not understand 'import"),
        ('import * as all from "./leaf.mjs";\n', "does not understand 'import \\* as all"),
        ('import { a } from "somewhere";\n', "does not understand 'import { a } from"),
        ("export { a };\n", "does not understand 'export { a };'"),
        ('import { LOST } from "./__init__.py";\n', "LOST from its class, whose constants are T"),
    ],
)
def test_what_it_does_not_understand_is_named(web, text, says):
    path = web({"fig/fig.mjs": text + "export default { render };\n", "fig/leaf.mjs": LEAF})
    with pytest.raises(ValueError, match=says):
        joiner.join(path, {"T": 1})


def test_a_name_that_a_leaf_does_not_export_is_refused(web):
    module = 'import { one, three } from "./leaf.mjs";\nexport default { render };\n'
    path = web({"fig/fig.mjs": module, "fig/leaf.mjs": LEAF})
    with pytest.raises(ValueError, match=r"fig\.mjs imports three from leaf\.mjs, which exports"):
        joiner.join(path)


def test_names_that_only_look_like_imports_stay(web):
    text = 'const s = "import x";\n// export this\nexport default { s };\n'
    assert joiner.join(web({"fig/fig.mjs": text})) == text


@pytest.mark.parametrize(
    "text", ["const a = 1;\n", "export default function () {}\n", "export default a\n"]
)
def test_a_page_script_wants_an_export_default_line(text, web):
    home = web({"a_fig/a_fig.mjs": text}).parent
    said = {name: staticmethod(dict) for name in ("contract", "shorthand", "title")}
    figure = type("Fig", (), {"figure": "a-fig", "home": home, "constants": {}, **said})
    with pytest.raises(ValueError, match="'a-fig' must end with one `export default …;` line"):
        joiner.page_script(figure)


def test_there_are_figures():
    assert len(CLASSES) >= 22 and CLASSES["GateLab"].figure == "gate-lab"


SCRIPTS = {"host": joiner.host_script, "embed": lambda: joiner.embed_script(["gate-lab"])}


@pytest.mark.parametrize("name", [*SCRIPTS, *CLASSES])
def test_a_script_for_the_page_runs_as_a_classic_script(page, name):
    """One that is none (an import left over, a name twice in a scope) does not even compile."""
    script = SCRIPTS[name]() if name in SCRIPTS else joiner.page_script(CLASSES[name])
    assert not re.findall(r"^\s*(?:import|export)\b.*", script, re.M)
    assert page.evaluate("(text) => typeof new Function(text)", script) == "function"
    if name in CLASSES:
        kind = json.dumps(CLASSES[name].figure)
        page.evaluate("(text) => { delete window.liveFigures; new Function(text)(); }", script)
        found = page.evaluate(f"Object.keys(window.liveFigures[{kind}].contract)")
        assert found == list(CLASSES[name].contract())


@pytest.mark.parametrize(
    "file",
    sorted(p for p in joiner.PACKAGE.rglob("*") if p.suffix in (".mjs", ".css", ".json")),
    ids=lambda file: str(file.relative_to(joiner.PACKAGE)),
)
def test_nothing_of_the_web_asks_a_stranger(file):
    # A namespace is a name, not an address that anyone fetches.
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert text
    assert not re.findall(r"(?:https?:)?//[\w-]+\.[a-z]{2,}|@import|\bfetch\(|XMLHttp", text)
