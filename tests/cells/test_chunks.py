"""In chunks of any length a sequence gives what the whole gives, if each starts from the state of
the last: of every cell and of stacks, in NumPy and in the browser."""

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM, Stack
from lecture_lib.cells.variants import LSTMVariant
from tests.cells.test_parity import CAMEL, CELLS
from tests.driver import joined

T, N, D, H = 36, 2, 3, 5
# The same products, which a chunk of another length may add in another order: 1e-16 a step. A state
# that is not handed on shows from 1e-3 up.
TOLERANCE = 1e-12


def biased(cell, seed=1):
    rng = np.random.default_rng(seed)
    for array in cell.parameters().values():
        if array.ndim == 1:
            array += rng.normal(size=array.shape)
    return cell


def stacked():
    return Stack([biased(CELLS[name](D if k == 0 else H, H, k), k) for k, name in enumerate(CELLS)])


MADE = {name: (lambda make=make: biased(make(D, H, 0))) for name, make in CELLS.items()} | {
    "stack of all": stacked,
    "lstm with parts": lambda: biased(LSTMVariant(D, H, peephole=True, proj_size=3, seed=0)),
}


@pytest.mark.parametrize("name", MADE)
def test_chunks_with_their_state_are_the_whole(name):
    cell, x = MADE[name](), np.random.default_rng(0).normal(size=(T, N, D))
    whole, last = cell.run(x)
    for k in range(1, T + 1):
        state, found = None, []
        for t in range(0, T, k):
            h, state = cell.run(x[t : t + k], state)
            found.append(h)
        np.testing.assert_allclose(np.concatenate(found), whole, atol=TOLERANCE, rtol=0)
        np.testing.assert_allclose(flat(state), flat(last), atol=TOLERANCE, rtol=0)
        if k < T:
            lost = np.concatenate([cell.run(x[t : t + k])[0] for t in range(0, T, k)])
            assert np.abs(lost - whole).max() > 1e-3


def flat(state):
    if isinstance(state, tuple | list):
        return np.concatenate([flat(part) for part in state])
    return state.ravel()


# Layer by layer over each chunk, each layer from its own state; a cell alone is one layer.
IN_CHUNKS = """
async ([source, layers, x, T, N, lengths]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const cells = await import(url);
  const floats = (v) => Array.isArray(v) ? Float64Array.from(v) : v;
  const made = layers.map(({ create, options }) => {
    const all = Object.fromEntries(Object.entries(options).map(([k, v]) => [k, floats(v)]));
    return { H: all.hiddenSize, D: all.inputSize, ...cells[create](all) };
  });
  return lengths.map((k) => {
    const h = [];
    const states = made.map(() => ({}));
    for (let t = 0; t < T; t += k) {
      const steps = Math.min(k, T - t);
      let input = Float64Array.from(x).subarray(t * N * made[0].D, (t + steps) * N * made[0].D);
      made.forEach((cell, n) => {
        const trace = cell.forward(input, steps, states[n]);
        const last = (a) => a.slice((steps - 1) * N * cell.H, steps * N * cell.H);
        states[n] = { h0: last(trace.h), ...(trace.c ? { c0: last(trace.c) } : {}) };
        input = trace.h.slice(0, steps * N * cell.H);
      });
      h.push(...input);
    }
    return h;
  });
}
"""


def for_javascript(cell):
    options = {CAMEL[name]: array.ravel().tolist() for name, array in cell.parameters().items()}
    options |= {"inputSize": cell.input_size, "hiddenSize": H, "maxSteps": T, "batchSize": N}
    if isinstance(cell, GRU):
        options |= {"update": cell.update, "reset": cell.reset}
    return {"create": f"create{type(cell).__name__}", "options": options}


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("name", [*CELLS, "stack of all"])
def test_so_they_are_in_the_browser(page, name):
    cell, x = MADE[name](), np.random.default_rng(0).normal(size=(T, N, D))
    layers = cell.layers if isinstance(cell, Stack) else [cell]
    lengths = list(range(1, T + 1))
    given = [joined("web/numbers/cells.mjs"), [*map(for_javascript, layers)], x.ravel().tolist()]
    whole = cell.run(x)[0].ravel()
    for k, h in zip(lengths, page.evaluate(IN_CHUNKS, [*given, T, N, lengths]), strict=True):
        np.testing.assert_allclose(h, whole, atol=TOLERANCE, rtol=0, err_msg=f"k = {k}")


def test_all_layers_states_are_carried_not_only_the_last():
    stack, x = Stack([LSTM(D, H, seed=0), GRU(H, H, seed=1)]), np.ones((8, 1, D))
    _, (below, above) = stack.run(x[:4])
    whole = stack.run(x)[0][4:]
    assert np.abs(stack.run(x[4:], [None, above])[0] - whole).max() > 1e-3
    assert np.abs(stack.run(x[4:], [below, above])[0] - whole).max() <= TOLERANCE
