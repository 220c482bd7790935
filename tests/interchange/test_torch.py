"""PyTorch itself, where it is installed: modules, files, exports; its records are in reference/."""

import io
import itertools
import logging

import numpy as np
import pytest

from lecture_lib.interchange import from_torch, open_network, to_torch, watch

torch = pytest.importorskip(
    "torch", reason="PyTorch is not required; tests/reference holds what it computed"
)
# float32 has 1.2e-7 of 1; five steps of sums of up to 128 products stay below a hundred times that.
SINGLE = {"rtol": 0, "atol": 1e-5}


def module(kind="LSTM", D=3, H=4, **options):
    torch.manual_seed(0)
    return getattr(torch.nn, kind)(D, H, **options).eval()


OPTIONS = [
    ("LSTM", {}),
    ("LSTM", {"num_layers": 3, "bidirectional": True, "batch_first": True}),
    ("LSTM", {"num_layers": 2, "proj_size": 2, "bidirectional": True}),
    ("GRU", {"num_layers": 2, "bias": False}),
    ("RNN", {"nonlinearity": "relu", "bidirectional": True}),
    ("LSTM", {"dtype": torch.bfloat16}),
]


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")  # its own
@pytest.mark.parametrize(("kind", "options"), OPTIONS)
def test_a_module_is_watched_and_agrees(kind, options):
    live = module(kind, **options)
    x = torch.randn(5, 2, 3, dtype=options.get("dtype", torch.float32))
    if options.get("dtype") is torch.bfloat16:
        network = open_network(live)
        assert network[0].cell.dtype == np.float32
        return
    network = watch(live, x)
    for layer in network:
        assert layer.agrees(), layer.agrees()
    assert network[0].axes == ("NTD" if options.get("batch_first") else "TND")
    if len(network) > 1:
        time_major = x.transpose(0, 1) if options.get("batch_first") else x
        ours = network.stack.run(time_major.numpy())[0]
        np.testing.assert_allclose(ours, network[-1].h, **SINGLE)


def test_states_and_packed_sequences_are_understood():
    live = module(num_layers=2, bidirectional=True)
    x, h0, c0 = torch.randn(5, 3, 3), torch.randn(4, 3, 4), torch.randn(4, 3, 4)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        x, torch.tensor([5, 2, 4]), enforce_sorted=False
    )
    for layer in watch(live, packed, (h0, c0)):
        assert layer.state is not None and layer.lengths.tolist() == [5, 2, 4]
        assert layer.agrees(), layer.agrees()


def test_a_module_inside_others_and_a_cell_in_a_loop():
    class Own(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = torch.nn.Sequential(torch.nn.LSTM(3, 4, 2))
            self.cell = torch.nn.GRUCell(4, 5)

        def forward(self, x):
            h, s = self.encoder[0](x)[0], torch.zeros(x.shape[1], 5)
            for step in h:
                s = self.cell(step, s)
            return s

    network = watch(Own().eval(), torch.randn(5, 2, 3))
    assert [layer.name for layer in network] == ["encoder.0.l0", "encoder.0.l1", "cell"]
    assert len(network["encoder.0"]) == 2
    for layer in network:
        assert layer.agrees(), layer.agrees()


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("whole", ["state_dict", "checkpoint", "module"])
def test_a_file_is_read_as_torch_reads_it(whole, old):
    live = torch.nn.ModuleDict({"rnn": module("RNN", nonlinearity="relu", batch_first=True)})
    saved = {
        "state_dict": live.state_dict(),
        "checkpoint": {"epoch": 3, "model": live.state_dict()},
        "module": live,
    }[whole]
    stream = io.BytesIO()
    torch.save(saved, stream, _use_new_zipfile_serialization=not old)
    [layer] = open_network(
        stream.getvalue(), **({} if whole == "module" else {"activation": "relu"})
    )
    for name, array in to_torch(layer.cell).items():
        if "weight" in name:
            np.testing.assert_array_equal(array, live["rnn"].state_dict()[name].numpy())
    if whole == "module":
        assert layer.conventions["activation"] == "relu" and layer.axes == "NTD"


def test_half_precision_and_views_in_a_file():
    state = {n: t.to(torch.bfloat16) for n, t in module().state_dict().items()}
    state["weight_ih_l0"] = torch.randn(3, 16).t()
    stream = io.BytesIO()
    torch.save(state, stream)
    cell = from_torch(stream.getvalue())
    np.testing.assert_array_equal(cell.weight_hh, state["weight_hh_l0"].float().numpy())
    np.testing.assert_array_equal(cell.weight_ih, state["weight_ih_l0"].numpy())


EXPORTS = list(
    itertools.product(
        [(3, 4), (8, 16), (64, 128)], (1, 2), (False, True), (False, True), (False, True)
    )
)


def exported(live, args, path, dynamo):
    logging.disable(logging.CRITICAL)
    try:
        torch.onnx.export(live, args, path, dynamo=dynamo, verbose=False)
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the exporters' own
@pytest.mark.parametrize("dynamo", [False, True])
@pytest.mark.parametrize(("sizes", "layers", "both", "batch_first", "state"), EXPORTS)
def test_an_export_is_read(sizes, layers, both, batch_first, state, dynamo, tmp_path):
    if dynamo:
        pytest.importorskip("onnxscript", reason="PyTorch's newer exporter needs it")
    (D, H), path = sizes, tmp_path / "m.onnx"
    options = {"num_layers": layers, "bidirectional": both, "batch_first": batch_first}
    live = module(D=D, H=H, **options)
    x = torch.randn((2, 5, D) if batch_first else (5, 2, D))
    count = layers * (2 if both else 1)
    states = torch.randn(count, 2, H), torch.randn(count, 2, H)
    args = (x, states) if state else (x,)
    exported(live, args, path, dynamo)
    with torch.no_grad():
        theirs = live(*args)[0].numpy()
    h = (x.transpose(0, 1) if batch_first else x).numpy()
    network = open_network(path)
    assert len(network) == layers
    if not state:
        np.testing.assert_allclose(
            network.stack.run(h)[0], theirs.transpose(1, 0, 2) if batch_first else theirs, **SINGLE
        )
    for k, layer in enumerate(network):
        mine = [s.numpy()[k * count // layers : (k + 1) * count // layers] for s in states]
        pairs = list(zip(*mine, strict=True))
        first = dict(zip(("there", "back"), pairs, strict=True)) if both else pairs[0]
        h = layer.forward(h, first if state else None).h
    np.testing.assert_allclose(h, theirs.transpose(1, 0, 2) if batch_first else theirs, **SINGLE)
