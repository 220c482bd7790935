"""A network under the microscope: what each unit keeps for how long, what is dead, where the
gradient ends, where a state came from, and what a gate that is held does.

`examine`, or `network.examine(x)`, measures all of it on one input and says what it found;
`origins` gives the gradient of a state by every input.
"""

from lecture_lib.examination.examining import examine
from lecture_lib.examination.findings import Finding
from lecture_lib.examination.origins import origins
from lecture_lib.examination.reach import Reach
from lecture_lib.examination.report import Examination, LayerReport
from lecture_lib.examination.streams import Moved, WarmUp

__all__ = [
    "Examination",
    "Finding",
    "LayerReport",
    "Moved",
    "Reach",
    "WarmUp",
    "examine",
    "origins",
]
