"""The page's readers of files, web/numbers/files, give what `open_network` gives, bit for bit."""

import io
import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import pytest
from onnx import helper
from safetensors.numpy import save as safetensors

from lecture_lib import GRU, LSTM, RNN
from lecture_lib.cells import Stack
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.cells.variants import Reversed
from lecture_lib.interchange import open_network, to_keras, to_onnx, to_torch
from lecture_lib.interchange.layouts import by_direction
from tests.driver import joined
from tests.interchange import test_wild as wild
from tests.interchange.files_in_the_page import LOAD, assert_same, opened_in, plain_in_python
from tests.interchange.test_hostile import FILES, npy_header, pickled_by_torch, zipped

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "tests" / "reference"


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


def changed(*changes, cell=None):
    """A model of ONNX with these changes, each of `tests.interchange.test_wild`."""
    model = to_onnx(wild.drawn() if cell is None else cell)
    for change in changes:
        change(model)
    return model


def with_weights_made(made):
    model = to_onnx(wild.drawn())
    for k, node in enumerate(made(model, wild.take(model, "W"))):
        model.graph.node.insert(k, node)
    return model


def quantised():
    model = changed()
    W, R = (wild.take(model, n).transpose(0, 2, 1) for n in "WR")
    node = wild.node_of(model)
    node.op_type, node.domain = "DynamicQuantizeLSTM", "com.microsoft"
    for name, array in (("W", W), ("R", R)):
        scale = (np.abs(array).max(axis=1) / 127).astype(np.float32)
        wild.store(model, name, np.round(array / scale[:, None]).astype(np.int8))
        wild.store(model, f"{name}_s", scale)
        wild.store(model, f"{name}_z", np.ones(scale.shape, np.int8))
    node.input.extend([""] * (8 - len(node.input)) + ["W_s", "W_z", "R_s", "R_z"])
    return model


def in_fields(dtype):
    """A model whose weights lie in the fields of their type, not in raw bytes, in `dtype`."""
    model = changed()
    for tensor in list(model.graph.initializer):
        array = wild.take(model, tensor.name)
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        made = helper.make_tensor(tensor.name, kind, array.shape, array.ravel().tolist())
        model.graph.initializer.append(made)
    return model


def onnx_models():
    found = {name: to_onnx(cell) for name, cell in NETWORKS.items()}
    found |= {f"{name} float64": to_onnx(NETWORKS[name], np.float64) for name in ("gru", "lstm")}
    found |= {"reset before": to_onnx(drawn(GRU, 3, 4)), "reversed": to_onnx(Reversed(lstm(3, 4)))}
    for made in (
        wild.w_by_unsqueeze, wild.w_by_concat_of_slices, wild.w_by_transpose_reshape_identity,
        wild.w_by_dequantize, wild.w_by_constant_cast_split,
    ):  # fmt: skip
        found[made.__name__] = with_weights_made(made)
    said, of = wild.attribute, "activations"
    others = [said(of, ["HardSigmoid", "LeakyRelu", "ScaledTanh"])]
    others += [said("activation_alpha", [0.3, 0.05, 1.2]), said("activation_beta", [0.4, 0.8])]
    sixth = [said(of, ["HardSigmoid", "Tanh", "Tanh"]), said("activation_alpha", [1 / 6])]
    for name, changes in {
        "state": [wild.with_state],
        "lengths": [wild.with_lengths],
        "batch first": [said("layout", 1)],
        "reverse": [said("direction", "reverse")],
        "coupled": [said("input_forget", 1)],
        "peepholes and clip": [wild.with_peepholes, said("clip", 0.7)],
        "lower case": [said(of, ["sigmoid", "tanh", "tanh"])],
        "relu": [said(of, ["HardSigmoid", "Relu", "Softsign"])],
        "alphas": others,
        "a sixth": sixth,
        "unknown function": [said(of, ["Sigmoid", "Tanh", "Wave"])],
        "unknown attribute": [said("shape", 3)],
        "sideways": [said("direction", "sideways")],
        "one activation": [said(of, ["Tanh"])],
        "another size": [said("hidden_size", 7)],
        "no W": [lambda model: wild.take(model, "W")],
        "not finite": [lambda model: wild.store(model, "W", np.inf * wild.take(model, "W"))],
    }.items():
        found[name] = changed(*changes)
    found["from inputs"] = to_onnx(wild.drawn(), with_state=True)
    found |= {"quantised": quantised(), "in a branch": wild.in_a_branch(changed())}
    found |= {f"fields of {np.dtype(t).name}": in_fields(t) for t in IN_FIELDS}
    return {name: model.SerializeToString() for name, model in found.items()}


IN_FIELDS = (np.float32, np.float64, np.float16, ml_dtypes.bfloat16)


def beside_it(folder):
    """A model whose weights lie in a file beside it."""
    folder.mkdir()
    onnx.save(
        to_onnx(lstm(3, 4)), folder / "m", save_as_external_data=True, location="w.bin",
        size_threshold=0,
    )  # fmt: skip
    data, weights = (folder / "m").read_bytes(), (folder / "w.bin").read_bytes()
    return {"data": data, "beside": {"w.bin": weights}}


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


def test_models_of_onnx_are_those_of_python_bit_for_bit(page, tmp_path):
    given = {name: {"data": data} for name, data in onnx_models().items()}
    given["beside"] = beside_it(tmp_path / "saved")
    for name, answer in zip(given, opened_in(page, given.values()), strict=True):
        assert "network" in answer, (name, answer)
        theirs = plain_in_python(in_a_folder(given[name], tmp_path / name))
        # What ONNX' own checker says is Python's alone.
        theirs["notes"] = [note for note in theirs["notes"] if "ONNX' checker" not in note]
        assert_same(answer["network"], theirs, name)


def test_weights_are_those_of_python_bit_for_bit(page, tmp_path):
    given = files()
    for name, answer in zip(given, opened_in(page, given.values()), strict=True):
        assert "network" in answer, (name, answer)
        path = in_a_folder(given[name], tmp_path / name)
        assert_same(answer["network"], plain_in_python(path), name)


# What a page does not read; the line of Python that it gives turns each into a file that it does.
ELSEWHERE = {"model.h5": "h5", "model.keras": "keras", "model.pt": "old pt"}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_not_read_is_told_the_line_of_python_that_works(page, tmp_path, name):
    data = FILES[ELSEWHERE[name]]()
    [answer] = opened_in(page, [{"data": data, "name": name}])
    line = answer["refused"].partition("This line of Python turns it into .safetensors: ")[2]
    assert line.startswith("python -c ")
    (tmp_path / name).write_bytes(data)
    command = [sys.executable, *shlex.split(line)[1:]]
    subprocess.run(command, cwd=tmp_path, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    made = (tmp_path / "model.safetensors").read_bytes()
    [answer] = opened_in(page, [{"data": made}])
    theirs, [layer] = open_network(data), answer["network"]["layers"]
    assert layer["name"] == theirs[0].name and not layer["reason"]
    for ours, own in (("weightIh", "weight_ih"), ("weightHh", "weight_hh"), ("bias", "bias")):
        whole = getattr(theirs[0].cell, own).astype(np.float64)
        assert layer["cells"]["there"][ours].tobytes() == whole.tobytes()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (npy_header((3,)) + bytes(24), "m: an .npy file holds one array, and no network"),
        (safetensors({"l.weight_hh_l0_q": np.ones((12, 3))}), None),
        (zipped({"readme.txt": b"x"}), r"must be of NumPy, PyTorch or Keras, got \['readme.txt'\]"),
    ],
)
def test_what_has_no_recurrent_layer_says_so(page, data, message):
    [answer] = opened_in(page, [{"data": data}])
    if message is None:
        assert answer["network"]["layers"] == []
    else:
        assert re.search(message, answer["refused"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"weight_hh_l0": np.ones((12, 3), np.int8)}, "weight_hh_l0 must hold .* got int8"),
        ({"weight_hh_l0": np.ones((12, 5))}, "weight_hh_l0 must have shape"),
        ({"weight_hr_l0": np.ones((2, 3)), "weight_hh_l0": np.ones((12, 2))}, "has a projection"),
        (
            {"bias_hh_l0": np.full(12, np.nan)},
            r"must be finite in float64, got nan at index \(0,\)",
        ),
        (
            {"weight_hh_l0_g": np.ones((12, 1)), "weight_hh_l0_v": np.ones((12, 3))},
            "weight_hh_l0 is kept as length and direction by weight_norm",
        ),
    ],
)
def test_a_layer_that_cannot_be_computed_says_why(page, change, reason):
    arrays = to_torch(lstm(2, 3)) | change
    arrays = {n: a for n, a in arrays.items() if f"{n}_g" not in change}
    [answer] = opened_in(page, [{"data": npz_of(arrays)}])
    [layer] = answer["network"]["layers"]
    assert re.search(reason, layer["reason"]) and not layer["cells"]


def test_a_layer_of_more_than_1024_units_is_listed_and_not_computed(page):
    sizes = {"weight_ih_l0": (1025, 2), "weight_hh_l0": (1025, 1025)}
    arrays = {name: np.zeros(shape, np.float16) for name, shape in sizes.items()}
    [answer] = opened_in(page, [{"data": safetensors(arrays)}])
    [layer] = answer["network"]["layers"]
    assert (layer["inputSize"], layer["hiddenSize"], layer["cells"]) == (2, 1025, {})
    assert "it has 2 inputs and 1025 units, a page takes 1024 at most" in layer["reason"]


def test_cells_stacked_in_one_layer_are_not_taken_for_two_directions(page, tmp_path):
    # Where D = H, the six arrays of two LSTM cells have the shapes of a Bidirectional's.
    file = js_of(layers(lstm, 4, 4, 4))
    model = json.loads(file["data"])
    cells = [{"class_name": "LSTMCell", "config": {"units": 4}}] * 2
    stacked = {"class_name": "StackedRNNCells", "config": {"cells": cells}}
    config = [{"class_name": "RNN", "config": {"name": "l", "cell": stacked}}]
    model["modelTopology"]["model_config"]["config"]["layers"] = config
    for weight in model["weightsManifest"][0]["weights"]:
        weight["name"] = f"l/{weight['name']}"
    file["data"] = json.dumps(model).encode()
    [answer] = opened_in(page, [file])
    theirs = open_network(in_a_folder(file, tmp_path / "stacked"))
    for ours, other in zip(answer["network"]["layers"], theirs, strict=True):
        assert ours["reason"] and not ours["cells"]
        assert other.cell is None and "those of two cells" in other.reason


def test_what_lies_beside_a_model_must_come_with_it(page, tmp_path):
    model, js = beside_it(tmp_path / "saved"), js_of(lstm(3, 4))
    away = {**js, "beside": {"a.bin": js["beside"]["a.bin"]}}
    outside = {**model, "data": model["data"].replace(b"w.bin", b"../wb")}
    answers = opened_in(page, [{"data": model["data"]}, away, outside])
    for answer, words in zip(answers, ("'w.bin'", "'sub/b.bin'", "'../wb'"), strict=True):
        assert words in answer["refused"] and "beside the model" in answer["refused"]
