"""Keras itself: its files and its live layers, their functions, masks and directions."""

import json
import os
import tempfile

import h5py
import numpy as np
import pytest

from lecture_lib.interchange import open_network, watch

T, N, D, H = 5, 3, 2, 4
# Keras computes in float32, which has 1.2e-7 of 1.
SINGLE = {"rtol": 0, "atol": 1e-5}
X = np.random.default_rng(0).normal(size=(N, T, D)).astype(np.float32)


@pytest.fixture(scope="module")
def keras():
    with tempfile.TemporaryDirectory() as settings_folder, pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "KERAS_HOME", settings_folder)
        patch.setitem(os.environ, "KERAS_BACKEND", "numpy")
        import keras

        yield keras


def layers_of(keras):
    k = keras.layers
    return {
        "lstm": k.LSTM(H, return_sequences=True),
        "no bias": k.LSTM(H, return_sequences=True, use_bias=False),
        "hard": k.LSTM(H, return_sequences=True, recurrent_activation="hard_sigmoid"),
        "relu": k.LSTM(H, return_sequences=True, activation="relu"),
        "gru before": k.GRU(H, return_sequences=True, reset_after=False),
        "gru after": k.GRU(H, return_sequences=True, recurrent_activation="hard_sigmoid"),
        "rnn": k.SimpleRNN(H, return_sequences=True, activation="softsign"),
        "backwards": k.GRU(H, return_sequences=True, go_backwards=True),
        "both": k.Bidirectional(k.LSTM(H, return_sequences=True)),
        "both added": k.Bidirectional(k.GRU(H, return_sequences=True), merge_mode="sum"),
        "a cell": k.RNN(k.GRUCell(H), return_sequences=True),
    }


KINDS = [
    "lstm", "no bias", "hard", "relu", "gru before", "gru after", "rnn", "backwards", "both",
    "both added", "a cell",
]  # fmt: skip


def randomised(model):
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(0, 0.6, w.shape) for w in model.get_weights()])
    return model


def model_of(keras, layer):
    return randomised(keras.Sequential([keras.Input((T, D)), layer]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_saved_model_computes_what_keras_does(keras, kind, suffix, tmp_path):
    model = model_of(keras, layers_of(keras)[kind])
    path = tmp_path / f"m{suffix}"
    model.save(path)
    [layer] = open_network(path)
    assert layer.cell is not None, layer.reason
    h = layer.forward(X.transpose(1, 0, 2)).h
    if kind == "backwards":
        h = h[::-1]
    if kind == "both added":
        assert layer.conventions["merge_mode"] == "sum"
        h = h[..., :H] + h[..., H:]
    np.testing.assert_allclose(h.transpose(1, 0, 2), np.asarray(model(X)), **SINGLE)


@pytest.mark.parametrize("kind", ["lstm", "hard", "gru after", "both", "backwards"])
def test_a_live_model_is_watched(keras, kind):
    model = model_of(keras, layers_of(keras)[kind])
    before = np.asarray(model(X))
    [layer] = watch(model, X)
    assert layer.agrees(), layer.agrees()
    np.testing.assert_array_equal(np.asarray(model(X)), before)
    [layer] = watch(model.layers[0], X)
    assert layer.agrees(), layer.agrees()


def test_masks_and_last_h_alone_are_understood(keras):
    k = keras.layers
    model = keras.Sequential(
        [
            keras.Input((T, D)),
            k.Masking(),
            k.LSTM(H, return_sequences=True, name="below"),
            k.GRU(H, name="above"),
            k.Dense(1),
        ]
    )
    randomised(model)
    x = X.copy()
    x[0, 3:] = 0
    network = watch(model, x)
    assert [layer.name for layer in network] == ["below", "above"]
    for layer in network:
        np.testing.assert_array_equal(layer.lengths, [3, 5, 5])
        assert layer.agrees(), layer.agrees()
    assert network["above"].follows == "below"
    # A Stack has no place for what came with one run.
    stack = open_network(model).stack
    h = stack.run(x.transpose(1, 0, 2), lengths=[3, 5, 5])[0]
    y = h[-1] @ np.asarray(model.layers[-1].kernel) + np.asarray(model.layers[-1].bias)
    np.testing.assert_allclose(y, np.asarray(model(x)), **SINGLE)


def test_what_lies_between_two_layers_breaks_the_chain(keras):
    k = keras.layers
    model = keras.Sequential(
        [keras.Input((T, D)), k.LSTM(H, return_sequences=True), k.Dense(H), k.LSTM(H)]
    )
    network = open_network(model)
    assert network[1].follows is None
    with pytest.raises(ValueError, match="is not known to read the h of"):
        _ = network.stack


def test_weights_without_a_config_say_so(keras, tmp_path):
    model = model_of(keras, layers_of(keras)["both"])
    model.save_weights(tmp_path / "m.weights.h5")
    network = open_network(tmp_path / "m.weights.h5")
    assert "tanh and sigmoid are taken" in network.notes[0]
    h = network[0].forward(X.transpose(1, 0, 2)).h
    np.testing.assert_allclose(h.transpose(1, 0, 2), np.asarray(model(X)), **SINGLE)


def config(version, **said):
    layer = {"class_name": "LSTM", "config": {"name": "l", "units": H} | said}
    return {"class_name": "Sequential", "config": {"layers": [layer]}}, version


@pytest.mark.parametrize(
    ("version", "name"), [("2.2.4", "hard_sigmoid"), ("3.1.0", "keras3_hard_sigmoid")]
)
def test_the_two_hard_sigmoids_are_told_apart_by_the_version(version, name, tmp_path):
    path = tmp_path / "m.h5"
    rng = np.random.default_rng(2)
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(
            config(version, recurrent_activation="hard_sigmoid")[0]
        )
        file.attrs["keras_version"] = version
        group = file.create_group("model_weights/l")
        names = ["l/kernel:0", "l/recurrent_kernel:0", "l/bias:0"]
        group.attrs["weight_names"] = [n.encode() for n in names]
        for n, shape in zip(names, [(D, 4 * H), (H, 4 * H), (4 * H,)], strict=True):
            group[n] = rng.normal(size=shape)
    [layer] = open_network(path)
    assert layer.conventions["recurrent_activation"] == name


def test_tensorflow_js_with_its_shards(tmp_path):
    rng = np.random.default_rng(3)
    arrays = [rng.normal(size=s).astype(np.float32) for s in [(D, 4 * H), (H, 4 * H), (4 * H,)]]
    data = b"".join(a.tobytes() for a in arrays)
    (tmp_path / "a.bin").write_bytes(data[:100])
    (tmp_path / "b.bin").write_bytes(data[100:])
    names = ["l/kernel", "l/recurrent_kernel", "l/bias"]
    weights = [
        {"name": n, "shape": list(a.shape), "dtype": "float32"}
        for n, a in zip(names, arrays, strict=True)
    ]
    manifest = [{"paths": ["a.bin", "b.bin"], "weights": weights}]
    topology = {"keras_version": "tfjs-layers 4.22.0", "model_config": config("")[0]}
    path = tmp_path / "model.json"
    path.write_text(json.dumps({"modelTopology": topology, "weightsManifest": manifest}))
    [layer] = open_network(path)
    # TensorFlow.js leaves it out where it is its own usual one.
    assert layer.conventions["recurrent_activation"] == "hard_sigmoid"
    np.testing.assert_array_equal(layer.cell.weight_ih, arrays[0].T)
    manifest[0]["paths"][1] = "../b.bin"
    path.write_text(json.dumps({"modelTopology": topology, "weightsManifest": manifest}))
    with pytest.raises(ValueError, match="a shard must lie in the model's folder"):
        open_network(path)
