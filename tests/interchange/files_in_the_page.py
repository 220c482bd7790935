"""The page's readers of files, web/numbers/files, run in a browser, and Python's answers beside."""

import base64

import numpy as np

from lecture_lib.cells.variants import GRUVariant, LSTMVariant, RNNVariant
from lecture_lib.interchange import open_network
from lecture_lib.interchange.layouts import by_direction

OPEN = """
async ([files]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const inText = (array) => {
    let text = "";
    for (const byte of new Uint8Array(array.slice().buffer)) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const plain = (value) =>
    value instanceof Float64Array ? { base64: inText(value) }
    : Array.isArray(value) ? value.map(plain)
    : value && typeof value === "object"
      ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
    : value;
  const answers = [];
  for (const { data, name, beside } of files) {
    const others = new Map(Object.entries(beside).map(([k, v]) => [k, bytes(v)]));
    const start = performance.now();
    try {
      answers.push({ network: plain(await reader.openNetwork(bytes(data), name, others)) });
    } catch (error) {
      const refused = error instanceof reader.Refusal;
      answers.push(refused ? { refused: error.message } : { threw: String(error.stack) });
    }
    answers.at(-1).took = performance.now() - start;
  }
  return answers;
}
"""
LOAD = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  globalThis.reader = await import(url);
}"""


def in_text(data):
    return base64.b64encode(data).decode()


def opened_in(page, files):
    """What the page makes of files, dicts of data, name and perhaps beside: the answer of each, its
    arrays as float64."""
    given = [
        {
            "data": in_text(file["data"]),
            "name": file.get("name", "m"),
            "beside": {k: in_text(v) for k, v in file.get("beside", {}).items()},
        }
        for file in files
    ]
    return [_with_arrays(answer) for answer in page.evaluate(OPEN, [given])]


def _with_arrays(value):
    if isinstance(value, list):
        return [_with_arrays(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "base64" in value:
        return np.frombuffer(base64.b64decode(value["base64"]), "<f8")
    return {name: _with_arrays(part) for name, part in value.items()}


def plain_in_python(source):
    """What the page is to give of a file, from what `open_network` gives."""
    network = open_network(source)
    return {
        "source": network.source,
        "notes": network.notes,
        "layers": [_plain_layer(layer) for layer in network],
    }


BEYOND = {"peepholes": "peepholes", "weight_hr": "a projection"}


def _plain_layer(layer):
    found = {
        name: getattr(layer, name)
        for name in ("name", "kind", "direction", "axes", "follows", "reason")
    }
    found |= {"inputSize": layer.input_size, "hiddenSize": layer.hidden_size}
    found["conventions"] = {name: str(value) for name, value in layer.conventions.items()}
    sides = by_direction(layer.cell) if layer.cell is not None else {}
    state, found["notes"], found["state"] = layer.state, list(layer.notes), None
    if state is not None:
        state = state if isinstance(state, dict) else {next(iter(sides)): state}
        pairs = {s: part if isinstance(part, tuple) else (part,) for s, part in state.items()}
        # Of several sequences' states the page takes the first, and says so.
        found["state"] = {
            side: dict(zip("hc", (part[0] for part in pair), strict=False))
            for side, pair in pairs.items()
        }
        batch = len(next(iter(pairs.values()))[0])
        if batch > 1:
            note = f"of the {batch} first states stored, the first one is taken"
            at = next((k for k, n in enumerate(found["notes"]) if "past a seq" in n), None)
            found["notes"].insert(len(found["notes"]) if at is None else at, note)
    found["lengths"] = None if layer.lengths is None else layer.lengths.tolist()
    beyond = [_beyond(cell) for cell in sides.values()]
    if any(beyond):
        found["reason"] = f"cannot be computed in the page: it has {', '.join(beyond[0])}"
        sides = {}
    found["cells"] = {side: _plain_cell(cell) for side, cell in sides.items()}
    return found


def _beyond(cell):
    """What a page does not compute, though Python does."""
    parts = cell.parameters()
    has = [words for name, words in BEYOND.items() if name in parts]
    has += ["coupled gates"] if getattr(cell, "coupled", False) else []
    return has + (["clipping"] if getattr(cell, "clip", None) else [])


def _plain_cell(cell):
    names = {"weight_ih": "weightIh", "weight_hh": "weightHh", "bias": "bias", "bias_hn": "biasHn"}
    found = {names[name]: array for name, array in cell.parameters().items()}
    if hasattr(cell, "update"):
        found |= {"update": cell.update, "reset": cell.reset}
    said = {}
    if isinstance(cell, RNNVariant):
        said = {"activation": cell.activation}
    if isinstance(cell, GRUVariant):
        said = {"activation": cell.activations["n"], "recurrentActivation": cell.activations["r"]}
    if isinstance(cell, LSTMVariant):
        of = cell.activations
        said = {"activation": of["g"], "recurrentActivation": of["f"], "outputActivation": of["c"]}
    usual = {"activation": "tanh", "recurrentActivation": "sigmoid", "outputActivation": "tanh"}
    said = {name: function.spec for name, function in said.items()}
    return found | {name: spec for name, spec in said.items() if spec != usual[name]}


def assert_same(ours, theirs, where=""):
    """That what the page gives is what Python gives, numbers bit for bit."""
    if isinstance(theirs, np.ndarray):
        wanted = np.asarray(theirs, np.float64).ravel()
        assert isinstance(ours, np.ndarray) and ours.tobytes() == wanted.tobytes(), where
    elif isinstance(theirs, dict):
        assert isinstance(ours, dict) and set(ours) == set(theirs), (where, ours, theirs)
        for name, value in theirs.items():
            assert_same(ours[name], value, f"{where}.{name}")
    elif isinstance(theirs, list | tuple):
        assert isinstance(ours, list) and len(ours) == len(theirs), (where, ours, theirs)
        for k, value in enumerate(theirs):
            assert_same(ours[k], value, f"{where}[{k}]")
    else:
        assert ours == theirs, (where, ours, theirs)
