"""Layer normalisation of a cell's pre-activations (Ba, Kiros & Hinton, 2016), gate by gate."""

import numpy as np

from lecture_lib.cells._checks import Array

EPSILON = 1e-5  # under the root, as in PyTorch


def normalised(pre: Array, gates: int) -> tuple[Array, Array]:
    """Each gate's part of pre (N, G·H) at mean 0 and variance 1, and what it was divided by."""
    parts = pre.reshape(len(pre), gates, -1)
    centred = parts - parts.mean(axis=2, keepdims=True)
    scale = np.sqrt((centred**2).mean(axis=2, keepdims=True) + EPSILON)
    return (centred / scale).reshape(pre.shape), scale


def through_norm(d_normed: Array, normed: Array, scale: Array) -> Array:
    """The gradient by what `normalised` took, from that by what it returned."""
    gates = scale.shape[1]
    d_parts, parts = (a.reshape(len(a), gates, -1) for a in (d_normed, normed))
    along = (d_parts * parts).mean(axis=2, keepdims=True)
    d_pre = (d_parts - d_parts.mean(axis=2, keepdims=True) - parts * along) / scale
    return d_pre.reshape(d_normed.shape)
