"""Speed and weight, measured: `make bench`. Tables in `bench/results`."""

import os

# Set here because a BLAS reads them once, when NumPy is first imported.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
