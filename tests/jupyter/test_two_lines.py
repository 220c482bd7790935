"""The table of lecture 26, which framework takes which two lines: each line is run as it stands."""

import os
import re

import nbformat
import numpy as np
import pytest

from lecture_lib import LSTM
from lecture_lib.interchange import open_network, to_onnx, to_torch, watch
from tests.driver import ROOT

T, N, D, H = 6, 2, 3, 4
X = np.random.default_rng(0).normal(size=(T, N, D))


def rows():
    """What one has, and the two lines, of each row of the table."""
    path = ROOT / "notebooks" / "26_your_network.ipynb"
    [text] = [
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.source.startswith("## Two lines")
    ]
    table = re.findall(r"^\| (?!you have)(.+?) \| (`.+`) \|$", text, re.M)
    return {have: re.findall(r"`(.+?)`", lines) for have, lines in table}


def run(have, folder, **names):
    """The two lines of the row that begins so, run in a folder; the network and its examination."""
    [lines] = [lines for row, lines in rows().items() if row.startswith(have)]
    assert len(lines) == 2
    scope = {"open_network": open_network, "watch": watch, "x": X, **names}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        exec("\n".join(lines), scope)
    return scope["network"], scope["exam"]


def see(exam, h):
    """The last layer's h of the first sequence, both directions side by side, is h (T, H)."""
    last = [report.h for report in exam.layers if report.name == exam.layers[-1].name]
    # float32 has 1.2e-7 of 1; six steps of short sums stay below a hundred times that.
    assert np.abs(np.hstack(last) - h).max() < 1e-5


def test_every_row_of_the_table_has_its_test():
    begins = ["a file", "a live `torch", "PyTorch's weights", "a live Keras", "weights as `.safe"]
    assert len(rows()) == len(begins)
    for have, begin in zip(rows(), begins, strict=True):
        assert have.startswith(begin)


def test_a_file(tmp_path):
    cell = LSTM(D, H, seed=1)
    (tmp_path / "model.onnx").write_bytes(to_onnx(cell).SerializeToString())
    _, exam = run("a file", tmp_path)
    see(exam, cell.run(X)[0][:, 0])


def test_a_file_of_safetensors(tmp_path):
    from safetensors.numpy import save_file

    cell = LSTM(D, H, seed=2)
    save_file(to_torch(cell), tmp_path / "model.safetensors")
    _, exam = run("weights as", tmp_path)
    see(exam, cell.run(X)[0][:, 0])


def test_a_live_keras_model(tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "KERAS_HOME", str(tmp_path))
        patch.setitem(os.environ, "KERAS_BACKEND", "numpy")
        import keras
    layer = keras.layers.GRU(H, return_sequences=True)
    model = keras.Sequential([keras.Input((T, D)), keras.layers.Dense(D), layer])
    batch = np.float32(X.swapaxes(0, 1))
    network, exam = run("a live Keras", tmp_path, model=model, batch=batch)
    # What stands before the layer has had its say.
    assert len(network) == 1
    see(exam, np.asarray(model(batch))[0])


def torch_model():
    torch = pytest.importorskip("torch", reason="PyTorch is not required of the book's readers")
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(D, H, num_layers=2, bidirectional=True, batch_first=True)
    return lstm.eval(), torch.from_numpy(np.float32(X.swapaxes(0, 1)))


def test_a_live_module(tmp_path):
    model, batch = torch_model()
    network, exam = run("a live `torch", tmp_path, model=model, batch=batch)
    assert len(network) == 2 and len(exam.layers) == 4  # two layers, two directions each
    see(exam, model(batch)[0][0].detach().numpy())


def test_a_state_dict(tmp_path):
    model, batch = torch_model()
    _, exam = run("PyTorch's weights", tmp_path, model=model)
    see(exam, model(batch)[0][0].detach().numpy())
