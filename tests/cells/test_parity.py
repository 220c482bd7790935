"""The cells of the browser, web/numbers/cells.mjs, compute what the NumPy cells compute."""

import numpy as np
import pytest
from playwright.sync_api import Error

from lecture_lib.cells import GRU, LSTM, RNN
from tests.driver import joined

CELLS = {
    "rnn": lambda D, H, seed: RNN(D, H, seed=seed),
    "lstm": lambda D, H, seed: LSTM(D, H, seed=seed),
    "gru write before": lambda D, H, seed: GRU(D, H, seed=seed),
    "gru write after": lambda D, H, seed: GRU(D, H, seed=seed, reset="after"),
    "gru keep before": lambda D, H, seed: GRU(D, H, seed=seed, update="keep"),
    "gru keep after": lambda D, H, seed: GRU(D, H, seed=seed, update="keep", reset="after"),
}
SCENARIOS = [
    "plain",
    "one step",
    "one unit",
    "long",
    "saturated",
    "zero weights",
    "no state given",
    "clamped to numbers",
    "clamped to arrays",
    "batch",
    "clamped batch",
    "wide batch",
]
# More rows and longer sums than the page's products take at a time, in blocks that do not come out
# even.
BATCHES = {"batch": 3, "clamped batch": 6, "wide batch": 3}
SEEDS = range(3)

# Both engines add the same products, in another order, and their exp and tanh differ in the last
# digit: 1e-16 a step, which these weights (spectral radius below 1) do not amplify. The largest
# difference seen is 1e-14; a wrong sign, order or index shows from 1e-3 up.
TOLERANCE = 1e-12

RUN_CASES = """
async ([source, cases]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const cells = await import(url);
  const floats = (v) => Array.isArray(v) ? Float64Array.from(v) : v;
  const all = (o) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k, floats(v)]));
  const shown = (o) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k, [...v]]));
  return cases.map(({ create, parameters, x, T, options, clamp, dh, dc }) => {
    const cell = cells[create](all(parameters));
    const run = { ...all(options), clamp: all(clamp) };
    // A first run over other values leaves the buffers dirty, as a figure would.
    const one = new Float64Array(parameters.hiddenSize * parameters.batchSize).fill(1);
    const warm = cell.forward(floats(x).map((v) => v + 1), T, { h0: one, c0: one });
    cell.backward(floats(dh), dc && floats(dc));
    const trace = cell.forward(floats(x), T, run);
    const grad = cell.backward(floats(dh), dc && floats(dc));
    return { trace: shown(trace), grad: shown(grad), reused: warm === trace };
  });
}
"""


def draw_case(name, scenario, seed):
    rng = np.random.default_rng([seed, *name.encode(), *scenario.encode()])
    T, D, H = (int(n) for n in rng.integers([2, 1, 2], [9, 5, 6]))
    T = {"one step": 1, "long": 60, "batch": 50}.get(scenario, T)
    T, D, H = {"one unit": (T, D, 1), "wide batch": (2, 3, 67)}.get(scenario, (T, D, H))
    N = BATCHES.get(scenario, 1)
    cell = CELLS[name](D, H, seed)
    for array in cell.parameters().values():
        if array.ndim == 1:
            array += rng.normal(size=array.shape)
        if scenario == "zero weights":
            array *= 0
    if scenario == "saturated":
        cell.weight_ih *= 30

    clamp = {}
    if scenario == "clamped to numbers":
        clamp = {gate: float(rng.uniform()) for gate in cell.gates}
        clamp |= {gate: float("nan") for gate in cell.gates[1:2]}
    if scenario in ("clamped to arrays", "clamped batch"):
        clamp = {gate: rng.uniform(size=(T, N, H)) for gate in cell.gates}
        for array in clamp.values():
            array[rng.uniform(size=array.shape) < 0.6] = np.nan
    states = ["h0", "c0"] if isinstance(cell, LSTM) else ["h0"]
    return {
        "cell": cell,
        "x": rng.normal(size=(T, N, D)),
        "state": {s: rng.normal(size=(N, H)) for s in states if scenario != "no state given"},
        "clamp": clamp,
        "dh": rng.normal(size=(T, N, H)),
        "dc_last": {"dc_last": rng.normal(size=(N, H))} if isinstance(cell, LSTM) else {},
    }


def for_javascript(case):
    def flat(value):
        return np.asarray(value).ravel().tolist() if np.ndim(value) else value

    cell = case["cell"]
    dc_last = case["dc_last"].get("dc_last")
    parameters = {CAMEL[name]: flat(array) for name, array in cell.parameters().items()}
    parameters |= {"inputSize": cell.input_size, "hiddenSize": cell.hidden_size, "maxSteps": 60}
    parameters["batchSize"] = case["x"].shape[1]
    if isinstance(cell, GRU):
        parameters |= {"update": cell.update, "reset": cell.reset}
    return {
        "create": f"create{type(cell).__name__}",
        "parameters": parameters,
        "x": flat(case["x"]),
        "T": len(case["x"]),
        "options": {name: flat(value) for name, value in case["state"].items()},
        "clamp": {name: flat(value) for name, value in case["clamp"].items()},
        "dh": flat(case["dh"]),
        "dc": None if dc_last is None else [0.0] * (case["dh"].size - dc_last.size) + flat(dc_last),
    }


def numpy_trace(case):
    h0, c0 = case["state"].get("h0"), case["state"].get("c0")
    state = (h0, c0) if isinstance(case["cell"], LSTM) else h0
    return case["cell"].forward(case["x"], state, clamp=case["clamp"])


def numpy_gradients(case):
    return case["cell"].backward(numpy_trace(case), case["dh"], **case["dc_last"])


CAMEL = {"weight_ih": "weightIh", "weight_hh": "weightHh", "bias": "bias", "bias_hn": "biasHn"}
CASES = {
    (name, scenario, seed): draw_case(name, scenario, seed)
    for name in CELLS
    for scenario in SCENARIOS
    for seed in SEEDS
}


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def source():
    return joined("web/numbers/cells.mjs")


@pytest.fixture(scope="module")
def browser_results(page, source):
    results = page.evaluate(RUN_CASES, [source, [for_javascript(case) for case in CASES.values()]])
    return dict(zip(CASES, results, strict=True))


def assert_same(engine, numpy, what):
    numpy = numpy.ravel()
    engine = np.array(engine)[: numpy.size]
    scale = max(1.0, np.abs(numpy).max())
    error = np.abs(engine - numpy).max() / scale
    assert error <= TOLERANCE, f"{what}: the engines differ by {error:.1e} of {scale:.1e}"


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", CELLS)
def test_forward_is_that_of_numpy(browser_results, name, scenario):
    for seed in SEEDS:
        case = CASES[name, scenario, seed]
        trace, result = numpy_trace(case), browser_results[name, scenario, seed]
        states = ["h", "c"] if isinstance(case["cell"], LSTM) else ["h"]
        assert set(result["trace"]) == {*states, *case["cell"].gates}
        for field in result["trace"]:
            assert_same(result["trace"][field], getattr(trace, field), f"{field}, seed {seed}")


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", CELLS)
def test_backward_is_that_of_numpy(browser_results, name, scenario):
    for seed in SEEDS:
        case = CASES[name, scenario, seed]
        gradients, in_browser = numpy_gradients(case), browser_results[name, scenario, seed]["grad"]
        states = {"h", "c"} if isinstance(case["cell"], LSTM) else {"h"}
        assert set(in_browser) - states == {CAMEL.get(key, key) for key in gradients}
        for key, gradient in gradients.items():
            assert_same(in_browser[CAMEL.get(key, key)], gradient, f"d{key}, seed {seed}")


@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_at_each_state_is_that_of_the_run_that_starts_there(browser_results, name):
    for seed in SEEDS:
        case = CASES[name, "long", seed]
        cell, trace = case["cell"], numpy_trace(case)
        in_browser = browser_results[name, "long", seed]["grad"]
        total_h, total_c = [], []
        for t in range(len(case["x"])):
            dh, dc = case["dh"][t], case["dc_last"].get("dc_last")
            if t + 1 < len(case["x"]):
                state = (trace.h[t], trace.c[t]) if isinstance(cell, LSTM) else trace.h[t]
                rest = cell.forward(case["x"][t + 1 :], state)
                later = cell.backward(rest, case["dh"][t + 1 :], **case["dc_last"])
                dh, dc = dh + later["h0"], later.get("c0")
            total_h.append(dh)
            if dc is not None:
                total_c.append(dc + dh * trace.o[t] * (1 - np.tanh(trace.c[t]) ** 2))
        assert_same(in_browser["h"], np.array(total_h), f"dh, seed {seed}")
        if total_c:
            assert_same(in_browser["c"], np.array(total_c), f"dc, seed {seed}")


def test_tanh_holds_for_what_is_tiny_and_what_is_large(page):
    sizes = np.concatenate([np.logspace(-300, 2, 500), np.linspace(0.0199, 0.0201, 50)])
    given = [0.0, *sizes, *-sizes]
    found = page.evaluate(
        """async ([source, given]) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          return given.map((await import(url)).tanh);
        }""",
        [joined("web/numbers/cell_parts.mjs"), given],
    )
    # Near 0.02, 1 − e^(−2·0.02) has lost a 25th of the 2e-16 to which e is known.
    np.testing.assert_allclose(found, np.tanh(given), rtol=1e-14)


def test_the_same_buffers_serve_every_call(browser_results):
    assert all(result["reused"] for result in browser_results.values())


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("lstm", {"clamp": {"z": 0.5}}, "no gate z, only i,f,g,o"),
        ("lstm", {"clamp": {"f": [0.5]}}, "clamp.f must be a number or hold T"),
        ("rnn", {"T": 61}, "T must lie in 1 … 60, got 61"),
        ("gru write after", {"x": []}, "x must hold T"),
        ("gru keep before", {"options": {"h0": [0.0]}}, "initial state must be a Float64Array"),
        ("lstm", {"parameters": {"bias": [0.0]}}, "bias must be a Float64Array"),
        ("gru write after", {"parameters": {"biasHn": None}}, "biasHn must be a Float64Array"),
        ("gru write after", {"parameters": {"reset": "later"}}, "reset: later"),
    ],
)
def test_wrong_arguments_are_named(page, source, name, change, message):
    case = for_javascript(CASES[name, "plain", 0])
    change = {**change, "parameters": case["parameters"] | change.get("parameters", {})}
    with pytest.raises(Error, match=message):
        page.evaluate(RUN_CASES, [source, [case | change]])
