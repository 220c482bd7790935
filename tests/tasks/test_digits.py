"""The digits task: which pixels come when, that test and training are apart, and that it learns."""

import subprocess
import sys

import numpy as np
import pytest

from lecture_lib.tasks import digits


def test_the_images_are_split_by_the_seed():
    learn, learn_digits, test, test_digits = digits.split(0)
    assert len(learn) == len(learn_digits) == 1497 and len(test) == len(test_digits) == 300
    assert learn.min() == 0 and learn.max() == 1
    pictures, wanted = digits.images()
    together = np.concatenate([learn_digits, test_digits])
    assert np.bincount(together).tolist() == np.bincount(wanted).tolist()
    # No image is in both parts, and none is lost.
    rows = np.concatenate([learn, test]).reshape(len(pictures), -1)
    assert sorted(map(tuple, rows)) == sorted(map(tuple, pictures.reshape(len(pictures), -1)))
    np.testing.assert_array_equal(digits.split(0)[2], test)
    assert not np.array_equal(digits.split(1)[2], test)


@pytest.mark.parametrize(("step", "steps"), [(8, 8), (1, 64)])
def test_a_step_brings_the_next_pixels(step, steps):
    pictures, wanted = (part[:5] for part in digits.images())
    batch = digits.as_batch(pictures, wanted, step)
    assert batch.x.shape == (steps, 5, step)
    for n, picture in enumerate(pictures):
        assert batch.x[:, n].reshape(8, 8).tolist() == picture.tolist()
    assert batch.target[-1].tolist() == wanted.tolist()
    assert batch.weight[-1].all() and not batch.weight[:-1].any()


def test_a_batch_is_drawn_from_the_images_it_is_given():
    pictures, wanted = digits.images()
    batch = digits.draw(np.random.default_rng(0), pictures[:3], wanted[:3], batch_size=50)
    known = {tuple(p.ravel()): d for p, d in zip(pictures[:3], wanted[:3], strict=True)}
    for n in range(50):
        assert known[tuple(batch.x[:, n].ravel())] == batch.target[-1, n]


def test_a_gru_reads_row_by_row():
    _, history = digits.train("GRU, bias 1", updates=500, progress=False)
    assert 1 - min(history.scores) >= 0.94
    # One digit in ten is right by chance.
    assert 1 - history.scores[0] < 0.9


def test_logistic_regression_is_a_strong_baseline():
    # 300 images: one standard error is about 0.01.
    assert digits.pixel_baseline(0) == pytest.approx(0.96, abs=0.03)


def test_scikit_learn_is_loaded_for_the_images_alone():
    code = (
        "import sys; import lecture_lib.tasks.digits, lecture_lib.experiments.comparison; "
        "assert 'sklearn' not in sys.modules; lecture_lib.tasks.digits.images(); "
        "assert 'sklearn' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
