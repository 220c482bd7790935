"""Tables of numbers in the page, web/numbers/files/tables.mjs: what is read, what is refused."""

import base64
import io
import re

import numpy as np
import pytest

from lecture_lib.tables import read_table
from tests.driver import joined
from tests.interchange.files_in_the_page import in_text

READ = """async ([source, tables]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { openTable, columnsOf } = await import(url);
  return tables.map(({ text, data, columns, ...options }) => {
    const given = text ?? Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    try {
      const { x, ...rest } = openTable(given, "folder/t.csv", { most: 2000, ...options });
      const found = { x: [...x], float64: x instanceof Float64Array, ...rest };
      if (!columns) return found;
      const made = columnsOf({ x, ...rest }).map(({ name, values }) => [name, [...values]]);
      return { ...found, columns: made };
    } catch (error) {
      return { refused: error.message };
    }
  });
}"""


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


NUMBERS = np.arange(6).reshape(3, 2) / 4
ROWS = [[0.5, -2], [1.25, 3]]
# {what it is: (text or bytes, x, names of the inputs, names of the steps)}
GOOD = {
    "commas": ("0.5,-2\n1.25,3\n", ROWS, None, None),
    "no last line end, of Windows": ("0.5,-2\r\n1.25,3", ROWS, None, None),
    "lines of old Macs": ("0.5,-2\r1.25,3\r", ROWS, None, None),
    "a mark of the order of bytes": ("\ufeffa,b\n0.5,-2\n1.25,3", ROWS, ["a", "b"], None),
    "tabs": ("a\tb\n0.5\t-2\n1.25\t3\n", ROWS, ["a", "b"], None),
    "semicolons, decimal commas": ("0,5;-2\n1,25;3\n", ROWS, None, None),
    "tabs, decimal commas": ("0,5\t-2\n1,25\t3\n", ROWS, None, None),
    "spaces, as NumPy writes": ("# a b\n5.0e-01 -2e+00\n 1.25E0  3.\n", ROWS, None, None),
    "a header with a space": ("water level\n.5\n+2\n", [[0.5], [2]], ["water level"], None),
    "quotes": ('"a ""x""","b,c"\n"0.5",-2\n 1.25 ,"3"\n', ROWS, ['a "x"', "b,c"], None),
    "a line end in quotes": ('"a\nb",c\n0.5,-2\n1.25,3\n', ROWS, ["a\nb", "c"], None),
    "dates": (
        "day,a,b\n2024-01-01,0.5,-2\n2024-01-02,1.25,3\n",
        ROWS,
        ["a", "b"],
        ["2024-01-01", "2024-01-02"],
    ),
    "words, no header": ("the;0,5;-2\ncat;1,25;3\n", ROWS, None, ["the", "cat"]),
    "the index of pandas": (",a,b\n0,0.5,-2\n1,1.25,3\n", ROWS, ["a", "b"], ["0", "1"]),
    "a sign at each line's end": ("a;b;\n0.5;-2;\n1.25;3;\n", ROWS, ["a", "b"], None),
    "empty lines": ("\n0.5,-2\n\n1.25,3\n\n\n", ROWS, None, None),
    "a minus of print": ("0.5,\u22122\n1.25,3\n", ROWS, None, None),
    "one column": ("1\n2\n3\n", [[1], [2], [3]], None, None),
    "one number": ("7", [[7]], None, None),
    "names that all objects have": ("__proto__,a\n0.5,-2\n1.25,3", ROWS, ["__proto__", "a"], None),
    "markup is a name": ("<b>,a\n0.5,-2\n1.25,3", ROWS, ["<b>", "a"], None),
    "UTF-16": ("a\tb\r\n0.5\t-2\r\n1.25\t3\r\n".encode("utf-16"), ROWS, ["a", "b"], None),
    "an old code page": (
        "w\u00e4rme;b\n0,5;-2\n1,25;3".encode("cp1252"),
        ROWS,
        ["wärme", "b"],
        None,
    ),
    "npy (T,)": (npy(NUMBERS[:, 0]), NUMBERS[:, :1].tolist(), None, None),
    "npy (T, D)": (npy(NUMBERS), NUMBERS.tolist(), None, None),
    "npy (T, 1, D)": (npy(NUMBERS[:, None]), NUMBERS.tolist(), None, None),
    "npy by columns": (npy(np.asfortranarray(NUMBERS)), NUMBERS.tolist(), None, None),
    "npy of big-endian float32": (npy(NUMBERS.astype(">f4")), NUMBERS.tolist(), None, None),
    "npy of whole numbers": (npy(np.arange(4).reshape(2, 2)), [[0, 1], [2, 3]], None, None),
    "2,000 steps": ("1\n" * 2000, [[1]] * 2000, None, None),
    "1,024 inputs": (",".join(["1"] * 1024), [[1] * 1024], None, None),
}
BAD = {
    "a word": ("a,b\n1,2\n3,x\n", r"in row 3, column 2 \(b\), 'x' is no finite number$"),
    "a gap": ("a,b\n1,\n3,4\n", r"in row 2, column 2 \(b\), there is a gap$"),
    "a gap in words": ("1,2\nNA,4\n", r"in row 2, column 1, there is a gap, 'NA'"),
    "no number": ("1,2\nnan,4\n", "in row 2, column 1, there is a gap, 'nan'"),
    "too large": ("1,2\n1e999,4\n", "in row 2, column 1, '1e999' is no finite number"),
    "a word in the first column": ("1,2\nx,4\n5,6", "in row 2, column 1, 'x' is no finite number"),
    "a short row": ("1,2\n3\n", "row 2 must have 2 cells, as row 1 has, got 1"),
    "a long row": ("1,2\n3,4,5\n", "row 2 must have 2 cells, as row 1 has, got 3"),
    "two decimal signs": ("1,5;2\n1.5;2\n", "'1,5' in row 1, .* '1.5' in row 2"),
    "thousands, perhaps": ("1,234\t5\n2,345\t6\n", "'1,234' in row 1, column 1 may be a thousand"),
    "both signs in one": ("1.234,5;2\n1;2\n", "in row 1, column 1, '1.234,5' is no finite number"),
    "a percentage": ("1;2%\n3;4%\n", "in row 1, column 2, '2%' is no finite number"),
    "a formula": ("=1+1,2\n3,4", "in row 1, column 1, '=1\\+1' is no finite number"),
    "nothing": ("", "it must have a row of numbers, got none"),
    "lines alone": ("\n\n", "it must have a row of numbers, got none"),
    "names alone": ("a,b\n", "in row 1, column 2, 'b' is no finite number"),
    "too many steps": ("1\n" * 2001, "it must have at most 2000 steps, got 2001"),
    "many too many": ("1\n" * 9000, "it must have at most 2000 steps, got more"),
    "too many inputs": (",".join(["1"] * 1025), "it must have at most 1024 columns, got 1025"),
    "a quote left open": ('1,"2\n3,4\n', "in row 1, a quote is left open"),
    "behind a quote": ('1,"2"3\n', "in row 1, something stands behind a closing quote"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", "it must be a table of numbers as text, or an .npy"),
    "npy of two sequences": (npy(np.ones((3, 2, 1))), r"of one sequence, got \(3, 2, 1\)"),
    "npy of a number": (npy(np.float64(3)), r"it must have shape \(T,\), .* got \(\)"),
    "npy of none": (npy(np.ones((0, 3))), "it must have a row of numbers, got none"),
    "npy of texts": (npy(np.array(["a"])), "it must hold real numbers, got U"),
    "npy of complex numbers": (npy(np.ones(3, complex)), "it must hold real numbers, got complex"),
    "npy of objects": (npy(np.array([None])), "it must hold numbers, got objects"),
    "npy with a gap": (npy(np.array([[1, 2], [3, np.nan]])), "column 2, there is a gap, 'nan'$"),
    "npy cut off": (npy(NUMBERS)[:-1], "must have 48 bytes, got 47"),
    "npy that says a terabyte": (
        npy(NUMBERS).replace(b"(3, 2)", b"(9999999999, 99999)"),
        "the array must have the header|must have .* bytes",
    ),
}  # fmt: skip


def given_as(table):
    return {"text": table} if isinstance(table, str) else {"data": in_text(table)}


@pytest.fixture(scope="module")
def answers(browser):
    given = [given_as(table) for table, *_ in (*GOOD.values(), *BAD.values())]
    page = browser.new_page()
    found = page.evaluate(READ, [joined("web/numbers/files/tables.mjs"), given])
    page.close()
    return dict(zip([*GOOD, *BAD], found, strict=True))


@pytest.mark.parametrize("name", GOOD)
def test_a_table_is_read(answers, name):
    _, x, inputs, steps = GOOD[name]
    answer = answers[name]
    assert "refused" not in answer, answer
    assert answer["float64"] and (answer["T"], answer["D"]) == np.shape(x)
    assert answer["x"] == np.ravel(x).tolist()
    assert (answer["inputs"], answer["steps"]) == (inputs, steps)


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_table_is_refused_by_row_and_column(answers, name):
    answer = answers[name]
    assert answer.get("refused", "").startswith("t.csv: "), answer
    assert re.search(BAD[name][1], answer["refused"]), answer


# Tables as people have them, and some that nobody should.
ODD = [
    "3,5\n4\n",
    "x\n1\nNA\n3\n",
    "NA\n1\n2\n",
    "date;sales\n2020-01;3,5\n2020-02;4\n2020-03;\n",
    "date,x\n2020-02,1\n2020-01,2\n",
    "year\tx\n1999\t1.5\n2000\t-2e3\n",
    "Year,a,a\n1999,1,2\n",
    "year,x\n2000,1\n1999,2\n",
    "date,x\nMon,1\nApr,2\n",
    "2020-01-01 12:00,1\n2020-01-01 11:00,2\n",
    "week,it's,'q\"x'\n1,2,3\n2,1e300,-\n",
    "a,b\n1,1e999\n",
    "a,b\n1,inf\n",
    "a,b\n1,\u0663\n",
    "a,b\n1,1_000\n",
    "a,b\n1,0x10\n",
    "# a; b\n1,2\n3,4\n",
    '1,2\n# so; it"s\n3,4\n',
    "1,2\n,\n3,4\n",
    ",\n1,2\n3,4\n,\n,\n",
    "a;b;\n1;2;\n3;;\n",
    "a,b,c\n1,2\n",
    "a,,b\n1,2,3\n",
    "date,sales,,\n2020-01,3,4,5\n",
    "date,sales,,\n2020-01,3,,\n",
    ",a,\n1,2,3\n",
    "column 2,,b\n1,2,3\n",
    '"a, b",c\n"1",2\n',
    '"1,5"\n"2,5"\n',
    '"1" ,2\n',
    '1,2\n\n3,4\n"5"6,7\n',
    '1,2\n\n\n3,"4\n5,6\n',
    "1," + "x" * 2000 + "\n2,3\n",
    "1,5\t2\n3\t4,25\n",
    "1.234,5;1\n",
    "1;1,5\n1.5;2\n",
    "\ufeffday,x\n1,2\n",
    "a b  c\n1 2 3 \n  4 5 6\n",
    "1 2\n3 x y\n",
    ",a,b\n0,1,2\n1,3,4\n",
    "text\nof words\nalone\n",
    "x,y\nn/a,NULL\nnone,.\n",
    "1\r\n2\r\n\r\n3",
    "<img src=x onerror=alert(1)>,b\n1,2\n",
    "a,b\n1,<script>\n",
    "a,b\n1,'\\\u200b\"\n",
    "x\n" + "1\n" * 30,
    "x\n" + "1\n" * 31,
    "1\n" * 31,
    ",".join("1" * 1025) + "\n",
    "",
    "\n \n",
    "a\0b\n1\n",
    "a\n" + "1\n" * 30 + "x",  # too many steps, and a word
    npy(NUMBERS[:, 0]),
    npy(NUMBERS[:, None]),
    npy(np.array([[1, 2], [np.nan, np.inf]])),
    npy(np.array([[-np.inf, np.nan]])),
    npy(np.ones(31)),
    npy(np.ones((1, 1025))),
    npy(np.ones((31, 1025), "u1")),
    npy(np.ones((0, 3))),
    npy(np.ones((3, 1, 0))),
    "1\r# x\r2\r",
    "\U0001f30a" * 81 + ",b\n1,2\n",  # names longer than are kept
    "day,b\n" + "M" * 100 + ",1\n",
    "a" * 81 + "," + "a" * 82 + "\n1,2\n",
    "a" * 100 + "\nx\n1\n",
    "\u00e9;b\n1;2\n".encode("utf-16"),
    "\ufeff\u00e9;b\n1;2\n".encode("utf-16-be"),
    "\ufeff\U0001f30a;b\n1;x\n".encode("utf-16"),  # two marks
    "\ufeff1;\U0001f30a\n".encode("utf-16-be")[:-3],  # cut within a letter
    "\ufeffa\n1".encode("utf-16-be") + b"\0",
    b"\xff\xfe\x00\xd8,\x001\x00\n\x001\x00,\x002\x00",  # half of a pair
    "\ufeffa\n1\n".encode("utf-32"),
    b"\xef\xbb\xbf\xef\xbb\xbfa\n1\n",
    b"\xef\xbb\xbfw\xe4rme\n1\n",
    b"w\xe4rme;b\n1;\x80\n",
    *(bytes([byte, 59, 98, 10, 49, 59, 50, 10]) for byte in range(128, 160)),
    *(bytes([49, 59, 50, 10, 51, 59, byte, 10]) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)),
    b"\xed\xa0\x80\n1\n",  # a surrogate, which UTF-8 has not
]


def test_python_reads_the_same_tables_and_refuses_in_the_same_words(browser, tmp_path):
    """Each of them, with gaps and without, of 30 steps at most; by name where gaps are let in."""
    texts = [
        *ODD,
        *(given for given, *_ in (*GOOD.values(), *BAD.values()) if isinstance(given, str)),
    ]
    # The page stops counting rows early.
    texts = [text for text in texts if isinstance(text, bytes) or len(text) < 3000]
    asked = [
        {**given_as(text), "gaps": gaps, "columns": gaps, "most": 30}
        for text in texts
        for gaps in (False, True)
    ]
    page = browser.new_page()
    answers = page.evaluate(READ, [joined("web/numbers/files/tables.mjs"), asked])
    page.close()
    path = tmp_path / "t.csv"
    refused = 0
    for each, mine in zip(asked, answers, strict=True):
        path.write_bytes(
            base64.b64decode(each["data"]) if "data" in each else each["text"].encode()
        )
        try:
            table = read_table(path, each["gaps"], 30)
            columns = table.columns() if each["gaps"] else None
        except ValueError as error:
            said = mine.get("refused", mine)
            assert str(error).removeprefix(f"{path}: ") == said.removeprefix("t.csv: "), each
            refused += 1
            continue
        assert "refused" not in mine, (each, mine)
        assert (mine["inputs"], mine["steps"]) == (table.names, table.times), each
        assert (mine["T"], mine["D"]) == table.values.shape, each
        np.testing.assert_array_equal(np.reshape(mine["x"], table.values.shape), table.values)
        if columns:
            assert [name for name, _ in mine["columns"]] == list(columns)
            np.testing.assert_array_equal([v for _, v in mine["columns"]], [*columns.values()])
    assert 40 < refused < len(asked) - 40
