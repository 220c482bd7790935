"""Scripts made smaller say what they said: rjsmin alone would lose spaces of some texts."""

import pytest

from book._ext.scripts import minified


def test_comments_and_needless_spaces_go_and_texts_stay():
    script = "// once\nconst say = (n)  =>\n  `step ${ n }  of  ${n + 1}`; /* ` ${ */\n"
    assert minified(script, "a.js") == "const say=(n)=>`step ${ n }  of  ${n + 1}`;"


@pytest.mark.parametrize(
    "script",
    [
        'say = `step ${t}${word ? ` · “${word}”` : ""}`;\n',
        'const quote = /["`]/;\nsay = `a ${b ? ` c ${d}` : ""}`;\n',
    ],
)
def test_a_template_within_a_template_is_refused(script):
    with pytest.raises(ValueError, match=r"a\.js: a template stands within a template: '`"):
        minified(script, "a.js")


def test_a_backtick_elsewhere_is_no_template():
    script = 'a = "`${"; // `${\nb = /[/`]/.test(a) || `x`;\n'
    assert minified(script, "a.js") == 'a="`${";b=/[/`]/.test(a)||`x`;'
