"""Whether one forecast is nearer than another by more than chance, over origins that overlap."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.cells._checks import as_size
from lecture_lib.checks import as_finite
from lecture_lib.forecasting.words import CONSTANTS, worded

# The 97.5 % quantile of t with Bartlett's weights, by the share b of the origins that they span
# (Kiefer & Vogelsang, 2005, table 1).
QUANTILE = CONSTANTS["paired"]["quantile"]
# Times √n: so many origins at least (Lazarus et al., 2018).
SPAN = CONSTANTS["paired"]["span"]


@dataclass(frozen=True)
class Difference:
    """`mean` of a difference over origins, and the half width of its 95 % interval.

    >>> bool(Difference(0.3, 0.1)), bool(Difference(0.1, 0.3)), str(Difference(0.3, 0.1))
    (True, False, '0.300 ± 0.100')
    """

    mean: float
    half_width: float

    def __bool__(self) -> bool:
        """Whether it is above 0 by more than chance."""
        return self.mean - self.half_width > 0

    def __str__(self) -> str:
        return worded("difference", mean=self.mean, half_width=self.half_width)


def paired(first: Any, second: Any, horizon: int) -> Difference:
    """By how much `second` is nearer than `first`: the mean of their errors' difference.

        d_o = e1_o − e2_o,   d̄ ± q(b) · √(S / n),
        S = γ_0 + 2 Σ_{j<M} (1 − j/M) γ_j,   γ_j the autocovariance of d,   b = M / n

    Forecasts from neighbouring origins share most of what they are held against, so their errors go
    together: M = max(horizon, 1.3 √n) origins are taken for dependent. S is that of Newey & West
    (1987), q the quantile that goes with so large an M (Kiefer & Vogelsang, 2005); the test of
    Diebold & Mariano (1995) otherwise.

    first, second (n,): errors in time order, one an origin, of the same origins. Raises ValueError
    for other shapes, for what is not finite, and for fewer than two origins.

    >>> paired([2.0, 2.1, 1.9, 2.0], [1.0, 1.1, 0.9, 1.0], horizon=1)
    Difference(mean=1.0, half_width=0.0)
    """
    first, second = as_finite("first", first, 1, "(n,)"), as_finite("second", second, 1, "(n,)")
    if first.shape != second.shape or len(first) < 2:
        raise ValueError(
            f"first and second must have one length, at least 2, got {len(first)} and {len(second)}"
        )
    d = first - second
    n, apart = len(d), d - d.mean()
    span = min(max(as_size("horizon", horizon), int(np.ceil(SPAN * np.sqrt(n)))), n)
    covariance = [apart[j:] @ apart[: n - j] / n for j in range(span)]
    weights = 1 - np.arange(span) / span
    variance = 2 * weights @ covariance - covariance[0]
    quantile = np.polyval(QUANTILE[::-1], span / n)
    width = quantile * np.sqrt(max(float(variance), 0.0) / n)
    # Rounding alone is no lead.
    return Difference(float(np.round(d.mean(), 12)), float(np.round(width, 12)))
