"""What a value may be, said once as a JSON Schema that Python and the page read alike.

A few words of JSON Schema 2020-12 are enough here: `type`, `enum`, `minimum`, `maximum`,
`maxLength`, `pattern`, `items`, `minItems`, `maxItems`, `uniqueItems`, `properties`, `required`,
`anyOf`, and `description`, which names a text in a sentence. An object has no other properties
than those that are named. The page's mirror is `web/host/limits.mjs`.
"""

import json
import re
from numbers import Real
from typing import Any

Schema = dict[str, Any]


def number(least: float, most: float) -> Schema:
    """A number in [least, most]."""
    return {"type": "number", "minimum": least, "maximum": most}


def whole(least: int, most: int) -> Schema:
    """A whole number in [least, most]."""
    return {"type": "integer", "minimum": least, "maximum": most}


def text(most: int) -> Schema:
    """A text of at most `most` characters."""
    return {"type": "string", "maxLength": most}


def pattern(expression: str, description: str) -> Schema:
    """A text that is all of `expression`, in words `description`."""
    return {"type": "string", "pattern": f"^(?:{expression})$", "description": description}


def order(letters: str) -> Schema:
    """Each of the letters once, in any order."""
    once = "".join(f"(?=.*{letter})" for letter in letters)
    return pattern(f"{once}[{letters}]{{{len(letters)}}}", f"each of {', '.join(letters)} once")


def row(count: int, item: Schema) -> Schema:
    """A list of exactly `count` items."""
    return {"type": "array", "items": item, "minItems": count, "maxItems": count}


def record(**properties: Schema) -> Schema:
    """An object with all of these properties and no other."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def take(schema: Schema, value: Any, name: str) -> Any:
    """`value` as plain numbers, texts, lists and dicts, a copy of the caller's.

    Raises ValueError, for a switch TypeError, in a sentence with the place below `name`, what came
    and what was wanted.
    """
    if "enum" in schema:
        # True is no 1 here, as it is none in the page.
        if isinstance(value, str | Real) and not isinstance(value, bool):
            for known in schema["enum"]:
                if known == value:
                    return known
        known = ", ".join(map(repr, schema["enum"]))
        raise ValueError(f"{name} must be one of {known}, got {_shown(value)}")
    return _TAKE[schema["type"]](schema, value, name)


def _number(schema, value, name):
    exact = int if schema["type"] == "integer" else float
    # Written so that nan, which compares false, is refused too.
    if (
        not isinstance(value, Real)
        or isinstance(value, bool)
        or not schema["minimum"] <= value <= schema["maximum"]
        or exact(value) != value
    ):
        raise ValueError(f"{name} must be {words(schema)}, got {_shown(value)}")
    # A plain number stays as it was written: 0 in a list is not printed as 0.0.
    return value if exact is float and type(value) in (int, float) else exact(value)


def _switch(schema, value, name):
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {_shown(value)}")
    return value


def _text(schema, value, name):
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, got {_shown(value)}")
    most = schema.get("maxLength", len(value))
    if len(value) > most:
        raise ValueError(f"{name} must have at most {most} characters, got {len(value)}")
    # A $ of Python would let a line's end by.
    if "pattern" in schema and not re.fullmatch(schema["pattern"][1:-1], value):
        raise ValueError(f"{name} must be {schema['description']}, got {_shown(value)}")
    return value


def _list(schema, value, name):
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} must be a list, got {_shown(value)}")
    least, most = schema.get("minItems", 0), schema.get("maxItems", len(value))
    if not least <= len(value) <= most:
        wanted = most if least == most else f"at most {most}"
        raise ValueError(f"{name} must be a list of {wanted}, got a list of {len(value)}")
    taken = [take(schema["items"], item, f"{name}[{k}]") for k, item in enumerate(value)]
    if schema.get("uniqueItems"):
        seen = [json.dumps(item) for item in taken]
        if len(set(seen)) < len(seen):
            raise ValueError(f"{name} must hold nothing twice, got {_shown(value)}")
    return taken


def _object(schema, value, name):
    properties = schema["properties"]
    if not isinstance(value, dict) or set(value) - set(properties):
        raise ValueError(f"{name} must be a dict with {_names(properties)}, got {_shown(value)}")
    if missing := [key for key in schema["required"] if key not in value]:
        raise ValueError(f"{name} must have {_names(missing)}, got {_shown(value)}")
    ways = [way["required"] for way in schema.get("anyOf", [])]
    if ways and not any(set(way) <= set(value) for way in ways):
        known = " or ".join(_names(way) for way in ways)
        raise ValueError(f"{name} must have {known}, got {_shown(value)}")
    return {key: take(properties[key], item, f"{name}[{key!r}]") for key, item in value.items()}


_TAKE = {
    "number": _number,
    "integer": _number,
    "boolean": _switch,
    "string": _text,
    "array": _list,
    "object": _object,
}


def _names(keys):
    return ", ".join(map(repr, keys))


def _shown(value):
    shown = repr(value)
    return shown if len(shown) <= 200 else f"{shown[:197]}…"


def words(schema: Schema, example: str = "") -> str:
    """What a page's author may set, in words; `example` is a text's own."""
    if "enum" in schema:
        return "one of " + ", ".join(json.dumps(value) for value in schema["enum"])
    kind = schema["type"]
    if kind in ("number", "integer"):
        what = "a whole number" if kind == "integer" else "a number"
        return f"{what} in [{schema['minimum']:g}, {schema['maximum']:g}]"
    if kind == "boolean":
        return "true or false"
    if kind == "string":
        return f"a text, such as {json.dumps(example)}" if example else "a text"
    return ("a list" if kind == "array" else "an object") + " as in a copied link"
