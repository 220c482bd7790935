"""What every figure keeps, asked of all of them: each on a page of its own, from disk, offline.

Nothing here knows a figure: what a link may set, and what it may not, comes from the class. What a
figure computes is asked in its own folder.
"""

import json
import random
import re
from functools import cache
from urllib.parse import quote

import pytest
from ipywidgets.widgets.widget import _instances

from book._tools import preview
from lecture_lib import figures
from lecture_lib.figures.schema import take
from lecture_lib.figures.traits import Data
from tests.driver import TWIN, Figure, previews

CLASSES = {cls.figure: cls for cls in (getattr(figures, name) for name in figures.__all__)}
# What shows only in what is done next: how far a slider reaches, how the run to come is trained.
SILENT = {"gate-lab": ["all_steps"], "gru-lab": ["all_steps"], "trainer": ["clip", "learning_rate"]}
# What a still picture weighs at most, in characters; three draw several charts.
STILLS = {"gate-lab": 16_000, "gradient-flow": 11_000, "spectral": 9_000}
WORDS = ["", "hello", "Mary went to the store", "aabb", "<b>1, -0.5</b>", "…é𝔸"]


def sample(schema, rng):
    """A value that fits."""
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema["type"]
    if kind == "integer":
        return rng.randint(schema["minimum"], schema["maximum"])
    if kind == "number":
        low, high = schema["minimum"], schema["maximum"]
        return round(low + (high - low) * rng.random(), 2)
    if kind == "boolean":
        return rng.random() < 0.5
    if "pattern" in schema:
        letters, least, most = re.search(
            r"\[(.*?)\]\{(\d+)(?:,(\d+))?\}", schema["pattern"]
        ).groups()
        count = rng.randint(int(least), int(most or least))
        draw = rng.sample if "(?=" in schema["pattern"] else rng.choices
        return "".join(draw(letters, k=count))
    if kind == "string":
        return rng.choice(WORDS)[: schema["maxLength"]]
    if kind == "array":
        count = schema.get("minItems", rng.randint(0, 2))
        items = [sample(schema["items"], rng) for _ in range(count)]
        return list(dict.fromkeys(items)) if schema.get("uniqueItems") else items
    wanted = {*schema["required"], *rng.choice(schema.get("anyOf", [{"required": []}]))["required"]}
    return {key: sample(schema["properties"][key], rng) for key in sorted(wanted)}


def wrong(schema):
    """Up to eight values that do not fit, as the text of a link."""
    values = [schema.get("minimum", 0) - 1, schema.get("maximum", 0) + 1, None, {"length": 3}]
    values += ["<img src=x onerror=alert(1)>", [[None]], 0.5, True, "x" * 1000, 1e308]
    texts = ["NaN" if "enum" in schema else "1e999"]
    for value in values:
        try:
            take(schema, value, "value")
        except (TypeError, ValueError):
            texts.append(json.dumps(value))
    return texts[:8]


def settings_of(cls, seed):
    """Settings that the class takes together, all of its contract."""
    rng = random.Random(seed)
    taken = {}
    for name, schema in cls.contract().items():
        for _ in range(200):
            value = sample(schema, rng)
            try:
                cls(**{name: value})
            except ValueError:
                continue  # what a schema cannot say, such as a gate of another cell
            taken[name] = value
            break
    assert set(taken) == set(cls.contract())
    if cls.figure == "stepper":  # it brings a unit and a step that are not there into range
        taken |= {"unit": min(taken["unit"], taken["hidden_size"]), "t": 1}
    return taken


def link_to(kind, settings):
    query = "&".join(f"{name}={quote(json.dumps(value))}" for name, value in settings.items())
    return f"#{kind}?{query}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("figures")


@pytest.fixture(params=CLASSES)
def kind(request):
    return request.param


@cache
def address_of(kind, folder):
    return (folder / preview.write(CLASSES[kind](), folder)).as_uri()


@pytest.fixture
def show(browser, folder, kind):
    """show(fragment) opens the figure's page anew; at the end nothing may have been logged."""
    address = address_of(kind, folder)
    with previews(browser) as open_page:

        def show_kind(fragment="", **options):
            return Figure(open_page(address + fragment, **options), kind)

        show_kind.address = address
        yield show_kind


def arrive(page, fragment):
    """As by hand in the address bar of the page that is open; the host has answered."""
    page.evaluate(
        """(fragment) => new Promise((done) => {
          addEventListener("hashchange", () => setTimeout(done), { once: true });
          location.hash = fragment;
        })""",
        fragment,
    )


def kept(figure):
    """What the figure's link says, once asked for: {name: value} of all that is not as it was."""
    copy = figure.root.get_by_role(
        "button", name=re.compile("^(Copy link|Copied|It is in the address bar)$")
    )
    copy.click()
    _, _, query = figure.page.evaluate("location.hash").partition("?")
    return figure.page.evaluate(
        "(query) => [...new URLSearchParams(query)].map(([k, v]) => [k, JSON.parse(v)])", query
    )


def seen(figure):
    if figure.root.locator(".live-view[aria-busy]").count():
        figure.wait_until_done()
    rows = figure.root.locator(".live-numbers table").evaluate_all(
        """tables => tables.flatMap((table) => [...table.rows])
          .filter((row) => !row.closest("[hidden]")).map((row) => row.textContent)"""
    )
    return rows, figure.inputs()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_link_brings_all_of_it_back_and_reset_takes_it_away(show, kind, seed):
    cls = CLASSES[kind]
    initial = cls().state()
    settings = settings_of(cls, seed)
    opened = show()
    before = seen(opened)
    assert kept(opened) == []
    figure = show(link_to(kind, settings))
    expected = {name: value for name, value in settings.items() if value != initial[name]}
    assert dict(kept(figure)) == expected and expected
    there = seen(figure)
    # Whoever gets the link sees the same.
    again = show(figure.page.evaluate("location.hash"))
    assert seen(again) == there
    again.root.get_by_role("button", name="Reset", exact=True).click()
    assert seen(again) == before
    assert kept(again) == []


# What the figure says of each of the links, followed one after another on the open page.
REFUSALS = """async ([kind, links]) => {
  const said = [];
  for (const link of links) {
    await new Promise((done) => {
      addEventListener("hashchange", () => setTimeout(done), { once: true });
      location.hash = link;
    });
    const told = document.querySelector(`#${kind} .live-unfit`);
    said.push(told?.textContent ?? "");
  }
  return said;
}"""


def test_a_link_of_which_a_part_does_not_fit_sets_nothing_and_says_why(show, kind):
    cls = CLASSES[kind]
    figure = show()
    before, caption = seen(figure), figure.root.locator(".live-caption").inner_text()
    bad = [
        f"{name}={quote(text, safe='%')}"
        for name, schema in (cls.contract() | cls.shorthand()).items()
        for text in wrong(schema)
    ]
    assert len(bad) >= 5 * len(cls.contract())
    fixed = {name for name in cls().state() if name not in cls.contract() | cls.shorthand()}
    bad += [f"{name}={quote(value)}" for name in fixed for value in ("0", "1", '"<b>x</b>"', "{}")]
    bad += ["zap=1", "__proto__={}", "constructor=1", "initial={}", "_esm=1"]
    good = settings_of(cls, 1)
    first = link_to(kind, good)
    # With what fits before it and after it: a link is taken as a whole or not at all.
    links = [f"#{kind}?{part}" for part in bad] + [f"{first}&zap=1", f"#{kind}?zap=1&{first[1:]}"]
    said = figure.page.evaluate(REFUSALS, [kind, links])
    for link, sentence in zip(links, said, strict=True):
        name = link.partition("?")[2].partition("=")[0] if "zap" not in link else "zap"
        assert re.match(
            rf"This link asks for {re.escape(name)} = .*Nothing was set\.$", sentence
        ), link
    assert (seen(figure), kept(figure)) == (before, [])
    assert figure.root.locator(".live-caption").inner_text() == caption
    assert figure.root.locator("[onerror], b[data-x]").count() == 0
    # As the page opens, too.
    figure = show(links[-1])
    assert figure.root.locator(".live-unfit").inner_text().startswith("This link asks for zap")
    assert (seen(figure), kept(figure)) == (before, [])
    arrive(figure.page, first)
    initial = cls().state()
    assert dict(kept(figure)) == {k: v for k, v in good.items() if v != initial[k]}
    assert figure.root.locator(".live-unfit").count() == 0


@pytest.mark.parametrize("seed", [None, 4], ids=["as it comes", "another"])
def test_nothing_is_clipped_on_a_narrow_page(show, kind, seed):
    fragment = "" if seed is None else link_to(kind, settings_of(CLASSES[kind], seed))
    figure = show(fragment, viewport={"width": 360, "height": 800})
    seen(figure)
    for tab in range(max(1, figure.root.locator(".live-tab:visible").count())):
        if tab or (seed is not None and figure.root.locator(".live-tab:visible").count()):
            figure.choose_tab(tab)
            seen(figure)
        assert figure.root.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
        assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_keyboard_reaches_every_control_and_each_says_what_it_is(show, kind):
    """A name for each, 24 px to hit, arrows that move sliders, Space that turns switches."""
    figure = show()
    controls = CLASSES[kind]().shown_controls()
    for tab in range(max(1, figure.root.locator(".live-tab").count())):
        if tab:
            figure.root.locator(".live-tab").nth(tab).press("Enter")
        for name, control in controls.items():
            if control.tab not in (None, tab):
                continue
            node = figure.root.locator(f'.live-controls [name="{name}"]')
            assert node.evaluate("node => node.labels[0].textContent") == control.label
            box = node.bounding_box()
            assert min(box["width"], box["height"]) >= 24, name
            node.focus()
            assert node.evaluate("node => node === document.activeElement")
            if control.kind == "range":
                low = node.evaluate("node => node.value === node.max")
                before = figure.inputs()[name], node.get_attribute("aria-valuetext")
                node.press("ArrowLeft" if low else "ArrowRight")
                after = figure.inputs()[name], node.get_attribute("aria-valuetext")
                assert before[0] != after[0] and before[1] != after[1], name
            elif control.kind == "checkbox":
                before = figure.inputs()[name]
                node.press("Space")
                assert figure.inputs()[name] != before
    # In one breath: a Stop goes when the work is done.
    faults = figure.root.evaluate(
        """root => [...root.querySelectorAll("button")].filter((n) => n.checkVisibility()
          && (!(n.getAttribute("aria-label") ?? n.textContent).trim()
            || n.getBoundingClientRect().height < 24)).map((n) => n.outerHTML)"""
    )
    assert not faults


def other(control, value):
    """Another value of the control, as the page's driver sets it."""
    schema = control.schema
    if "enum" in schema:
        return str(next(option for option in schema["enum"] if option != value))
    if control.kind == "checkbox":
        return not value
    middle = (schema["minimum"] + schema["maximum"]) / 2
    return round(schema["maximum"] if value < middle else schema["minimum"])


def as_set(control, value):
    return str(value) if "enum" in control.schema else value


def test_each_control_moves_what_is_seen_and_the_voice_follows(show, kind):
    """Table, texts or drawing: a control that moves none of them, whatever others say, is dead."""
    figure = show()
    state, controls = CLASSES[kind]().state(), CLASSES[kind]().shown_controls()
    picture = figure.root.locator(".live-view")

    def look():
        seen(figure)
        return picture.evaluate(
            """view => [...view.querySelectorAll("svg, canvas, table, p, .live-equations")]
              .concat([...view.querySelectorAll(".live-script")])
              .filter((n) => !n.closest(".live-controls"))
              .map((n) => (n.tagName === "CANVAS" ? n.toDataURL() : n.outerHTML)).join("")"""
        )

    def moves(name):
        before = look()
        figure.set(name, other(controls[name], state[name]))
        moved = look() != before
        figure.set(name, as_set(controls[name], state[name]))
        return moved

    def moves_beside_another(name):
        """A held value waits for its hold, a comparison's gate for the comparison."""
        for beside, control in controls.items():
            if beside != name and control.tab in (None, tab):
                figure.set(beside, other(control, state[beside]))
                moved = moves(name)
                figure.set(beside, as_set(control, state[beside]))
                if moved:
                    return True
        return False

    for name, control in controls.items():
        tab = control.tab
        if tab is not None and figure.root.locator(".live-tab").count():
            figure.choose_tab(tab)
        if name not in SILENT.get(kind, ()):
            assert moves(name) or moves_beside_another(name), name
    figure.root.locator(".live-voice").filter(has_text=re.compile(r"\w")).wait_for(state="attached")


def test_what_is_published_is_the_class_said_once_and_the_same_twice(kind):
    cls = CLASSES[kind]
    settings = settings_of(cls, 3)
    first, second = cls(**settings), cls(**settings)
    assert first.twin() == second.twin() and repr(first) == repr(second)
    assert repr(cls()) == f"{cls.__name__}()"
    found_kind, data = TWIN.search(first.twin()).groups()
    data = json.loads(data)
    assert found_kind == kind and set(data) == {"controls", "state"}
    assert data["state"] == json.loads(json.dumps(first.state()))
    assert [c["name"] for c in data["controls"]] == list(first.shown_controls())
    assert set(first.settings()) <= set(cls.contract())
    assert len(cls().still()) <= STILLS.get(kind, 8_000)
    assert cls().text().strip().endswith(".")
    for name, value in settings.items():
        assert getattr(first, name) == value


def test_nothing_is_shared_and_nothing_of_a_caller_is_kept(kind):
    cls = CLASSES[kind]
    one, two = cls(), cls()
    for name, trait in one.traits().items():
        value = getattr(one, name)
        if isinstance(value, list | dict) and value and hasattr(trait, "fixed"):
            assert value is not getattr(two, name), name
            assert value is not one.initial.get(name), name
            if not isinstance(trait, Data):
                setattr(one, name, value)
                assert getattr(one, name) is not value, name


def test_closing_leaves_nothing_in_the_kernel(kind):
    before = set(_instances)
    figure = CLASSES[kind]()
    assert figure.panel.children and len(_instances) > len(before)
    figure.close()
    assert set(_instances) == before


def test_another_name_or_a_wrong_value_is_refused_by_name(kind):
    cls = CLASSES[kind]
    with pytest.raises(TypeError, match="has no 'zap'; it takes "):
        cls(zap=1)
    with pytest.raises(AttributeError, match="has no 'zap'; it takes "):
        cls().zap = 1
    for name, schema in cls.contract().items():
        for text in wrong(schema):
            value = json.loads(text)
            with pytest.raises((TypeError, ValueError), match=re.escape(name)) as error:
                cls(**{name: value})
            assert "unhashable" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [("GRULab", "GRU Lab"), ("SideBySide", "Side by Side"), ("Trainer", "Trainer")],
)
def test_a_figure_is_named_in_words(name, said):
    assert getattr(figures, name).title() == said
