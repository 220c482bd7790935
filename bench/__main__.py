"""`make bench`: the live figures in the browser, then the cells against other libraries."""

from importlib import import_module
from importlib.util import find_spec

for name in ("figures", "stepper", "cells"):
    if find_spec(f"bench.{name}"):
        import_module(f"bench.{name}").main()
