"""What an examination prints, as a table and as JSON, in Python and from the command line."""

import json
import sys

import numpy as np
import pytest

from lecture_lib import microscope
from lecture_lib.cells import LSTM, Bidirectional
from lecture_lib.examination.inputs import curve
from lecture_lib.interchange import open_network, to_onnx
from tests.examination.networks import layer_of, network_of, noise, one_layer


def test_the_table_has_a_row_for_each_layer_and_direction():
    layers = [
        layer_of("below", "LSTM", 2, 4, ("there", "back")),
        layer_of("above", "RNN", 8, 3, follows="below"),
        layer_of("lost", "RNN", 2, 3),
    ]
    exam = network_of(*layers).examine(noise(40, 2))
    rows = exam.table()
    assert [(row["layer"], row["way"], row["D → H"]) for row in rows] == [
        ("below", "→", "2 → 4"),
        ("below", "←", "2 → 4"),
        ("above", "→", "8 → 3"),
    ]
    assert rows[0]["τ longest"] and not rows[2]["τ longest"], "an RNN keeps by no gate"
    lines = str(exam).splitlines()
    assert lines[1].split()[:3] == ["layer", "way", "kind"]
    assert len(lines[2 : 2 + len(rows)]) == 3 and lines[-1].startswith("lost: not examined, it")
    assert (
        repr(exam)
        == f"Examination of tests: 3 layers and directions, {len(exam.findings)} findings"
    )
    with pytest.raises(KeyError, match=r"no report of 'lost', but of below there"):
        exam["lost"]


def test_all_of_it_is_json():
    endless = LSTM(1, 2, forget_bias=40.0)  # f is exactly 1
    exam = one_layer(endless).examine(noise(5, 1), steps="hello")
    text = json.dumps(exam.to_dict(arrays=True), allow_nan=False)
    read = json.loads(text)
    assert read["steps"] == list("hello")
    layer = read["layers"][0]
    assert layer["time_constants"] == ["Infinity", "Infinity"]
    np.testing.assert_array_equal(layer["gates"]["f"], exam["layer"].gates["f"])
    np.testing.assert_array_equal(layer["c"], exam["layer"].c)
    assert layer["reach"]["probes"] == 0 and layer["free"] is None
    assert layer["health"]["dead"] == [False, False]
    assert [one["words"] for one in read["findings"]] == [one.words for one in exam.findings]
    assert set(read["findings"][0]) == {
        *("key", "layer", "direction", "words", "value", "threshold", "lecture", "link")
    }
    short = exam.to_dict()["layers"][0]
    assert not {"gates", "h", "c", "kept", "free"} & set(short) and "health" in short


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.onnx"
    both = Bidirectional(LSTM(2, 4, seed=0), LSTM(2, 4, seed=1))
    path.write_bytes(to_onnx(both).SerializeToString())
    return str(path)


def test_the_command_line_prints_the_table(model, tmp_path, capsys):
    assert microscope.main([model]) == 0
    said = capsys.readouterr().out
    first, rest = said.split("\n", 1)
    assert first == f"{model}, reading noise of 100 steps, seed 1"
    exam = open_network(model).examine(curve("noise", 100, 2))
    assert rest == f"{exam}\n"
    table = tmp_path / "input.csv"
    table.write_text("step,a,b\nMon,1,2\nTue,3,-4e-1\nWed,0,1\n", encoding="utf-8")
    assert microscope.main([model, str(table), "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert read["steps"] == ["Mon", "Tue", "Wed"] and read["inputs"] == ["a", "b"]
    assert read["input"] == f"{table}, 3 steps" and "gates" not in read["layers"][0]
    assert microscope.main([model, "--input", "sine", "--steps", "12", "--json", "--arrays"]) == 0
    read = json.loads(capsys.readouterr().out)
    wanted = open_network(model).examine(curve("sine", 12, 2))
    np.testing.assert_array_equal(read["layers"][1]["gates"]["o"], wanted.layers[1].gates["o"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.onnx"], "No such file"),
        (["MODEL", "nowhere.csv"], "No such file"),
        (["TABLE"], "ONNX"),
        (["MODEL", "TABLE"], "row 2, column 2, there is a gap"),
        (["MODEL", "MODEL"], "it must be a table of numbers as text"),
        (["MODEL", "TABLE", "--steps", "5"], "leave them out"),
        (["MODEL", "--steps", "0"], "steps must be at least 1, got 0"),
        (["MODEL", "--steps", "5000"], "at most 2000 steps, got 5000"),
        (["MODEL", "--input", "ramp"], "invalid choice: 'ramp'"),
        (["MODEL", "--arrays"], "--arrays are for --json"),
        ([], "required: network"),
    ],
)
def test_what_the_command_line_refuses(model, tmp_path, capsys, arguments, message):
    table = tmp_path / "input.csv"
    table.write_text("1,2\n3,\n", encoding="utf-8")
    given = {"MODEL": model, "TABLE": str(table)}
    with pytest.raises(SystemExit) as end:
        microscope.main([given.get(one, one) for one in arguments])
    assert end.value.code == 2
    printed = capsys.readouterr()
    assert message in printed.err and not printed.out


def test_curves():
    assert curve("impulse", 4, 2).tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]
    assert curve("impulse", 1, 1).tolist() == [[1]]
    assert curve("step", 6, 1)[:, 0].tolist() == [0, 0, 1, 1, 1, 1]
    np.testing.assert_allclose(curve("sine", 40, 1)[[4, 14, 24], 0], [1, -1, 1])
    drawn = curve("noise", 500, 2, seed=3)
    assert np.abs(drawn).max() < 1 and np.abs(np.corrcoef(drawn.T)[0, 1]) < 0.15
    assert drawn.std() == pytest.approx(3**-0.5, rel=0.05)
    assert not np.array_equal(drawn, curve("noise", 500, 2, seed=4))


def test_a_table_needs_no_figures():
    """Nothing that the command line loads draws."""
    import subprocess

    code = "import lecture_lib.microscope, sys; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
