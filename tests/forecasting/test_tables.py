"""Tables as people have them, and the command line."""

import json

import numpy as np
import pytest

from lecture_lib.forecasting import read_table
from lecture_lib.forecasting.__main__ import main


@pytest.mark.parametrize(
    ("text", "columns", "times"),
    [
        ("1\n2\n3\n", {"column 1": [1, 2, 3]}, None),
        ("a,b\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4]}, None),
        ("date;sales\n2020-01;3,5\n2020-02;4\n", {"sales": [3.5, 4]}, ["2020-01", "2020-02"]),
        ("year\tx\n1999\t1.5\n2000\t-2e3\n", {"x": [1.5, -2000]}, ["1999", "2000"]),
        ("2020-01,1\n2020-02,2\n", {"column 2": [1, 2]}, ["2020-01", "2020-02"]),
        ("x;y\n1.234,5;2\n2,5;3\n", {"x": [1234.5, 2.5], "y": [2, 3]}, None),
        ('"x, in m",y\n"1",2\n\n3,\n', {"x, in m": [1, 3], "y": [2, np.nan]}, None),
        ("\ufeffx\n1\nNA\n", {"x": [1, np.nan]}, None),
        ("x\n1\r\n2\r\n", {"x": [1, 2]}, None),
    ],
)
def test_tables_are_read(tmp_path, text, columns, times):
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    table = read_table(tmp_path / "table.csv")
    assert list(table.columns) == list(columns) and table.times == times
    for name, wanted in columns.items():
        assert np.array_equal(table.columns[name], np.array(wanted, float), equal_nan=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n \n", "must have a row of numbers, got none"),
        ("a,b\n", "got only a header"),
        ("a,b\n1,2\n3\n", "row 3 must have 2 fields, got 1"),
        ("a,b\n1,2\n3,x\n", "row 3, column 'b' must be a number, got 'x'"),
        ("a,a\n1,2\n", "different names, got 'a' twice"),
        ("date,x\n2020-02,1\n2020-01,2\n", "row 3, '2020-01', comes after '2020-02'"),
        ("a,b\n1,inf\n", "column 'b' must be a number, got 'inf'"),
        ("a,b\n1,=cmd()\n", "must be a number, got '=cmd"),
        (",".join("x" for _ in range(2000)) + "\n1\n", "at most 1000 columns|different names"),
    ],
)
def test_tables_that_do_not_fit_are_refused(text, words):
    with pytest.raises(ValueError, match=words):
        read_table(text)


def test_another_source_is_refused():
    with pytest.raises(TypeError, match="a path or a text of lines, got list"):
        read_table([1, 2])


def test_the_command_line(tmp_path, capsys):
    rng = np.random.default_rng(0)
    rows = [f"{t},{np.sin(t / 2) + rng.normal() / 9:.3f},{t % 7}" for t in range(120)]
    (tmp_path / "my.csv").write_text("step,level,day\n" + "\n".join(rows) + "\n")
    file = str(tmp_path / "my.csv")
    shared = ["--horizon", "2", "--methods", "mean", "AR", "--column", "level"]
    assert main([file, *shared, "--known-ahead", "day"]) == 0
    out = capsys.readouterr().out
    assert "120 values" in out and "- More than chance" in out
    assert main([file, *shared, "--json", "--season", "none"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["season"] is None and told["methods"][0]["method"] == "AR"
    for wrong, words in (
        (["--column", "price"], "there is no column 'price'; there are step, level, day"),
        (["--season", "400"], "season must fit twice"),
        (["--methods", "magic"], "methods must be"),
        (["--season", "x"], "season must be a whole number, none or find, got 'x'"),
    ):
        assert main([file, "--horizon", "2", *wrong]) == 2
        assert words in capsys.readouterr().err
    assert main([str(tmp_path / "none.csv")]) == 2
    assert "No such file" in capsys.readouterr().err
