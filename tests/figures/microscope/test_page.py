"""The Microscope in the browser: files go in through its field, and its numbers are NumPy's.

One page is opened and driven on, from test to test; each begins with a reset.
"""

import base64
import random
import re

import numpy as np
import pytest

from book._tools import preview
from lecture_lib.cells import LSTM
from lecture_lib.figures import Microscope, joiner
from lecture_lib.figures.microscope import examples
from lecture_lib.interchange import open_network, to_onnx, to_torch
from lecture_lib.seeded import seeded_uniform
from tests.driver import DROP_ODD_FILES, SLOW_DISK, Figure, axe_faults, previews
from tests.figures.test_stage import Stage
from tests.interchange.test_parity import (
    NETWORKS,
    in_a_folder,
    js_of,
    npz_of,
    pt_of,
    safetensors,
    saved,
)

KIND = "microscope"
LARGE = LSTM(40, 256, seed=0, forget_bias=3.0)
# Ten digits behind the point are printed.
PRINTED = 6e-11


def written(cell, form):
    """The files of a network, {name: bytes}, the one to open first."""
    if form == "onnx":
        return {"m.onnx": to_onnx(cell, np.float64).SerializeToString()}
    if form == "js":
        files = js_of(cell)
        return {"model.json": files["data"]} | files["beside"]
    writers = {
        "safetensors": lambda a: safetensors(saved(a, np.float64)),
        "npz": lambda a: npz_of(saved(a, np.float64)),
        "pt": pt_of,
    }
    return {f"m.{form}": writers[form](to_torch(cell))}


FORMS = ("onnx", "safetensors", "npz", "pt", "js")
TEN = [(name, FORMS[k % 5]) for k, name in enumerate(NETWORKS)]


class Scope(Figure):
    settle = Figure.wait_until_done

    def reset(self):
        self.root.get_by_role("button", name="Reset", exact=True).click()
        self.settle()

    def hand(self, files):
        payload = [
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            for name, data in files.items()
        ]
        self.input("file").set_input_files(payload)

    def open(self, files):
        self.hand(files)
        self.settle()

    def network(self):
        picked = self.root.locator('select[name="example"]')
        return picked.evaluate("select => select.selectedOptions[0].text")

    def pick(self, name, value):
        self.root.locator(f'select[name="{name}"]').select_option(value)
        self.settle()

    def put(self, name, value):
        field = self.root.locator(f'.live-view [name="{name}"]')
        field.fill(str(value))
        field.press("Enter")
        self.settle()

    def tab(self, index):
        self.choose_tab(index)
        self.settle()

    def unfold(self):
        fold = self.root.locator("details.live-numbers")
        fold.evaluate("(fold) => { fold.open = true; }")
        fold.locator("tbody tr").first.wait_for()

    def fold(self):
        fold = self.root.locator("details.live-numbers")
        fold.evaluate("(fold) => { fold.open = false; }")

    def columns(self):
        """The table of numbers: {head: texts}."""
        heads, *rows = self.rows()
        return {head: [row[k] for row in rows] for k, head in enumerate(heads)}

    def told(self):
        return self.root.locator(".live-trouble").inner_text()

    def opened(self):
        return self.root.locator(".live-opened").inner_text()

    def look(self, name):
        return self.root.locator(name).evaluate_all(
            "nodes => nodes.map((n) => n.toDataURL?.() ?? n.outerHTML).join()"
        )


# `seenHeights()` says how high the figure has been in each frame since.
WATCH_HEIGHT = """() => {
  const view = document.querySelector(".live-view"), heights = [];
  const look = () => {
    heights.push(view.offsetHeight);
    frame = requestAnimationFrame(look);
  };
  let frame = requestAnimationFrame(look);
  window.seenHeights = () => {
    cancelAnimationFrame(frame);
    return heights;
  };
}"""
# Presses Reset once the engine has been sent a message of a kind, before it can have answered.
RESET_AT_THE_MESSAGE = """(kind) => {
  const send = Worker.prototype.postMessage;
  window.hasReset = false;
  Worker.prototype.postMessage = function (message, ...others) {
    send.call(this, message, ...others);
    if (!message[kind]) return;
    Worker.prototype.postMessage = send;
    const buttons = [...document.querySelectorAll(".live-tools button")];
    queueMicrotask(() => {
      buttons.find((node) => node.textContent === "Reset").click();
      window.hasReset = true;
    });
  };
}"""


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("microscope")
    address = (folder / preview.write(Microscope(), folder)).as_uri()
    with previews(browser) as open_page:
        page = open_page(address)
        scope = Scope(page, KIND)
        scope.settle()
        scope.unfold()
        yield scope


@pytest.fixture
def scope(opened):
    opened.page.set_viewport_size({"width": 1000, "height": 900})
    opened.reset()
    opened.unfold()
    return opened


def same_as(scope, report, units):
    """Each gate and state of these units over all steps, against NumPy's."""
    arrays = {**report.gates, "h": report.h} | ({"c": report.c} if report.c is not None else {})
    for unit in units:
        scope.put("unit", unit + 1)
        columns = scope.columns()
        assert set(arrays) <= set(columns)
        for letter, array in arrays.items():
            shown = np.array(columns[letter], float)
            assert np.abs(shown - array[:, unit]).max() <= 1e-10 + PRINTED, (letter, unit)


@pytest.mark.parametrize(("name", "form"), TEN, ids=[f"{n}, {f}" for n, f in TEN])
def test_a_reader_s_network_computes_what_numpy_computes(scope, tmp_path, name, form):
    files = written(NETWORKS[name], form)
    scope.open(files)
    assert scope.opened() == "" and scope.told() == ""
    first, data = next(iter(files.items()))
    assert scope.network() == first
    if form == "js":
        data = in_a_folder(js_of(NETWORKS[name]), tmp_path / "js")
    network = open_network(data)
    x = seeded_uniform(1, 40, (60, 3))
    exam = network.examine(x)
    for number, layer in enumerate(network, 1):
        scope.pick("layer", str(number))
        for report in exam.layers:
            if report.name != layer.name:
                continue
            side = {"there": "from the first step on", "back": "from the last step back"}
            if layer.direction == "both":
                scope.root.get_by_role("button", name=side[report.direction]).click()
                scope.settle()
            same_as(scope, report, (0, layer.hidden_size - 1))


def test_it_is_busy_while_a_file_comes_from_the_disk_until_it_is_stopped(scope):
    [(_, data)] = written(NETWORKS["lstm"], "npz").items()
    busy = scope.root.locator(".live-view[aria-busy=true]")
    own = scope.network()
    scope.page.evaluate(SLOW_DISK)
    scope.hand({"one.npz": data})
    busy.wait_for()
    scope.root.get_by_role("button", name="Stop", exact=True).click()
    scope.settle()
    scope.page.evaluate("go()")
    scope.settle()
    assert scope.network() == own and scope.opened() == ""
    # Of two, the one that was opened last, though the first is there before it.
    scope.hand({"one.npz": data})
    scope.hand({"two.npz": data})
    busy.wait_for()
    scope.page.evaluate("go(true)")
    scope.root.get_by_role("option", name="two.npz").wait_for(state="attached")
    scope.settle()
    assert scope.network() == "two.npz"


@pytest.mark.parametrize("kind", ["open", "table"])
def test_a_reset_lets_go_of_what_is_still_being_opened(scope, kind):
    [(_, data)] = written(NETWORKS["lstm"], "npz").items()
    file = {"late.npz": data} if kind == "open" else {"late.csv": b"1,2,3\n4,5,6\n"}
    own = scope.network()

    def is_as_it_was():
        scope.settle()
        assert scope.network() == own and scope.opened() == ""
        assert "late" not in scope.root.inner_text()
        assert scope.root.get_by_role("option", name="late").count() == 0

    before = scope.look(".live-numbers")
    scope.page.evaluate(SLOW_DISK)
    scope.hand(file)
    scope.root.get_by_role("button", name="Reset", exact=True).click()
    scope.page.evaluate("go(true)")
    is_as_it_was()
    # It is there, and the engine reads it.
    scope.page.evaluate(RESET_AT_THE_MESSAGE, kind)
    scope.hand(file)
    scope.page.wait_for_function("window.hasReset")
    is_as_it_was()
    assert scope.look(".live-numbers") == before


@pytest.mark.parametrize("width", [1000, 390])
def test_what_stands_below_hardly_moves_while_another_network_is_computed(scope, width):
    scope.page.set_viewport_size({"width": width, "height": 900})
    scope.page.evaluate("document.querySelector('.live-numbers').open = false")
    scope.page.evaluate(WATCH_HEIGHT)
    scope.pick("example", "hello")
    scope.pick("example", "sentences-lstm")
    heights = scope.page.evaluate("seenHeights()")
    # The networks' maps are not equally high; without its place the figure loses half and more.
    assert len(set(heights)) > 1 and min(heights) > 0.75 * max(heights), heights


def test_its_own_networks_are_there_and_what_is_found_is_python_s(scope):
    for name in examples.WORDS:
        scope.pick("example", name)
        exam = Microscope(example=name).examination
        same_as(scope, exam.layers[0], (1,))
        scope.tab(1)
        columns = scope.columns()
        taus = exam.layers[0].time_constants
        np.testing.assert_allclose(np.array(columns["time constant"], float), taus, rtol=1e-6)
        dead = [text == "1" for text in columns["dead"]]
        assert dead == exam.layers[0].health["dead"].tolist()
        scope.tab(2)
        columns = scope.columns()
        for head, wanted in {"by x": "x", "state": "state", "direct": "direct"}.items():
            array = getattr(exam.layers[0].reach, wanted)
            np.testing.assert_allclose(np.array(columns[head], float), array, rtol=1e-5)
        origins = exam.origins(exam.layers[0].name, unit=1)
        wanted = np.sqrt((origins**2).sum(axis=1))
        shown = np.array([float(text or 0) for text in columns["origin"]])
        np.testing.assert_allclose(shown, wanted, rtol=1e-5, atol=1e-300)
        scope.tab(3)
        columns = scope.columns()
        assert columns["finding"] == [finding.key for finding in exam.findings]
        sentences = scope.root.locator(".live-findings li").all_inner_texts()
        assert len(sentences) == len(exam.findings)
        assert all(re.search(r"lecture \d+$", text) for text in sentences)
        scope.tab(0)


def test_findings_count_units_and_steps_as_the_figure_does(scope):
    scope.tab(3)
    taus = Microscope().report.time_constants
    text = scope.root.locator(".live-findings").inner_text()
    assert f"unit {taus.argmax() + 1}" in text
    moved = Microscope().report.rounding
    step = f'at step {moved.step + 1} ("{examples.STORY[moved.step]}") in unit {moved.unit + 1}'
    assert step in text


def test_a_file_is_dropped_and_a_hostile_one_leaves_all_as_it_was(scope):
    cell = NETWORKS["gru"]
    drop = """([name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name));
      for (const type of ["dragenter", "dragover", "drop"])
        document.querySelector(".live-view").dispatchEvent(
          new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
    }"""
    data = npz_of(to_torch(cell))
    scope.page.evaluate(drop, ["<b>dropped</b>.npz", list(data)])
    scope.root.locator('select[name="example"] option', has_text="dropped").wait_for(
        state="attached"
    )
    scope.settle()
    assert scope.root.locator(".live-view b[data-x], .live-view select b").count() == 0
    before = scope.columns()
    rng = random.Random(5)
    for _ in range(12):
        broken = bytearray(data)
        for _ in range(rng.randint(1, 40)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        scope.open({"broken.npz": bytes(broken[: rng.randint(1, len(broken))])})
        said = scope.opened()
        if said:
            assert said.startswith("broken.npz: ") and scope.columns() == before
        else:
            scope.open({"whole.npz": data})
            before = scope.columns()
    asked, said = scope.page.evaluate(DROP_ODD_FILES, ["a.npz", ".live-opened"])
    assert asked == [3]
    assert said[0] == "67108865-a.npz: at most 67108864 bytes are read, got 67108865"
    assert said[1] == "3-a.npz: it cannot be read; is it a folder?"
    assert scope.columns() == before
    assert scope.root.locator("select[name=example]").is_enabled()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("w.h5", b"\x89HDF\r\n\x1a\n" + bytes(64), "h5"),
        ("empty.onnx", b"", "must not be empty"),
        ("a.txt.pt", b"hello", "a.txt.pt: "),
    ],
    ids=["h5", "empty", "text"],
)
def test_what_is_no_network_is_told_in_a_sentence(scope, name, data, said):
    before = scope.columns()
    scope.open({name: data})
    assert said in scope.opened() and scope.columns() == before


def test_a_table_is_read_and_a_wrong_width_is_told(scope):
    scope.open(written(NETWORKS["lstm"], "safetensors"))
    x = np.random.default_rng(0).normal(size=(30, 3)).round(3)
    text = "\n".join(", ".join(map(str, row)) for row in x)
    exam = open_network(to_torch(NETWORKS["lstm"])).examine(x)
    scope.open({"x.csv": text.encode()})
    same_as(scope, exam.layers[0], (2,))
    scope.root.locator(".live-fold:not(.live-about) summary").click()
    area = scope.root.locator('textarea[name="table"]')
    area.fill("1, 2\n3, 4")
    scope.root.get_by_role("button", name="Read it").click()
    scope.settle()
    assert scope.told() == "the table has 2 numbers a step, and the network reads 3."
    assert not scope.root.locator(".live-scope").is_visible()
    area.fill(text)
    scope.root.get_by_role("button", name="Read it").click()
    scope.settle()
    same_as(scope, exam.layers[0], (1,))
    area.fill("1, 2\n3")
    scope.root.get_by_role("button", name="Read it").click()
    scope.settle()
    assert scope.opened() != ""
    scope.root.get_by_role("button", name="Close the table").click()
    scope.settle()
    assert len(scope.columns()["step"]) == 60


def test_a_text_is_read_with_an_alphabet_of_as_many_letters_as_inputs(scope):
    scope.pick("example", "counting")
    scope.pick("source", "text")
    assert scope.input("alphabet").input_value() == "^ab"
    scope.put("alphabet", "xab")
    scope.put("letters", "xaab<b>")
    assert "Left out: “<”, “>”" in scope.root.locator(".live-reads").inner_text()
    figure = Microscope(example="counting", source="text", letters="xaab<b>", alphabet="xab")
    columns = scope.columns()
    assert columns["reads"] == list("xaabb")
    same_as(scope, figure.report, (0, 1))
    scope.tab(2)
    letters = scope.root.locator(".live-origin-text span:visible")
    assert letters.all_inner_texts() == list("xaabb")
    shares = letters.evaluate_all("s => s.map((n) => Number(n.style.getPropertyValue('--share')))")
    wanted = np.sqrt((figure.examination.origins("layer 1", unit=1) ** 2).sum(axis=1))
    np.testing.assert_allclose(shares, wanted / wanted.max(), atol=6e-4)
    scope.put("alphabet", "aab")
    assert "some of them twice" in scope.told()
    scope.put("alphabet", "ab")
    assert scope.told() == (
        "The alphabet must have 3 characters, one for each input of the network, and has 2."
    )


def test_a_hold_moves_h_as_a_clamp_does_and_the_free_run_is_a_ghost(scope):
    scope.put("step", 7)
    scope.put("unit", 3)
    free = scope.look(".live-scope-map canvas")
    scope.root.get_by_role("button", name="+ Hold a gate").click()
    scope.settle()
    scope.root.get_by_label("Hold 1: to step").fill("9")
    scope.root.get_by_label("Hold 1: to step").press("Enter")
    scope.root.get_by_label("Hold 1: value").fill("0.25")
    scope.settle()
    hold = {"layer": 1, "direction": "there", "gate": "f", "unit": 3, "from": 7, "to": 9}
    figure = Microscope(holds=[hold | {"value": 0.25}])
    same_as(scope, figure.report, (2, 5))
    assert scope.look(".live-scope-map canvas") != free
    assert scope.root.locator(".live-scope-map").count() == 7
    change = np.abs(figure.report.h - Microscope().report.h)
    words = scope.root.locator(".live-scope-changed").inner_text()
    step, unit = np.unravel_index(change.argmax(), change.shape)
    assert (
        words == f"the holds move h by at most {change.max():.3f}: unit {unit + 1}, step {step + 1}"
    )
    assert scope.root.locator(".live-scope-line .live-curve-dashed").get_attribute("d")
    scope.root.get_by_role("button", name="Remove hold 1").click()
    scope.settle()
    same_as(scope, Microscope().report, (2,))


def test_maps_are_sorted_zoomed_and_shown_alone(scope):
    report = Microscope().report
    maps = scope.look(".live-scope-map canvas")
    for sort in ("time", "activity", "likeness"):
        scope.pick("sort", sort)
        assert scope.look(".live-scope-map canvas") != maps
    # A click on the top row chooses the unit that the order puts first.
    plate = scope.root.locator(".live-scope-cursor")
    firsts = {
        "stored": 0,
        "time": report.time_constants.argmax(),
        "activity": report.h.std(axis=0).argmax(),
        "likeness": report.h.std(axis=0).argmax(),
    }
    for sort, unit in firsts.items():
        scope.pick("sort", sort)
        plate.click(position={"x": 6, "y": 2})
        scope.settle()
        assert scope.input("unit").input_value() == str(unit + 1)
        assert scope.input("step").input_value() == "1"
    box = plate.bounding_box()
    scope.page.mouse.move(box["x"] + box["width"] * 5.5 / 26, box["y"] + 10)
    scope.page.mouse.down()
    scope.page.mouse.move(box["x"] + box["width"] * 12.5 / 26, box["y"] + 14, steps=3)
    scope.page.mouse.up()
    scope.settle()
    assert "steps 6 to 13 of 26" in scope.root.locator(".live-scope-range").inner_text()
    scope.root.get_by_role("button", name="All steps").click()
    scope.pick("focus", "c")
    assert scope.root.locator(".live-scope-map").count() == 1


def test_the_keyboard_walks_the_maps_and_says_what_is_there(scope):
    plate = scope.root.locator(".live-scope-cursor")
    plate.focus()
    plate.press("Home")
    plate.press("ArrowRight")
    plate.press("ArrowDown")
    report = Microscope().report
    said = plate.get_attribute("aria-valuetext")
    assert said.startswith(f"unit 2, step 2 “went”: f {report.gates['f'][1, 1]:.3f} · i ")
    plate.press("End")
    assert plate.get_attribute("aria-valuetext").startswith("unit 2, step 26")
    scope.tab(1)
    ruler = scope.root.locator(".live-times")
    ruler.focus()
    ruler.press("End")
    unit = report.time_constants.argmax() + 1
    assert ruler.get_attribute("aria-valuetext").startswith(f"unit {unit}: ")


def test_a_link_that_asks_for_what_is_not_there_is_answered(scope):
    scope.link_to(unit=9, step=400, layer=3)
    assert scope.told() == (
        "There is no layer 3 here: layer 1 is shown. There is no unit 9 here: unit 8 is shown. "
        "There is no step 400 here: step 26 is shown."
    )
    hold = {"layer": 1, "direction": "there", "gate": "z", "unit": 0, "from": 1, "to": 2}
    scope.link_to(holds=[hold | {"value": 0}])
    assert scope.told() == "Hold 1 is left out: layer 1 has no gate z."
    for settings in ({"span": [4, 2]}, {"example": ""}, {"holds": [hold | {"value": -1}]}):
        scope.link_to(**settings)
        assert "Nothing was set" in scope.root.locator(".live-unfit").first.inner_text()
    assert "file" not in scope.page.evaluate("location.hash")


# Moves a hold and takes a picture of the map of f at each frame, until all is there. A column of a
# picture is as before, as at last, or neither.
GROWS = """async (value) => {
  const view = document.querySelector(".live-view");
  const canvas = view.querySelector(".live-scope-map.live-f canvas");
  const { width, height } = canvas;
  const copy = Object.assign(document.createElement("canvas"), { width, height });
  const brush = copy.getContext("2d", { willReadFrequently: true });
  const picture = () => {
    brush.drawImage(canvas, 0, 0);
    return new Uint32Array(brush.getImageData(0, 0, width, height).data.buffer);
  };
  const pictures = [picture()];
  const field = view.querySelector('[aria-label="Hold 1: value"]');
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  do {
    await new Promise(requestAnimationFrame);
    pictures.push(picture());
  } while (view.getAttribute("aria-busy") !== "false");
  const isSame = (one, other, x) => {
    for (let at = x; at < one.length; at += width) if (one[at] !== other[at]) return false;
    return true;
  };
  const columns = Array.from({ length: width }, (_, x) => x);
  const differing = (one, other) => columns.filter((x) => !isSame(one, other, x));
  const [first, last] = [pictures[0], pictures.at(-1)];
  // Of each picture: the first column that is not yet new, the last that is not as before, and how
  // many are neither.
  const seen = pictures.map((one) => {
    const [old, young] = [differing(one, last), differing(one, first)];
    return [old[0] ?? width, young.at(-1) ?? -1, old.filter((x) => young.includes(x)).length];
  });
  return { width, changed: differing(first, last).length, seen };
}"""


def test_a_large_network_is_shown_soon_and_answers_a_hand_at_once(scope):
    x = np.random.default_rng(1).normal(size=(500, 40))
    scope.fold()
    scope.open({"x.csv": "\n".join(",".join(f"{v:.4f}" for v in row) for row in x).encode()})
    data = base64.b64encode(next(iter(written(LARGE, "safetensors").values()))).decode()
    scope.page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          data.items.add(new File([bytes], "large.safetensors"));
          const view = document.querySelector(".live-view");
          Object.assign(window, { gaps: [], began: performance.now(), shown: 0 });
          let last = performance.now();
          const watch = (now) => {
            window.gaps.push(now - last);
            last = now;
            if (!window.shown && view.querySelector(".live-readout").textContent.includes("of 256"))
              window.shown = now - window.began;
            window.watching = requestAnimationFrame(watch);
          };
          requestAnimationFrame(watch);
          view.dispatchEvent(
            new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
        }""",
        data,
    )
    scope.page.wait_for_function("window.shown", timeout=30_000)
    shown = scope.page.evaluate("window.shown")
    assert scope.root.locator("progress").is_visible()
    redraw = """() => new Promise((done) => {
      const plate = document.querySelector(".live-scope-cursor");
      const start = performance.now();
      plate.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
      setTimeout(() => done(performance.now() - start));
    })"""
    took = [scope.page.evaluate(redraw) for _ in range(5)]
    scope.root.locator(".live-view[aria-busy=false]").wait_for(timeout=60_000)
    gaps = scope.page.evaluate("() => (cancelAnimationFrame(window.watching), window.gaps)")
    print(f"shown after {shown:.0f} ms, a step in {np.median(took):.0f} ms, gap {max(gaps):.0f} ms")
    # bench/microscope.py asserts what is wanted of a quiet machine. With others at work beside it,
    # 2.0 s, 21 ms and 418 ms were seen.
    assert shown < 8000 and np.median(took) < 50 and max(gaps) < 500
    scope.root.get_by_role("button", name="+ Hold a gate").click()
    scope.root.get_by_label("Hold 1: from step").fill("1")
    scope.root.get_by_label("Hold 1: from step").press("Enter")
    scope.settle()
    for value in (0.1, 0.9):
        found = scope.page.evaluate(GROWS, value)
        assert found["changed"] == found["width"]
        # From the left to the right, not at once; what is not yet known stays as it was.
        assert all(old > young and not both for old, young, both in found["seen"]), found
        grown = [old for old, _, _ in found["seen"]]
        assert grown == sorted(grown) and len(set(grown)) > 3, grown
    scope.unfold()
    rounded = np.array([[float(f"{v:.4f}") for v in row] for row in x])
    network = open_network(to_torch(LARGE))
    hold = {"layer": network[0].name, "gate": "f", "units": [0], "from": 0, "to": 500, "value": 0.9}
    same_as(scope, network.examine(rounded, holds=[hold]).layers[0], (255,))
    scope.root.get_by_role("button", name="Remove hold 1").click()
    scope.settle()
    same_as(scope, network.examine(rounded).layers[0], (255,))


def test_stop_ends_it_and_the_page_goes_on(scope):
    scope.pick("source", "noise")
    scope.open(written(LARGE, "safetensors"))
    scope.root.locator('.live-view [name="length"]').fill("1500")
    scope.root.locator('.live-view [name="length"]').press("Enter")
    scope.root.get_by_role("button", name="Stop", exact=True).click()
    scope.settle()
    assert scope.root.locator(".live-stamp").inner_text().startswith("Stopped.")
    scope.put("length", 20)
    assert len(scope.columns()["step"]) == 20


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_has_no_faults_for_those_who_do_not_see_it(scope, theme):
    scope.page.emulate_media(color_scheme=theme)
    scope.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    scope.fold()
    for tab in range(4):
        scope.tab(tab)
        assert axe_faults(scope.page, f"#{KIND}") == "", tab
    scope.page.evaluate("document.documentElement.dataset.theme = 'light'")


def test_on_the_stage_nothing_is_scrolled_and_what_was_opened_stays(scope):
    scope.open(written(NETWORKS["three both lstm"], "safetensors"))
    scope.root.get_by_role("button", name="+ Hold a gate").click()
    scope.settle()
    stage = Stage(scope.page, KIND)
    scope.page.set_viewport_size({"width": 1280, "height": 720})
    stage.enter()
    scope.fold()
    for tab in (1, 2, 3, 0):
        scope.tab(tab)
        stage.check((1280, 720))
    for size in ((1920, 1080), (390, 844)):
        stage.check(size)
    scope.page.keyboard.press("Escape")
    stage.dialog.wait_for(state="detached")
    assert scope.root.locator('select[name="layer"] option').count() == 3


def test_each_finding_leads_into_its_lecture_from_a_page_of_the_book(browser, tmp_path):
    live, page = tmp_path / "_static" / "live", tmp_path / "notebooks" / "26.html"
    live.mkdir(parents=True)
    page.parent.mkdir()
    (live / "microscope.js").write_text(joiner.page_script(Microscope), "utf-8")
    (live / "host.js").write_text(joiner.host_script(), "utf-8")
    scripts = "".join(f'<script src="../_static/live/{n}.js"></script>' for n in (KIND, "host"))
    page.write_text(f"<!doctype html><title>x</title>{Microscope(tab=3).twin()}{scripts}", "utf-8")
    with previews(browser) as open_page:
        scope = Scope(open_page(page.as_uri()), KIND)
        scope.settle()
        links = scope.root.locator(".live-findings a").evaluate_all("all => all.map((a) => a.href)")
    found = Microscope().examination.findings
    assert links == [f"{page.parent.as_uri()}/{finding.link}" for finding in found]
