"""The RNN, GRU and LSTM node tests that the onnx package ships: its reference outputs."""

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnx.backend.test.case import node as cases
from onnx.backend.test.case.node import gru, lstm, rnn  # their import fills the list of cases

from lecture_lib.interchange import open_network

assert gru and lstm and rnn
OPS = ("RNN", "GRU", "LSTM")
# By name, since a case may have been listed twice.
FOUND = {
    case.name: case for case in cases._NodeTestCases if case.model.graph.node[0].op_type in OPS
}


def test_there_are_eighteen():
    assert len(FOUND) == 18


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_node_gives_the_reference_outputs(name):
    case = FOUND[name]
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    [(given, wanted)] = case.data_sets
    values = dict(zip([v.name for v in model.graph.input], given, strict=True))
    node = model.graph.node[0]
    for name in list(node.input)[1:]:
        if name:
            model.graph.initializer.append(numpy_helper.from_array(values[name], name))
    [layer] = open_network(model)
    batch_first = layer.axes == "NTD"
    x = values[node.input[0]]
    trace = layer.forward(x.transpose(1, 0, 2) if batch_first else x)
    outputs = dict(zip([v.name for v in model.graph.output], wanted, strict=True))
    h = trace.h.copy()
    if layer.lengths is not None:
        # Past a sequence's end ONNX' h is 0, and this library's repeats.
        h[np.arange(len(h))[:, None] >= layer.lengths] = 0
    traces = trace.traces.values() if layer.direction == "both" else [trace]
    ours = [h.reshape(*h.shape[:2], len(traces), -1).transpose(0, 2, 1, 3)]
    last = [t.final_state for t in traces]
    pairs = [state if layer.kind == "LSTM" else (state,) for state in last]
    ours += [np.stack(states) for states in zip(*pairs, strict=True)]
    for mine, name in zip(ours, node.output, strict=False):
        if not name:
            continue
        theirs = outputs[name]
        if batch_first:
            theirs = theirs.transpose((1, 2, 0, 3) if theirs.ndim == 4 else (1, 0, 2))
        # float32 has 1.2e-7 of 1, and these run over a step or two.
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-5)
