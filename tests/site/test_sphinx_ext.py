"""The Sphinx side of live figures, on a book of two pages."""

import re
from html import unescape
from io import StringIO

import pytest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils


@pytest.fixture
def build(tmp_path):
    """`build(text)` gives the HTML of a page with that text, its warnings, and of a bare page."""
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "index.md").write_text("# Bare\n\n:::{toctree}\npage\n:::\n", encoding="utf-8")

    def run(text):
        if not (source / "page.md").exists():
            (source / "page.md").write_text(text, encoding="utf-8")
        warnings = StringIO()
        settings = {
            "extensions": ["myst_parser", "book._ext.live_figures"],
            "html_theme": "basic",
            "myst_enable_extensions": ["colon_fence"],
        }
        with patch_docutils(), docutils_namespace():
            app = Sphinx(source, None, out, tmp_path / "trees", "html", settings, None, warnings)
            app.build()
        page, bare = ((out / f"{name}.html").read_text("utf-8") for name in ("page", "index"))
        return page, warnings.getvalue(), bare

    yield run


FIGURE = "# Page\n\n:::{live-figure} GateLab\n%s\n:::\n"


def test_a_page_with_a_figure_has_its_scripts_and_others_do_not(build):
    page, said, bare = build(FIGURE % "f: 0.2")
    assert not said
    assert '<div class="live-figure" data-figure="gate-lab">' in page and '"f": 0.2' in page
    for file in ("live/gate-lab.js", "live/host.js", "live/base.css", "live/gate-lab.css"):
        assert file in page and file not in bare


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FIGURE % "f: 7", "GateLab: f must be a number in [0, 1], got 7"),
        (FIGURE % "forget: 1", "GateLab: GateLab has no 'forget'; it takes f, i, g, o"),
        (":::{live-figure} Gatelab\n:::\n", "no live figure 'Gatelab'; there are"),
    ],
)
def test_a_wrong_figure_is_a_warning_that_says_why(build, text, message):
    _, said, _ = build(text)
    assert message in said
    assert "page.md" in said


def test_pages_are_made_anew_when_the_code_changes_and_only_then(build, tmp_path, monkeypatch):
    build(FIGURE % "f: 0.2")
    built = tmp_path / "out" / "index.html"
    built.write_text("as it was", encoding="utf-8")
    assert build(FIGURE % "f: 0.2")[2] == "as it was"
    monkeypatch.setattr("book._ext.live_figures.code_digest", lambda: "other code")
    assert "as it was" not in build(FIGURE % "f: 0.2")[2]


# ziamath, whose face the mathematics is set in, asks for its files in an old way.
@pytest.mark.parametrize(
    ("latex", "close"),
    [
        (r"[-1, 1]", [True]),
        (r"\{-1, -2\}", [True, True]),
        (r"b = -c", [True]),
        (r"c = +1 + 2", [True, False]),
        (r"\big(-\tfrac{1}{2}\big)", [True]),
        (r"(1 - z)", [False]),
        (r"\sigma(-a) = 1 - \sigma(a)", [True, False]),
        (r"f(x) - 1", [False]),
        (r"[x] - |x| - \{x\} - 1", [False] * 3),
    ],
)
def test_a_sign_stands_close_to_its_number(latex, close):
    from book._ext.math_ml import mathml

    markup = mathml(nodes.math(text=latex), "inline")
    found = re.findall("<mo( form=.prefix.)?>(?:&#x02212;|&#x0002B;)", markup)
    assert [bool(form) for form in found] == close


@pytest.mark.parametrize(
    ("latex", "set_apart"),
    [
        (r"\log 99", "log 99"),
        (r"p \log_2 p", "p log2 p"),
        (r"1 - \tanh^2 c_t", "1−tanh2 ct"),
        (r"\log \textcolor{#D55E00}{f_t} + m", "log ft+m"),
        (r"o \odot \tanh(c)", "o⊙tanh(c)"),
        (r"\tanh\left(x\right)", "tanh(x)"),
    ],
)
def test_the_name_of_a_function_stands_apart(latex, set_apart):
    from book._ext.math_ml import THIN, mathml

    markup = mathml(nodes.math(text=latex), "inline").replace(THIN, " ")
    assert unescape(re.sub("<[^>]*>", "", markup)) == set_apart
