"""Gradients of what Keras has beside Keras' own, on JAX, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
KINDS = 6


def test_the_gradients_are_those_of_keras_on_jax(tmp_path):
    file = tmp_path / "gradients.npz"
    done = subprocess.run(
        [sys.executable, "-m", "tests.interchange.keras_on_jax", file],
        cwd=ROOT,
        env=os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    with np.load(file) as found:
        assert len(found.files) == 2 * 3 * KINDS
        for k in range(KINDS):
            for name in ("weight_ih", "weight_hh", "x"):
                ours, theirs = (found[f"{k} {name} {whose}"] for whose in ("ours", "theirs"))
                # Six steps of sums of some twenty products, in float32.
                np.testing.assert_allclose(
                    ours, theirs, rtol=1e-4, atol=1e-5, err_msg=f"{k} {name}"
                )
                assert np.abs(theirs).max() > 1e-2, (k, name)
