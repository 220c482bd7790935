"""Two cells that read one sequence from both ends (Schuster & Paliwal, 1997)."""

from dataclasses import dataclass

import numpy as np


@dataclass(eq=False, repr=False)
class BidirectionalTrace:
    """What `Bidirectional.forward` computed: h (T, N, H), and each cell's own trace by name."""

    h: np.ndarray
    traces: dict
    order: np.ndarray


class Bidirectional:
    """A cell that reads from the first step on, and one from the last step back, side by side.

        h_t = [there_t; back_t],   back reads x_T, x_{T−1} … x_1

    They share neither weights nor states, and may be of different kinds and sizes; H is the sum of
    theirs. It has what a `SequenceModel` asks of a cell, but no state to hand over and no clamp.
    Its parameters are those of the two under "there.weight_ih", "back.weight_ih" and so on.

    Raises ValueError for cells of different input sizes.
    """

    def __init__(self, there, back):
        if there.input_size != back.input_size:
            raise ValueError(
                f"both cells must have one input_size, "
                f"got {there.input_size} there and {back.input_size} back"
            )
        self.cells = {"there": there, "back": back}
        self.input_size = there.input_size
        self.hidden_size = there.hidden_size + back.hidden_size

    def parameters(self):
        """`{name: array}` of the arrays in use, so that an optimiser can change them in place."""
        return {
            f"{side}.{name}": array
            for side, cell in self.cells.items()
            for name, array in cell.parameters().items()
        }

    def forward(self, x, lengths=None):
        """Run over x (T, N, D) both ways and return a `BidirectionalTrace`.

        lengths (N,) gives the number of steps of each sequence of a padded batch: `back` starts at
        a sequence's own last step, not in the padding.
        """
        x = np.asarray(x)
        order = turned(len(x), x.shape[1], lengths)
        traces = {
            "there": self.cells["there"].forward(x, lengths=lengths),
            "back": self.cells["back"].forward(_reordered(x, order), lengths=lengths),
        }
        h = np.concatenate([traces["there"].h, _reordered(traces["back"].h, order)], axis=-1)
        return BidirectionalTrace(h, traces, order)

    def run(self, x, state=None, clamp=None, lengths=None):
        """`forward` without a trace: h (T, N, H) and None for the state."""
        return self.forward(x, lengths).h, None

    def backward(self, trace, dh):
        """From dh (T, N, H), the gradient by h, to those of every parameter by name and of x
        (T, N, D)."""
        size = self.cells["there"].hidden_size
        shares = {"there": dh[..., :size], "back": _reordered(dh[..., size:], trace.order)}
        found = {
            side: cell.backward(trace.traces[side], shares[side])
            for side, cell in self.cells.items()
        }
        gradients = {
            f"{side}.{name}": found[side][name]
            for side, cell in self.cells.items()
            for name in cell.parameters()
        }
        dx = found["there"]["x"] + _reordered(found["back"]["x"], trace.order)
        return gradients | {"x": dx}


def turned(steps, batch, lengths=None):
    """Which step stands where once each sequence is turned round, (T, N); padding stays behind."""
    lengths = np.full(batch, steps) if lengths is None else np.asarray(lengths)
    t = np.arange(steps)[:, None]
    return np.where(t < lengths, lengths - 1 - t, t)


def _reordered(values, order):
    return np.take_along_axis(values, order[..., None], axis=0)
