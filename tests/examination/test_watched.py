"""A live module of PyTorch, watched and examined: two lines, and every layer is there."""

import numpy as np
import pytest

from lecture_lib.interchange import watch

torch = pytest.importorskip("torch", reason="PyTorch is not required of the book's readers")


def test_a_module_of_two_layers_both_ways():
    torch.manual_seed(0)
    module = torch.nn.LSTM(3, 6, num_layers=2, batch_first=True, bidirectional=True)
    x = torch.randn(4, 30, 3)
    exam = watch(module, x).examine(x.numpy().transpose(1, 0, 2), sequence=2)
    assert [(one.name, one.direction) for one in exam.layers] == [
        (f"layer.l{k}", way) for k in range(2) for way in ("there", "back")
    ]
    assert not exam.left_out
    h = np.hstack([exam["layer.l1", way].h for way in ("there", "back")])
    # float32 leaves about 1e-7 of an h below 1.
    np.testing.assert_allclose(h, module(x)[0][2].detach().numpy(), rtol=0, atol=1e-6)
    assert [one.key for one in exam.findings].count("agrees") == 2
    # Which inputs it came from, as PyTorch has it, in float64.
    inner = x[2:3].double().requires_grad_()
    module.double()(inner)[0][0, 10, 6 + 2].backward()
    found = exam.origins("layer.l1", "back", 10, unit=2)
    np.testing.assert_allclose(found, inner.grad[0].numpy(), rtol=0, atol=1e-8)


def test_layers_behind_others_are_examined_on_what_they_read():
    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(10, 3)
            self.encoder = torch.nn.GRU(3, 5, 2, batch_first=True)
            self.decoder = torch.nn.RNN(5, 4, nonlinearity="relu")

        def forward(self, tokens):
            return self.decoder(self.encoder(self.embedding(tokens))[0].transpose(0, 1))[0]

    torch.manual_seed(0)
    exam = watch(Model(), torch.randint(0, 10, (2, 12))).examine(sequence=1)
    assert [one.reads for one in exam.layers] == ["recorded", "encoder.l0", "recorded"]
    assert not exam.left_out
    assert [one.key for one in exam.findings].count("agrees") == 3


def test_a_packed_batch_is_examined_over_the_length_of_its_sequence():
    torch.manual_seed(0)
    module, x = torch.nn.LSTM(3, 6, bidirectional=True), torch.randn(9, 3, 3)
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, [9, 7, 4])
    exam = watch(module, packed).examine(x.numpy(), sequence=2)
    wanted = torch.nn.utils.rnn.pad_packed_sequence(module(packed)[0])[0][:4, 2]
    h = np.hstack([one.h for one in exam.layers])
    np.testing.assert_allclose(h, wanted.detach().numpy(), rtol=0, atol=1e-6)
