"""Gradients of Keras on JAX and of this library, into the .npz that is named: run as a program, for
Keras has one backend a process."""

import sys

import jax
import keras
import numpy as np

from lecture_lib.interchange import watch

T, N, D, H = 6, 2, 3, 4
KINDS = [
    ("LSTM", {"recurrent_activation": "hard_sigmoid"}),
    ("LSTM", {"activation": "relu"}),
    ("LSTM", {}),
    ("GRU", {"recurrent_activation": "hard_sigmoid", "reset_after": False}),
    ("GRU", {"activation": "softsign", "reset_after": True}),
    ("SimpleRNN", {"activation": "relu"}),
]
# Where this library's blocks of rows stand among Keras'.
BLOCKS = {"LSTM": [0, 1, 2, 3], "GRU": [1, 0, 2], "SimpleRNN": [0]}


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def gradients(kind, options):
    """Those of sum(h · dh) by W_ih, W_hh and x (T, N, D): this library's, and Keras'."""
    layer = getattr(keras.layers, kind)(H, return_sequences=True, **options)
    layer.build((N, T, D))
    weights = [0.6 * drawn(*w.shape, seed=k) for k, w in enumerate(layer.trainable_variables, 1)]
    layer.set_weights(weights)
    x, dh = drawn(N, T, D), drawn(N, T, H, seed=9)
    others = [variable.value for variable in layer.non_trainable_variables]

    def loss(given, x):
        return (layer.stateless_call(given, others, x)[0] * dh).sum()

    by_weights, by_x = jax.grad(loss, (0, 1))([jax.numpy.asarray(w) for w in weights], x)
    theirs = {"x": np.asarray(by_x).transpose(1, 0, 2)}
    for name, by_weight in zip(("weight_ih", "weight_hh"), by_weights, strict=False):
        parts = np.split(np.asarray(by_weight).T, len(BLOCKS[kind]))
        theirs[name] = np.concatenate([parts[k] for k in BLOCKS[kind]])
    [one] = watch(layer, x)
    trace = one.cell.forward(x.transpose(1, 0, 2))
    ours = one.cell.backward(trace, dh.transpose(1, 0, 2))
    return {name: (ours[name], theirs[name]) for name in theirs}


if __name__ == "__main__":
    found = {
        f"{k} {name} {whose}": array
        for k, (kind, options) in enumerate(KINDS)
        for name, pair in gradients(kind, options).items()
        for whose, array in zip(("ours", "theirs"), pair, strict=True)
    }
    np.savez(sys.argv[1], **found)
