"""Mutated and hostile files of every format in the page: a sentence, or what Python makes of the
same file, in bounded time and memory, and nothing else."""

import io
import pickle
import re
import zipfile

import numpy as np
import pytest
from onnx import helper

from lecture_lib import LSTM
from lecture_lib.interchange import to_onnx
from tests.driver import joined
from tests.interchange import test_hostile as hostile
from tests.interchange.files_in_the_page import LOAD, assert_same, opened_in, plain_in_python

# 500 in all.
MUTATIONS = {"onnx": 140, "npz": 100, "safetensors": 100, "pt": 100, "js": 60}
MILLISECONDS = 1000  # for one of these files, of some 3 kB
STUMBLED = "broken in a way unknown here"
# Counts the bytes of arrays that are made by their length.
COUNT = """() => {
  globalThis.taken = 0;
  for (const name of ["Float64Array", "Uint8Array", "Uint16Array", "ArrayBuffer"]) {
    globalThis[name] = new Proxy(globalThis[name], {
      construct(made, given, target) {
        const found = Reflect.construct(made, given, target);
        if (!(given[0] instanceof ArrayBuffer)) globalThis.taken += found.byteLength;
        return found;
      },
    });
  }
}"""


@pytest.fixture(scope="module")
def page(browser):
    page, logged = browser.new_page(), []
    page.on("console", lambda message: logged.append(message.text))
    page.on("pageerror", lambda error: logged.append(str(error)))
    page.evaluate(COUNT)
    page.evaluate(LOAD, joined("web/numbers/files/opening.mjs"))
    yield page
    assert page.evaluate("1 + 1") == 2, "the page is alive"
    page.close()
    assert not logged


def laid_out(kind, data, folder):
    """A file for the page, and its path for Python."""
    folder.mkdir()
    if kind != "js":
        (folder / "m").write_bytes(data)
        return {"data": data}, folder / "m"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
        entries = {name: archive.read(name) for name in archive.namelist()}
    return {"data": entries.pop("model.json"), "beside": entries}, folder / "model.json"


def in_python(path):
    """What Python makes of a file; None for one that it refuses."""
    try:
        found = plain_in_python(path)
    except hostile.IN_WORDS:
        return None
    found["notes"] = [note for note in found["notes"] if "ONNX' checker" not in note]
    return found


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_mutated_file_gives_words_or_what_python_gives(page, kind, tmp_path):
    whole, rng, refused = hostile.FILES[kind](), np.random.default_rng(11), 0
    mutants = [hostile.either(kind, whole, rng) for _ in range(MUTATIONS[kind])]
    given = [laid_out(kind, data, tmp_path / str(k)) for k, data in enumerate([whole, *mutants])]
    page.evaluate("taken = 0")
    answers = opened_in(page, [file for file, _ in given])
    assert "network" in answers[0]
    for number, (answer, (_, path)) in enumerate(zip(answers, given, strict=True)):
        assert "threw" not in answer, (number, answer)
        assert answer["took"] < MILLISECONDS, number
        if "refused" in answer:
            refused += 1
            assert STUMBLED not in answer["refused"], number
            continue
        theirs = in_python(path)
        assert theirs is not None, (number, answer)
        reasons_apart(answer["network"], theirs)
        assert_same(answer["network"], theirs, f"mutation {number}")
    assert refused > MUTATIONS[kind] // 10, "hardly any mutation was one"
    # Ten times the files, and what a reader itself needs.
    taken = page.evaluate("taken")
    assert taken < sum(10 * len(file["data"]) + 2**14 for file, _ in given), taken


def reasons_apart(ours, theirs):
    """A layer that neither computes has a reason, perhaps in other words: NumPy's are not here."""
    for layer, other in zip(ours["layers"], theirs["layers"], strict=True):
        if layer["reason"] and other["reason"]:
            layer["reason"] = other["reason"]


def bomb():
    """A zip archive of an entry that says 1 kB, and unpacks to 100 MB."""
    data = bytearray(hostile.zipped({"weight_hh_l0.npy": bytes(100_000_000)}))
    for mark, place in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = data.index(mark) + place
        data[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(data)


def shared_by_thousands():
    """A model of 100,000 bytes of weights and 5,000 nodes that all have them."""
    model = to_onnx(LSTM(40, 60))
    node = next(n for n in model.graph.node if n.op_type == "LSTM")
    for k in range(5000):
        twin = model.graph.node.add()
        twin.CopyFrom(node)
        twin.name, twin.output[:] = f"n{k}", [f"y{k}"]
    return model.SerializeToString()


def many_messages():
    """A model of a graph of two bytes for each of its 1,100,000 nodes."""
    nodes = b"\x0a\x00" * 1_100_000
    return b"\x42\x00\x3a" + varint(len(nodes)) + nodes


def varint(number):
    found = b""
    while number > 127:
        found, number = found + bytes([number % 128 + 128]), number // 128
    return found + bytes([number])


def with_functions():
    model = to_onnx(LSTM(2, 3))
    nodes = [helper.make_node("Identity", ["a"], ["b"])]
    opsets = [helper.make_opsetid("", 17)]
    model.functions.append(helper.make_function("own", "f", ["a"], ["b"], nodes, opsets))
    return model.SerializeToString()


def nested_pickle():
    tree = b"}"
    for _ in range(200):
        tree = b"}X\x01\x00\x00\x00a" + tree + b"s"
    return hostile.zipped({"m/data.pkl": b"\x80\x02" + tree + b"."})


HOSTILE = {
    "a zip that says little and unpacks to 100 MB": (bomb, "unpacks to more than it says"),
    "nodes that share their weights": (shared_by_thousands, "far more memory than the file"),
    "a million empty nodes": (many_messages, "must have at most 1000000 parts"),
    "a pickle nested deep": (nested_pickle, "nested too deep or too wide"),
    "local functions": (with_functions, "local functions, which this line of Python"),
    "json nested deep": (lambda: b'{"a":' * 500_000, "model.json must be JSON"),
}


# Of Python's own, those of formats that a page reads, mostly in its words.
OTHER_WORDS = {
    "a pickle of this machine's": "or another pickle, is not read in a page",
    "safetensors: nested deep": "a must have dtype, shape and data_offsets",
}
HOSTILE |= {
    name: (make, OTHER_WORDS.get(name, message))
    for name, (make, message) in hostile.HOSTILE.items()
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_what_is_wrong_with_it(page, name):
    make, message = HOSTILE[name]
    data = make()
    page.evaluate("taken = 0")
    [answer] = opened_in(page, [{"data": data, "name": "x/m.onnx"}])
    assert answer.get("refused", "").startswith("m.onnx: "), answer
    assert STUMBLED not in answer["refused"] and re.search(message, answer["refused"]), answer
    assert page.evaluate("taken") < 10 * len(data) + 2**22


def test_a_file_of_more_than_64_mb_is_refused(page):
    refused = page.evaluate(
        "() => reader.openNetwork(new Uint8Array(2 ** 26 + 1), 'm').catch((e) => e.message)"
    )
    assert refused == "m: the file must have at most 67108864 bytes, got 67108865"


def test_a_constant_of_a_terabyte_is_not_made(page):
    page.evaluate("taken = 0")
    [answer] = opened_in(page, [{"data": hostile.a_constant_of_a_terabyte()}])
    [layer] = answer["network"]["layers"]
    assert not layer["cells"] and "shape known only when it runs" in layer["reason"]
    assert page.evaluate("taken") < 2**20


def test_nothing_is_unpickled(page):
    entries = {"m/data.pkl": pickle.dumps({"w": hostile.Bomb()}, protocol=2)}
    [answer] = opened_in(page, [{"data": hostile.zipped(entries, zipfile.ZIP_STORED)}])
    assert answer["network"]["layers"] == []
