"""`make bench`: the site's weight, the live figures in the browser, the cells against others."""

from importlib import import_module
from importlib.util import find_spec

for name in ("site", "figures", "stepper", "gradient_flow", "cells"):
    if find_spec(f"bench.{name}"):
        import_module(f"bench.{name}").main()
