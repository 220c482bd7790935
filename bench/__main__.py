"""`make bench`: the site, the live figures in the browser, the cells and the engine beside others.

It ends with what was missed of the targets, and with an exit status other than 0 if anything was.
"""

import sys

from bench import (
    cells,
    examine,
    figures,
    forecasting,
    gradient_flow,
    microscope,
    site,
    slow,
    stepper,
    updates,
)
from bench.targets import judge

PARTS = (site, figures, slow, stepper, gradient_flow)
PARTS += (updates, examine, microscope, forecasting, cells)

if __name__ == "__main__":
    sys.exit(judge([target for part in PARTS for target in part.main()]))
