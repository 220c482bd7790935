"""The GRU (Cho et al., 2014): one state, a reset gate and an update gate, in four conventions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.cells._cell import Cell, read_only, sigmoid
from lecture_lib.cells._checks import Array, as_choice, as_state
from lecture_lib.cells._on_arrays import on_arrays
from lecture_lib.cells._traces import Trace
from lecture_lib.cells.gru_fused import backpropagate, unroll


@on_arrays(x="N D", h="N H", weight_ih="3H D", weight_hh="3H H", bias="3H", bias_hn="H")
def gru_step(
    x: Array,
    h: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias: Array,
    bias_hn: Array | None = None,
    update: str = "write",
    reset: str = "before",
) -> tuple[Array, tuple[Array, Array, Array]]:
    """One step of the GRU (Cho et al., 2014).

           r, z = σ(W_ih · x_t + W_hh · h_{t−1} + b), each with its own rows
              n = tanh(W_in · x_t + W_hn · (r ⊙ h_{t−1}) + b_n)            reset="before"
              n = tanh(W_in · x_t + r ⊙ (W_hn · h_{t−1} + b_hn) + b_n)     reset="after"
            h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n                                update="write"
            h_t = z ⊙ h_{t−1} + (1 − z) ⊙ n                                update="keep"

    x (N, D), h (N, H); the rows of the weights (3H, ·) are those of r, z, n; bias_hn (H,) belongs
    to reset="after". Returns the new h and the gates (r, z, n), each (N, H).

    Raises ValueError for a wrong shape, a value that is not finite, another convention, or a
    bias_hn without its reset or a reset without it; TypeError for what is not a number; and
    FloatingPointError where the numbers are too large to be multiplied.

    >>> zeros = {"weight_ih": np.zeros((3, 1)), "weight_hh": np.zeros((3, 1)), "bias": np.zeros(3)}
    >>> h, (r, z, n) = gru_step(x=[[1.0]], h=[[2.0]], **zeros)
    >>> h, z  # both gates are σ(0), and the candidate tanh(0)
    (array([[1.]]), array([[0.5]]))
    """
    check_conventions(update, reset, bias_hn)
    w_r, w_z, w_n = np.split(weight_ih, 3)
    u_r, u_z, u_n = np.split(weight_hh, 3)
    b_r, b_z, b_n = np.split(bias, 3)
    r = sigmoid(x @ w_r.T + h @ u_r.T + b_r)
    z = sigmoid(x @ w_z.T + h @ u_z.T + b_z)
    recall = (r * h) @ u_n.T if reset == "before" else r * (h @ u_n.T + bias_hn)
    n = np.tanh(x @ w_n.T + recall + b_n)
    h = (1 - z) * h + z * n if update == "write" else z * h + (1 - z) * n
    return h, (r, z, n)


@on_arrays(
    dh="N H", x="N D", h="N H", gates="*3 N H", weight_ih="3H D", weight_hh="3H H", bias_hn="H"
)
def gru_step_backward(
    dh: Array,
    x: Array,
    h: Array,
    gates: tuple[Array, Array, Array],
    weight_ih: Array,
    weight_hh: Array,
    bias_hn: Array | None = None,
    update: str = "write",
    reset: str = "before",
) -> dict[str, Array]:
    """From the gradient of h_t to those of what `gru_step` took.

    With w = z where update="write" and w = 1 − z where "keep", h_t = (1 − w) ⊙ h_{t−1} + w ⊙ n, so

        ∂L/∂n = ∂L/∂h_t ⊙ w,   ∂L/∂w = ∂L/∂h_t ⊙ (n − h_{t−1}),
        ∂L/∂h_{t−1} = ∂L/∂h_t ⊙ (1 − w) + what comes through r, z and n,

    and each share goes back through σ′ = σ (1 − σ) or tanh′ = 1 − tanh². dh (N, H) is ∂L/∂h_t; x, h
    as given to `gru_step`, gates as it returned. Returns a dict of gradients: x, h, and the
    parameters by name. Raises as `gru_step` does. Werbos (1990); Cho et al. (2014).

    >>> weights = {"weight_ih": np.zeros((3, 1)), "weight_hh": np.zeros((3, 1))}
    >>> gates = [np.array([[value]]) for value in (0.5, 0.5, 0.0)]
    >>> gru_step_backward([[1.0]], [[1.0]], [[2.0]], gates, **weights)["h"]  # 1 − z of it
    array([[0.5]])
    """
    check_conventions(update, reset, bias_hn)
    r, z, n = gates
    u_n = np.split(weight_hh, 3)[2]
    w, dw_dz = (z, 1) if update == "write" else (1 - z, -1)
    dn = dh * w * (1 - n**2)
    dz = dh * (n - h) * dw_dz * z * (1 - z)
    if reset == "before":
        d_recall = dn @ u_n
        dr = d_recall * h * r * (1 - r)
        dh_prev, d_u_n, d_bias_hn = d_recall * r, dn.T @ (r * h), {}
    else:
        d_recall = dn * r
        dr = dn * (h @ u_n.T + bias_hn) * r * (1 - r)
        dh_prev, d_u_n = d_recall @ u_n, d_recall.T @ h
        d_bias_hn = {"bias_hn": d_recall.sum(axis=0)}
    d_rz, d_rzn = np.hstack([dr, dz]), np.hstack([dr, dz, dn])
    return {
        "x": d_rzn @ weight_ih,
        "h": dh * (1 - w) + dh_prev + d_rz @ weight_hh[: 2 * h.shape[1]],
        "weight_ih": d_rzn.T @ x,
        "weight_hh": np.vstack([d_rz.T @ h, d_u_n]),
        "bias": d_rzn.sum(axis=0),
        **d_bias_hn,
    }


@dataclass(eq=False, repr=False)
class GRUTrace(Trace):
    """What `GRU.forward` computed: h and the gates r, z, n, each (T, N, H).

    x (T, N, D) and h0 (N, H) are what it started from; all are read-only. `final_state` is h after
    the last step, a copy to pass on as the next `state`. Past the end of a padded sequence h
    repeats, and the gates mean nothing.

    >>> trace = GRU(2, 3, seed=0).forward(np.zeros((5, 1, 2)))
    >>> trace.z.shape, trace.z[0, 0]  # σ(0)
    ((5, 1, 3), array([0.5, 0.5, 0.5]))
    """

    x: Array
    h: Array
    r: Array
    z: Array
    n: Array
    h0: Array
    cell: "GRU"
    _kept: tuple[Any, ...]

    @property
    def final_state(self) -> Array:
        """h after the last step, (N, H)."""
        return self.h[-1].copy()


class GRU(Cell):
    """The GRU of Cho et al. (2014), with the two choices on which texts and frameworks differ.

           r, z = σ(W_ih · x_t + W_hh · h_{t−1} + b), each with its own rows
              n = tanh(W_in · x_t + W_hn · (r ⊙ h_{t−1}) + b_n)            reset="before"
              n = tanh(W_in · x_t + r ⊙ (W_hn · h_{t−1} + b_hn) + b_n)     reset="after"
            h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n                                update="write"
            h_t = z ⊙ h_{t−1} + (1 − z) ⊙ n                                update="keep"

    z writes in Chung et al. (2014) and in this book, and keeps in Cho et al. (2014), PyTorch and
    Keras: the same function with the sign of z's rows turned. The reset acts before the product in
    Cho et al. (2014) and in this book, after it in PyTorch and cuDNN: not the same function.

    Parameters are weight_ih (3H, D), weight_hh (3H, H) and bias (3H,), with the rows of r, z, n in
    this order, and bias_hn (H,) where reset="after". The weights are drawn uniformly from ±1/√H by
    `seed`, the biases are zero. `dtype` is float32 or float64, and is the dtype of all that the
    cell returns.

    Raises TypeError for a size that is no whole number, and ValueError for one below 1, another
    dtype or another convention.

    >>> cell = GRU(input_size=2, hidden_size=3, seed=0)
    >>> x = np.ones((5, 1, 2))
    >>> h, state = cell.run(x)
    >>> h.shape
    (5, 1, 3)
    >>> held = cell.forward(x, state, clamp={"z": 0.0})  # nothing is written
    >>> bool((held.h == state).all())
    True
    >>> sorted(cell.backward(held, dh=np.ones((5, 1, 3))))
    ['bias', 'h0', 'weight_hh', 'weight_ih', 'x']
    """

    gates = "rzn"
    candidate = "n"

    bias_hn: Array

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        seed: Any = None,
        dtype: DTypeLike = np.float64,
        update: str = "write",
        reset: str = "before",
    ) -> None:
        check_conventions(update, reset)
        super().__init__(input_size, hidden_size, dtype)
        self._draw(seed)
        self.update, self.reset = update, reset
        if reset == "after":
            self.parameter_names = (*Cell.parameter_names, "bias_hn")
            self.bias_hn = np.zeros(self.hidden_size, self.dtype)

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}, update={self.update!r}, reset={self.reset!r})"

    def forward(
        self,
        x: ArrayLike,
        state: ArrayLike | None = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> GRUTrace:
        """Run over a sequence and return a `GRUTrace`.

        x (T, N, D); state is h0 (N, H), zeros if None. `clamp` holds gates at a value:
        `{"z": 0.0}`, a number or an array that broadcasts to (T, N, H), where nan leaves a gate
        alone. lengths (N,) gives the number of steps of each sequence of a padded batch, past
        which its h stays as it is, whatever x holds.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a
        length outside 1 … T, a clamp that names no gate of the GRU or holds r or z outside [0, 1],
        TypeError for what is not a number, and FloatingPointError where the numbers are too large
        to be multiplied.
        """
        arrays, kept = self._unroll(x, state, clamp, lengths, keep=True)
        return read_only(GRUTrace(**arrays, cell=self, _kept=kept))

    def run(
        self,
        x: ArrayLike,
        state: ArrayLike | None = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> tuple[Array, Array]:
        """`forward` without a trace: h (T, N, H) and the final state (N, H)."""
        arrays, _ = self._unroll(x, state, clamp, lengths, keep=False)
        return arrays["h"], arrays["h"][-1].copy()

    def _unroll(self, x: Any, state: Any, clamp: Any, lengths: Any, keep: bool) -> Any:
        check_conventions(self.update, self.reset)
        x, clamps, ended = self._taken(x, clamp, lengths)
        h0 = as_state("state", state, (x.shape[1], self.hidden_size), self.dtype)
        return unroll(self, x, h0, clamps, ended, keep)

    def backward(self, trace: GRUTrace, dh: ArrayLike) -> dict[str, Array]:
        """Backpropagation through time over a trace of this cell's `forward`.

        With w = z where update="write" and w = 1 − z where "keep",

            ∂L/∂n = ∂L/∂h_t ⊙ w,   ∂L/∂w = ∂L/∂h_t ⊙ (n − h_{t−1}),
            ∂L/∂h_{t−1} = dh_{t−1} + ∂L/∂h_t ⊙ (1 − w) + what comes through r, z and n.

        dh (T, N, H) is the gradient of the loss by each trace.h, as the loss sees it. Returns a
        dict of gradients: the parameters by name, x (T, N, D) and h0 (N, H). A clamped gate passes
        none. Past the end of a padded sequence h repeats, so what dh says there reaches the last
        real step. The weights and conventions are those of the run, even if the cell's have changed
        since.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh, and FloatingPointError for a gradient that overflows. Werbos (1990); Cho et
        al. (2014).
        """
        return backpropagate(self, trace, self._check_dh(trace, dh))


def check_conventions(update: str, reset: str, bias_hn: Any = False) -> None:
    """Raise ValueError for a convention that is none, or a `bias_hn` that does not go with it."""
    as_choice("update", update, ("write", "keep"))
    as_choice("reset", reset, ("before", "after"))
    if bias_hn is not False and (bias_hn is None) == (reset == "after"):
        wanted = "an array (H,)" if reset == "after" else "None"
        came = "None" if bias_hn is None else f"an array {np.shape(bias_hn)}"
        raise ValueError(f"bias_hn must be {wanted} where reset={reset!r}, got {came}")
