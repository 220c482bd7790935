"""The rounding of the browser, web/numbers/quantise.mjs, is that of lecture_lib.quantise."""

import numpy as np
import pytest

from lecture_lib import quantise
from lecture_lib.cells import GRU, LSTM, RNN
from tests.cells.test_parity import CAMEL, CELLS
from tests.driver import joined

BITS = range(2, 17)
STATES = {"kept": None, "as the weights": 0, "wider": 4}
T, D, H = 20, 2, 5
# The two add the same products in another order, 1e-16 a step. A weight or a state rounded another
# way is off by a step of its grid, 3e-5 at 16 bits.
TOLERANCE = 1e-12

RUN = """
async ([source, cases]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { createRounded, rangeOf, roundedCell } = await import(url);
  const floats = (o) => Object.fromEntries(
    Object.entries(o).map(([k, v]) => [k, Array.isArray(v) ? Float64Array.from(v) : v]));
  const shown = (o) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k, [...v]]));
  return cases.map(({ kind, options, x, T, N, bits, per, stateBits, exact, start }) => {
    const all = floats(options);
    const states = floats(exact);
    const ranges = Object.fromEntries(
      Object.keys(states).map((name) => [name, rangeOf(states[name])]));
    const run = createRounded(kind, all, { bits, per, stateBits, ranges });
    const taken = Float64Array.from(x);
    run(taken.map((v) => v + 1), T); // a run before leaves the buffers dirty
    const trace = shown(run(taken, T, floats(start)));
    const { weightIh, weightHh } = roundedCell(all, bits, per);
    return { trace, ranges, weightIh: [...weightIh], weightHh: [...weightHh] };
  });
}
"""


def drawn(name, bits, per, state, batch):
    rng = np.random.default_rng([bits, batch, *name.encode(), *per.encode()])
    cell = CELLS[name](D, H, bits)
    for array in cell.parameters().values():
        if array.ndim == 1:
            array += rng.normal(size=array.shape)
    names = ["h", "c"] if isinstance(cell, LSTM) else ["h"]
    wider = STATES[state]
    state_bits = None
    if wider is not None:
        state_bits = {"h": bits, "c": min(16, bits + wider)}
        state_bits = {key: state_bits[key] for key in names}
    first = [rng.uniform(-0.5, 0.5, size=(batch, H)) for _ in names]
    first = tuple(first) if len(first) > 1 else first[0]
    return cell, rng.normal(size=(T, batch, D)), first, state_bits


CASES = {
    (name, bits, per, state, batch): drawn(name, bits, per, state, batch)
    for name in CELLS
    for bits in BITS
    for per in quantise.rounding.PER
    for state in STATES
    for batch in ((1, 3) if bits == 8 else (1,))
}


def for_javascript(key, case):
    (_, bits, per, _, batch), (cell, x, first, state_bits) = key, case
    flat = {CAMEL[name]: array.ravel().tolist() for name, array in cell.parameters().items()}
    flat |= {"inputSize": D, "hiddenSize": H, "maxSteps": T, "batchSize": batch}
    if isinstance(cell, GRU):
        flat |= {"update": cell.update, "reset": cell.reset}
    exact = cell.forward(x, first)
    first = dict(zip(("h0", "c0"), first if isinstance(cell, LSTM) else (first,), strict=False))
    return {
        "kind": type(cell).__name__,
        "options": flat,
        "x": x.ravel().tolist(),
        "T": T,
        "N": batch,
        "bits": bits,
        "per": per,
        "stateBits": state_bits,
        "exact": {
            name: [*getattr(exact, name).ravel().tolist(), *first[f"{name}0"].ravel().tolist()]
            for name in (state_bits or {"h": 0})
        },
        "start": {name: value.ravel().tolist() for name, value in first.items()},
    }


@pytest.fixture(scope="module")
def in_browser(browser):
    page = browser.new_page()
    given = [for_javascript(key, case) for key, case in CASES.items()]
    found = page.evaluate(RUN, [joined("web/numbers/quantise.mjs"), given])
    page.close()
    return dict(zip(CASES, found, strict=True))


@pytest.mark.parametrize("name", CELLS)
def test_weights_are_the_same_bit_for_bit(in_browser, name):
    for key, (cell, *_) in CASES.items():
        if key[0] == name:
            for attribute in ("weight_ih", "weight_hh"):
                wanted = quantise.rounded(getattr(cell, attribute), key[1], key[2]).ravel()
                np.testing.assert_array_equal(in_browser[key][CAMEL[attribute]], wanted, str(key))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", CELLS)
def test_the_rounded_run_is_that_of_numpy(in_browser, name, state):
    for key, (cell, x, first, state_bits) in CASES.items():
        if (key[0], key[3]) != (name, state):
            continue
        trace = quantise.run(cell, x, key[1], key[2], state_bits, first)
        found = in_browser[key]
        if state_bits:
            assert found["ranges"] == trace.ranges, key
        shown = {"h", *cell.gates} | ({"c"} if isinstance(cell, LSTM) else set())
        assert set(found["trace"]) == shown
        for letter in shown:
            wanted = getattr(trace, letter).ravel()
            np.testing.assert_allclose(
                found["trace"][letter], wanted, atol=TOLERANCE, rtol=0, err_msg=f"{key} {letter}"
            )


def test_half_way_goes_to_the_even_one_in_both(browser):
    page = browser.new_page()
    rng = np.random.default_rng(0)
    halves = np.arange(-40, 41) / 2
    near = np.concatenate([np.nextafter(halves, np.inf), np.nextafter(halves, -np.inf)])
    given = np.concatenate([halves, near, rng.normal(size=200) * 1e4, [0.0, 1e-300, 32767.5]])
    found = page.evaluate(
        """async ([source, given]) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          return given.map((await import(url)).nearestEven);
        }""",
        [joined("web/numbers/quantise.mjs"), given.tolist()],
    )
    page.close()
    np.testing.assert_array_equal(found, np.round(given))


def test_all_kinds_of_cell_are_there():
    assert {type(case[0]) for case in CASES.values()} == {RNN, GRU, LSTM}
