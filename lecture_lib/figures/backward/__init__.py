"""The backward pass of a small LSTM or GRU, a step at a time, each route with its number."""

from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure as Canvas

from lecture_lib import plots
from lecture_lib.cells import GRU, LSTM
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Data, IntSlider, Slider, Switch, Whole
from lecture_lib.seeded import seeded_uniform

INPUTS = 2
MAX_STEPS = 12
CELLS = {"LSTM": LSTM, "GRU": GRU}
ROUTES = {"LSTM": ("read", "belt", "o", "f", "i", "g", "h"), "GRU": ("belt", "z", "n", "r", "h")}
STREAMS = {"LSTM": 40, "GRU": 42, "input": 44}


def lstm_routes(dh, dc, h, c, gates, weight_hh, cut=()):
    """`lstm_step_backward` taken apart: the gradient on each route through one step.

        read  δh_t ⊙ o ⊙ (1 − tanh² c_t), on to δc_t           belt  δc_t ⊙ f, on to δc_{t−1}
        o     δh_t ⊙ tanh c_t ⊙ o (1 − o)                       f     δc_t ⊙ c_{t−1} ⊙ f (1 − f)
        i     δc_t ⊙ g ⊙ i (1 − i)                              g     δc_t ⊙ i ⊙ (1 − g²)
        h     U_oᵀ · o + U_fᵀ · f + U_iᵀ · i + U_gᵀ · g, on to δh_{t−1}

    dh and dc (H,) are what reaches h_t and c_t from later steps and from the loss; h and c (H,) the
    states before the step; gates its (i, f, g, o); weight_hh (4H, H). A route named in `cut` is 0.
    Returns a dict of (H,): the routes; "via o" … "via g", what each gate sends to δh_{t−1}; dc, all
    that reaches c_t; dh_before and dc_before.
    """
    i, f, g, o = gates
    uncut = {name: float(name not in cut) for name in ROUTES["LSTM"]}
    tanh_c = np.tanh(f * c + i * g)
    read = uncut["read"] * dh * o * (1 - tanh_c**2)
    dc = dc + read
    parts = {
        "i": uncut["i"] * dc * g * i * (1 - i),
        "f": uncut["f"] * dc * c * f * (1 - f),
        "g": uncut["g"] * dc * i * (1 - g**2),
        "o": uncut["o"] * dh * tanh_c * o * (1 - o),
    }
    blocks = dict(zip("ifgo", np.split(weight_hh, 4), strict=True))
    back = {f"via {k}": uncut["h"] * part @ blocks[k] for k, part in parts.items()}
    belt, total = uncut["belt"] * dc * f, sum(back.values())
    states = {"read": read, "dc": dc, "belt": belt, "h": total}
    return parts | back | states | {"dh_before": total, "dc_before": belt}


def gru_routes(dh, h, gates, weight_hh, cut=()):
    """`gru_step_backward` (update="write", reset="before") taken apart, as `lstm_routes`.

        belt  δh_t ⊙ (1 − z), on to δh_{t−1}            z  δh_t ⊙ (n − h_{t−1}) ⊙ z (1 − z)
        n     δh_t ⊙ z ⊙ (1 − n²)                       r  (U_nᵀ · n) ⊙ h_{t−1} ⊙ r (1 − r)
        h     U_zᵀ · z + (U_nᵀ · n) ⊙ r + U_rᵀ · r, on to δh_{t−1}

    gates are the step's (r, z, n), weight_hh is (3H, H). Returns a dict of (H,): the routes;
    "via z", "via n", "via r"; dh_before.
    """
    r, z, n = gates
    uncut = {name: float(name not in cut) for name in ROUTES["GRU"]}
    u_r, u_z, u_n = np.split(weight_hh, 3)
    d_n = uncut["n"] * dh * z * (1 - n**2)
    d_z = uncut["z"] * dh * (n - h) * z * (1 - z)
    recall = d_n @ u_n
    d_r = uncut["r"] * recall * h * r * (1 - r)
    back = {"via z": d_z @ u_z, "via n": recall * r, "via r": d_r @ u_r}
    back = {name: uncut["h"] * share for name, share in back.items()}
    belt, total = uncut["belt"] * dh * (1 - z), sum(back.values())
    parts = {"z": d_z, "n": d_n, "r": d_r, "belt": belt, "h": total}
    return parts | back | {"dh_before": belt + total}


class Backward(LiveFigure):
    """Backpropagation through an LSTM (tab 0) or a GRU (tab 1), with routes that can be cut.

    A cell of 2 inputs and `hidden_size` units, untrained, reads `steps` inputs. The loss is the sum
    of the last h, so the wave starts with δh_T = 1 and goes back to step 0. `t` is the step it is
    passing through, `unit` the one whose numbers are shown. The weights are uniform in ±1/√H, the
    recurrent ones times `gain`; the gate that keeps has the bias `forget_bias` (the GRU's z its
    negative), the others 0. All is drawn by `seed`.

    Each `cut_…` switch takes one route out of every step: the forward pass stays as it is. With
    `every` = M it does so at steps 1, 1 + M, 1 + 2M … alone, the first of each piece of M steps:
    with the belt and h cut, this is truncated backpropagation; with none cut, M changes nothing.

    `back` is what `lstm_routes` or `gru_routes` computes for t = T … 1, `left` the gradient that
    reaches the states of step 0 … T.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    cut_read = Switch(False, label="cut the read-out, h to c", colour="c", tab=0)
    cut_belt = Switch(False, label="cut the belt", colour="c")
    cut_o = Switch(False, label="cut through o", colour="o", tab=0)
    cut_f = Switch(False, label="cut through f", colour="f", tab=0)
    cut_i = Switch(False, label="cut through i", colour="i", tab=0)
    cut_g = Switch(False, label="cut through g", colour="g", tab=0)
    cut_z = Switch(False, label="cut through z", colour="f", tab=1)
    cut_n = Switch(False, label="cut through n", colour="g", tab=1)
    cut_r = Switch(False, label="cut through r", colour="o", tab=1)
    cut_h = Switch(False, label="cut the way back through h", colour="h")
    every = IntSlider(1, min=1, max=MAX_STEPS, label="a route that is cut: once in M steps")
    forget_bias = Slider(1.0, min=-2, max=6, label="bias of the gate that keeps", colour="f")
    gain = Slider(1.0, min=0, max=4, label="recurrent gain", reads="{value} times")
    t = IntSlider(8, min=1, max=MAX_STEPS, label="step t")
    unit = IntSlider(1, min=1, max=4, label="unit shown")
    hidden_size = IntSlider(3, min=1, max=4, label="units H")
    steps = IntSlider(8, min=2, max=MAX_STEPS, label="steps T")
    seed = IntSlider(0, min=0, max=99, label="seed")

    tab = Whole(0, min=0, max=1)

    constants: ClassVar[dict[str, Any]] = {
        "INPUTS": INPUTS,
        "MAX_STEPS": MAX_STEPS,
        "ROUTES": ROUTES,
        "GATES": {name: cell.gates for name, cell in CELLS.items()},
        "STREAMS": STREAMS,
    }

    caption = Data(
        "The gradient comes in from the right. Send it back step by step, and see how it splits. "
        "Then cut a route, and compare what is left at step 0 with the dashed outline, which is "
        "all of it."
    )

    @property
    def kind(self) -> str:
        """ "LSTM" or "GRU", as the open tab says."""
        return "GRU" if self.tab else "LSTM"

    @property
    def cuts(self) -> tuple:
        """The routes of this cell that are cut, at the steps `every` names."""
        return tuple(name for name in ROUTES[self.kind] if getattr(self, f"cut_{name}"))

    @property
    def trace(self):
        """The forward pass, by `LSTM.forward` or `GRU.forward`."""
        cell = CELLS[self.kind](INPUTS, self.hidden_size)
        bound, stream = self.hidden_size**-0.5, STREAMS[self.kind]
        cell.weight_ih[:] = bound * seeded_uniform(self.seed, stream, cell.weight_ih.shape)
        cell.weight_hh[:] = (
            bound * self.gain * seeded_uniform(self.seed, stream + 1, cell.weight_hh.shape)
        )
        keeps = slice(self.hidden_size, 2 * self.hidden_size)  # the rows of f, and of z
        cell.bias[keeps] = -self.forget_bias if self.tab else self.forget_bias
        x = seeded_uniform(self.seed, STREAMS["input"], (MAX_STEPS, 1, INPUTS))[: self.steps]
        return cell.forward(x)

    @property
    def back(self) -> dict:
        """`{t: routes}` for t = T … 1, with dh and, for the LSTM, dc as they come in."""
        return self._back(self.cuts)

    def _back(self, cuts):
        trace, rows = self.trace, {}
        before = {"h": np.concatenate([trace.h0[None], trace.h])}
        dh, dc = np.ones(self.hidden_size), np.zeros(self.hidden_size)
        if not self.tab:
            before["c"] = np.concatenate([trace.c0[None], trace.c])
        for t in range(self.steps, 0, -1):
            gates = [getattr(trace, name)[t - 1, 0] for name in trace.cell.gates]
            states = [before[name][t - 1, 0] for name in before]
            arriving = (dh,) if self.tab else (dh, dc)
            route = gru_routes if self.tab else lstm_routes
            here = () if (t - 1) % self.every else cuts
            rows[t] = route(*arriving, *states, gates, trace.cell.weight_hh, here)
            rows[t] |= dict(zip(("dh_in", "dc_in"), arriving, strict=False))
            dh, dc = rows[t]["dh_before"], rows[t].get("dc_before")
        return rows

    @property
    def left(self) -> dict:
        """‖δh_t‖, and ‖δc_t‖ for the LSTM, at t = 0 … T: (T + 1,) each.

        δc_t is all that reaches c_t, the read-out of h_t included; c_0 is not read out.
        """
        return self._left(self.back)

    def _left(self, back):
        def norms(state):
            arriving = "dc" if state == "c" else "dh_in"
            rows = [back[1][f"d{state}_before"], *(back[t][arriving] for t in sorted(back))]
            return np.linalg.norm(rows, axis=1)

        return {state: norms(state) for state in ("h", "c")[: 2 - self.tab]}

    def text(self):
        left, whole = self.left, self._left(self._back(()))
        parts = ", ".join(f"‖δ{k}₀‖ = {left[k][0]:.1e} (uncut {whole[k][0]:.1e})" for k in left)
        cut = f"with {', '.join(self.cuts)} cut" if self.cuts else "with no route cut"
        if self.every > 1:
            nothing = f", so M = {self.every} changes nothing"
            cut += f" once in {self.every} steps" if self.cuts else nothing
        return f"{self.kind}, {cut}: after {self.steps} steps back {parts}."

    def still(self):
        ax = Canvas(figsize=(5.4, 2.2), layout="constrained").subplots()
        for state, norms in self.left.items():
            ax.plot(norms, color=plots.COLOURS[state], lw=2, label=f"‖δ{state}‖")
        ax.set(yscale="log", xlabel="step")
        ax.minorticks_off()
        ax.legend(frameon=False)
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)
