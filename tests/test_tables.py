"""Tables as people have them: a file or a text, gaps, names, times, arrays of NumPy."""

import re

import numpy as np
import pytest

from lecture_lib.tables import read_table


@pytest.mark.parametrize(
    ("text", "x", "steps", "inputs"),
    [
        ("1,2\n3,4\n", [[1, 2], [3, 4]], None, None),
        ("a,b\n1,2\n\n# more\n3,4", [[1, 2], [3, 4]], None, ["a", "b"]),
        ("day;a\nMon;1,5\nTue;-2\n", [[1.5], [-2]], ["Mon", "Tue"], ["a"]),
        ("Mon\t1\nTue\t2\n", [[1], [2]], ["Mon", "Tue"], None),
        ("\ufeff7\n8\n", [[7], [8]], None, None),
        ('"a, b",c\n"1",2\n', [[1, 2]], None, ["a, b", "c"]),
        ("2020-01-01,1\n2020-01-02,2", [[1], [2]], ["2020-01-01", "2020-01-02"], None),
    ],
)
def test_tables(tmp_path, text, x, steps, inputs):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    table = read_table(path)
    np.testing.assert_array_equal(table.values, x)
    assert (table.times, table.names) == (steps, inputs)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must have a row of numbers"),
        ("a,b\n", "row 1, column 2, 'b' is no finite number"),
        ("1,2\n3\n", "row 2 must have 2 cells, as row 1 has, got 1"),
        ("1,2\n3,x\n", "row 2, column 2, 'x' is no finite number"),
        ("1\nnan\n", "row 2, column 1, there is a gap, 'nan'"),
    ],
)
def test_tables_that_are_none(tmp_path, text, message):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_table(path)


def test_arrays_of_numpy(tmp_path):
    path = tmp_path / "x.npy"
    for shape in ((4,), (4, 1), (4, 1, 1)):
        np.save(path, np.arange(4.0).reshape(shape))
        assert read_table(path).values.tolist() == [[0], [1], [2], [3]]
    np.save(path, np.array(["a"]))
    with pytest.raises(ValueError, match="must hold numbers"):
        read_table(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:20])
    with pytest.raises(ValueError, match=r"must have the header of an \.npy file"):
        read_table(path)
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="must hold numbers, got objects"):
        read_table(path)


def test_an_array_that_says_more_than_its_file_holds_takes_no_memory(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.ones((3, 2)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(ValueError, match=r"must have 48 bytes, got 47"):
        read_table(path)
    path.write_bytes(whole.replace(b"(3, 2), }" + b" " * 12, b"(9999999999, 99), }  "))
    with pytest.raises(ValueError, match=r"must have 7919999999208 bytes, got 48"):
        read_table(path)


@pytest.mark.parametrize(
    ("array", "gaps", "words"),
    [
        ([[1, 2], [3, np.nan]], False, "in row 2, column 2, there is a gap, 'nan'"),
        ([[1, 2], [-np.inf, 3]], True, "in row 2, column 1, '-inf' is no finite number"),
        (np.ones(31), True, "it must have at most 30 steps, got 31"),
        (np.ones((30, 1025)), True, "it must have at most 1024 columns, got 1025"),
        (np.ones((0, 3)), True, "it must have a row of numbers, got none"),
    ],
)
def test_arrays_are_held_to_what_texts_are(tmp_path, array, gaps, words):
    path = tmp_path / "x.npy"
    np.save(path, array)
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))}: {words}$"):
        read_table(path, gaps, most=30)
    np.save(path, [[1, np.nan]] * 30)
    assert np.array_equal(read_table(path, True, 30).values, [[1, np.nan]] * 30, equal_nan=True)


def test_more_rows_than_are_wanted_are_refused():
    with pytest.raises(ValueError, match="at most 2000 steps, got 2001"):
        read_table("1\n" * 2001, most=2000)
    assert len(read_table("1\n" * 2000, most=2000).values) == 2000


@pytest.mark.parametrize(
    ("text", "columns", "times"),
    [
        ("1\n2\n3\n", {"column 1": [1, 2, 3]}, None),
        ("a,b\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4]}, None),
        ("date;sales\n2020-01;3,5\n2020-02;4\n", {"sales": [3.5, 4]}, ["2020-01", "2020-02"]),
        ("year\tx\n1999\t1.5\n2000\t-2e3\n", {"x": [1.5, -2000]}, ["1999", "2000"]),
        ('"x, in m",y\n"1",2\n\n3,\n', {"x, in m": [1, 3], "y": [2, np.nan]}, None),
        ("x\n1\r\nNA\r\n", {"x": [1, np.nan]}, None),
        ("a,,b\n1,2,3\n", {"a": [1], "column 2": [2], "b": [3]}, None),
        ("date,x,,\n2020,1,2,3\n", {"x": [1], "column 2": [2], "column 3": [3]}, ["2020"]),
        ("x,y\n1,-\nn/a,2\n", {"x": [1, np.nan], "y": [np.nan, 2]}, None),
    ],
)
def test_columns_by_name_with_their_gaps(text, columns, times):
    table = read_table(text, gaps=True)
    found = table.columns()
    assert list(found) == list(columns) and table.times == times
    for name, wanted in columns.items():
        assert np.array_equal(found[name], np.array(wanted, float), equal_nan=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n3\n", "row 3 must have 2 cells, as row 1 has, got 1"),
        ("a,b\n1,2\n3,x\n", r"row 3, column 2 \(b\), 'x' is no finite number"),
        ("a,b\n1,inf\n", r"column 2 \(b\), 'inf' is no finite number"),
        ("a,b\n1,1_000\n", r"column 2 \(b\), '1_000' is no finite number"),
        ("a,b\n1,1e999\n", r"column 2 \(b\), '1e999' is no finite number"),
        ("a;b\n1;1.234,5\n", r"column 2 \(b\), '1\.234,5' is no finite number"),
        ("a,b\n1,=cmd()\n", r"column 2 \(b\), '=cmd\(\)' is no finite number"),
        ("a,a\n1,2\n", "different names, got 'a' twice"),
        ("column 2,,b\n1,2,3\n", "different names, got 'column 2' twice"),
        ("date,x\n2020-02,1\n2020-01,2\n", "'2020-01' comes after '2020-02'"),
        (",".join("1" * 2000) + "\n", "at most 1024 columns, got 2000"),
    ],
)
def test_what_is_no_table_of_columns_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        read_table(text, gaps=True).columns()


def test_a_gap_is_refused_where_none_is_asked_for():
    with pytest.raises(ValueError, match="row 2, column 2, there is a gap"):
        read_table("1,2\n3,\n")


def test_what_is_no_path_is_refused():
    with pytest.raises(TypeError):
        read_table([1, 2])
    with pytest.raises(OSError, match="No such file"):
        read_table("none.csv")
