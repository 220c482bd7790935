"""What people give the tasks by mistake: each argument is honoured, or refused in a sentence."""

import math
import re

import numpy as np
import pytest

from lecture_lib.cells import LSTM
from lecture_lib.tasks import (
    adding,
    agreement,
    characters,
    counting,
    delayed_recall,
    digits,
    distance,
    grammar,
    hello,
    latch,
    probes,
    sentences,
    series,
    state,
    voice,
)

RNG = np.random.default_rng(0)
# What stands for no number, no text, no model and so on, of any argument.
NOTHING = (None, math.nan, "x y", object(), [[1, 2], [3]], {"a": 1}, b"ab", 1 + 2j)
ODD_COUNTS = (-1, 2.5, math.inf, True, 10**7, 10**400, np.float32(3), "3", np.array([3, 4]))
ODD_SEEDS = (-1, 2.5, True, "0", math.inf)
ODD_SHARES = (-0.1, 1.1, math.inf, "1", True, [0.5], 10**400)
GRAMMAR, FRAME = sentences.GRAMMAR, sentences.FRAME
LETTERS = characters.indices("the forget gate keeps")
SERIES = series.load("sunspots")
PICTURES, DIGITS = np.zeros((3, 8, 8)), np.arange(3)
TWO = adding.draw(np.random.default_rng(0), 6, 2)
WORDS = np.zeros((3, 2), int)
READER, COUNTER, SPELLER = sentences.load("GRU, seed 0"), counting.load("LSTM"), hello.load("GRU")
DETECTOR = voice.build("GRU", seed=0)
ADDER, NGRAM = adding.build("LSTM", 6, 2), characters.ngram(2)
P = np.full((2, 32), 1 / 32)


def sized(name):
    return {name: (0, *ODD_COUNTS)}


DRAWN = {"rng": (0, np.random.RandomState(0)), **sized("batch_size")}
# A function, what it is well given, and by argument what is odd.
CALLS = [
    (
        adding.draw,
        {"rng": RNG, "length": 6, "batch_size": 2},
        DRAWN | {"length": (0, 1, *ODD_COUNTS)},
    ),
    (
        adding.build,
        {"network": "LSTM", "length": 9, "hidden_size": 2, "seed": 0},
        {
            "network": ("CNN", ["LSTM"]),
            "length": (1, *ODD_COUNTS),
            "hidden_size": (0, 2.5, True),
            "seed": ODD_SEEDS,
        },
    ),
    (adding.error, {"model": ADDER, "batch": TWO}, {"model": (0,), "batch": (0,)}),
    (
        adding.train,
        {"network": "LSTM", "length": 4, "updates": 1, "progress": False},
        {
            "seed": ODD_SEEDS,
            "updates": (-1, 2.5),
            "learning_rate": (-1, "1", math.inf),
            "length": (1, 2.5),
        },
    ),
    (
        latch.draw,
        {"rng": RNG, "steps": 4, "batch_size": 2, "flag_rate": 0.1},
        DRAWN | sized("steps") | {"flag_rate": ODD_SHARES},
    ),
    (
        state.draw_first,
        {"rng": RNG, "steps": 4, "batch_size": 2, "flag_rate": 0.1},
        DRAWN | sized("steps") | {"flag_rate": ODD_SHARES},
    ),
    (state.draw_parity, {"rng": RNG, "steps": 4, "batch_size": 2}, DRAWN | sized("steps")),
    (state.error, {"model": ADDER, "batch": TWO}, {"model": (0,), "batch": (0,)}),
    (state.share_wrong, {"model": ADDER, "batch": TWO}, {"model": (0,), "batch": (0,)}),
    (delayed_recall.draw, {"rng": RNG, "delay": 3, "batch_size": 2}, DRAWN | {"delay": ODD_COUNTS}),
    (
        delayed_recall.build,
        {"network": "RNN", "delay": 3, "seed": 0},
        {"network": ("LSTM", ["RNN"]), "delay": ODD_COUNTS, "seed": ODD_SEEDS},
    ),
    (
        delayed_recall.accuracy,
        {"model": delayed_recall.build("RNN", 3), "batch": delayed_recall.draw(RNG, 3, 2)},
        {"model": (0,), "batch": (0,)},
    ),
    (digits.split, {"seed": 0}, {"seed": ODD_SEEDS}),
    (
        digits.as_batch,
        {"pictures": PICTURES, "digits": DIGITS, "step": 8},
        {
            "pictures": (PICTURES[:2], PICTURES[:, :4], PICTURES * math.nan),
            "digits": (DIGITS[:2], DIGITS * 0.5, DIGITS + 8, [True] * 3),
            "step": (0, 3, 65, *ODD_COUNTS),
        },
    ),
    (
        digits.draw,
        {"rng": RNG, "pictures": PICTURES, "digits": DIGITS, "step": 8, "batch_size": 2},
        DRAWN | {"step": (0, 3), "pictures": ([],), "digits": ([],)},
    ),
    (
        digits.build,
        {"network": "LSTM", "hidden_size": 2, "step": 8, "seed": 0},
        {"network": ("CNN",), "hidden_size": (0, 2.5), "step": (0, 3, 65), "seed": ODD_SEEDS},
    ),
    (digits.pixel_baseline, {"seed": 0}, {"seed": ODD_SEEDS}),
    (distance.draw, {"rng": RNG, "distance": 3, "batch_size": 2}, DRAWN | {"distance": ODD_COUNTS}),
    (
        distance.build,
        {"network": "RNN", "distance": 3, "seed": 0},
        {"network": ("LSTM", ["RNN"]), "distance": ODD_COUNTS, "seed": ODD_SEEDS},
    ),
    (
        distance.accuracy,
        {"model": distance.build("RNN", 3), "distance": 3, "texts": 4, "seed": 0},
        {"model": (0,), "distance": ODD_COUNTS, "seed": ODD_SEEDS} | sized("texts"),
    ),
    (
        distance.train,
        {"network": "RNN", "distance": 3},
        {"learning_rate": (0.1, 0, [1e-2]), "seed": ODD_SEEDS, "distance": (2.5,)},
    ),
    (distance.load, {"network": "RNN", "distance": 10}, {"network": ("LSTM", ["RNN"])}),
    (hello.one_hot, {"text": "hell"}, {"text": ("", "abc", 3, ["h"])}),
    (hello.stream, {"start": 0, "steps": 3}, {"start": ODD_COUNTS, "steps": ODD_COUNTS}),
    (hello.draw, {"rng": RNG, "steps": 3, "batch_size": 2}, DRAWN | sized("steps")),
    (
        hello.probabilities,
        {"model": SPELLER, "text": "he"},
        {"model": (0,), "text": ("", "abc", 3)},
    ),
    (hello.surprise, {"model": SPELLER, "steps": 3}, {"model": (0,), "steps": (0, 1, *ODD_COUNTS)}),
    (hello.load, {"kind": "GRU"}, {"kind": ("CNN", ["GRU"])}),
    (hello.train, {"kind": "CNN"}, {"kind": ("CNN", ["GRU"])}),
    (counting.one_hot, {"text": "ab"}, {"text": ("abc", 3, ["a"])}),
    (
        counting.words,
        {"counts": [1, 2]},
        {"counts": ([], [0], [-1], [1.5], [True], [[1]], [10**7], 3)},
    ),
    (counting.draw, {"rng": RNG, "longest": 3, "batch_size": 2}, DRAWN | sized("longest")),
    (
        counting.build,
        {"kind": "GRU", "hidden_size": 2, "seed": 0},
        {"kind": ("CNN", ["GRU"]), "hidden_size": (0, 2.5), "seed": ODD_SEEDS},
    ),
    (counting.counted, {"model": COUNTER, "n": 3}, {"model": (0,)} | sized("n")),
    (counting.reach, {"model": COUNTER, "limit": 3}, {"model": (0,), "limit": ODD_COUNTS}),
    (counting.right, {"model": COUNTER, "longest": 3}, {"model": (0,)} | sized("longest")),
    (counting.state, {"model": COUNTER, "text": "ab"}, {"model": (0,), "text": ("abc", 3)}),
    (counting.counter, {"model": COUNTER, "n": 3}, {"model": (0,)} | sized("n")),
    (counting.probabilities, {"model": COUNTER, "text": "ab"}, {"model": (0,), "text": ("abc", 3)}),
    (counting.load, {"kind": "LSTM", "seed": 0}, {"kind": ("CNN",)}),
    (characters.indices, {"text": "ab"}, {"text": ("", "ä", 3, ["a"])}),
    (
        characters.one_hot,
        {"text": "ab", "dtype": np.float64},
        {"text": ("", 3), "dtype": (int, "x")},
    ),
    (
        characters.build,
        {"kind": "GRU", "seed": 0},
        {"kind": ("CNN", ["GRU"]), "seed": ODD_SEEDS, "dtype": (int,)},
    ),
    (
        characters.ngram,
        {"order": 2, "share": 0.5},
        {"order": (0, 7, *ODD_COUNTS), "share": (0, *ODD_SHARES)},
    ),
    (
        characters.surprise,
        {"model": NGRAM, "text": "ab"},
        {"model": (0,), "text": ("", "a", "ä", 3)},
    ),
    (characters.bits, {"model": NGRAM, "text": "ab"}, {"model": (0,), "text": ("", "a", "ä", 3)}),
    (
        characters.temper,
        {"p": P, "temperature": 0.5},
        {"p": (-P, 0 * P, P * math.nan, [], 3), "temperature": (0, -1, True, [1], "1")},
    ),
    (
        characters.write,
        {"model": NGRAM, "prefix": "ab", "uniform": [0.5], "temperature": 1.0},
        {
            "model": (0,),
            "prefix": ("", "ä", 3),
            "uniform": ([1.0], [-0.1], 0.5, [math.nan], [[0.5]]),
            "temperature": (0, "1"),
        },
    ),
    (
        characters.draw,
        {"rng": RNG, "text": LETTERS, "steps": 3, "batch_size": 2},
        DRAWN
        | {
            "text": ("ab", [], LETTERS + 30, LETTERS * 0.5),
            "steps": (0, len(LETTERS), *ODD_COUNTS),
        },
    ),
    (characters.train, {"kind": "CNN"}, {"kind": ("CNN", ["GRU"])}),
    (
        characters.train,
        {"kind": "RNN"},
        {"share": (0, *ODD_SHARES), "watch": (1,), "seed": ODD_SEEDS, "updates": (0, *ODD_COUNTS)},
    ),
    (characters.quantise, {"model": characters.build("GRU", 0)}, {"model": (0,)}),
    (GRAMMAR.numbers, {"words": "John went"}, {"words": ("", "Joe", [], [1], 3)}),
    (GRAMMAR.encode, {"words": "John went"}, {"words": ("", "Joe", [], [1], 3)}),
    (
        GRAMMAR.draw,
        {"rng": RNG, "steps": 3, "batch_size": 2, "asked_weight": 1.0},
        DRAWN | sized("steps") | {"asked_weight": (-1, math.inf, "1", True)},
    ),
    (GRAMMAR.floor, {"steps": 3}, sized("steps")),
    (
        probes.surprise,
        {"grammar": GRAMMAR, "model": READER, "steps": 3, "texts": 2, "seed": 0},
        sized("steps") | sized("texts") | {"grammar": (0,), "model": (0,), "seed": ODD_SEEDS},
    ),
    (
        probes.accuracy,
        {"grammar": GRAMMAR, "model": READER, "steps": 9, "texts": 20, "seed": 0},
        sized("steps") | sized("texts") | {"grammar": (0,), "model": (0,), "seed": ODD_SEEDS},
    ),
    (
        probes.chosen,
        {"grammar": GRAMMAR, "model": READER, "x": sentences.encode("John")},
        {"grammar": (0,), "model": (0,), "x": (0, np.ones((2, 1, 3)))},
    ),
    (
        probes.prompts,
        {"grammar": GRAMMAR, "frame": FRAME},
        {"grammar": (0,), "frame": ("", "{old} went", "{0}", 3)},
    ),
    (
        probes.hold,
        {"model": READER, "steps": 3, "at": 1, "units": [0], "z": 0.5},
        sized("steps")
        | {"model": (0,), "at": (3, *ODD_COUNTS), "units": (8, [9], "x"), "z": ("x", [1, 2, 3])},
    ),
    (
        probes.says,
        {"grammar": GRAMMAR, "model": READER, "frame": FRAME, "later": 0, "z": 0.5},
        {"grammar": (0,), "model": (0,), "frame": ("", "{old} went", 3), "later": ODD_COUNTS},
    ),
    (
        probes.last_subject,
        {"grammar": GRAMMAR, "words": WORDS},
        {"grammar": (0,), "words": (WORDS[0], WORDS - 1, WORDS + 99, WORDS + 0.5, "x")},
    ),
    (
        probes.memory_units,
        {"grammar": GRAMMAR, "model": READER, "seed": 0},
        {"grammar": (0,), "model": (0,), "seed": ODD_SEEDS},
    ),
    (
        probes.gate_at_subjects,
        {"grammar": GRAMMAR, "model": READER, "gate": "z", "unit": 0, "seed": 0},
        {
            "grammar": (0,),
            "model": (0,),
            "gate": ("f", "rz", 3),
            "unit": (8, -1, 2.5),
            "seed": ODD_SEEDS,
        },
    ),
    (
        sentences.build,
        {"grammar": GRAMMAR, "kind": LSTM, "hidden_size": 2, "seed": 0},
        {"grammar": (0,), "kind": ("LSTM", 3), "hidden_size": (0, 2.5), "seed": ODD_SEEDS},
    ),
    (
        sentences.train,
        {"grammar": GRAMMAR, "kind": LSTM, "hidden_size": 2},
        {
            "noise": (-1, math.inf, "1"),
            "kind": ("LSTM",),
            "updates": (2.5, 0, "1"),
            "seed": ODD_SEEDS,
        },
    ),
    (sentences.load, {"name": "GRU, seed 0"}, {"name": ("GRU", ["GRU, seed 0"])}),
    (
        sentences.probabilities,
        {"model": READER, "words": "John"},
        {"model": (0,), "words": ("", "Joe", 3)},
    ),
    (sentences.memory_units, {"model": READER, "seed": 0}, {"model": (0,), "seed": ODD_SEEDS}),
    (agreement.load, {"name": "LSTM, seed 0"}, {"name": ("GRU", ["LSTM, seed 0"])}),
    (series.fetch, {"name": "walk"}, {"name": ("stocks", ["walk"], 3)}),
    (series.load, {"name": "walk"}, {"name": ("stocks", ["walk"], 3)}),
    (series.ar, {"name": "walk"}, {"name": ("stocks", ["walk"], 3)}),
    (
        series.baseline,
        {"series": SERIES, "method": "persistence", "horizon": 3},
        {"series": (0,), "method": ("AR", ["persistence"])} | sized("horizon"),
    ),
    (
        series.lagged,
        {"learned": SERIES.learned, "order": 3, "ahead": 1},
        {"learned": ([], [[1.0]], [math.nan] * 9, "x")} | sized("order") | sized("ahead"),
    ),
    (
        series.ridge_weights,
        {"x": np.ones((3, 2)), "y": np.ones(3), "ridge": 1.0},
        {"x": ([], [1.0]), "y": ([], [1.0]), "ridge": (0, -1, math.inf, "1")},
    ),
    (series.choose_ar, {"series": SERIES}, {"series": (0,)}),
    (series.fit_ar, {"series": SERIES}, {"series": (0,)}),
    (
        series.build,
        {"kind": "GRU", "seed": 0},
        {"kind": ("CNN", ["GRU"]), "seed": ODD_SEEDS, "dtype": (int,)},
    ),
    (
        series.train,
        {"series": SERIES, "kind": "GRU"},
        {"series": (0,), "kind": ("CNN",), "updates": (2.5, -1), "seed": ODD_SEEDS},
    ),
    (
        series.network,
        {"name": "walk", "kind": "GRU"},
        {"name": ("stocks",), "kind": ("CNN", ["GRU"])},
    ),
    (
        series.iterate,
        {"series": SERIES, "model": np.ones(3), "horizon": 3},
        {"series": (0,), "model": (0, [], [math.nan], "x")} | sized("horizon"),
    ),
    (
        series.mase,
        {"series": SERIES, "said": np.ones((len(SERIES.origins), 3))},
        {"series": (0,), "said": (0, [], np.ones((3, 3)), np.ones((len(SERIES.origins), 99)))},
    ),
    (voice.draw, {"rng": RNG, "steps": 4, "batch_size": 2}, DRAWN | sized("steps")),
    (
        voice.hang_over,
        {"x": np.zeros((3, 2, 2)), "threshold": 0.5, "hold": 3},
        {"x": ([], [1.0]), "threshold": (math.inf, "1"), "hold": ODD_COUNTS},
    ),
    (voice.best_hang_over, {"seed": 0}, {"seed": ODD_SEEDS}),
    (voice.build, {"kind": "GRU", "seed": 0}, {"kind": ("CNN", ["GRU"]), "seed": ODD_SEEDS}),
    (
        voice.train,
        {"kind": "GRU", "seed": 0, "updates": 1, "progress": False},
        {"kind": ("CNN",), "seed": ODD_SEEDS, "updates": (-1, 2.5)},
    ),
    (voice.accuracy, {"model": DETECTOR, "seed": 0}, {"model": (0,), "seed": ODD_SEEDS}),
    (voice.speech, {"model": DETECTOR, "h": np.zeros((3, 1, 8))}, {"model": (0,), "h": ([], 0)}),
    (voice.load, {"kind": "GRU", "seed": 0}, {"kind": ("CNN", ["GRU"]), "seed": (3, -1, 2.5)}),
]
# What is something there: an untrained network of no seed, all units, a text, a free gate.
HONOURED = {"seed": None, "units": None, "watch": None, "dtype": None, "z": math.nan}
HONOURED |= {("characters", name): "x y" for name in ("text", "prefix")}
SWEPT = [
    pytest.param(function, given, name, odd, id=f"{function.__module__}.{function.__name__} {name}")
    for function, given, oddities in CALLS
    for name, odd in oddities.items()
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("function", "given", "name", "odd"), SWEPT)
def test_an_odd_argument_is_refused_in_a_sentence_that_names_it(function, given, name, odd):
    for value in (*odd, *NOTHING):
        room = function.__module__.rpartition(".")[2]
        if (name in HONOURED and value is HONOURED[name]) or value is HONOURED.get((room, name)):
            continue
        with pytest.raises((TypeError, ValueError)) as refused:
            function(**given | {name: value})
        said = str(refused.value)
        named = "vocabulary" if name == "words" and "vocabulary" in said else name
        assert re.search(rf"\b{named}\b", said), f"{name}={value!r}: {said}"
        assert len(said) < 700, said


def test_what_can_not_be_said_is_not_said_in_silence():
    # A bias of zeros gave steps of 1/inf and weights that are no numbers.
    model = characters.build("GRU", seed=0)
    assert characters.quantise(model)["readout.bias"] == 1.0
    assert all(np.isfinite(array).all() for array in model.parameters().values())
    model.readout.bias[0] = math.inf
    with pytest.raises(ValueError, match=r"readout\.bias must be finite"):
        characters.quantise(model)
    # A unit that never moves has no correlation, and was taken for the best.
    still = counting.build("LSTM", 2, seed=0)
    for array in still.parameters().values():
        array[...] = 0
    assert counting.counter(still, 3) == (0, 0.0)
    model = sentences.build(GRAMMAR, LSTM, 2, seed=0)
    for name, array in model.cell.parameters().items():
        array[: None if name == "bias" else 0] = 0
        array[[k for k in range(8) if k % 2]] = 0
    assert probes.memory_units(GRAMMAR, model)[1] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kinds": 3}, "kinds must be a dict"),
        ({"kinds": {"noun": ("a", "a"), "stop": (".",)}}, "kinds must hold each word once"),
        ({"kinds": {"noun": ("a", "b", "c")}}, 'kinds must hold each word once, and "."'),
        ({"follows": {"noun": {"stop": 1.0}}}, r"follows\['verb'\] must hold kinds"),
        (
            {"follows": {"noun": {"verb": 0.5}, "verb": {"stop": 1.0}, "stop": {"noun": 1}}},
            "add up",
        ),
        ({"follows": {"noun": {"x": 1.0}}}, r"follows\['noun'\] must hold kinds"),
        ({"agrees": {}}, "agrees must name words"),
        ({"agrees": {"z": "c"}}, "agrees must name words of kinds, got {'z'}"),
    ],
)
def test_a_grammar_whose_parts_do_not_fit_is_refused(change, message):
    parts = {
        "kinds": {"noun": ("a", "b"), "verb": ("c", "d"), "stop": (".",)},
        "follows": {"noun": {"verb": 1.0}, "verb": {"stop": 1.0}, "stop": {"noun": 1.0}},
        "agrees": {"a": "c", "b": "d"},
    }
    assert grammar.Grammar(**parts).classes == ("c", "d")
    with pytest.raises((TypeError, ValueError), match=message):
        grammar.Grammar(**parts | change)


def test_a_series_keeps_nothing_of_its_caller_and_refuses_what_is_none():
    values = np.arange(20.0)
    mine = series.Series("mine", values, 0.0, 1, 3, False)
    values[:] = 7
    assert mine.values[5] == 5
    for wrong in ([], [1.0, math.inf] * 9, [[1.0]], "x", np.arange(4.0)):
        with pytest.raises((TypeError, ValueError), match="values must"):
            series.Series("mine", wrong, 0.0, 1, 3, False)
    for name, odd in (("period", 0), ("period", 2.5), ("steps_a_year", "1"), ("start", math.inf)):
        given = {"start": 0.0, "steps_a_year": 1, "period": 3} | {name: odd}
        with pytest.raises((TypeError, ValueError), match=f"{name} must"):
            series.Series("mine", np.arange(20.0), differenced=False, **given)


def test_nothing_is_computed_from_a_series_with_a_gap():
    values = np.arange(20.0)
    values[[7, 9]] = math.nan
    gappy = series.Series("mine", values, 0.0, 1, 3, False)
    assert np.isnan(gappy.values[7])
    calls = (
        lambda: series.baseline(gappy, "persistence"),
        lambda: series.fit_ar(gappy),
        lambda: series.mase(gappy, np.zeros((5, 2))),
        lambda: series.iterate(gappy, series.build("LSTM")),
    )
    for call in calls:
        with pytest.raises(ValueError, match="no gap, and its value 7, from 0, is nan"):
            call()
