"""Is a gradient right, and how far back does it reach?

`check_gradients` compares it with what small changes of the loss say; `gradient_flow` measures what
is left of it after each step back in time.
"""

from dataclasses import dataclass

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN, gru_step, lstm_step, rnn_step


@dataclass(frozen=True)
class GradientCheck:
    """The worst entry that `check_gradients` found, and the worst error of each array.

    `error` = |given − numerical| / `scale` at `name`[`index`].
    """

    name: str
    index: tuple
    given: float
    numerical: float
    scale: float
    error: float
    errors: dict

    def __str__(self):
        where = f"{self.name}[{', '.join(map(str, self.index))}]"
        return (
            f"worst relative error {self.error:.1e} in {where}: given {self.given:.6g}, "
            f"by differences {self.numerical:.6g}, scale {self.scale:.3g}"
        )


def check_gradients(loss, arrays, gradients, step=1e-5):
    """Compare `gradients` with central differences of `loss`, entry by entry.

        ∂L/∂θ ≈ (L(θ + step) − L(θ − step)) / (2 · step)

    `loss()` takes nothing and returns a number that depends on `arrays`, a dict of float64 arrays;
    each entry is moved in place, and put back. `gradients` has the same names and shapes, and may
    have others besides. An error is relative to the largest entry, given or numerical, of its
    array; but at least to 1e-4 · |L|, since differences of L do not resolve what is smaller.
    A right gradient of a smooth loss has errors of about 1e-9 to 1e-6. Returns a `GradientCheck`.

    Raises TypeError for an array that is not float64, ValueError if arrays is empty, a gradient is
    missing or has another shape, a gradient or the loss is not finite, or step is not positive.
    """
    if not arrays:
        raise ValueError("arrays must name at least one array, got none")
    if not step > 0:
        raise ValueError(f"step must be positive, got {step}")
    checks = []
    for name, array in arrays.items():
        given = _gradient_of(name, array, gradients)
        numerical = np.empty_like(array)
        for index in np.ndindex(array.shape):
            numerical[index] = _difference(loss, array, index, step)
        scale = max(abs(given).max(), abs(numerical).max(), 1e-4 * abs(_value(loss)))
        errors = abs(given - numerical) / (scale or 1.0)
        index = tuple(int(k) for k in np.unravel_index(errors.argmax(), errors.shape))
        at_worst = (float(a[index]) for a in (given, numerical))
        checks.append((name, index, *at_worst, float(scale), float(errors[index])))
    worst = max(checks, key=lambda check: check[-1])
    return GradientCheck(*worst, errors={check[0]: check[-1] for check in checks})


def _gradient_of(name, array, gradients):
    if not isinstance(array, np.ndarray) or array.dtype != np.float64:
        kind = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"arrays[{name!r}] must be a float64 array, got {kind}")
    if name not in gradients:
        raise ValueError(f"gradients must have {name!r}, got {sorted(gradients)}")
    given = np.asarray(gradients[name])
    if given.shape != array.shape:
        raise ValueError(f"gradients[{name!r}] must have shape {array.shape}, got {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError(f"gradients[{name!r}] must be finite")
    return given


def _difference(loss, array, index, step):
    before = array[index]
    try:
        array[index] = before + step
        above = _value(loss)
        array[index] = before - step
        below = _value(loss)
    finally:
        array[index] = before
    return (above - below) / (2 * step)


def _value(loss):
    value = float(loss())
    if not np.isfinite(value):
        raise ValueError(f"loss() must be finite, got {value}")
    return value


def state_jacobians(cell, trace):
    """How each state depends on the one before it: the matrices J_t = ∂s_t/∂s_{t−1}.

    RNN, with s = h:

        J_t = diag(1 − h_t²) · U

    GRU, with s = h, w the share that is written (z, or 1 − z where update="keep") and u its sign
    in z; U_r, U_z, U_n the rows of weight_hh:

        J_t = diag(1 − w) + diag(u (n − h_{t−1}) z (1 − z)) · U_z + diag(w (1 − n²)) · N
          N = U_n · (diag(r) + diag(h_{t−1} r (1 − r)) · U_r)                      reset="before"
          N = diag(r) · U_n + diag((U_n · h_{t−1} + b_hn) r (1 − r)) · U_r         reset="after"

    LSTM, with s = (c, h), so that J_t has four blocks:

        ∂c_t/∂c_{t−1} = diag(f)
        ∂c_t/∂h_{t−1} = diag(i (1 − i) g) · U_i + diag(f (1 − f) c_{t−1}) · U_f
                        + diag(i (1 − g²)) · U_g
        ∂h_t/∂s_{t−1} = diag(o (1 − tanh² c_t)) · ∂c_t/∂s_{t−1}, and for h_{t−1} besides it
                        diag(o (1 − o) tanh c_t) · U_o

    `trace` (T steps, N sequences) is what `cell.forward` returned. Returns (T, N, S, S), where S is
    H for RNN and GRU and 2H for the LSTM, whose c comes first. Differentiate the step functions of
    `lecture_lib.cells`; Pascanu, Mikolov & Bengio (2013) for the use.

    Raises ValueError for a trace of another cell, or one that the cell's step does not give: gates
    held by a clamp, padding, or weights that have changed since.
    """
    steps = {RNN: _rnn_jacobians, LSTM: _lstm_jacobians, GRU: _gru_jacobians}
    for kind, jacobians in steps.items():
        if isinstance(cell, kind):
            if getattr(trace, "cell", None) is not cell:
                raise ValueError(f"trace must be what forward of this {kind.__name__} returned")
            return jacobians(cell, trace)
    raise TypeError(f"cell must be an RNN, LSTM or GRU, got {type(cell).__name__}")


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """What is left of a gradient after each lag, from `gradient_flow`.

    total and direct are (T + 1, N); row k belongs to k steps back from the end. direct is None for
    the RNN, which has no path that bypasses the matrices.
    """

    total: np.ndarray
    direct: np.ndarray | None


def gradient_flow(cell, trace, state=None):
    """How strongly the last state depends on the one k steps before it, for k = 0 … T.

        total_k  = ‖∂s_T/∂s_{T−k}‖ = ‖J_T · J_{T−1} ⋯ J_{T−k+1}‖
        direct_k = the largest entry of f_T ⊙ f_{T−1} ⊙ ⋯ ⊙ f_{T−k+1}

    ‖·‖ is the spectral norm: the most that a small change can grow. s is h for RNN and GRU. For the
    LSTM the J_t of `state_jacobians` are chained whole, so that the way from c through the gates to
    h and back counts too; then `state` says which block of the product is measured, "c" (if None)
    or "h". The direct path leaves that way out: it is what the gate that keeps lets through, f in
    the LSTM's c, 1 − z in the GRU (z where update="keep").

    Returns a `GradientFlow`. Raises as `state_jacobians` does, and ValueError for another `state`.
    """
    states = ("c", "h") if isinstance(cell, LSTM) else ("h",)
    state = state or states[0]
    if state not in states:
        raise ValueError(
            f"state of this cell must be {' or '.join(map(repr, states))}, got {state!r}"
        )
    jacobians = state_jacobians(cell, trace)
    T, N, S, _ = jacobians.shape
    H = cell.hidden_size
    block = slice(states.index(state) * H, (states.index(state) + 1) * H)
    product = np.broadcast_to(np.eye(S)[block], (N, H, S))
    blocks = np.empty((T + 1, N, H, H))
    blocks[0] = product[:, :, block]
    for lag in range(1, T + 1):
        product = product @ jacobians[T - lag]
        blocks[lag] = product[:, :, block]
    keeps = _keeps(trace, state)
    if keeps is not None:
        keeps = np.cumprod(np.concatenate([np.ones((1, N, H)), keeps[::-1]]), axis=0).max(axis=2)
    return GradientFlow(np.linalg.norm(blocks, 2, axis=(2, 3)), keeps)


def spectral_radius(matrix):
    """The largest |eigenvalue| of a square matrix: how its powers grow or shrink in the end."""
    return float(abs(np.linalg.eigvals(matrix)).max())


def _keeps(trace, state):
    """The gate on the direct path of a state, (T, N, H); None where there is no such path."""
    if isinstance(trace.cell, LSTM):
        return trace.f if state == "c" else None
    if isinstance(trace.cell, GRU):
        return 1 - trace.z if trace.cell.update == "write" else trace.z
    return None


def _rnn_jacobians(cell, trace):
    h = _before(trace.h, trace.h0)
    _check_step(trace, "h", [rnn_step(*_rows(trace.x, h), *cell.parameters().values())])
    return (1 - trace.h**2)[..., None] * cell.weight_hh


def _lstm_jacobians(cell, trace):
    h, c = _before(trace.h, trace.h0), _before(trace.c, trace.c0)
    h_next, _, gates = lstm_step(*_rows(trace.x, h, c), *cell.parameters().values())
    _check_step(trace, "hifgo", (h_next, *gates))
    U_i, U_f, U_g, U_o = np.split(cell.weight_hh, 4)
    i, f, g, o = (gate[..., None] for gate in (trace.i, trace.f, trace.g, trace.o))
    c, tanh_c = c[..., None], np.tanh(trace.c)[..., None]
    by_h = i * (1 - i) * g * U_i + f * (1 - f) * c * U_f + i * (1 - g**2) * U_g
    by_c = f * np.eye(cell.hidden_size)
    slope = o * (1 - tanh_c**2)
    return np.block([[by_c, by_h], [slope * by_c, slope * by_h + o * (1 - o) * tanh_c * U_o]])


def _gru_jacobians(cell, trace):
    h = _before(trace.h, trace.h0)
    conventions = {"update": cell.update, "reset": cell.reset}
    h_next, gates = gru_step(*_rows(trace.x, h), **cell.parameters(), **conventions)
    _check_step(trace, "hrzn", (h_next, *gates))
    U_r, U_z, U_n = np.split(cell.weight_hh, 3)
    r, z, n, h = (array[..., None] for array in (trace.r, trace.z, trace.n, h))
    w, u = (z, 1) if cell.update == "write" else (1 - z, -1)
    one = np.eye(cell.hidden_size)
    if cell.reset == "before":
        recall = U_n @ (r * one + h * r * (1 - r) * U_r)
    else:
        recall = r * U_n + (U_n @ h + cell.bias_hn[:, None]) * r * (1 - r) * U_r
    return (1 - w) * one + u * (n - h) * z * (1 - z) * U_z + w * (1 - n**2) * recall


def _before(states, first):
    """The state that each step starts from, (T, N, H)."""
    return np.concatenate([first[None], states[:-1]])


def _rows(*arrays):
    """All steps of all sequences, (T, N, ·), as the batch of one step, (T·N, ·)."""
    return [array.reshape(-1, array.shape[-1]) for array in arrays]


def _check_step(trace, names, computed):
    for name, values in zip(names, computed, strict=True):
        # Fused and plain steps differ in the order of their sums: 1e-15, in float32 1e-6.
        held = getattr(trace, name)
        if not np.allclose(values.reshape(held.shape), held, rtol=0, atol=1e-5):
            raise ValueError(
                f"trace.{name} is not what the cell's step gives: it was clamped, padded, or the "
                "weights have changed since"
            )
