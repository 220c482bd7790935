"""Mutated and hostile files of every format: an error in words or a result, in bounded time and
memory, and nothing else."""

import io
import json
import os
import pickle
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import h5py
import numpy as np
import onnx
import pytest
from safetensors.numpy import save as safetensors

from lecture_lib import GRU, LSTM
from lecture_lib.cells import Stack
from lecture_lib.interchange import open_network, to_keras, to_onnx, to_torch
from lecture_lib.interchange.keras import hdf5, hdf5_reader
from lecture_lib.interchange.torch.files import OLD_MAGIC

# 2,800 of eight formats. For an HDF5 file a process is started, which takes most of the time.
MUTATIONS = {
    "onnx": 500, "npz": 500, "safetensors": 500, "pt": 500, "old pt": 500, "js": 200, "h5": 60,
    "keras": 40,
}  # fmt: skip
# Of computing; a process that reads HDF5 is ended after two, and has to start before.
SECONDS = {"h5": 3.5, "keras": 3.5}
# ImportError and MemoryError are not among them: nothing asks for more than a file holds.
IN_WORDS = (ValueError, TypeError)


class Text(str):
    __slots__ = ()


def cells():
    return Stack([LSTM(4, 8, seed=0), LSTM(8, 6, seed=1)])


def onnx_bytes():
    return to_onnx(cells()).SerializeToString()


def npz_bytes():
    stream = io.BytesIO()
    np.savez(stream, **to_torch(GRU(4, 8, seed=0, update="keep", reset="after")))
    return stream.getvalue()


def safetensors_bytes():
    return safetensors({n: np.ascontiguousarray(a) for n, a in to_torch(LSTM(4, 8)).items()})


def float32(cell):
    return {name: array.astype(np.float32) for name, array in to_torch(cell).items()}


def pickled_by_torch(arrays):
    """The pickle that PyTorch writes of a state_dict, put together instruction by instruction."""

    def text(value):
        data = value.encode()
        return b"X" + len(data).to_bytes(4, "little") + data

    def whole(value):
        return b"J" + value.to_bytes(4, "little", signed=True)

    body = b"\x80\x02ccollections\nOrderedDict\n)R("
    for k, (name, array) in enumerate(arrays.items()):
        body += text(name) + b"ctorch._utils\n_rebuild_tensor_v2\n(("
        body += text("storage") + b"ctorch\nFloatStorage\n" + text(str(k)) + text("cpu")
        body += whole(array.size) + b"tQ" + whole(0) + b"("
        body += b"".join(map(whole, array.shape)) + b"t("
        body += b"".join(whole(s // 4) for s in array.strides) + b"t"
        body += b"\x89ccollections\nOrderedDict\n)RtR"
    return body + b"u."


def pt_bytes():
    arrays, stream = float32(LSTM(4, 8, seed=0)), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("m/data.pkl", pickled_by_torch(arrays))
        for k, array in enumerate(arrays.values()):
            archive.writestr(f"m/data/{k}", array.tobytes())
    return stream.getvalue()


def old_pt_bytes():
    """A file as PyTorch wrote it before 1.6: five pickles, then each storage behind its length."""
    arrays = float32(LSTM(4, 8, seed=0))
    machine = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
    parts = [pickle.dumps(part, 2) for part in (OLD_MAGIC, 1001, machine)]
    parts += [pickled_by_torch(arrays), pickle.dumps([str(k) for k in range(len(arrays))], 2)]
    for array in arrays.values():
        parts += [array.size.to_bytes(8, "little"), array.tobytes()]
    return b"".join(parts)


CONFIG = {
    "class_name": "Sequential",
    "config": {"layers": [{"class_name": "LSTM", "config": {"name": "l", "units": 8}}]},
}


def h5_bytes():
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs["model_config"], file.attrs["keras_version"] = json.dumps(CONFIG), "2.4.0"
        group = file.create_group("model_weights/l")
        names = ["l/kernel:0", "l/recurrent_kernel:0", "l/bias:0"]
        group.attrs["weight_names"] = [name.encode() for name in names]
        for name, array in zip(names, to_keras(LSTM(4, 8, seed=0)), strict=True):
            group.create_dataset(name, data=array.astype(np.float32))
    return stream.getvalue()


def keras_bytes():
    weights, stream = io.BytesIO(), io.BytesIO()
    with h5py.File(weights, "w") as file:
        group = file.create_group("layers/lstm/cell/vars")
        file.create_group("layers/lstm/vars").attrs["name"] = "l"
        for k, array in enumerate(to_keras(LSTM(4, 8, seed=0))):
            group.create_dataset(str(k), data=array.astype(np.float32))
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("config.json", json.dumps(CONFIG))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.4.1"}))
        archive.writestr("model.weights.h5", weights.getvalue())
    return stream.getvalue()


def js_bytes():
    """A zip archive of a TensorFlow.js model.json and its two shards; `opened` lays them out."""
    arrays = [a.astype(np.float32) for a in to_keras(LSTM(4, 8, seed=0))]
    kernel, recurrent, bias = arrays
    shortened = np.round((recurrent + 1) * 100).clip(0, 255).astype(np.uint8)
    weights = [
        {"name": f"l/{name}", "shape": list(array.shape), "dtype": "float32"}
        for name, array in zip(("kernel", "recurrent_kernel", "bias"), arrays, strict=True)
    ]
    weights[1]["quantization"] = {"dtype": "uint8", "scale": 0.01, "min": -1.0}
    manifest = [{"paths": ["a.bin", "b.bin"], "weights": weights}]
    model = {"modelTopology": {"model_config": CONFIG}, "weightsManifest": manifest}
    data = kernel.tobytes() + shortened.tobytes() + bias.tobytes()
    entries = {"model.json": json.dumps(model), "a.bin": data[:300], "b.bin": data[300:]}
    return zipped(entries, zipfile.ZIP_STORED)


FILES = {
    "onnx": onnx_bytes, "npz": npz_bytes, "safetensors": safetensors_bytes, "pt": pt_bytes,
    "old pt": old_pt_bytes, "js": js_bytes, "h5": h5_bytes, "keras": keras_bytes,
}  # fmt: skip


def opened(kind, data, folder):
    if kind != "js":
        return open_network(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return open_network(folder / "model.json")


def mutated(data, rng):
    """`data` with bits turned, parts cut out, put in twice, or numbers made large."""
    data = bytearray(data)
    for _ in range(rng.integers(1, 6)):
        # What says what is there stands at the ends, more than in between.
        near = rng.integers(0, min(len(data), 400))
        at = int([near, len(data) - 1 - near, rng.integers(0, len(data))][rng.integers(3)])
        kind, length = rng.integers(5), int(rng.integers(1, 9))
        if kind == 0:
            data[at] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            data[at : at + length] = rng.bytes(length)
        elif kind == 2:
            del data[at : at + length * int(rng.choice([1, 50]))]
        elif kind == 3:
            data[at:at] = data[at : at + 16 * length]
        else:
            data[at : at + length] = b"\xff" * length
        if len(data) < 2:
            return bytes(data) + b"PK"
    return bytes(data)


def mutated_inside(data, rng):
    """A zip archive of the same entries, one of them mutated: their checksums are right."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    name = sorted(entries)[rng.integers(len(entries))]
    return zipped(entries | {name: mutated(entries[name], rng)}, zipfile.ZIP_STORED)


def seconds():
    """What this process and those that it started have computed."""
    return sum(os.times()[:4])


def either(kind, data, rng):
    inside = kind == "js" or (kind in ("npz", "pt", "keras") and rng.integers(2))
    return mutated_inside(data, rng) if inside else mutated(data, rng)


@pytest.mark.parametrize("kind", FILES)
def test_a_whole_file_opens(kind, tmp_path):
    network = opened(kind, FILES[kind](), tmp_path)
    assert all(layer.cell is not None for layer in network)
    assert len(network) == (2 if kind == "onnx" else 1)


@pytest.mark.parametrize("kind", FILES)
def test_a_mutated_file_gives_words_or_a_result(kind, tmp_path):
    whole, rng, refused, count = FILES[kind](), np.random.default_rng(7), 0, MUTATIONS[kind]
    x = np.zeros((2, 1, 4))
    opened(kind, whole, tmp_path)  # what is imported on the way is not of the file
    tracemalloc.start()
    try:
        for number in range(count):
            data = either(kind, whole, rng)
            tracemalloc.reset_peak()
            before, start = tracemalloc.get_traced_memory()[0], seconds()
            try:
                network = opened(kind, data, tmp_path)
                for layer in network:
                    assert layer.cell is not None or layer.reason
                    if layer.cell is not None and layer.input_size == 4:
                        with np.errstate(all="ignore"):
                            layer.forward(x)
            except IN_WORDS as error:
                refused += 1
                assert str(error), number
            spent = seconds() - start
            taken = tracemalloc.get_traced_memory()[1] - before
            assert spent < SECONDS.get(kind, 2.0), f"mutation {number}: {spent:.1f} s"
            # Ten times the file, and what Python itself needs to read any.
            assert taken < 10 * len(data) + 2**21, f"mutation {number}: {taken} bytes"
    finally:
        tracemalloc.stop()
    assert refused > count // 10, "hardly any mutation was one"


def zipped(entries, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()


def npy_header(shape):
    stream = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue()


def safe(header, numbers=b""):
    text = json.dumps(header).encode() if isinstance(header, dict) else header
    return len(text).to_bytes(8, "little") + text + numbers


def too_large_an_onnx():
    model = to_onnx(LSTM(2, 3))
    del model.graph.initializer[0].dims[:]
    model.graph.initializer[0].dims.extend([2**40, 2**20])
    return model.SerializeToString()


def a_constant_of_a_terabyte():
    model = to_onnx(LSTM(2, 3))
    for name in ("W", "shape"):
        tensors = [t for t in model.graph.initializer if t.name == name]
        for tensor in tensors:
            model.graph.initializer.remove(tensor)
    shape = onnx.numpy_helper.from_array(np.array([1, 12, 2**36]), "shape")
    model.graph.initializer.append(shape)
    made = onnx.helper.make_node("ConstantOfShape", ["shape"], ["W"])
    model.graph.node.insert(0, made)
    return model.SerializeToString()


HOSTILE = {
    "a zip that unpacks to 100 MB": (
        lambda: zipped({"weight_hh_l0.npy": bytes(100_000_000)}),
        "says that it unpacks to",
    ),
    "an npy that says a terabyte": (
        lambda: zipped({"w.npy": npy_header((10**12,))}),
        "w.npy of shape .* must have .* bytes",
    ),
    "safetensors: a header longer than the file": (
        lambda: (200).to_bytes(8, "little") + b"{" + b" " * 300,
        "weight|dtype|JSON|header",
    ),
    "safetensors: an array outside": (
        lambda: safe({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}),
        "w must lie within the file",
    ),
    "safetensors: a shape of more": (
        lambda: safe({"w": {"dtype": "F32", "shape": [9], "data_offsets": [0, 8]}}, bytes(8)),
        "w of shape .* must have 36 bytes, got 8",
    ),
    "safetensors: one place many times": (
        lambda: safe(
            {f"w{k}": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} for k in range(9)},
            bytes(8),
        ),
        "must have its own place",
    ),
    "safetensors: nested deep": (lambda: safe(b'{"a":' * 200_000 + b"1" + b"}" * 200_000), "JSON"),
    "onnx: dims of an exabyte": (too_large_an_onnx, "holds fewer numbers"),
    "a pickle of this machine's": (lambda: pickle.dumps({"weight_hh": Text("x")}), "pickle"),
    "an empty file": (lambda: b"", "must not be empty"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(40), "model must be a whole ONNX file"),
}


def js_folder(folder, groups, **weight):
    """A model.json with so many groups of weights, all in one shard of 1 MB."""
    (folder / "a.bin").write_bytes(bytes(2**20))
    own = {"name": "l/kernel", "shape": [2**18], "dtype": "float32"} | weight
    manifest = [{"paths": ["a.bin"], "weights": [own]} for _ in range(groups)]
    model = {"modelTopology": {"model_config": CONFIG}, "weightsManifest": manifest}
    (folder / "model.json").write_text(json.dumps(model))
    return folder / "model.json"


@pytest.mark.parametrize(
    ("groups", "weight", "message"),
    [
        (40, {}, "weightsManifest names a shard twice"),
        (1, {"shape": [2**40, 2**20]}, "l/kernel of shape .* must have .* bytes"),
        (1, {"shape": [0, 10**30]}, "l/kernel cannot have the shape"),
        (1, {"shape": [2**18], "dtype": "string"}, "has a dtype or shape unknown here"),
    ],
)
def test_a_model_json_that_says_more_than_its_shards(groups, weight, message, tmp_path):
    path = js_folder(tmp_path, groups, **weight)
    tracemalloc.start()
    with pytest.raises(ValueError, match=message):
        open_network(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * 2**20


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_what_is_wrong_with_it(name):
    make, message = HOSTILE[name]
    with pytest.raises(ValueError, match=message):
        open_network(make())


def test_a_constant_of_a_terabyte_is_not_made():
    tracemalloc.start()
    [layer] = open_network(a_constant_of_a_terabyte())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert layer.cell is None and "shape known only when it runs" in layer.reason
    assert peak < 2**23


class Bomb:
    def __reduce__(self):
        raise_it = "raise SystemExit('a pickle was run')"
        return exec, (raise_it,)


def test_nothing_is_unpickled():
    data = zipped({"m/data.pkl": pickle.dumps({"w": Bomb()}, protocol=2)}, zipfile.ZIP_STORED)
    assert len(open_network(data)) == 0


@pytest.mark.parametrize("does", ["os.abort()", "bound(0, 2**20)\nwhile True:\n    pass"])
def test_a_reader_of_hdf5_that_falls_or_runs_on_is_named(does, tmp_path, monkeypatch):
    # What the HDF5 library does of itself at some mutated files, whichever its version.
    script = tmp_path / "reader.py"
    script.write_text(f"import os\nfrom {hdf5_reader.__name__} import bound\n{does}\n")
    monkeypatch.setattr(hdf5, "READER", script)
    before = seconds()
    with pytest.raises(ValueError, match="the HDF5 library failed at it or came to no end"):
        open_network(h5_bytes())
    assert seconds() - before < SECONDS["h5"]


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="only Linux tells what a process takes already"
)
def test_a_reader_of_hdf5_takes_no_more_memory_than_the_file_has_room_for(tmp_path, monkeypatch):
    script = tmp_path / "reader.py"
    script.write_text(
        f"from {hdf5_reader.__name__} import bound\nbound(0, 2**20)\nprint(len(bytes(2**30)))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True)
    assert "MemoryError" in done.stderr and not done.stdout


def test_an_hdf5_link_out_of_the_file_is_not_followed(tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["secret"] = np.ones((3, 12))
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file["own"] = np.ones((3, 12))
        file["theirs"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "secret")
    assert set(hdf5.Hdf5(stream.getvalue()).arrays) == {"own"}


def test_functions_that_call_one_another_without_end():
    model = to_onnx(LSTM(2, 3))
    for k in range(30):
        inner = f"f{k + 1}" if k < 29 else "Identity"
        domain = "own" if k < 29 else ""
        nodes = [onnx.helper.make_node(inner, ["a"], [f"b{j}"], domain=domain) for j in range(2)]
        opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("own", 1)]
        made = onnx.helper.make_function("own", f"f{k}", ["a"], ["b0"], nodes, opsets)
        model.functions.append(made)
    model.opset_import.append(onnx.helper.make_opsetid("own", 1))
    model.graph.node.append(onnx.helper.make_node("f0", ["h"], ["again"], domain="own"))
    with pytest.raises(ValueError, match="at most 200000 nodes"):
        open_network(model)
