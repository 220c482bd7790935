"""The grammars say what they promise; the recorded networks have learned them, and flip as told."""

import numpy as np
import pytest

from lecture_lib.cells import LSTM
from lecture_lib.tasks import agreement, distance, probes, sentences
from lecture_lib.tasks.grammar import Grammar
from lecture_lib.training import Linear, SequenceModel, softmax_cross_entropy

GRAMMAR = sentences.GRAMMAR
FLIPPING = ("LSTM, seed 0", "LSTM, seed 1", "LSTM 16, seed 1", "LSTM 16, seed 2")
CONTROLS = ({"f": 1.0}, {"i": 0.0}, {"f": 1.0, "i": 0.0})


@pytest.fixture(params=[GRAMMAR, agreement.GRAMMAR], ids=["pronouns", "numbers"])
def grammar(request):
    return request.param


def test_every_word_is_of_one_kind_and_every_kind_leads_on(grammar):
    assert len(set(grammar.vocabulary)) == len(grammar.vocabulary)
    assert set(grammar.follows) == set(grammar.kinds)
    for following in grammar.follows.values():
        assert set(following) <= set(grammar.kinds)
        assert sum(following.values()) == pytest.approx(1)
    # Whatever state a text is in, some word comes next.
    np.testing.assert_allclose(grammar.transitions.sum(axis=1), 1)


def test_a_text_keeps_to_the_grammar_and_agrees_with_its_last_subject(grammar):
    batch = grammar.draw(np.random.default_rng(0), steps=60, batch_size=20)
    words = np.array(grammar.vocabulary)
    kind_of = {word: kind for kind, of_kind in grammar.kinds.items() for word in of_kind}
    for n in range(20):
        text = [*words[batch.x[:, n].argmax(axis=1)], words[batch.target[-1, n]]]
        assert list(words[batch.target[:-1, n]]) == text[1:-1]
        owner = None
        for last, word in zip([".", *text], text, strict=False):
            assert kind_of[word] in grammar.follows[kind_of[last]]
            if word in grammar.classes and owner:
                assert word == grammar.agrees[owner]
            owner = word if word in grammar.agrees else owner


def test_the_weight_stands_where_an_agreeing_word_can_come(grammar):
    batch = grammar.draw(np.random.default_rng(0), asked_weight=6.0)
    asked = np.isin(batch.target, grammar.numbers(grammar.classes))
    assert (batch.weight[asked] == 6).all()
    assert set(np.unique(batch.weight)) == {1, 6}
    shown = np.array(grammar.vocabulary)[batch.x.argmax(axis=2)]
    assert set(shown[batch.weight == 6]) <= set(grammar.asking)


def test_the_floor_is_the_surprise_of_who_knows_the_grammar(grammar):
    # Of texts drawn at random, each word's chance is read from the rules, not from `transitions`.
    batch = grammar.draw(np.random.default_rng(1), batch_size=3000)
    words = np.array(grammar.vocabulary)
    shown, following = words[batch.x.argmax(axis=2)], words[batch.target]
    kind_of = {word: kind for kind, of_kind in grammar.kinds.items() for word in of_kind}
    bits = {}
    for last in grammar.vocabulary:
        for word in grammar.vocabulary:
            chance = grammar.follows[kind_of[last]].get(kind_of[word], 0)
            choices = 1 if word in grammar.classes else len(grammar.kinds[kind_of[word]])
            bits[last, word] = -np.log2(chance / choices) if chance else np.inf
    pairs = zip(shown.ravel(), following.ravel(), strict=True)
    mean = np.mean([bits[pair] for pair in pairs])
    # 120,000 words, whose surprise spreads by about 1.3 bits: four standard errors.
    assert mean == pytest.approx(grammar.floor(), abs=0.02)


def test_a_floor_by_hand():
    coin = Grammar(
        kinds={"subject": ("A", "B"), "says": ("a", "b"), "stop": (".",)},
        follows={"subject": {"says": 1.0}, "says": {"stop": 1.0}, "stop": {"subject": 1.0}},
        agrees={"A": "a", "B": "b"},
    )
    # The text begins with a subject; what follows is certain, but every third word is a coin.
    assert coin.floor(steps=3) == pytest.approx(1 / 3)


def test_words_that_are_not_known_are_named():
    with pytest.raises(ValueError, match=r"not in the vocabulary: Zoe, cake$"):
        sentences.encode("Zoe bought her cake Zoe .")
    with pytest.raises(ValueError, match="at least one word"):
        sentences.encode("  ")
    x = sentences.encode(["Mary", "."])
    assert x.shape == (2, 1, len(sentences.VOCABULARY))
    assert [sentences.VOCABULARY[k] for k in x[:, 0].argmax(axis=1)] == ["Mary", "."]


def test_names_that_are_not_recorded_are_refused():
    with pytest.raises(ValueError, match="name must be one of 'LSTM, seed 0'"):
        sentences.load("LSTM, seed 99")
    with pytest.raises(ValueError, match="name must be one of LSTM, seed 0"):
        agreement.load("LSTM, seed 99")
    with pytest.raises(ValueError, match="network must be one of 'RNN'"):
        distance.build("CNN", 10)


@pytest.mark.parametrize("name", sentences.MODELS)
def test_a_recorded_network_is_near_the_floor_and_right(name):
    model = sentences.load(name)
    assert GRAMMAR.floor() < probes.surprise(GRAMMAR, model) <= 1.85
    assert probes.accuracy(GRAMMAR, model) >= 0.995


@pytest.mark.parametrize("name", FLIPPING)
def test_keeping_all_and_writing_nothing_brings_the_old_subject_back(name):
    model = sentences.load(name)
    assert probes.says(GRAMMAR, model, sentences.FRAME)[0] >= 0.99
    assert probes.says(GRAMMAR, model, sentences.FRAME, f=1.0, i=0.0)[1] >= 0.9
    for held in CONTROLS:
        assert probes.says(GRAMMAR, model, sentences.FRAME, later=1, **held)[0] >= 0.99


def test_one_recorded_network_does_not_flip():
    model = sentences.load("LSTM, seed 6")
    assert probes.says(GRAMMAR, model, sentences.FRAME, f=1.0, i=0.0)[1] < 0.7


@pytest.mark.parametrize("name", ["LSTM, seed 0", "LSTM, seed 1"])
def test_the_memory_unit_resets_at_a_subject_of_either_class(name):
    model = sentences.load(name)
    unit = sentences.memory_units(model).argmax()
    adverb, other, same = probes.gate_at_subjects(GRAMMAR, model, "f", unit)
    assert adverb >= 0.85
    assert other <= 0.25
    assert abs(other - same) < 0.1


@pytest.mark.parametrize("name", agreement.MODELS)
def test_the_twin_flips_too(name):
    model = agreement.load(name)
    assert probes.accuracy(agreement.GRAMMAR, model) >= 0.995
    assert probes.says(agreement.GRAMMAR, model, agreement.FRAME, f=1.0, i=0.0)[1] >= 0.9
    for held in CONTROLS:
        assert probes.says(agreement.GRAMMAR, model, agreement.FRAME, later=1, **held)[0] >= 0.99


def test_eta_squared_is_1_for_a_unit_that_knows_the_class_alone_and_0_for_one_that_is_blind():
    # Unit 0 holds a number for each class from subject to subject; unit 1 never hears of one.
    V, large = len(sentences.VOCABULARY), 30.0
    cell = LSTM(V, 2)
    cell.weight_hh[:] = cell.weight_ih[:] = 0
    i, f, g, _ = (cell.weight_ih[rows : rows + 2] for rows in (0, 2, 4, 6))
    names = GRAMMAR.numbers(list(sentences.SUBJECTS))
    cell.bias[0:2], cell.bias[2:4] = -large, large
    i[0, names], f[0, names] = 2 * large, -2 * large
    for name, pronoun in sentences.SUBJECTS.items():
        g[0, GRAMMAR.numbers(name)] = {"his": -1.0, "her": 0.0, "their": 1.0}[pronoun]
    i[1, GRAMMAR.numbers("to")] = 2 * large
    g[1, GRAMMAR.numbers("to")] = 1.0
    known = sentences.memory_units(SequenceModel(cell, Linear(2, V)))
    assert known[0] == pytest.approx(1)
    assert known[1] < 0.01


def test_a_hold_reaches_its_step_its_gate_and_its_units():
    model = sentences.load("LSTM, seed 0")
    x = sentences.encode(sentences.STORY)
    free = model.cell.forward(x)
    clamp = probes.hold(model, len(x), 6, units=[1, 4], f=1.0)
    assert np.argwhere(~np.isnan(clamp["f"])).tolist() == [[6, 0, 1], [6, 0, 4]]
    held = model.cell.forward(x, clamp=clamp)
    assert (held.f[6, 0, [1, 4]] == 1).all()
    changed = held.f != free.f
    assert not changed[:6].any()
    assert not changed[6, 0, [0, 2, 3, 5, 6, 7]].any()
    np.testing.assert_array_equal(held.i[6], free.i[6])


def test_noise_on_the_gates_changes_what_is_learned_and_no_shape():
    model = sentences.build(GRAMMAR, LSTM, 3, seed=0)
    batch = GRAMMAR.draw(np.random.default_rng(0), steps=10, batch_size=4)
    value, gradients = model.loss_and_gradients(batch, softmax_cross_entropy)
    noisy = sentences.NoisyGates(model, 1.0, seed=0)
    disturbed, of_noisy = noisy.loss_and_gradients(batch, softmax_cross_entropy)
    assert disturbed != value
    assert {name: g.shape for name, g in of_noisy.items()} == {
        name: g.shape for name, g in gradients.items()
    }
    # Without noise it is the model itself, to the last bits of float32 in another order of sums.
    quiet = sentences.NoisyGates(model, 0.0, seed=0)
    same, of_quiet = quiet.loss_and_gradients(batch, softmax_cross_entropy)
    assert same == pytest.approx(value, rel=1e-6)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(of_quiet[name], gradient, rtol=1e-3, atol=1e-6)


def test_noise_goes_to_the_gates_and_not_to_the_candidate():
    model = sentences.build(GRAMMAR, LSTM, 3, seed=0)
    # Gates so wide open that no noise of 1 moves them: σ(60) is 1 in float32.
    i_f, o = slice(0, 6), slice(9, 12)
    model.cell.bias[i_f] = model.cell.bias[o] = 60
    batch = GRAMMAR.draw(np.random.default_rng(0), steps=10, batch_size=4)
    value, _ = model.loss_and_gradients(batch, softmax_cross_entropy)
    noisy = sentences.NoisyGates(model, 1.0, seed=0)
    disturbed, _ = noisy.loss_and_gradients(batch, softmax_cross_entropy)
    assert disturbed == pytest.approx(value, rel=1e-6)


def test_at_a_distance_the_last_subject_counts():
    batch = distance.draw(np.random.default_rng(0), distance=5, batch_size=50)
    words = np.array(sentences.VOCABULARY)
    for n in range(50):
        text = words[batch.x[:, n].argmax(axis=1)]
        assert list(text[1:6]) == ["went", "to", "the", "store", "."]
        assert set(text[7:12]) <= set(sentences.KINDS["adverb"])
        assert text[12] == "bought"
        assert distance.CLASSES[batch.target[-1, n]] == sentences.SUBJECTS[text[6]]
    assert batch.weight[-1].all()
    assert not batch.weight[:-1].any()


def test_far_back_only_chrono_has_learned_to_look():
    for d in distance.DISTANCES:
        assert distance.accuracy(distance.load("LSTM, chrono", d), d) >= 0.995
    assert distance.accuracy(distance.load("RNN", 10), 10) >= 0.995
    assert distance.accuracy(distance.load("RNN", 80), 80) <= 0.65


def test_training_learns_in_few_updates():
    model = sentences.train(GRAMMAR, LSTM, 16, updates=300, progress=False)
    assert probes.accuracy(GRAMMAR, model) > 0.6
