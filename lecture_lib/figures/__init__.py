"""The book's live figures."""

from lecture_lib.figures.ablation import Ablation
from lecture_lib.figures.backward import Backward
from lecture_lib.figures.belt import Belt
from lecture_lib.figures.conventions import Conventions
from lecture_lib.figures.counter import Counter
from lecture_lib.figures.forecast import Forecast
from lecture_lib.figures.gate_lab import GateLab
from lecture_lib.figures.gradient_flow import GradientFlow
from lecture_lib.figures.gru_lab import GRULab
from lecture_lib.figures.layouts import Layouts
from lecture_lib.figures.memory_kernel import MemoryKernel
from lecture_lib.figures.microscope import Microscope
from lecture_lib.figures.next_letter import NextLetter
from lecture_lib.figures.one_unit import OneUnit
from lecture_lib.figures.results import Results
from lecture_lib.figures.sampler import Sampler
from lecture_lib.figures.sentence_lab import SentenceLab
from lecture_lib.figures.shapes import Shapes
from lecture_lib.figures.side_by_side import SideBySide
from lecture_lib.figures.spectral import Spectral
from lecture_lib.figures.stepper import Stepper
from lecture_lib.figures.stream import Stream
from lecture_lib.figures.timescale import Timescale
from lecture_lib.figures.trainer import Trainer
from lecture_lib.figures.your_series import YourSeries

__all__ = [
    "Ablation",
    "Backward",
    "Belt",
    "Conventions",
    "Counter",
    "Forecast",
    "GRULab",
    "GateLab",
    "GradientFlow",
    "Layouts",
    "MemoryKernel",
    "Microscope",
    "NextLetter",
    "OneUnit",
    "Results",
    "Sampler",
    "SentenceLab",
    "Shapes",
    "SideBySide",
    "Spectral",
    "Stepper",
    "Stream",
    "Timescale",
    "Trainer",
    "YourSeries",
]
