"""Where the page examines: in a Worker, or on its own thread; what it tells on the way, what drops
what, and what it refuses. The numbers are held to Python's in test_page.py."""

import base64
import itertools

import numpy as np
import pytest

from lecture_lib.cells import LSTM
from lecture_lib.examination import examine
from lecture_lib.figures import joiner
from lecture_lib.figures.packing import packed
from lecture_lib.interchange import to_onnx
from tests.examination.networks import noise
from tests.examination.test_page import plain, stack

NO_WORKER = "window.Worker = function () { throw new DOMException('none here'); };"
DEAD_WORKER = """window.Worker = class extends Worker {
  constructor() { super(URL.createObjectURL(new Blob(["throw 1"]))); }
};"""
HARNESS = """
import { createDriver } from "./driver.mjs";
import { createExaminer } from "./examiner.mjs";
import { createRunner } from "./running.mjs";
import { withPart } from "../../../figures/microscope/held_run.mjs";
import { unpackedAll } from "../files/packed.mjs";
import workerSource from "./worker.mjs" with { type: "text" };

// Sends messages one after another, `pause` ms apart, until an answer (to message `by`) has the key
// `until`, or the last message is refused; gives what came: the id, the keys, the sentence if it is
// refused, the progress.
function ask(messages, { until, by, pause = 0, more = 0 }) {
  const answers = [];
  const controller = new AbortController();
  return new Promise((resolve) => {
    const examiner = createExaminer({ signal: controller.signal, report });
    const end = () => setTimeout(() => {
      controller.abort();
      resolve({ answers, place: examiner.place() });
    }, more);
    function report({ id, ...answer }) {
      const { refused, progress, held } = answer;
      const sides = held?.layers.map(({ there, back }) => `${there ? 1 : 0}${back ? 1 : 0}`);
      const [keys, size] = [Object.keys(answer), sizeOf(answer)];
      answers.push({ id, keys, refused, progress, sides, size });
      if ((until in answer && id === (by ?? id)) || (refused && id === messages.length)) end();
    }
    (async () => {
      for (const message of messages) {
        const { open } = message;
        if (open) open.bytes = Uint8Array.from(atob(open.bytes), (letter) => letter.charCodeAt());
        if (message.stopNow) examiner.stop();
        else examiner.send(message);
        if (pause) await new Promise((done) => setTimeout(done, pause));
      }
    })();
  });
}
const sizeOf = ({ traces, origins, network }) =>
  traces?.layers[0].there.h.length ?? origins?.of.length ?? network?.layers.length;

// The reach that a driver finds with the helper that is made of a source, how many helpers it makes
// and how many answers they give.
function reachWith([network, input], source) {
  let [made, answers] = [0, 0];
  const spawn = () => {
    made += 1;
    if (source === "none") throw new DOMException("none here");
    const text = source === "dead" ? "throw 1" : workerSource;
    const worker = new Worker(URL.createObjectURL(new Blob([text])));
    worker.addEventListener("message", ({ data }) => {
      if (data.reached) answers += 1;
    });
    return worker;
  };
  return new Promise((resolve) => {
    setTimeout(() => resolve({ made, answers, refused: "no findings within 60 s" }), 60000);
    const driver = createDriver(30, ({ findings, reports, refused }) => {
      if (refused) resolve({ refused });
      if (!findings) return;
      const { x, state, direct } = reports[0].reach;
      resolve({ x: [...x], state: [...state], direct: [...direct], made, answers });
    }, source && spawn);
    driver.command({ id: 1, ...network });
    driver.command({ id: 2, ...input });
  });
}

globalThis.engine = { ask, createDriver, createRunner, reachWith, unpackedAll, withPart };
"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    load(page)
    yield page
    page.close()


def load(page):
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    path = joiner.WEB / "numbers" / "examination" / "harness.mjs"
    page.add_script_tag(content=joiner.join(path, text=HARNESS), type="module")
    page.wait_for_function("() => globalThis.engine")
    page.complaints = complaints


def ask(page, *messages, **options):
    script = "([messages, options]) => engine.ask(engine.unpackedAll(messages), options)"
    return page.evaluate(script, [list(messages), options])


def big():
    """A network whose reach takes some seconds."""
    return {"network": plain(stack(("LSTM", 3, 200, ("there",))))}


def small(*ways):
    ways = ways or ("there",)
    above = ("GRU keep after", 5 * len(ways), 4, ("there",))
    return {"network": plain(stack(("LSTM", 3, 5, ways), above))}


def given(T=30, D=3, **more):
    return {"input": {"x": packed(noise(T, D)), "T": T}, **more}


HOLD = {"layer": "layer0", "direction": "there", "gate": "f", "units": None, "from": 9, "to": 12}
HOLD |= {"value": 0.0}
ORIGINS = {"layer": "layer1", "direction": "there", "step": 12, "unit": None}


@pytest.mark.parametrize(("helper", "gives"), [("", 0), ("works", 1), ("none", 0), ("dead", 0)])
def test_a_helper_takes_a_part_of_the_work_and_finds_the_same(page, helper, gives):
    network, x = stack(("LSTM", 3, 150, ("there",))), noise(400, 3)
    input = {"input": {"x": packed(x), "T": 400}}
    found = page.evaluate(
        "([messages, source]) => engine.reachWith(engine.unpackedAll(messages), source)",
        [[{"network": plain(network)}, input], helper],
    )
    assert "refused" not in found, found
    assert found["answers"] == gives and (found["made"] > 0) == bool(helper)
    reach = examine(network, x).layers[0].reach
    for key in ("x", "state", "direct"):
        # As in test_page, over more steps; what has vanished is 0 or less than 1e-280.
        np.testing.assert_allclose(found[key], getattr(reach, key), rtol=1e-9, atol=1e-250)


def order_of(answers, number):
    """The keys of the answers to the message of that number, progress left out."""
    return [
        "+".join(answer["keys"])
        for answer in answers
        if answer["id"] == number and answer["keys"] != ["progress"]
    ]


@pytest.mark.parametrize("spoil", ["", NO_WORKER, DEAD_WORKER], ids=["", "no worker", "dead one"])
def test_traces_come_first_then_health_then_reach_and_findings(browser, spoil):
    page = browser.new_page()
    if spoil:
        page.evaluate(f"() => {{ {spoil} }}")
    load(page)
    found = ask(page, small(), given(), {"origins": ORIGINS}, until="findings")
    assert found["place"] == ("on the page’s own thread" if spoil else "in a Worker")
    answers = found["answers"]
    assert order_of(answers, 1) == ["network"], answers
    expected = ["traces", "reports", "reports", "reports", "reports+findings"]
    assert order_of(answers, 2) == expected
    assert order_of(answers, 3) == ["origins+asked"]
    sizes = {key: answer["size"] for answer in answers for key in answer["keys"] if answer["size"]}
    assert (sizes["network"], sizes["traces"], sizes["origins"]) == (2, 30 * 5, 30 * 3)
    assert not page.complaints
    page.close()


def test_progress_rises_and_says_what_is_done(page):
    answers = ask(page, big(), given(150), until="findings")["answers"]
    told = [answer["progress"] for answer in answers if answer["progress"]]
    words = list(dict.fromkeys(step["doing"] for step in told))
    assert words[-1] == "how far layer0 → reaches back"
    shares = [step["done"] for step in told if step["doing"] == words[-1]]
    assert len(shares) > 5 and shares == sorted(shares) and 0 < shares[0] < shares[-1] <= 1
    assert all(step["left"] is None or step["left"] >= 0 for step in told)


def test_stop_stops(page):
    messages = [big(), given(500), {"stop": True}]
    answers = ask(page, *messages, until="stopped", pause=300, more=400)["answers"]
    stopped = next(k for k, answer in enumerate(answers) if "stopped" in answer["keys"])
    assert stopped == len(answers) - 1  # and nothing in the 400 ms after it
    assert "reports+findings" not in order_of(answers, 2)


def test_after_stop_the_network_is_still_there(page):
    messages = [small(), {"stopNow": True}, given(), {"stopNow": True}, given()]
    answers = ask(page, *messages, until="findings", by=5, pause=200)["answers"]
    assert order_of(answers, 2) == order_of(answers, 4) == ["stopped"]
    assert order_of(answers, 5)[0] == "traces"


def test_stop_ends_the_reading_of_a_file_and_keeps_the_network_before(page):
    """The Worker is ended, so that a file that takes for ever cannot keep it."""
    file = {"open": {"name": "mine.onnx", "bytes": ""}}
    answers = ask(page, small(), file, {"stopNow": True}, given(), until="findings")["answers"]
    assert order_of(answers, 2) == ["stopped"]
    assert order_of(answers, 3)[0] == "traces" and order_of(answers, 3)[-1] == "reports+findings"
    assert max(answer["size"] or 0 for answer in answers if answer["id"] == 3) == 30 * 5


def test_a_new_input_drops_the_one_before(page):
    messages = [big(), given(500), given(20)]
    answers = ask(page, *messages, until="findings", pause=300)["answers"]
    assert "reports+findings" not in order_of(answers, 2)
    assert order_of(answers, 3)[-1] == "reports+findings"
    last = max(k for k, answer in enumerate(answers) if answer["id"] == 2)
    assert all(answer["id"] == 3 for answer in answers[last + 1 :])


def test_holds_and_origins_come_before_what_is_still_measured(page):
    asked = {"layer": "layer0", "direction": "there", "step": 40, "unit": 2}
    messages = [big(), given(250), {"holds": [HOLD]}, {"origins": asked}]
    answers = ask(page, *messages, until="findings")["answers"]
    *parts, last = order_of(answers, 3)
    assert set(parts) == {"part"} and last == "held"
    assert order_of(answers, 4) == ["origins+asked"]
    place = {key: k for k, answer in enumerate(answers) for key in answer["keys"]}
    assert place["traces"] < place["held"] < place["origins"] < place["findings"]


def test_holds_and_origins_are_answered_after_an_input_whose_own_holds_are_refused(page):
    refused = given(holds=[HOLD | {"value": 1.5}])
    messages = [small(), refused, {"holds": [HOLD]}, {"origins": ORIGINS}, {"stop": True}]
    for pause in (0, 200):  # they wait for the input, or come after it
        sent = messages if pause else messages[:-1]
        until = "stopped" if pause else "origins"
        answers = ask(page, *sent, until=until, pause=pause)["answers"]
        assert order_of(answers, 2) == ["traces", "refused"]
        assert order_of(answers, 3)[-1:] == ["held"]
        assert order_of(answers, 4) == ["origins+asked"]


def test_only_what_a_hold_changes_is_handed_over(page):
    above = HOLD | {"layer": "layer1", "gate": "z"}
    for holds, sides in (([HOLD], ["10", "10"]), ([above], ["00", "10"]), ([], ["00", "00"])):
        messages = [small("there", "back"), given(), {"holds": [HOLD]}, {"holds": holds}]
        answers = ask(page, *messages, until="held", by=4)["answers"]
        assert [answer["sides"] for answer in answers if answer["sides"] and answer["id"] == 4] == [
            sides
        ]
        assert not order_of(answers, 3)  # dropped by the one after it


COMPUTED = """([network, x, T, hold]) => {
  const { createRunner, unpackedAll } = engine;
  const runner = createRunner(unpackedAll(network));
  const free = runner.run(unpackedAll(x), T);
  const work = runner.runSteps(free.x, T, { holds: [hold] });
  let [steps, step] = [0, work.next()];
  while (!step.done) {
    if (!step.value.part) steps += 1;
    step = work.next();
  }
  const [below, above] = step.value.layers;
  const same = (layer, side) => step.value.layers[layer][side] === free.layers[layer][side];
  return { steps, below: [same(0, "there"), same(0, "back")], above: same(1, "there"),
    early: free.layers[1].there.h.slice(0, 4 * hold.from).every((v, k) => v === above.there.h[k]) };
}"""


def test_only_what_a_hold_changes_is_computed(page):
    network = small("there", "back")["network"]
    hold = HOLD | {"layer": "layer1", "gate": "z"}
    found = page.evaluate(COMPUTED, [network, packed(noise(30, 3)), 30, hold])
    assert found == {"steps": 30 - 9, "below": [True, True], "above": False, "early": True}
    hold = HOLD | {"direction": "back"}
    found = page.evaluate(COMPUTED, [network, packed(noise(30, 3)), 30, hold])
    # The direction that reads from the end from step 11 on, and all of the layer above.
    assert found == {"steps": 12 + 30, "below": [True, False], "above": False, "early": False}


# A held run as it is told, and as the Microscope puts it together: the second holds are asked for
# on the first part of the first. By this clock each step takes so long that no part is kept back.
PARTS = """([network, x, T, first, second]) => {
  let clock = 0;
  const real = performance.now;
  performance.now = () => (clock += 20);
  const { createDriver, createRunner, unpackedAll, withPart } = engine;
  const plain = unpackedAll(network);
  const answers = [];
  return new Promise((resolve) => {
    const driver = createDriver(1e9, (answer) => {
      answers.push(answer);
      const { id, refused, held, part, findings } = answer;
      if (refused) resolve({ refused });
      if (findings) driver.command({ id: 3, holds: first });
      if (id === 3 && part) driver.command({ id: 4, holds: second });
      if (id !== 4 || !held) return;
      performance.now = real;
      const runner = createRunner(plain);
      const free = runner.run(unpackedAll(x), T);
      const whole = runner.run(free.x, T, { holds: second });
      resolve({ old: answers.filter(({ id }) => id === 3).length, ...compared(free, whole) });
    });
    function compared(free, whole) {
      const parts = answers.filter(({ id, part }) => id === 4 && part).map(({ part }) => part);
      const { held } = answers.at(-1);
      const sizes = Object.fromEntries(plain.layers.map((layer) => [layer.name, layer.hiddenSize]));
      const drawn = answers.filter(({ part }) => part).reduce(
        (run, { part }) => withPart(run, free, part, sizes[part.name]), null);
      const rows = { drawn: true, ends: true, told: [], firsts: [], holds: [] };
      for (const { name, side, from, to, first, gates, h, c, held: values } of parts) {
        const H = h.length / (to - from);
        for (const [letter, some] of Object.entries({ ...gates, h, ...(c && { c }) }))
          for (const run of [whole, held]) {
            const all = of(run, name, side).gates[letter] ?? of(run, name, side)[letter];
            rows.ends &&= some.every((v, s) => v === all[from * H + s]);
          }
        const { gates: all, h: last } = of(drawn, name, side);
        rows.drawn &&= last.every((v, s) => v === of(whole, name, side).h[s]);
        for (const letter in all)
          rows.drawn &&= all[letter].every((v, s) => v === of(whole, name, side).gates[letter][s]);
        rows.told.push([name, side, from, to]);
        if (first) rows.firsts.push(to - from);
        if (values) rows.holds.push([name, side, ...Object.keys(values)]);
      }
      const [now, before] = [whole, free].map((run) => of(run, "layer0", "there").h);
      const changes = now.some((v, s) => v !== before[s]);
      return { ...rows, changes };
    }
    const of = ({ layers }, name, side) => layers.find((layer) => layer.name === name)[side];
    driver.command({ id: 1, network: plain });
    driver.command({ id: 2, input: { x: unpackedAll(x), T } });
  });
}"""


def test_a_held_run_comes_in_parts_that_make_up_the_whole_and_a_newer_one_drops_it(page):
    T = 300
    network = plain(stack(("LSTM", 3, 40, ("there", "back")), ("GRU keep after", 80, 6, ("back",))))
    old = HOLD | {"gate": "i", "to": T}
    new = HOLD | {"from": 20, "to": 60}
    found = page.evaluate(PARTS, [network, packed(noise(T, 3)), T, [old], [new]])
    assert "refused" not in found, found
    assert found["old"] == 1  # the part on which the newer hold was asked for
    assert found["ends"] and found["drawn"] and found["changes"]
    # Each direction that changes, from the step held or where it begins to read, in its own order.
    steps = {}
    for name, side, start, to in found["told"]:
        steps.setdefault((name, side), []).append((start, to))
    assert list(steps) == [("layer0", "there"), ("layer1", "back")]
    for (_, side), spans in steps.items():
        assert len(spans) > 3
        ordered = sorted(spans, reverse=side == "back")
        assert spans == ordered and sorted(spans)[0][0] == (20 if side == "there" else 0)
        assert sorted(spans)[-1][1] == T
        assert all(a[1] == b[0] for a, b in itertools.pairwise(sorted(spans)))
    assert found["firsts"] == [4, 4]
    assert found["holds"] == [["layer0", "there", "f"]]


def test_a_file_is_opened_where_it_is_examined(page):
    data = base64.b64encode(to_onnx(LSTM(3, 4, seed=0)).SerializeToString()).decode("ascii")
    opened = {"open": {"name": "mine.onnx", "bytes": data}}
    answers = ask(page, opened, given(), until="findings", pause=300)["answers"]
    assert order_of(answers, 1) == ["network"], answers
    broken = {"open": {"name": "broken.onnx", "bytes": data[:400]}}
    (answer,) = ask(page, broken, until="network")["answers"]
    assert answer["refused"].startswith("broken.onnx: ")


REFUSED = [
    (small(), given(2001), "reads 2,001 steps, more than 2,000"),
    (small(), given(30, 4), "it takes 3 inputs, and what it reads here has 4"),
    (small(), {"input": {"x": packed(np.full((4, 3), np.nan)), "T": 4}}, "not finite at step 0"),
    (small(), {"input": {"x": packed(np.zeros(0)), "T": 0}}, "The input has no step."),
    (small(), {"holds": [HOLD]}, "There is no input yet."),
    (small(), given(holds=[HOLD | {"gate": "z"}]), "layer0 has no gate z, only i, f, g, o."),
    (small(), given(holds=[HOLD | {"value": 1.5}]), "f can be held at 0 … 1, not at 1.5."),
    (small(), given(holds=[HOLD | {"to": 31}]), "from step 9 to 31 does not lie within 0 … 30"),
    (small(), given(holds=[HOLD | {"units": [5]}]), "layer0 has no unit 5: they are 0 … 4."),
    (small(), given(holds=[HOLD | {"direction": "back"}]), "no direction back, only there"),
    (small(), given(holds=[HOLD | {"layer": "lstm"}]), "There is no layer lstm here"),
    ({"network": {"layers": []}}, given(), "There is no recurrent layer in this network."),
]


@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_what_cannot_be_done_is_refused_in_a_sentence(page, case):
    network, message, says = REFUSED[case]
    answers = ask(page, network, message, until="findings")["answers"]
    assert says in answers[-1]["refused"]
    assert not page.complaints


SIZES = """async ([H, T, layers, filled]) => {
  const zeros = (n) => new Float64Array(filled ? n : 0);
  const layerOf = (_, k) => {
    const D = k ? H : 3;
    const there = { weightIh: zeros(4 * H * D), weightHh: zeros(4 * H * H), bias: zeros(4 * H) };
    const follows = k ? `large${k - 1}` : null;
    const sizes = { inputSize: D, hiddenSize: H };
    return { name: `large${k}`, kind: "LSTM", ...sizes, follows, cells: { there }, reason: "" };
  };
  const network = { layers: Array.from({ length: layers }, layerOf) };
  const input = { x: new Float64Array(T * 3), T };
  const { answers } = await engine.ask([{ network }, { input }], { until: "progress" });
  return answers.at(-1).refused ?? "";
}"""


def test_sizes_beyond_the_bounds_are_refused_and_those_within_begin(page):
    assert page.evaluate(SIZES, [1025, 5, 1, False]) == (
        "large0 cannot be examined: it has 1,025 units, more than 1,024."
    )
    assert page.evaluate(SIZES, [1024, 2000, 3, False]) == (
        "All gates and states of this network over 2,000 steps take 282 MiB, and this page keeps "
        "256 at most: give it no more than 1,820 steps."
    )
    assert page.evaluate(SIZES, [1024, 2000, 1, True]) == ""
