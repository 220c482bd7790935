"""The book's live figures."""

from lecture_lib.figures.belt import Belt
from lecture_lib.figures.conventions import Conventions
from lecture_lib.figures.gate_lab import GateLab
from lecture_lib.figures.gru_lab import GRULab
from lecture_lib.figures.shapes import Shapes
from lecture_lib.figures.side_by_side import SideBySide
from lecture_lib.figures.stepper import Stepper

__all__ = ["Belt", "Conventions", "GRULab", "GateLab", "Shapes", "SideBySide", "Stepper"]
