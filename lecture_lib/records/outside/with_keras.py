"""An LSTM of Keras that reads a text letter by letter: is this letter inside brackets, and was the
letter two places before a vowel?

`python -m lecture_lib.records.outside.with_keras` trains it from three seeds, in a minute, and
saves it as Keras does, but packed: `Model.save` stores its archive without compression.
"""

import os
import zipfile

import numpy as np

LETTERS = "abcde<>"


def draw(rng, T, N):
    """N texts of T letters: x (T, N, 7), one letter each; y (T, N, 2), the two answers; the texts.

    A bracket comes with probability 1/20, whichever is next, < or >.
    """
    letters = rng.integers(5, size=(T, N))
    turns = rng.random((T, N)) < 1 / 20
    inside = turns.cumsum(axis=0) % 2 == 1
    letters = np.where(turns, np.where(inside, 5, 6), letters)
    vowel = np.isin(letters, [0, 4])
    before = np.vstack([np.zeros((2, N), bool), vowel[:-2]])
    y = np.stack([inside, before], axis=2).astype(np.float32)
    texts = ["".join(LETTERS[k] for k in row) for row in letters.T]
    return np.eye(7, dtype=np.float32)[letters], y, texts


def train(seed):
    """The trained model, and the share of right answers to 200 new texts."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((None, 7)),
            keras.layers.LSTM(12, return_sequences=True, name="memory"),
            keras.layers.Dense(2, activation="sigmoid", name="answers"),
        ]
    )
    model.compile(keras.optimizers.Adam(1e-2), loss="binary_crossentropy")
    rng = np.random.default_rng(seed)
    for _ in range(500):
        x, y, _ = draw(rng, 60, 32)
        model.train_on_batch(x.swapaxes(0, 1), y.swapaxes(0, 1))
    x, y, _ = draw(np.random.default_rng(100 + seed), 60, 200)
    answers = model.predict(x.swapaxes(0, 1), verbose=0).swapaxes(0, 1)
    # A copy has no optimiser, which would be twice as large as the weights.
    kept = keras.models.clone_model(model)
    kept.set_weights(model.get_weights())
    return kept, ((answers > 0.5) == y).mean()


def pack(path):
    """Compress a .keras file in its place."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, part in parts.items():
            file.writestr(name, part)


def main():
    from lecture_lib.records.outside import FOLDER

    for seed in range(3):
        model, right = train(seed)
        path = FOLDER / f"brackets_{seed}.keras"
        model.save(path)
        pack(path)
        print(f"{path.name}: {right:.2%} right")


if __name__ == "__main__":
    main()
