"""Cells in few bits: rounded weights, a run whose state is rounded too, and what it changes.

What is rounded is at once written as real numbers again ("dequantised"), so that any cell of the
library runs on it, and what a kernel of whole numbers would lose can be read off. Rounding is
symmetric: 0 stays 0. Jacob et al. (2018); for the LSTM Li & Alvarez (2021).
"""

from lecture_lib.quantise.reporting import Report, report
from lecture_lib.quantise.rounding import rounded, rounded_cell, scale
from lecture_lib.quantise.running import RoundedTrace, ranges, run

__all__ = ["Report", "RoundedTrace", "ranges", "report", "rounded", "rounded_cell", "run", "scale"]
