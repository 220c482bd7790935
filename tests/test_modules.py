"""The joining of ES modules into one scope."""

import re
from collections import Counter

import pytest

from lecture_lib.figures import modules

FILES = sorted(modules.WEB.glob("*.mjs"))


def write(folder, **files):
    for name, text in files.items():
        stem, _, ending = name.rpartition("_")
        (folder / f"{stem}.{ending}").write_text(text, encoding="utf-8")


@pytest.fixture
def web(tmp_path, monkeypatch):
    monkeypatch.setattr(modules, "WEB", tmp_path)
    return tmp_path


def test_a_figure_and_its_leaves_become_one_scope(web):
    write(
        web,
        a_lab_mjs='import { one, two } from "./leaf.mjs";\nimport data from "./data.json";\n'
        "export default { render: () => one + two + data.n };\n",
        leaf_mjs="export const one = 1;\nexport function two() {}\nconst own = 3;\n",
        data_json='{"n": 4}',
    )
    assert modules.esm("a-lab") == (
        "export const one = 1;\nexport function two() {}\nconst own = 3;\n".replace("export ", "")
        + 'const data = {"n": 4};\n'
        + "export default { render: () => one + two + data.n };\n"
    )


def test_a_leaf_that_two_modules_import_comes_once_and_first(web):
    write(
        web,
        fig_mjs='import { l } from "./left.mjs";\nimport { r } from "./right.mjs";\n'
        "export default { l, r };\n",
        left_mjs='import { base } from "./base.mjs";\nexport const l = base;\n',
        right_mjs='import { base } from "./base.mjs";\nexport const r = base;\n',
        base_mjs="export const base = 0;\n",
    )
    lines = modules.esm("fig").splitlines()
    assert lines == [
        "const base = 0;",
        "const l = base;",
        "const r = base;",
        "export default { l, r };",
    ]


def test_a_worker_comes_as_the_text_of_its_joined_source(web):
    write(
        web,
        fig_mjs='import { n } from "./leaf.mjs";\n'
        'import source from "./worker.mjs" with { type: "text" };\n'
        "export default { n, source };\n",
        worker_mjs='import { n } from "./leaf.mjs";\nonmessage = () => postMessage(`"${n}"`);\n',
        leaf_mjs="export const n = 1;\n",
    )
    assert modules.esm("fig") == (
        "const n = 1;\n"
        r'const source = "const n = 1;\nonmessage = () => postMessage(`\"${n}\"`);\n";'
        "\nexport default { n, source };\n"
    )


def test_names_that_only_look_like_imports_stay(web):
    text = 'const s = "import x";\n// export this\nexport default { s };\n'
    write(web, fig_mjs=text)
    assert modules.esm("fig") == text


@pytest.mark.parametrize(
    "text", ["export const a = 1;\n", "export default function () {}\n", "export default a\n"]
)
def test_a_page_script_wants_an_export_default_line(web, text):
    write(web, fig_mjs=text)
    with pytest.raises(ValueError, match="'fig' must end with one `export default …;` line"):
        modules.page_script("fig")


def test_a_page_script_registers_its_figure(web):
    write(web, a_fig_mjs="export default { render };\n")
    assert 'window.liveFigures ??= {})["a-fig"] = { render };' in modules.page_script("a-fig")


def figure_names():
    return [
        file.stem.replace("_", "-")
        for file in FILES
        if re.search("^export default", file.read_text(encoding="utf-8"), re.M)
    ]


def test_there_are_figures():
    assert "gate-lab" in figure_names()


SCRIPTS = {"host": modules.host_script, "embed": lambda: modules.embed_script(["gate-lab"])}


@pytest.mark.parametrize("name", [*SCRIPTS, *figure_names()])
def test_a_script_for_the_page_has_no_import_or_export_left(name):
    script = SCRIPTS[name]() if name in SCRIPTS else modules.page_script(name)
    assert not re.findall(r"^\s*(?:import|export)\b.*", script, re.M)
    assert len(script) > 1000


def top_level_names(text):
    """What a module declares at its top level: the house style starts such lines at column 0."""
    declared = re.findall(r"^(?:export )?(?:async )?(?:function\*?|class) (\w+)", text, re.M)
    for names in re.findall(r"^(?:export )?(?:const|let|var) ([^=;]+)", text, re.M):
        declared += re.findall(r"\w+", names)
    return declared


def test_top_level_names_are_found():
    text = "export const a = 1;\nlet b, c;\nexport function d() {\n  const e = 1;\n}\nclass F {}\n"
    assert top_level_names(text) == ["d", "F", "a", "b", "c"]


def test_top_level_names_are_unique_across_leaf_modules():
    """Any leaves may be joined into one scope, where a second `const fixed` is a syntax error."""
    owners = {}
    figures = {name.replace("-", "_") for name in [*figure_names(), "host", "embed"]}
    for file in FILES:
        if file.stem not in figures:
            for name in top_level_names(file.read_text(encoding="utf-8")):
                owners.setdefault(name, []).append(file.name)
    assert len(owners) > 20
    assert not {name: files for name, files in owners.items() if len(files) > 1}


@pytest.mark.parametrize("name", [*SCRIPTS, *figure_names()])
def test_a_joined_figure_declares_each_name_once(name):
    declared = Counter(top_level_names(modules.esm(name)))
    assert len(declared) > 5
    assert not [name for name, count in declared.items() if count > 1]


@pytest.mark.parametrize("file", sorted(modules.WEB.iterdir()), ids=lambda file: file.name)
def test_nothing_of_the_web_asks_a_stranger(file):
    # A namespace is a name, not an address that anyone fetches.
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert text
    assert not re.findall(r"(?:https?:)?//[\w-]+\.[a-z]{2,}|@import|\bfetch\(|XMLHttp", text)
