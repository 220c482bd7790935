"""Numbers drawn alike in Python and in the browser, so that no weights need sending."""

import numpy as np


def seeded_uniform(seed, stream, shape):
    """An array of `shape` with values uniform in [−1, 1): the mirror of `web/numbers/seeded.mjs`.

    Value k is the scrambled counter k + scramble(64·seed + stream), read as a fraction of 2³²:
    no state to carry, and the same bits in both languages. The scrambling is the finaliser of
    MurmurHash3 (Appleby, 2011). `seed` and `stream` are whole numbers, 0 ≤ stream < 64.
    """
    start = _scramble(np.array([64 * seed + stream], np.uint32))
    counter = np.arange(int(np.prod(shape)), dtype=np.uint32) + start
    return (_scramble(counter) / 2**31 - 1).reshape(shape)


def _scramble(bits):
    bits = (bits ^ (bits >> 16)) * np.uint32(0x85EBCA6B)
    bits = (bits ^ (bits >> 13)) * np.uint32(0xC2B2AE35)
    return bits ^ (bits >> 16)
