"""The book's live figures."""

from lecture_lib.figures.belt import Belt
from lecture_lib.figures.gate_lab import GateLab

__all__ = ["Belt", "GateLab"]
