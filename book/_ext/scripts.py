"""Scripts and style sheets made smaller: without comments and white space that they do not need."""

import re

import tinycss2
from rjsmin import jsmin

# What may hold a backtick, the template last: comments, strings and regular expressions.
_PIECES = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    r"""|(?<=[(,=:\[!&|?{};>])[ \n]*/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/"""
    r"""|(?P<template>`(?:[^`\\]|\\.)*`)""",
    re.S,
)


def minified(script, name):
    """`script` without comments and needless white space.

    rjsmin ends a template at the next backtick, so that one within another would lose the spaces
    of its text: ValueError names the script and the place.
    """
    for found in _PIECES.finditer(script):
        template = found["template"] or ""
        begun = template.rfind("${")
        if begun >= 0 and "}" not in template[begun:]:
            raise ValueError(f"{name}: a template stands within a template: {template[-60:]!r}")
    return jsmin(script)


def slimmed(sheet):
    """The style sheet without comments and needless white space."""
    return _slim(tinycss2.parse_component_value_list(sheet, skip_comments=True)).strip()


def _slim(nodes):
    text = ""
    for node in nodes:
        if node.type == "whitespace":
            text += "" if text.endswith((";", ",", "{", "}", ":")) else " "
        elif node.type == "{} block":
            text = f"{text.rstrip()}{{{_slim(node.content).strip().rstrip(';')}}}"
        elif node.type == "literal" and node.value in ";,":
            text = text.rstrip() + node.value
        else:
            text += node.serialize()
    return text
