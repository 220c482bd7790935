# %% [markdown]
# # A new lecture
#
# <!-- A title with a verb. Then a question, a sentence or a picture that needs this lecture. -->
#
# A memory that keeps nine tenths of itself at every step sounds as if it kept nearly everything. After how many steps is half of it gone?
#
# <!-- Before the first formula: what the reader will be able to do, and what is taken as known. -->
#
# **What you will learn**
#
# - what a gate that stays the same does to a memory, step by step;
# - to tell from a gate how long it remembers, and from a time which gate it takes;
# - why the last hundredth of a gate matters most.
#
# **What you need**: [the lecture before](previous), and the powers of a number.

# %%
import math

import numpy as np

from lecture_lib import LSTM, plots
from lecture_lib.cells import sigmoid
from lecture_lib.figures import Timescale

# %% [markdown]
# ## The same share, again and again
#
# <!-- One idea a section: intuition, picture, equation with its shapes, code of at most 15 lines. -->
#
# Put a number on the belt and write nothing more. The **forget gate** $f$ is a number between 0 and 1 that says how much of the memory stays, so a second step keeps a share of what the first one left, and a third a share of that:
#
# $$
# \textcolor{#0072B2}{c_t} = \textcolor{#D55E00}{f} \, \textcolor{#0072B2}{c_{t-1}}
# \qquad\text{so}\qquad
# \textcolor{#0072B2}{c_t} = \textcolor{#D55E00}{f}^{\,t} \, \textcolor{#0072B2}{c_0}
# $$
#
# Here $\textcolor{#0072B2}{c_t}$ is a single number; with $H$ units there are $H$ of them, $(H)$, each with a gate of its own. The code below takes a real LSTM with one unit, holds its gates at values of our choice with `clamp`, starts it at $c_0 = 1$, and lets it run for twenty steps. All its arrays have the shape $(T, N, H)$: steps, sequences, units.

# %%
T = 20
cell = LSTM(input_size=1, hidden_size=1, seed=0)
start = (np.zeros((1, 1)), np.ones((1, 1)))  # h_0 and c_0, both (N, H)
kept = {}
for f in (0.5, 0.9, 0.99):
    held = {"f": f, "i": 0.0}
    kept[f] = cell.forward(np.zeros((T, 1, 1)), start, clamp=held).c[:, 0, 0]
    print(f"f = {f:4}: after 1, 5, 20 steps", kept[f][[0, 4, 19]].round(3))
    agree = np.allclose(kept[f], f ** np.arange(1, T + 1))
    print("          the powers of f agree:", agree)

# %% tags=["remove-input"]
plots.still(
    plots.leak(np.array([0.99, 0.9, 0.5])),
    "Share of a memory kept, against steps on a logarithmic axis, for f = 0.99, 0.9 and 0.5. "
    "Half is lost after about 69, 7 and 1 steps.",
)

# %% [markdown]
# Nine tenths a step is not much over twenty: about an eighth is left. With $f = 0.99$ it is still more than four fifths. The two gates differ by less than a tenth, and the memories they make differ by a factor of ten in time.

# %% [markdown]
# ## From a gate to a time
#
# <!-- A question before each figure, its answer after it, and then what the reader has seen. -->
#
# When is half of it gone? Solve $f^n = \frac{1}{2}$ for $n$, the **half-life**:
#
# $$
# n = -\frac{\ln 2}{\ln f}
# $$
#
# A gate is not set by hand, it is computed: $f = \sigma(b)$ if it rests at its bias $b$, with the sigmoid $\sigma(b) = 1 / (1 + e^{-b})$. Bias, gate and times are then four scales for one and the same thing, and the ruler below shows them under one another.
#
# > **Predict.** At bias 1 the gate keeps 0.73, and half is gone after about two steps. Which bias does it take for twenty steps: 2, 3.4 or 10?

# %%
Timescale(bias=1.0, reach=80)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# About 3.4, where the gate is at 0.97. Drag the ruler further to the right: every 2.3 that you add to the bias makes the memory last about ten times as long, and the gate hardly moves any more.
#
# </details>
#
# What you should have seen: on the left of the ruler the gate moves and the times stand still, on the right it is the other way round. The same in numbers:

# %%
for bias in (0.0, 1.0, 2.0, 3.4, 5.7):
    f = sigmoid(bias)
    half_life = -math.log(2) / math.log(f)
    print(f"bias {bias}: f = {f:.3f}, half-life {half_life:5.1f} steps")

# %% [markdown]
# <!-- Prose claims what a cell shows, no more. Say by how much, with how many seeds, and what speaks against it. -->
#
# One caution. A gate computed from inputs does not rest at its bias, and then the powers do not hold. How far off are they? Give an untrained LSTM noise to read, and compare what a 1 on the belt has come to after twenty steps with $\sigma(b)^{20}$:

# %%
for seed in range(3):
    rng = np.random.default_rng(seed)
    cell = LSTM(2, 8, seed=seed, forget_bias=3.4)
    f = cell.forward(rng.standard_normal((20, 1, 2))).f[:, 0]  # (T, H)
    left = f.prod(axis=0)
    print(f"seed {seed}: {left.min():.2f} to {left.max():.2f} in eight units")
print(f"by the bias alone: {sigmoid(3.4) ** 20:.2f}")

# %% [markdown]
# The bias gives the size, not the digits: the units of one cell differ, and so do the seeds.

# %% [markdown]
# ## Exercise
#
# <!-- A check that says what is still amiss, a line to change, and a solution that is folded. -->
#
# Which bias makes a gate keep the share `share` after `steps` steps? Change the line marked `← yours`, and run the cell.


# %% jupyter={"source_hidden": true} mystnb={"code_prompt_show": "Show the check"} tags=["hide-cell"]
def check_bias(bias):
    """Whether a gate at bias(share, steps) has kept that share after so many steps."""
    for share, steps in [(0.5, 20), (0.9, 100), (0.01, 5)]:
        kept = sigmoid(bias(share, steps)) ** steps
        if not math.isclose(kept, share, rel_tol=1e-6):
            print(f"not yet: keep {share:.0%} over {steps} steps, not {kept:.0%}")
            return
    print("ok")


# %%
def bias(share, steps):
    return 0.0  # ← yours


check_bias(bias)

# %% [markdown]
# <details>
# <summary>Solution</summary>
#
# From $\sigma(b)^n = s$ comes $\sigma(b) = s^{1/n}$, and the sigmoid is undone by $\ln \frac{f}{1 - f}$.
#
# </details>


# %% jupyter={"source_hidden": true} mystnb={"code_prompt_show": "Show the solution in code"} tags=["hide-cell"]
def solved(share, steps):
    f = share ** (1 / steps)
    return math.log(f / (1 - f))


check_bias(solved)

# %% [markdown]
# ## What to take away
#
# - A gate that stays the same makes a memory fade like $f^n$.
# - Half is gone after $-\ln 2 / \ln f$ steps: 2 at bias 1, 21 at bias 3.4.
# - Near 1, a hundredth of a gate decides over tens of steps.
#
# ### Where this leads
#
# <!-- One sentence: what the reader can do now, and what the next lecture asks. -->
#
# You can tell how long a gate remembers. → [the next lecture](next)
#
# ### Sources
#
# The forget gate, with a bias that starts above 0, is from {cite:t}`gers2000learning`.
