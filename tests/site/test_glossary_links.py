"""Links to the glossary, on a book of a glossary and two lectures."""

import re
from io import StringIO

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

INDEX = ":::{toctree}\nglossary\nnotebooks/one\nnotebooks/two\n:::\n"
ENTRY = "{name}\n  What it is.\n\n"


@pytest.fixture
def build(tmp_path):
    """`build(text, *terms)` gives what is linked in a lecture with that text, as (word, anchor)."""
    source, out = tmp_path / "source", tmp_path / "out"
    (source / "notebooks").mkdir(parents=True)

    def write(name, text):
        path = source / f"{name}.md"
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")

    def run(text, *terms):
        entries = "".join(ENTRY.format(name=term) for term in terms)
        write("index", f"# Book\n\n{INDEX}")
        write("glossary", f"# Glossary\n\nA gate.\n\n:::{{glossary}}\n{entries}\n:::\n")
        write("notebooks/one", f"# A gate\n\n{text}\n")
        write("notebooks/two", "# Two\n\nA gate and a gate.\n")
        said = StringIO()
        settings = {
            "extensions": ["myst_parser", "book._ext.glossary_links"],
            "html_theme": "basic",
            "myst_enable_extensions": ["colon_fence", "dollarmath"],
        }
        with patch_docutils(), docutils_namespace():
            app = Sphinx(source, None, out, tmp_path / "trees", "html", settings, None, said)
            app.build()
        assert not said.getvalue()
        page = (out / "notebooks" / "one.html").read_text("utf-8")
        link = r'<a class="term[^"]*" href="\.\./glossary\.html#term-([\w-]+)">(.*?)</a>'
        return [(word, anchor) for anchor, word in re.findall(link, page, re.S)]

    run.out = out
    return run


def test_the_first_use_is_linked_and_no_other(build):
    assert build("Gates? A gate is a gate.", "gate") == [("Gates", "gate")]
    assert (build.out / "notebooks" / "two.html").read_text("utf-8").count('class="term') == 1
    assert 'class="term' not in (build.out / "glossary.html").read_text("utf-8")


def test_the_longer_term_has_the_word(build):
    text = "A forget gate, held-out data, then a gate of two biases."
    assert build(text, "gate", "forget gate", "held out", "bias") == [
        ("forget gate", "forget-gate"),
        ("held-out", "held-out"),
        ("gate", "gate"),
        ("biases", "bias"),
    ]


def test_headings_code_formulas_and_links_are_left_alone(build):
    closed = ["`gate`", "$gate$", "$$gate$$", "## A gate", "[gate](two.md)", "```\ngate\n```"]
    text = "\n\n".join([*closed, "gate-like, investigate"])
    assert build(f"{text}\n\nThen a **gate**.", "gate") == [("gate", "gate")]
    assert build(text, "gate") == []


def test_everyday_words_are_not_linked(build):
    assert build("A cell is in control of its state.", "cell", "control", "state") == []


def test_a_new_term_is_linked_in_lectures_that_have_not_changed(build):
    assert build("A gate and a carousel.", "gate") == [("gate", "gate")]
    assert build("A gate and a carousel.", "gate", "carousel")[1] == ("carousel", "carousel")
