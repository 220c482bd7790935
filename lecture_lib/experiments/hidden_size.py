"""How many units reading digits takes: what is learned, and what is held out for tuning, by H.

    python -m lecture_lib.experiments.hidden_size

trains an LSTM of every size in `SIZES` from every seed, on one core, on 600 of the images that
`lecture_lib.tasks.digits` gives to learn from, and scores it on these and on 600 others. Nothing
else differs. It writes `lecture_lib/records/hidden_size.json`; the images of the test stay unseen.
"""

from lecture_lib import networks, records
from lecture_lib.experiments import runner
from lecture_lib.tasks import digits
from lecture_lib.training import fit, softmax_cross_entropy

SIZES = (2, 4, 8, 16, 32, 64, 128)
SEEDS = (0, 1, 2, 3, 4)
IMAGES = 600
UPDATES = 400
LEARNING_RATE = 1e-2
NETWORK = "LSTM, bias 1"


def scores(hidden_size, seed=0, updates=UPDATES):
    """Train one network; the shares that are right, {"learned": …, "tuned": …}."""
    pictures, labels, *_ = digits.split(seed)
    learn = pictures[:IMAGES], labels[:IMAGES]
    tune = pictures[IMAGES : 2 * IMAGES], labels[IMAGES : 2 * IMAGES]
    model = digits.build(NETWORK, hidden_size, seed=seed)
    fit(
        model,
        lambda rng: digits.draw(rng, *learn),
        softmax_cross_entropy,
        updates,
        LEARNING_RATE,
        seed=seed,
        progress=False,
    )
    parts = {"learned": learn, "tuned": tune}
    return {name: digits.accuracy(model, digits.as_batch(*part)) for name, part in parts.items()}


def parameters(hidden_size):
    """How many numbers such a network learns."""
    return networks.parameters_of("LSTM", digits.SIDE, digits.CLASSES, hidden_size)


def record(progress=True):
    """Both scores of every size, a list of one for each seed."""
    table = runner.Table(
        runner.grid(hidden_size=SIZES),
        scores,
        SEEDS,
        lambda hidden_size: {"parameters": parameters(hidden_size)},
    )
    about = {"network": NETWORK, "seeds": SEEDS, "updates": UPDATES, "images": IMAGES}
    return runner.record("hidden_size", {"rows": table}, progress, **about)


def load():
    """The recorded rows, {hidden_size: row}."""
    return {row["hidden_size"]: row for row in records.read("hidden_size")["rows"]}


if __name__ == "__main__":
    record()
