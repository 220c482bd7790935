"""The second tab's story: so many adverbs between a subject and its verb, told both ways round."""

import numpy as np

from lecture_lib.tasks import distance, sentences
from lecture_lib.training import softmax

# John, between, Mary, adverbs, verb; and the same with Mary first.
NAMES = ("John", "Mary")
BETWEEN = ("went", "to", "the", "store", ".")
ADVERBS = sentences.KINDS["adverb"]
VERB = "bought"
MOST_ADVERBS = 120
# Parameters are recorded to four decimals and sent as whole ten-thousandths, which is shorter.
PER_ONE = 10_000


def whole(model):
    """The parameters of `model` as nested lists of whole numbers, `PER_ONE` for one."""
    return {
        name: (PER_ONE * array.astype(float)).round().astype(int).tolist()
        for name, array in model.parameters().items()
    }


def story():
    """The story, and its networks with no inputs but those of its words, as the page reads them."""
    vocabulary = list(dict.fromkeys([*NAMES, *BETWEEN, *ADVERBS, VERB]))
    networks = {}
    for trained in distance.DISTANCES:
        networks[f"{trained}"] = {}
        for name in distance.STORED:
            weights = whole(distance.load(name, trained))
            columns = sentences.GRAMMAR.numbers(vocabulary)
            weights["cell.weight_ih"] = [
                [row[k] for k in columns] for row in weights["cell.weight_ih"]
            ]
            networks[f"{trained}"][name] = {"kind": name.partition(",")[0], "weights": weights}
    return {
        "vocabulary": vocabulary,
        "subjects": [{"name": name, "pronoun": sentences.SUBJECTS[name]} for name in NAMES],
        "between": BETWEEN,
        "adverbs": ADVERBS,
        "verb": VERB,
        "most": MOST_ADVERBS,
        "answers": distance.CLASSES,
        "names": distance.STORED,
        "networks": networks,
    }


def by_distance(name, trained):
    """P(right pronoun) after 1 … 120 adverbs, the mean of both stories."""
    model = distance.load(name, trained)
    fillers = [ADVERBS[k % len(ADVERBS)] for k in range(MOST_ADVERBS)]
    right = []
    for old, new in (NAMES, NAMES[::-1]):
        words = [old, *BETWEEN, new, *fillers]
        trace = model.cell.forward(sentences.encode(words))
        # One step more, from where each of the adverbs has left the cell.
        after = [state[-MOST_ADVERBS:, 0] for state in (trace.h, getattr(trace, "c", trace.h))]
        state = tuple(after) if hasattr(trace, "c") else after[0]
        verb = np.repeat(sentences.encode([VERB]), MOST_ADVERBS, axis=1)
        scores = model.predict(verb, state=state)[0]
        right.append(softmax(scores)[:, distance.CLASSES.index(sentences.SUBJECTS[new])])
    return np.mean(right, axis=0)
