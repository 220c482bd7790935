"""What is wanted of the figures that the bench measures, and which of them were missed."""

import sys
from typing import NamedTuple


class Target(NamedTuple):
    """A measured figure, and the most that it may be."""

    what: str
    got: float
    most: float
    unit: str = ""
    # As many as the bench's tables show: what reads as reached is reached.
    decimals: int = 2

    @property
    def missed(self):
        # Written so that nan, which is neither more nor less, is missed too.
        return not round(self.got, self.decimals) <= self.most

    def __str__(self):
        got = f"{self.got:.{self.decimals}f}{self.unit}"
        return f"{self.what}: {got}, wanted ≤ {self.most:g}{self.unit}"


def judge(targets):
    """Say which of the targets were missed; the exit status of a run that had them."""
    missed = [target for target in targets if target.missed]
    for target in missed:
        print(f"missed: {target}", file=sys.stderr)
    print(f"{len(targets) - len(missed)} of {len(targets)} targets reached")
    return int(bool(missed))
