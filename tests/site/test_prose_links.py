"""Every link of the prose that sets a figure: in the notebooks, and followed on the built pages."""

import json
import re
from urllib.parse import parse_qsl, urlsplit

import nbformat
import pytest

from lecture_lib import figures
from lecture_lib.figures.traits import Data
from tests.driver import HTML, NOT_BUILT, ROOT, TWIN, scroll_past_figures, twins

CLASSES = {cls.figure: cls for cls in (getattr(figures, name) for name in figures.__all__)}
LECTURES = sorted((ROOT / "notebooks").glob("*.ipynb"))
LEAST = 4  # links a lecture
# What a setting brings along, where the link does not say it.
BRINGS = {"preset": ("t", "gates", "rows"), "n": ("word",)}
LINK = re.compile(r"\]\(#([^)\s]+)\)")

# All that the page says of its figures, in the address; and what their native inputs show.
SEEN = """() => [
  location.hash,
  [...document.querySelectorAll("form.live-controls")].flatMap((form) => [...form.elements]
    .filter((e) => e.name).map((e) => (e.type === "checkbox" ? e.checked : e.value))),
]"""
# Follows a link; whether the figure is marked then.
FOLLOW = """([k, anchor]) => {
  document.querySelectorAll("a.live-link")[k].click();
  return document.getElementById(anchor).matches(".live-marked");
}"""
# Whether the first drawing of the figure, or so much as the window holds, is in the window.
IN_VIEW = """(anchor) => {
  const figure = document.getElementById(anchor);
  const drawings = [...figure.querySelectorAll(".live-look, svg[role=img], canvas"), figure];
  const boxes = drawings.map((node) => node.getBoundingClientRect());
  const { top, bottom, height } = boxes.find((box) => box.height);
  const seen = Math.min(bottom, innerHeight) - Math.max(top, 0);
  return seen >= Math.min(height, innerHeight - 80) - 2;
}"""


def cells_with_figures(notebook):
    """The place, the kind and the state of each figure of a notebook."""
    for place, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            shown = TWIN.search("".join(output.get("data", {}).get("text/html", "")))
            if shown:
                yield place, shown[1], json.loads(shown[2])["state"]


def links(notebook):
    """The place of each link, the name of a figure, and its settings."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for target in LINK.findall(cell.source):
                assert "?" in target, f"#{target} sets nothing"
                name, query = target.split("?", 1)
                settings = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
                assert len(dict(settings)) == len(settings), target
                yield place, name, {key: json.loads(text) for key, text in settings}


def meant(place, name, shown):
    """The anchor and the state of the figure that a link at `place` means, counted in cells."""
    anchors = {}
    for at, kind, state in shown:
        number = sum(k == kind for _, k, _ in anchors.values()) + 1
        anchors[f"{kind}-{number}" if number > 1 else kind] = (at, kind, state)
    near = [a for a, (_, kind, _) in anchors.items() if kind == name]
    if not near:
        near = [name]
    anchor = min(near, key=lambda a: (abs(anchors[a][0] - place), anchors[a][0] > place))
    return anchor, anchors[anchor][1], anchors[anchor][2]


def becomes(kind, state, settings):
    """What a link keeps of Python's own figure of that state, with the settings."""
    cls = CLASSES[kind]
    known = {*cls.contract(), *cls.shorthand()}
    assert set(settings) <= known, f"{kind} has no {set(settings) - known}"
    kept = {k: v for k, v in state.items() if not isinstance(cls.class_traits()[k], Data)}
    kept = {k: v for k, v in kept.items() if k not in cls.shorthand()}
    for name in settings:
        kept = {k: v for k, v in kept.items() if k not in BRINGS.get(name, ())}
    # A figure of a network that was handed to it is made here with one of the book's in its place.
    own = {"example": ""} if kept.get("example") == "" else {}
    kept = {k: v for k, v in kept.items() if k not in own}
    now = json.loads(json.dumps(cls(**kept | settings).state()))
    return {name: (now | own)[name] for name in cls.contract()}


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_every_link_names_a_figure_of_its_lecture_and_settings_that_its_class_takes(path):
    notebook = nbformat.read(path, as_version=4)
    shown = list(cells_with_figures(notebook))
    found = list(links(notebook))
    assert len(found) >= LEAST
    for place, name, settings in found:
        anchor, kind, state = meant(place, name, shown)
        # A link that leaves the figure as the lecture shows it says so by a setting of that figure.
        assert settings, anchor
        becomes(kind, state, settings)


@pytest.fixture
def lecture(visit, request):
    name = f"notebooks/{request.param.stem}.html"
    assert (HTML / name).exists(), NOT_BUILT
    seen = visit(name, all_figures=False)
    seen.page.evaluate(
        "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
    )
    scroll_past_figures(seen.page)
    return seen.page, name, nbformat.read(request.param, as_version=4)


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda path: path.stem, indirect=True)
def test_every_link_sets_its_figure_in_view_and_the_back_button_undoes_it(lecture):
    page, name, notebook = lecture
    states, shown = twins(name), list(cells_with_figures(notebook))
    marked = page.locator("a.live-link")
    found = list(links(notebook))
    assert marked.count() == len(found)
    for k, (place, link_name, settings) in enumerate(found):
        anchor, kind, state = meant(place, link_name, shown)
        told = f"link {k}, {link_name} {settings}"
        before = page.evaluate(SEEN)
        marked.nth(k).scroll_into_view_if_needed()
        assert page.evaluate(FOLLOW, [k, anchor]), told
        fragment = urlsplit(page.url).fragment
        parts = dict(part.split("?", 1) for part in fragment.split(";") if "?" in part)
        said = {key: json.loads(text) for key, text in parse_qsl(parts.get(anchor, ""))}
        wanted = becomes(kind, state, settings)
        assert states[anchor].items() >= {k: v for k, v in state.items() if k != "weights"}.items()
        assert {key: states[anchor][key] for key in wanted} | said == wanted, told
        shows = inputs(page, anchor)
        assert shows == {key: show(shows[key], wanted[key]) for key in shows if key in wanted} | {
            key: value for key, value in shows.items() if key not in wanted
        }, told
        page.wait_for_function(IN_VIEW, arg=anchor, timeout=5_000)
        after = page.evaluate(SEEN)
        if after != before:
            page.evaluate("history.back()")
            assert comes_to(page, before), told
            page.evaluate("history.forward()")
            assert comes_to(page, after), told


def test_a_link_that_is_followed_before_its_figure_is_there_leads_to_the_picture(visit):
    page = visit("notebooks/26_your_network.html", all_figures=False).page
    assert not page.locator("#microscope .live-view").count()
    page.evaluate(FOLLOW, [0, "microscope"])
    page.locator("#microscope .live-view[aria-busy=false]").wait_for()
    page.wait_for_function(IN_VIEW, arg="microscope", timeout=5_000)


def inputs(page, anchor):
    return page.locator(f"#{anchor} form.live-controls").evaluate(
        """form => Object.fromEntries([...form.elements].filter((e) => e.name).map((e) =>
          [e.name, e.type === "checkbox" ? e.checked : e.value]))"""
    )


def show(shown, value):
    """How a native input shows the value: as a text, or ticked."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value
    return shown if float(shown) == value else str(value)


def comes_to(page, wanted):
    for _ in range(50):
        if page.evaluate(SEEN) == wanted:
            return True
        page.wait_for_timeout(100)
    return False
