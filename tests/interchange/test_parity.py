"""The page's readers of files, web/numbers/files, give what `open_network` gives, bit for bit."""

import io
import json
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save as safetensors

from lecture_lib import GRU, LSTM, RNN
from lecture_lib.cells import Stack
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.interchange import to_keras, to_torch
from lecture_lib.interchange.layouts import by_direction
from tests.driver import joined
from tests.interchange.files_in_the_page import LOAD, assert_same, opened_in, plain_in_python
from tests.interchange.test_hostile import pickled_by_torch, zipped

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.evaluate(LOAD, joined("web/numbers/files/opening.mjs"))
    yield page
    page.close()


def drawn(make, D, H, seed=0, **options):
    cell, rng = make(D, H, seed=seed, **options), np.random.default_rng(seed)
    for array in cell.parameters().values():
        array += rng.normal(0, 0.5, array.shape)
    return cell


def keep(D, H, seed=0):
    return drawn(GRU, D, H, seed, update="keep", reset="after")


def both(make, D, H, seed=0):
    return Bidirectional(make(D, H, seed), make(D, H, seed + 1))


def lstm(D, H, seed=0):
    return drawn(LSTM, D, H, seed)


def rnn(D, H, seed=0):
    return drawn(RNN, D, H, seed)


def layers(make, *sizes):
    return Stack([make(D, H, k) for k, (D, H) in enumerate(pairwise(sizes))])


NETWORKS = {
    "rnn": rnn(3, 4),
    "gru": keep(3, 4),
    "lstm": lstm(3, 4),
    "both rnn": both(rnn, 3, 4),
    "both gru": both(keep, 3, 4),
    "both lstm": both(lstm, 3, 4),
    "three rnn": layers(rnn, 3, 5, 5, 5),
    "three gru": layers(keep, 3, 5, 5, 5),
    "three lstm": layers(lstm, 3, 5, 5, 5),
    "three both lstm": Stack([both(lstm, 3, 4), both(lstm, 8, 4, 2), both(lstm, 8, 4, 4)]),
}


def saved(arrays, dtype):
    return {name: np.ascontiguousarray(array.astype(dtype)) for name, array in arrays.items()}


def npz_of(arrays):
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def pt_of(arrays):
    stores = [array.astype(np.float32) for array in arrays.values()]
    pickled = pickled_by_torch(dict(zip(arrays, stores, strict=True)))
    entries = {"m/data.pkl": pickled, "m/byteorder": b"little"}
    entries |= {f"m/data/{k}": store.tobytes() for k, store in enumerate(stores)}
    return zipped(entries, zipfile.ZIP_STORED)


def js_of(cell, **config):
    """A model.json of TensorFlow.js and its two shards, of a network as Keras has it."""
    layers, weights, data = [], [], b""
    for k, layer in enumerate(getattr(cell, "layers", [cell])):
        cells = by_direction(layer)
        kind = type(next(iter(cells.values()))).__name__
        own = {"name": f"l{k}", "units": next(iter(cells.values())).hidden_size}
        own |= {"return_sequences": True, "reset_after": True, "recurrent_activation": "sigmoid"}
        entry = {"class_name": kind.replace("RNN", "SimpleRNN"), "config": own | config}
        if len(cells) == 2:
            both = {"name": f"l{k}", "layer": entry, "merge_mode": "concat"}
            entry = {"class_name": "Bidirectional", "config": both}
        layers.append(entry)
        for n, array in enumerate(to_keras(layer)):
            weights.append({"name": f"l{k}/{n}", "shape": list(array.shape), "dtype": "float32"})
            data += array.astype("<f4").tobytes()
    topology = {"model_config": {"class_name": "Sequential", "config": {"layers": layers}}}
    manifest = [{"paths": ["a.bin", "sub/b.bin"], "weights": weights}]
    model = json.dumps({"modelTopology": topology, "weightsManifest": manifest}).encode()
    return {"data": model, "beside": {"a.bin": data[:101], "b.bin": data[101:]}}


def in_a_folder(file, folder):
    """The path of a file's data in `folder`, what lies beside it laid out too."""
    folder.mkdir()
    for name, data in file.get("beside", {}).items():
        (folder / "sub").mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        (folder / "sub" / name).write_bytes(data)
    path = folder / "model"
    path.write_bytes(file["data"])
    return path


def files():
    found = {}
    for name, cell in NETWORKS.items():
        for dtype in (np.float64, np.float32, np.float16):
            arrays = saved(to_torch(cell), dtype)
            kind = np.dtype(dtype).name
            found[f"{name} {kind} safetensors"] = safetensors(arrays)
            found[f"{name} {kind} npz"] = npz_of(arrays)
        found[f"{name} pt"] = pt_of(to_torch(cell))
    found |= {path.name: path.read_bytes() for path in REFERENCE.glob("*.pt")}
    found = {name: {"data": data} for name, data in found.items()}
    found |= {f"{name} js": js_of(cell) for name, cell in NETWORKS.items()}
    return found


def test_weights_are_those_of_python_bit_for_bit(page, tmp_path):
    given = files()
    for name, answer in zip(given, opened_in(page, given.values()), strict=True):
        assert "network" in answer, (name, answer)
        path = in_a_folder(given[name], tmp_path / name)
        assert_same(answer["network"], plain_in_python(path), name)
