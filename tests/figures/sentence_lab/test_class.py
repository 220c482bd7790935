"""The Sentence Lab in Python: what it reads, what it holds, and what it then says."""

import json
import re

import numpy as np
import pytest

from lecture_lib.figures import SentenceLab
from lecture_lib.figures.sentence_lab import EXAMPLES, NETWORKS
from lecture_lib.figures.sentence_lab.gap import ADVERBS, BETWEEN, NAMES, VERB
from lecture_lib.tasks import distance, sentences

FLIPPING = [name for name in NETWORKS if name != "LSTM, seed 6"]


def test_it_reads_the_words_it_knows_and_names_the_others():
    lab = SentenceLab(sentence="john, WENT to <b>the</b> store. Zoë Zoë then")
    assert lab.words == ["John", "went", "to", "store", ".", "then"]
    assert lab.unknown == [",", "<b>the</b>", "Zoë"]
    assert len(SentenceLab(sentence="then " * 60).words) == 40


def test_without_a_word_there_is_nothing_to_say():
    lab = SentenceLab(sentence="?? 7")
    assert lab.words == [] and lab.trace is None and lab.probabilities.shape == (0, 37)
    assert lab.pronouns == {} and lab.quarters == {} and "No word" in lab.text()
    assert "<svg" in lab.still()


@pytest.mark.parametrize("network", NETWORKS)
def test_a_hold_is_a_clamp_of_the_cell(network):
    lab = SentenceLab(
        network=network, holds=[{"t": 7, "f": 1, "units": [1, 3]}, {"t": 9, "i": 0.25, "o": 0}]
    )
    model, T, H = sentences.load(network), len(lab.words), len(lab.order)
    f, i, o = (np.full((T, 1, H), np.nan) for _ in range(3))
    best = np.argsort(-sentences.memory_units(model))
    f[6, 0, best[[0, 2]]] = 1
    i[8], o[8] = 0.25, 0
    wanted = sentences.probabilities(model, lab.words, {"f": f, "i": i, "o": o})
    assert (lab.probabilities == wanted).all()
    assert (lab.trace.i[8] == 0.25).all() and not (lab.free.i[8] == 0.25).any()
    places = [sentences.VOCABULARY.index(word) for word in lab.pronouns]
    assert list(lab.pronouns.values()) == wanted[-1, places].tolist()


def test_a_hold_past_the_end_or_past_the_units_does_nothing():
    free = SentenceLab().probabilities
    far = SentenceLab(holds=[{"t": 30, "f": 0}, {"t": 3, "o": 0, "units": [16]}])
    assert (far.probabilities == free).all()


@pytest.mark.parametrize("network", FLIPPING)
def test_keeping_all_and_writing_nothing_at_mary_brings_john_back(network):
    lab = SentenceLab(network=network, holds=[{"t": 7, "f": 1.0, "i": 0.0}])
    assert lab.words[6] == "Mary"
    old, new = lab.quarters["fi"]
    assert (lab.pronouns["his"], lab.pronouns["her"]) == (old, new)
    assert old >= 0.9
    assert lab.quarters[""][1] >= 0.99
    # The control: the same at the adverb after her leaves her pronoun.
    lab.holds = [{"t": 8, "f": 1.0, "i": 0.0}]
    assert lab.words[7] == "then" and lab.pronouns["her"] >= 0.99


def test_one_network_does_not_flip():
    assert SentenceLab(network="LSTM, seed 6").quarters["fi"][0] < 0.1


def test_no_table_where_the_pronouns_do_not_differ():
    for name in ("Only John", "Both his"):
        assert SentenceLab(sentence=EXAMPLES[name]["sentence"]).quarters == {}


@pytest.mark.parametrize("example", EXAMPLES.values())
def test_the_examples_are_read_whole(example):
    lab = SentenceLab(sentence=example["sentence"], t=example["t"])
    assert lab.unknown == [] and " ".join(lab.words) == example["sentence"]
    assert lab.words[lab.t - 1] in sentences.SUBJECTS


@pytest.mark.parametrize("trained", distance.DISTANCES)
def test_by_distance_is_the_story_told_word_by_word(trained):
    lab = SentenceLab(trained=trained)
    for name in distance.STORED:
        model = distance.load(name, trained)
        for adverbs in (1, 17, 80, 120):
            right = []
            for old, new in (NAMES, NAMES[::-1]):
                between = [ADVERBS[k % len(ADVERBS)] for k in range(adverbs)]
                said = sentences.probabilities(model, [old, *BETWEEN, new, *between, VERB])[-1]
                right.append(said[distance.CLASSES.index(sentences.SUBJECTS[new])])
            # Another order of the same float32 products.
            assert lab.by_distance[name][adverbs - 1] == pytest.approx(np.mean(right), abs=1e-4)


def test_at_eighty_adverbs_the_rnn_guesses_and_chrono_does_not():
    right = {name: p[79] for name, p in SentenceLab(trained=80).by_distance.items()}
    assert right["LSTM, chrono"] > 0.95
    assert right["RNN"] == pytest.approx(0.5, abs=0.1)


HOLD = {"t": 1, "f": 1}
BAD = [
    ({"network": "GRU"}, "network must be one of 'LSTM, seed 0'"),
    ({"trained": 20}, "trained must be one of 10, 40, 80, got 20"),
    ({"adverbs": 0}, "adverbs must be a whole number in [1, 120], got 0"),
    ({"sentence": "x" * 401}, "sentence must have at most 400 characters, got 401"),
    ({"sentence": 7}, "sentence"),
    ({"t": 41}, "t must be a whole number in [1, 40], got 41"),
    ({"units": [0]}, "units[0] must be a whole number in [1, 40], got 0"),
    ({"units": [True]}, "units[0] must be a whole number in [1, 40], got True"),
    ({"units": [2, 2]}, "units must hold nothing twice, got [2, 2]"),
    ({"tried": ["o"]}, "tried[0] must be one of 'i', 'f', 'fi', got 'o'"),
    ({"holds": [7]}, "holds[0] must be a dict with 't', 'units', 'f', 'i', 'o', got 7"),
    ({"holds": [{"t": 7}]}, "holds[0] must have 'f' or 'i' or 'o', got {'t': 7}"),
    (
        {"holds": [HOLD | {"g": 1}]},
        "holds[0] must be a dict with 't', 'units', 'f', 'i', 'o', got {",
    ),
    ({"holds": [HOLD | {"t": 0}]}, "holds[0]['t'] must be a whole number in [1, 40], got 0"),
    ({"holds": [HOLD | {"f": 1.2}]}, "holds[0]['f'] must be a number in [0, 1], got 1.2"),
    ({"holds": [HOLD | {"i": "0"}]}, "holds[0]['i'] must be a number in [0, 1], got '0'"),
    ({"holds": [HOLD | {"f": float("nan")}]}, "holds[0]['f'] must be a number in [0, 1], got nan"),
    ({"holds": [HOLD | {"units": 1}]}, "holds[0]['units'] must be a list, got 1"),
    ({"holds": [HOLD | {"units": [99]}]}, "holds[0]['units'][0] must be a whole number in [1, 40]"),
    ({"holds": [HOLD, HOLD]}, "holds must be one a word, got t = 1, 1"),
    ({"holds": [HOLD] * 41}, "holds must be a list of at most 40, got a list of 41"),
    ({"words": ["John"]}, "SentenceLab has no 'words'; it takes network"),
]


@pytest.mark.parametrize(("given", "message"), BAD)
def test_a_bad_argument_is_named(given, message):
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        SentenceLab(**given)


def test_it_tells_what_it_holds_and_its_still_is_small():
    lab = SentenceLab(holds=[{"t": 7, "f": 1.0, "i": 0.0}])
    assert "With f = 1.00 at “Mary” and i = 0.00 at “Mary”: his " in lab.text()
    assert len(lab.still()) < 8000
    assert "<b>" not in SentenceLab(sentence="<b>John</b> John").twin()


def test_the_page_gets_the_recorded_weights_to_the_digit():
    data = json.loads(re.search(r"json\">(.*?)</script>", SentenceLab().twin())[1])
    for name, network in data["state"]["task"]["networks"].items():
        for parameter, array in sentences.load(name).parameters().items():
            assert np.abs(np.array(network["weights"][parameter]) / 1e4 - array).max() < 1e-6
