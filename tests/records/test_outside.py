"""The networks that other programs made: light, clean, and as good as lecture 26 says."""

import re
import zipfile

import numpy as np
import onnx
import onnxruntime
import pytest

from lecture_lib.interchange import open_network
from lecture_lib.records import outside
from lecture_lib.records.outside import with_keras, with_pytorch

FILES = sorted(
    p for p in outside.FOLDER.iterdir() if p.suffix not in (".py", ".pyc") and p.is_file()
)
LIMIT = 60_000  # bytes, of all together
PULSES = {
    f"pulses_{seed}{end}.onnx": most
    # Of 100 steps with up to fifty pulses; 8 bits cost some tenths more.
    for end, most in (("", 0.5), ("_8bit", 1.0))
    for seed in range(3)
}


def contents(path):
    """The bytes of a file, unpacked."""
    if path.suffix != ".keras":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def test_they_are_there_and_light():
    names = {f"{task}_{seed}" for task in ("brackets", "marks", "pulses") for seed in range(3)}
    assert {path.stem for path in FILES} == names | {f"pulses_{seed}_8bit" for seed in range(3)}
    assert sum(path.stat().st_size for path in FILES) <= LIMIT
    assert [outside.path(path.name) for path in FILES] == FILES
    with pytest.raises(ValueError, match=r"name must be one of brackets_0.keras, .*got 'marks_9"):
        outside.path("marks_9.onnx")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_they_say_who_made_them_and_nothing_of_where(path):
    data = contents(path)
    assert not re.search(rb"/(home|root|tmp|usr|work)/|\.py\b", data)
    if path.suffix == ".onnx":
        made = onnx.load_from_string(data)
        maker = "onnx.quantize" if "8bit" in path.name else "pytorch"
        assert made.producer_name == maker and made.producer_version
    else:
        assert b'"keras_version": "3.' in data


def answers(name, x):
    session = onnxruntime.InferenceSession(outside.path(name))
    [answer] = session.run(None, {"x": x.swapaxes(0, 1)})
    return answer[:, :, 0].T


@pytest.mark.parametrize("name", PULSES)
def test_the_counters_count(name):
    x, y = with_pytorch.draw_pulses(np.random.default_rng(7), 100, 200)
    assert 10 * np.sqrt(((answers(name, x) - y) ** 2).mean()) < PULSES[name]


# ONNX Runtime warns of the 60 steps that the exporter declares for the answer, were there others.
@pytest.mark.parametrize("seed", range(3))
def test_the_marks_are_compared(seed):
    x, y, asked = with_pytorch.draw_marks(np.random.default_rng(7), 60, 200)
    # By hand: whether the nearest mark before or at each step is that of the first one after it.
    mark = x[:, 0, 0]
    places = np.flatnonzero(mark)
    for t in range(60):
        before, after = places[places <= t], places[places > t]
        assert asked[t, 0] == (len(before) > 0 and len(after) > 0)
        if asked[t, 0]:
            assert y[t, 0] == (mark[before[-1]] == mark[after[0]])
    right = (answers(f"marks_{seed}.onnx", x) > 0) == y
    assert right[asked > 0].mean() > 0.99


def test_the_texts_are_what_is_said_of_them():
    x, y, texts = with_keras.draw(np.random.default_rng(7), 60, 50)
    for k, text in enumerate(texts):
        assert "".join(with_keras.LETTERS[n] for n in x[:, k].argmax(axis=1)) == text
        inside = [text[: t + 1].count("<") - text[: t + 1].count(">") for t in range(60)]
        assert y[:, k, 0].tolist() == inside  # 0 or 1: one bracket at a time
        vowels = [0, 0, *(letter in "ae" for letter in text[:-2])]
        assert y[:, k, 1].tolist() == vowels


def test_the_quantised_ones_are_the_others_rounded():
    for seed in range(3):
        plain, rounded = (
            open_network(outside.path(f"pulses_{seed}{end}.onnx"))[0].cell for end in ("", "_8bit")
        )
        assert np.array_equal(plain.bias, rounded.bias)
        for name in ("weight_ih", "weight_hh"):
            one, other = getattr(plain, name), getattr(rounded, name)
            # One scale for the whole matrix: at most half of a 127th of its largest number.
            assert 0 < np.abs(one - other).max() <= 0.51 * np.abs(one).max() / 127
