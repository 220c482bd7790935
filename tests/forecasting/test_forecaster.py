"""Networks trained in the page: those of Python from the same seeds, whatever pool trains them;
what is told on the way, what stops, and what is refused."""

import numpy as np
import pytest

from lecture_lib.experiments import series as book
from lecture_lib.figures import joiner
from lecture_lib.figures.packing import packed, unpacked
from lecture_lib.forecasting import Training, autocorrelation, compare, recurrent
from lecture_lib.forecasting.recurrent import KINDS

NO_WORKER = "window.Worker = function () { throw new DOMException('none here'); };"
DEAD_WORKER = """window.Worker = class extends Worker {
  constructor() { super(URL.createObjectURL(new Blob(["throw 1"]))); }
};"""
HARNESS = """
import { createDriver } from "./driver.mjs";
import { createForecaster } from "./forecaster.mjs";
import { poolSize, secondsLeft } from "./pool.mjs";
import { packed, unpackedAll } from "../files/packed.mjs";
import workerSource from "./worker.mjs" with { type: "text" };

// Every answer to the messages, up to one that has the key `until`; once so many networks as `stop`
// says are done, the work is stopped. Messages after the first are sent at once, or by who hears an
// answer that has the key `upon`. Rows come with their forecasts packed.
const slim = ({ forecasts, ...row }) => ({ ...row, errors: 0, forecasts: packed(forecasts) });
function gather(make, messages, { until = "done", stop = null, upon = null }) {
  const answers = [];
  let stopped = false;
  return new Promise((resolve) => {
    const [first, ...later] = unpackedAll(messages);
    let engine;
    const send = () => later.splice(0).forEach((message) => engine.send(message));
    const report = (answer) => {
      const { row, ...rest } = answer;
      answers.push(row ? { ...rest, row: slim(row) } : rest);
      if (answer.progress?.done === stop && !stopped) {
        stopped = true;
        setTimeout(() => engine.stop());
      }
      if (upon in answer) send();
      if (until in answer || answer.refused) resolve(answers);
    };
    engine = make(report);
    engine.send(first);
    if (!upon) send();
    if (upon) setTimeout(() => resolve(answers), 8000); // a driver that forgets a message is silent
  });
}
Object.assign(globalThis, { poolSize, secondsLeft });
globalThis.forecast = async (messages, options = {}) => {
  const controller = new AbortController();
  let made;
  const make = (report) => (made = createForecaster({ report, signal: controller.signal }));
  const answers = await gather(make, messages, options);
  controller.abort();
  return { answers, place: made.place() };
};
// A helper of which the seeds in `why` fail, and at the seed `halts` the work is stopped.
class Failing extends Worker {
  postMessage({ train }) {
    const why = this.options.why[train.seed];
    const tell = () => this.dispatchEvent(new MessageEvent("message", { data: { why } }));
    if (why) setTimeout(tell);
    else if (train.seed === this.options.halts) setTimeout(this.options.stop);
    else super.postMessage({ train });
  }
}
globalThis.drive = async (messages, { size, dead, why = {}, halts, ...options }) => {
  const text = dead ? "throw 1" : workerSource;
  let [made, engine] = [0, null];
  const spawn = () => {
    made += 1;
    const worker = new Failing(URL.createObjectURL(new Blob([text])));
    return Object.assign(worker, { options: { why, halts, stop: () => engine.stop() } });
  };
  const make = (report) => {
    const driver = createDriver(30, report, size ? spawn : undefined, size);
    const send = (message) => driver.command({ id: 1, ...message });
    engine = { send, stop: () => driver.command({ id: 2, stop: true }) };
    return engine;
  };
  return { answers: await gather(make, messages, options), made };
};
"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    load(page)
    yield page
    page.close()


def load(page, rate=None):
    path = joiner.WEB / "numbers" / "forecasting" / "harness.mjs"
    source = joiner.join(path, text=HARNESS)
    if rate:
        set_by_file = f'"learning_rate":{recurrent.LEARNING_RATE}'
        assert set_by_file in source
        source = source.replace(set_by_file, f'"learning_rate":{rate}')
    page.add_script_tag(content=source, type="module")
    page.wait_for_function("() => globalThis.drive")


def asked(values, horizon, *, methods, training, seeds=(0,), **more):
    names = {"hidden_size": "hiddenSize"}
    trained = {names.get(name, name): value for name, value in vars(training).items()}
    given = {"season": "find", "differenced": None, "unit": "", **more}
    for kind in ("knownAhead", "knownLate"):
        columns = given.get(kind, {})
        given[kind] = [{"name": name, "values": packed(one)} for name, one in columns.items()]
    given |= {"values": packed(values), "horizon": horizon, "seeds": list(seeds)}
    return {"compare": given | {"methods": list(methods), "training": trained}}


def run(page, message, function="forecast", **options):
    script = f"([messages, options]) => {function}(messages, options)"
    return page.evaluate(script, [[message], options])


def rows_of(found):
    return {each["row"]["name"]: each["row"] for each in found["answers"] if "row" in each}


def noise(T, seed=0):
    return np.random.default_rng(seed).normal(size=T)


def cases():
    """Three series: one to the end of its training, the others for some looks at how it does."""
    sunspots, walk = book.load("sunspots").values, book.load("walk").values[:200]
    beside = {"known_ahead": {"plan": noise(309)}, "known_late": {"rain": noise(309, 1)}}
    short = Training(hidden_size=8, updates=75, patience=1)
    yield sunspots[:300], 12, {"season": "find"}, Training()
    yield walk, 3, {"season": None, "differenced": True}, short
    yield sunspots, 6, {"season": 11, "differenced": True, **beside}, short


@pytest.mark.parametrize("case", range(3))
def test_networks_are_those_of_python_from_the_same_seeds(page, case):
    values, horizon, options, training = list(cases())[case]
    mine = compare(
        values, horizon, methods=KINDS, seeds=[0], training=training, progress=False, **options
    )
    names = {"known_ahead": "knownAhead", "known_late": "knownLate"}
    given = {names.get(name, name): value for name, value in options.items()}
    found = run(page, asked(values, horizon, methods=KINDS, training=training, **given))
    rows = rows_of(found)
    assert set(rows) == set(KINDS)
    for row in mine.rows:
        theirs = rows[row.name]
        assert (theirs["parameters"], theirs["updates"]) == (row.parameters, list(row.updates))
        forecasts = unpacked(theirs["forecasts"]).reshape(row.forecasts.shape)
        # The last digits of exp and tanh differ, and training carries that on: in the minGRU, whose
        # candidate nothing squashes, up to 1e-7.
        within = 1e-6 * np.abs(values).max()
        np.testing.assert_allclose(forecasts, row.forecasts, rtol=0, atol=within)
        assert theirs["validation"] == pytest.approx(row.validation, abs=1e-6)
    end = found["answers"][-1]["comparison"]
    assert [line["method"] for line in end["table"]] == [row.name for row in mine.rows]
    assert end["whole"]["methods"][0]["mase"] == pytest.approx(mine.table()[0]["mase"], abs=1e-6)


@pytest.mark.parametrize(("rate", "updates"), [(1e100, 50), (1e200, 50), (1e250, 1), (1e308, 1)])
def test_a_training_that_diverges_is_left_out_with_pythons_reason(
    browser, monkeypatch, rate, updates
):
    """In its loss, or after its last update in its forecasts; of its seeds the first is named."""
    page = browser.new_page()
    load(page, rate)
    monkeypatch.setattr(recurrent, "LEARNING_RATE", rate)
    given = {"methods": ["AR", *KINDS], "seeds": (3, 0), "training": Training(4, updates, 6)}
    mine = compare(noise(100), 2, **given, progress=False)
    last = run(page, asked(noise(100), 2, **given), "drive", size=0)["answers"][-1]["comparison"]
    page.close()
    assert last["leftOut"] == mine.left_out
    why = "its training from seed 3 diverged: its numbers are no longer finite"
    assert mine.left_out["minGRU"] == why
    assert {line["method"] for line in last["table"]} == {row.name for row in mine.rows}


SMALL = {"methods": ["persistence", "AR", "RNN", "minGRU"], "seeds": (0, 3)}
TINY = Training(hidden_size=3, updates=50, patience=2)


def test_the_same_comes_out_of_every_pool(page):
    message = asked(np.sin(np.arange(120.0)) + noise(120) / 4, 4, training=TINY, **SMALL)
    pools = [{"size": 0}, {"size": 1}, {"size": 3}, {"size": 2, "dead": True}]
    found = [run(page, message, "drive", **pool) for pool in pools]
    assert [each["made"] for each in found] == [0, 1, 3, 2]
    first = rows_of(found[0])
    assert set(first) == set(SMALL["methods"])
    for other in found[1:]:
        rows = rows_of(other)
        for name, row in first.items():
            assert rows[name] | {"seconds": 0} == row | {"seconds": 0}
        assert other["answers"][-1] == found[0]["answers"][-1]


def test_rows_come_as_they_finish_and_progress_is_told(page):
    series = noise(150)
    message = asked(series, 4, training=Training(6, 150, 6), **SMALL)
    found = run(page, message)
    assert found["place"] == "in Workers"
    problem, *answers = found["answers"]
    assert problem["problem"]["found"] and problem["problem"]["fitSplit"] == 96
    # Three seasons of them, or of 24 steps.
    lags = 3 * (problem["problem"]["season"] or 24)
    assert problem["problem"]["correlations"] == pytest.approx(
        autocorrelation(series[:120], lags), abs=1e-12
    )
    progress = [each["progress"] for each in answers if "progress" in each]
    assert all(each["all"] == 4 and each["done"] <= 4 for each in progress)
    done = [each["done"] for each in progress]
    assert done == sorted(done) and progress[-1]["secondsLeft"] > 0
    running = [one for each in progress for one in each["running"]]
    # On a fast machine a network may be done between two reports.
    assert running and {one["method"] for one in running} <= {"RNN", "minGRU"}
    assert any(one["update"] for one in running)
    assert all(0 <= one["update"] <= one["updates"] == 150 for one in running)
    rows = [each for each in answers if "row" in each]
    assert [each["row"]["name"] for each in rows[:2]] == ["persistence", "AR"]
    for count, each in enumerate(rows, 1):
        assert len(each["comparison"]["table"]) == count and each["comparison"]["verdict"] is None
    assert answers[-1]["comparison"]["verdict"]["kind"] in ("too short", "none", "line", "network")


STOPPED = "it was stopped"


def test_stop_ends_what_is_at_work_and_keeps_what_is_ready(page):
    options = SMALL | {"seeds": (0, 1, 2)}
    endless = asked(noise(150), 4, training=Training(64, 10**6, 10**6), **options)
    last = run(page, endless, until="stopped", stop=0)["answers"][-1]["comparison"]
    assert last["leftOut"] == {"RNN": STOPPED, "minGRU": STOPPED}
    assert {line["method"] for line in last["table"]} == {"persistence", "AR"}
    assert last["verdict"]["words"].endswith("No network was run.")
    # On one thread the seeds come one after another.
    long = asked(noise(150), 4, training=Training(3, 1500, 10**6), **options)
    found = run(page, long, "drive", size=0, until="stopped", stop=1)
    last = found["answers"][-1]["comparison"]
    assert last["leftOut"] == {"RNN, seeds [1, 2]": STOPPED, "minGRU": STOPPED}
    assert rows_of(found)["RNN"]["seeds"] == 1 and last["table"][0]["mase"] > 0
    assert [each["id"] for each in found["answers"][-3:]] == [1, 1, 2]


@pytest.mark.parametrize("until", ["done", "stopped"])
def test_a_seed_that_fails_leaves_its_kind_out_to_the_end_and_where_it_is_stopped(page, until):
    message = asked(noise(80), 2, methods=["AR", "RNN"], seeds=(0, 1, 2), training=TINY)
    halts = 2 if until == "stopped" else None
    found = run(page, message, "drive", size=1, why={"1": "it fails"}, halts=halts, until=until)
    last = found["answers"][-1]["comparison"]
    assert last["leftOut"] == {"RNN": "it fails"}
    assert [line["method"] for line in last["table"]] == ["AR"]
    assert "RNN" not in rows_of(found)


def test_a_new_comparison_drops_the_one_before(page):
    first = asked(noise(150), 4, training=Training(64, 10**6, 10**6), **SMALL)
    second = asked(noise(60), 2, methods=["AR"], training=TINY)
    script = "([messages, options]) => forecast(messages, options)"
    found = page.evaluate(script, [[first, second], {}])["answers"]
    assert found[-1]["id"] == 2 and found[-1]["done"]
    assert not [each for each in found if each["id"] == 1 and "done" in each]


def test_a_comparison_asked_by_who_hears_the_last_step_of_another_is_done(page):
    """On the page's own thread an answer is heard within the turn that gives it."""
    first = asked(noise(40), 2, methods=["mean", "GRU"], training=TINY)
    second = asked(noise(60), 2, methods=["AR"], training=TINY)
    script = "([messages, options]) => drive(messages, options)"
    found = page.evaluate(script, [[first, second], {"size": 0, "upon": "leftOut"}])["answers"]
    assert found[-1]["done"] and set(rows_of({"answers": found})) == {"mean", "AR"}
    assert len([each for each in found if "done" in each]) == 1


def test_the_pool_leaves_the_page_a_processor_and_says_how_long_it_takes(page):
    for jobs, cores, size in [(12, 1, 1), (12, 2, 2), (12, 3, 2), (12, 8, 4), (1, 8, 1)]:
        assert page.evaluate("([n, m]) => poolSize(n, m)", [jobs, cores]) == size
    ready = {"kind": "RNN", "update": 100, "seconds": 1.0, "run": True}
    at_work = {"kind": "GRU", "update": 40, "seconds": 0.8, "run": None}
    rest = [{"kind": "RNN"}, {"kind": "LSTM"}]
    left = page.evaluate("(jobs) => secondsLeft(jobs, 1000, 2)", [ready, at_work, *rest])
    # As many updates as the one that ended took: 60 at 20 ms, 100 at 10, 100 at the mean.
    assert left == pytest.approx((60 * 0.02 + 100 * 0.01 + 100 * 1.8 / 140) / 2)
    assert page.evaluate("(jobs) => secondsLeft(jobs, 1000, 2)", rest) is None


REFUSED = [
    ({"methods": ["AR", "ARIMA"]}, 'methods must be "mean" or '),
    ({"methods": ["AR", "AR"]}, "methods must each be named once"),
    ({"seeds": []}, "seeds must each be named once, and one at least, got []"),
    ({"seeds": [-1]}, "seeds must be at least 0, got -1"),
    ({"training": Training(0)}, "hidden_size must be at least 1, got 0"),
    ({"values": np.full(50, 3.0)}, "values must change"),
    ({"values": noise(11)}, "values must hold 12 to 10,000 numbers, got 11"),
    ({"horizon": 61, "values": noise(400)}, "horizon must be at most 60 in the page, got 61"),
]


def test_what_cannot_be_done_is_refused_in_a_sentence(page):
    for given, says in REFUSED:
        options = {"values": noise(60), "horizon": 2, "methods": ["AR"], "training": TINY} | given
        (answer,) = run(page, asked(**options))["answers"]
        assert says in answer["refused"]
    # A network that has too little to learn from is left out; the others are there.
    found = run(page, asked(noise(40), 2, methods=["mean", "GRU"], training=TINY))["answers"]
    (out,) = [each["leftOut"] for each in found if "leftOut" in each]
    assert out == {
        "name": "GRU",
        "why": "25 values to learn from, and a network wants at least 40",
    }
    assert found[-1]["comparison"]["verdict"]["kind"] == "too short"


@pytest.mark.parametrize("spoil", [NO_WORKER, DEAD_WORKER], ids=["no worker", "dead one"])
def test_where_there_is_no_worker_the_page_s_own_thread_does_it(browser, spoil):
    page = browser.new_page()
    page.evaluate(f"() => {{ {spoil} }}")
    load(page)
    found = run(page, asked(noise(80), 2, training=TINY, **SMALL))
    assert found["place"] == "on the page’s own thread"
    assert set(rows_of(found)) == set(SMALL["methods"])
    page.close()
