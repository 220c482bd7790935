"""Every public object of cells, training and exchange is explained, with an example that runs."""

import ast
import dataclasses
import doctest
import importlib
import inspect
import textwrap

import pytest

MODULES = [
    f"lecture_lib.{name}"
    for name in (
        "cells",
        "cells._cell",
        "cells.bidirectional",
        "cells.gru",
        "cells.lstm",
        "cells.minimal",
        "cells.rnn",
        "cells.scan",
        "cells.scanned",
        "cells.stack",
        "cells.variants.lstm",
        "cells.variants.other_functions",
        "examination.examining",
        "examination.findings",
        "examination.inputs",
        "examination.origins",
        "examination.reach",
        "examination.report",
        "examination.streams",
        "examination.timescales",
        "examination.words",
        "forecasting.comparing",
        "forecasting.leaks",
        "forecasting.paired",
        "forecasting.problem",
        "forecasting.seasons",
        "gradients",
        "initialisers",
        "interchange.keras.arrays",
        "interchange.layouts",
        "interchange.network",
        "interchange.onnx.reading",
        "interchange.onnx.writing",
        "interchange.opening",
        "interchange.torch.modules",
        "interchange.watching",
        "jacobians",
        "losses",
        "models",
        "optimisation",
        "quantise.reporting",
        "quantise.rounding",
        "quantise.running",
        "tables",
        "training",
    )
]
# What only the modules of the library use of each other.
INNER = {
    *("all_finite", "as_bias", "as_pair", "as_rate", "blocks_from_the_end", "check_conventions"),
    *("check_gradients_of", "check_state", "check_trace", "columns", "must_differ", "prefixed"),
    *("read_only", "recur", "scan", "side_by_side", "slope_of_negated_sigmoid", "slope_of_tanh"),
    *("step_rows", "time_major", "Minimal", "Recurrent"),
    *("arrays_of_file", "as_weights", "assembled", "by_direction", "cell_of", "cell_of_arrays"),
    *("kind_of", "kind_of_cell", "kind_of_file", "onnx_reader", "options_of", "reordered"),
    *("stacked", "untransposed", "watched", "widened"),
    *("compared", "finding", "gone_after", "in_bits", "of_holds", "of_layer", "of_pass"),
    *("of_rounding", "of_stream", "of_watched", "origins_in", "passed", "probes_of", "reach"),
    *("warm_up",),
}


def public(module):
    """The public functions and classes that a module defines."""
    for name, thing in vars(module).items():
        if name.startswith("_") or name in INNER:
            continue
        if (inspect.isfunction(thing) or inspect.isclass(thing)) and (
            thing.__module__ == module.__name__
        ):
            yield name, thing


OBJECTS = [
    pytest.param(thing, id=f"{module}.{name}")
    for module in MODULES
    for name, thing in public(importlib.import_module(module))
]


@pytest.mark.parametrize("thing", OBJECTS)
def test_it_has_an_example_that_runs(thing):
    found = doctest.DocTestFinder(recurse=False).find(
        thing, thing.__name__, globs=vars(importlib.import_module(thing.__module__)).copy()
    )
    assert sum(len(test.examples) for test in found), "no example"
    runner = doctest.DocTestRunner(optionflags=doctest.FAIL_FAST)
    for test in found:
        said = []
        runner.run(test, out=said.append)
        assert not said, "".join(said)


@pytest.mark.parametrize("thing", OBJECTS)
def test_its_methods_say_what_they_do(thing):
    for name, method in vars(thing).items() if inspect.isclass(thing) else ():
        if name.startswith("_") or not (inspect.isfunction(method) or isinstance(method, property)):
            continue
        assert inspect.getdoc(method), f"{thing.__name__}.{name} says nothing"


@pytest.mark.parametrize("thing", OBJECTS)
def test_what_can_go_wrong_is_said(thing):
    """A function that raises by itself names the error; so does a class whose making can fail."""
    made = thing if inspect.isfunction(thing) else vars(thing).get("__init__")
    written = inspect.isfunction(made) and not dataclasses.is_dataclass(thing)
    source = inspect.getsource(made) if written else ""
    raised = {
        node.exc.func.id
        for node in ast.walk(ast.parse(textwrap.dedent(source)))
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
    }
    for error in raised:
        assert error in inspect.getdoc(thing), error


def test_all_that_the_package_names_is_there():
    for module in map(importlib.import_module, MODULES):
        for name in getattr(module, "__all__", ()):
            assert hasattr(module, name), f"{module.__name__}.{name}"
