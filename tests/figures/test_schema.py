"""What a value may be: each keyword in Python, and the page's verdict, which is the same."""

import json
import random
import re
from copy import deepcopy

import pytest

from lecture_lib import figures
from lecture_lib.figures import joiner, schema
from tests.driver import joined

CLASSES = {name: getattr(figures, name) for name in figures.__all__}

UNIQUE = {"type": "array", "items": schema.whole(1, 9), "maxItems": 3, "uniqueItems": True}
RECORD = schema.record(a=schema.whole(0, 1), b={"type": "boolean"})
EITHER = {
    "type": "object",
    "properties": {"t": schema.whole(1, 3), "f": schema.number(0, 1), "i": schema.number(0, 1)},
    "required": ["t"],
    "anyOf": [{"required": ["f"]}, {"required": ["i"]}],
}
NESTED = schema.row(1, schema.record(units=UNIQUE))

# A schema, values that fit, and values that do not with the sentence each of them brings.
CASES = {
    "enum": (
        {"enum": ["a", 2]},
        ["a", 2],
        [
            ("b", "x must be one of 'a', 2, got 'b'"),
            ("2", "x must be one of 'a', 2, got '2'"),
            (None, "x must be one of 'a', 2, got None"),
            (["a"], "x must be one of 'a', 2, got ['a']"),
        ],
    ),
    "enum of 0 and 1": (
        {"enum": [0, 1]},
        [0, 1],
        [(True, "x must be one of 0, 1, got True"), (2, "x must be one of 0, 1, got 2")],
    ),
    "number": (
        schema.number(-1, 2.5),
        [-1, 0.3, 2.5],
        [
            (-1.01, "x must be a number in [-1, 2.5], got -1.01"),
            (2.51, "x must be a number in [-1, 2.5], got 2.51"),
            (float("nan"), "x must be a number in [-1, 2.5], got nan"),
            (float("inf"), "x must be a number in [-1, 2.5], got inf"),
            ("1", "x must be a number in [-1, 2.5], got '1'"),
            (True, "x must be a number in [-1, 2.5], got True"),
            (1j, "x must be a number in [-1, 2.5], got 1j"),
            (None, "x must be a number in [-1, 2.5], got None"),
        ],
    ),
    "integer": (
        schema.whole(1, 3),
        [1, 2.0, 3],
        [
            (0, "x must be a whole number in [1, 3], got 0"),
            (4, "x must be a whole number in [1, 3], got 4"),
            (1.5, "x must be a whole number in [1, 3], got 1.5"),
            (True, "x must be a whole number in [1, 3], got True"),
            ([1], "x must be a whole number in [1, 3], got [1]"),
            (10**400, "x must be a whole number in [1, 3], got 1000"),
        ],
    ),
    "boolean": (
        {"type": "boolean"},
        [True, False],
        [(1, "x must be True or False, got 1"), ("true", "x must be True or False, got 'true'")],
    ),
    "maxLength": (
        schema.text(3),
        ["", "abc", "🙂🙂🙂"],
        [
            ("abcd", "x must have at most 3 characters, got 4"),
            ("🙂🙂🙂🙂", "x must have at most 3 characters, got 4"),
            (7, "x must be a text, got 7"),
            (["a"], "x must be a text, got ['a']"),
        ],
    ),
    "pattern": (
        schema.pattern("[ab]{1,2}|c", "some of a and b, or c"),
        ["a", "ba", "c"],
        [
            (wrong, f"x must be some of a and b, or c, got {wrong!r}")
            for wrong in ("", "abc", "ac", "a\n", "\na", "A")
        ],
    ),
    "pattern of an order": (
        schema.order("ifgo"),
        ["ifgo", "ogfi"],
        [
            (wrong, f"x must be each of i, f, g, o once, got {wrong!r}")
            for wrong in ("ifg", "ifgg", "ifgoi", "IFGO", "ifgo\n")
        ],
    ),
    "items": (
        {"type": "array", "items": {"type": "boolean"}},
        [[], [True], [False] * 50],
        [
            ([True, 0], "x[1] must be True or False, got 0"),
            ("ab", "x must be a list, got 'ab'"),
            ({"0": True}, "x must be a list, got {'0': True}"),
        ],
    ),
    "minItems and maxItems": (
        schema.row(2, schema.whole(0, 9)),
        [[0, 9]],
        [
            ([1], "x must be a list of 2, got a list of 1"),
            ([1, 2, 3], "x must be a list of 2, got a list of 3"),
            ([1, 10], "x[1] must be a whole number in [0, 9], got 10"),
        ],
    ),
    "uniqueItems": (
        UNIQUE,
        [[], [1, 2, 3]],
        [
            ([2, 2], "x must hold nothing twice, got [2, 2]"),
            ([1, 1.0], "x must hold nothing twice, got [1, 1.0]"),
            ([1, 2, 3, 4], "x must be a list of at most 3, got a list of 4"),
        ],
    ),
    "properties and required": (
        RECORD,
        [{"a": 0, "b": True}],
        [
            ({"a": 0}, "x must have 'b', got {'a': 0}"),
            ({}, "x must have 'a', 'b', got {}"),
            ({"a": 2, "b": True}, "x['a'] must be a whole number in [0, 1], got 2"),
            ({"a": 0, "b": True, "c": 1}, "x must be a dict with 'a', 'b', got {'a': 0, 'b':"),
            ({"a": 0, "b": 0}, "x['b'] must be True or False, got 0"),
            (["a", "b"], "x must be a dict with 'a', 'b', got ['a', 'b']"),
            (7, "x must be a dict with 'a', 'b', got 7"),
        ],
    ),
    "anyOf": (
        EITHER,
        [{"t": 1, "f": 0.5}, {"t": 1, "i": 1}, {"t": 3, "f": 0, "i": 0}],
        [
            ({"t": 1}, "x must have 'f' or 'i', got {'t': 1}"),
            ({"f": 1}, "x must have 't', got {'f': 1}"),
            ({"t": 1, "f": 2}, "x['f'] must be a number in [0, 1], got 2"),
        ],
    ),
    "what is inside": (
        NESTED,
        [[{"units": []}]],
        [
            ([{"units": [3, 3]}], "x[0]['units'] must hold nothing twice, got [3, 3]"),
            ([{"units": [0]}], "x[0]['units'][0] must be a whole number in [1, 9], got 0"),
        ],
    ),
}
WRONG = [
    pytest.param(limits, value, message, id=f"{keyword} {k}")
    for keyword, (limits, _, wrong) in CASES.items()
    for k, (value, message) in enumerate(wrong)
]


@pytest.mark.parametrize(("limits", "right", "wrong"), CASES.values(), ids=CASES)
def test_what_fits_is_taken_as_it_is(limits, right, wrong):
    for value in right:
        assert schema.take(limits, value, "x") == value


@pytest.mark.parametrize(("limits", "value", "message"), WRONG)
def test_what_does_not_fit_is_refused_by_name(limits, value, message):
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        schema.take(limits, value, "x")


def test_what_is_taken_is_a_copy_of_plain_numbers():
    given = [{"units": (1, 2.0)}]
    taken = schema.take(NESTED, given, "x")
    assert taken == [{"units": [1, 2]}] and type(taken[0]["units"][1]) is int
    taken[0]["units"].append(3)
    assert given == [{"units": (1, 2.0)}]


def test_a_long_value_is_shown_in_short():
    with pytest.raises(ValueError) as caught:
        schema.take(schema.whole(0, 1), "x" * 5000, "x")
    assert len(str(caught.value)) < 300


# --- The page's verdict ---------------------------------------------------------------------------

ODD = [
    None,
    True,
    False,
    0,
    -0.0,
    1,
    -1,
    0.5,
    1e308,
    -1e308,
    2**53 + 2,
    "",
    "0",
    "true",
    "null",
    "a\n",
    "🙂",
    "\ud800",
    "constructor",
    [],
    [[]],
    [None],
    {},
    {"__proto__": 1},
    {"length": 0},
]


def fitting(limits, default):
    """A value that fits; `default` where only an expression says what does."""
    if "enum" in limits:
        return limits["enum"][-1]
    kind = limits["type"]
    if kind in ("number", "integer"):
        return limits["maximum"]
    if kind == "array":
        count = limits.get("minItems", min(2, limits.get("maxItems", 2)))
        return list_of(limits, count)
    if kind == "object":
        return {key: fitting(item, None) for key, item in limits["properties"].items()}
    return {"boolean": True, "string": default if "pattern" in limits else "a"}[kind]


def list_of(limits, count):
    """`count` items that fit, none twice where they are whole numbers or of a few values."""
    item = limits["items"]
    if "enum" in item:
        return [item["enum"][k % len(item["enum"])] for k in range(count)]
    if item["type"] == "integer":
        room = item["maximum"] - item["minimum"] + 1
        return [item["minimum"] + k % room for k in range(count)]
    return [fitting(item, None) for _ in range(count)]


def near(limits, default):
    """Values on both sides of every limit, one limit at a time."""
    fit = fitting(limits, default)
    yield fit
    if "enum" in limits:
        for value in limits["enum"]:
            yield from (value, f"{value} ", [value], str(value).upper(), str(value))
            yield not value
        return
    yield from NEAR.get(limits["type"], lambda *_: [])(limits, fit)


def near_number(limits, fit):
    for end, out in ((limits["minimum"], -1), (limits["maximum"], 1)):
        yield from (end, end + out, end - out * 0.5, end + out * 1e-9, float(end), str(end), [end])


def near_text(limits, fit):
    yield from (f"{fit}\n", f"\n{fit}", fit[:-1], fit.upper(), fit[::-1], f"{fit}{fit}", [fit])
    if most := limits.get("maxLength"):
        yield from (letter * count for letter in "x🙂" for count in (most, most + 1))


def near_list(limits, fit):
    for count in {limits.get("minItems", 0), limits.get("maxItems", 3)}:
        yield from (list_of(limits, k) for k in (count - 1, count, count + 1) if k >= 0)
    yield from (fit + fit[:1], {"0": fit}, dict(enumerate(fit)))
    for k, item in enumerate(fit[:2]):
        for other in near(limits["items"], item):
            yield [*fit[:k], other, *fit[k + 1 :]]


def near_object(limits, fit):
    for key, item in limits["properties"].items():
        yield {other: value for other, value in fit.items() if other != key}
        yield {key: fit[key]}
        yield from (fit | {key: value} for value in near(item, None))
    required = {key: fit[key] for key in limits["required"]}
    yield required
    yield from (required | {key: fit[key]} for key in fit)
    yield from (fit | {key: 1} for key in ("__proto__", "toString", "other", ""))
    yield list(fit.items())


NEAR = {
    "number": near_number,
    "integer": near_number,
    "string": near_text,
    "array": near_list,
    "object": near_object,
}


def spoil(rng, value):
    """`value` with something odd in one place, however deep."""
    if isinstance(value, list | dict) and value and rng.random() < 0.8:
        value = deepcopy(value)
        key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
        value[key] = spoil(rng, value[key])
        return value
    return rng.choice(ODD)


def hostile(name, limits, default):
    """Values as a link can bring them: those near the limits, odd ones, and both at random."""
    # A text, as hash() of one differs from run to run.
    rng = random.Random(name)
    values = [*near(limits, default), *ODD]
    values += [spoil(rng, rng.choice(values)) for _ in range(40)]
    # As they come out of a link: what was a tuple is a list, what was a number's key a text.
    return [json.loads(json.dumps(value)) for value in values]


def is_taken(take, *arguments):
    try:
        take(*arguments)
    except (ValueError, TypeError):
        return False
    return True


@pytest.fixture(scope="module")
def blank(browser):
    """A page that has the limits' own module, and the script of every figure."""
    page = browser.new_page()
    page.evaluate(
        """async (sources) => {
          for (const source of sources) {
            const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
            Object.assign(window, await import(url));
          }
        }""",
        [joined("web/host/limits.mjs")],
    )
    for figure in CLASSES.values():
        page.add_script_tag(content=joiner.page_script(figure))
    yield page
    page.close()


def disagreements(verdicts, values):
    return [value for value, (one, other) in zip(values, verdicts, strict=True) if one != other]


def test_the_page_judges_each_keyword_alike(blank):
    for keyword, (limits, right, wrong) in CASES.items():
        # What JSON has no word for cannot come from a link.
        wrong = [v for v, _ in wrong if not isinstance(v, complex) and v == v and v != 10**400]
        wrong = [value for value in wrong if value != float("inf")]
        values = [*right, *wrong, *hostile(keyword, limits, right[0])]
        fit = blank.evaluate(
            "([limits, values]) => JSON.parse(values).map((value) => fits(limits, value))",
            [limits, json.dumps(values)],
        )
        assert fit[: len(right)] == [True] * len(right), keyword
        assert not any(fit[len(right) : len(right) + len(wrong)]), keyword
        taken = [is_taken(schema.take, limits, value, "x") for value in values]
        assert disagreements(zip(fit, taken, strict=True), values) == [], keyword


@pytest.mark.parametrize("figure", CLASSES.values(), ids=CLASSES)
def test_a_link_may_set_what_the_class_takes_and_nothing_else(blank, figure):
    """The whole verdict: the schemas, and what depends on the figure, of both sides."""
    instance = figure()
    first = instance.state()
    for name, limits in (figure.contract() | figure.shorthand()).items():
        values = hostile(name, limits, first[name])
        allowed = blank.evaluate(
            """([kind, state, name, values]) => JSON.parse(values).map((value) =>
              isAllowed(window.liveFigures[kind], { state: JSON.parse(state) }, name, value))""",
            [figure.figure, json.dumps(first), name, json.dumps(values)],
        )
        taken = []
        for value in values:
            taken.append(is_taken(setattr, instance, name, value))
            setattr(instance, name, first[name])
        assert {True, False} == set(taken), name
        assert disagreements(zip(allowed, taken, strict=True), values) == [], name


def test_hundreds_of_values_are_tried():
    counts = [
        len(hostile(name, limits, figure().state()[name]))
        for figure in CLASSES.values()
        for name, limits in figure.contract().items()
    ]
    assert min(counts) >= 60 and sum(counts) > 5000
