"""What the traces of all cells have in common."""

from typing import Any

from lecture_lib.cells._cell import read_only


class Trace:
    """Its arrays are read-only, and so are those of a copy, whether copied or unpickled.

    Backpropagation takes a trace for the cell that made it: copy both together.
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        read_only(self)
