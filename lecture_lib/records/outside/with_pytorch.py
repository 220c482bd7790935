"""Two networks of PyTorch, exported to ONNX by its own exporter, and one of them rounded to 8 bits.

`python -m lecture_lib.records.outside.with_pytorch` trains them from three seeds, in some minutes.
Of what the exporter writes, the notes on where in which source file a node came from are taken off.
"""

import logging

import numpy as np


def draw_marks(rng, T, N):
    """x (T, N, 2): a mark, −1 or +1, in 8 of 100 steps, else 0; and noise. y (T, N): whether the
    last mark and the next one are equal. asked (T, N): where there are both."""
    mark = np.where(rng.random((T, N)) < 0.08, rng.choice([-1.0, 1.0], size=(T, N)), 0)
    last, following = np.zeros((2, T, N))
    for t in range(T):
        last[t] = np.where(mark[t], mark[t], last[t - 1] if t else 0)
    for t in range(T - 2, -1, -1):
        following[t] = np.where(mark[t + 1], mark[t + 1], following[t + 1])
    x = np.stack([mark, rng.normal(size=(T, N))], axis=2).astype(np.float32)
    return x, (last == following).astype(np.float32), (last * following != 0).astype(np.float32)


def draw_pulses(rng, T, N):
    """x (T, N, 1): pulses, 1 or 0, in each sequence at a rate of its own; y (T, N): how many there
    have been, in tens."""
    pulses = rng.random((T, N)) < rng.uniform(0.05, 0.5, size=N)
    return pulses[:, :, None].astype(np.float32), (pulses.cumsum(axis=0) / 10).astype(np.float32)


def chrono(lstm, T):
    """Start an LSTM with time constants up to T steps: Tallec & Ollivier 2018."""
    import torch

    H = lstm.hidden_size
    with torch.no_grad():
        lstm.bias_hh_l0.zero_()
        lstm.bias_ih_l0.zero_()
        lstm.bias_ih_l0[H : 2 * H] = torch.log(torch.empty(H).uniform_(1, T - 1))
        lstm.bias_ih_l0[:H] = -lstm.bias_ih_l0[H : 2 * H]


def reader(memory, size):
    """A module: the recurrent layer `memory`, and one number a step from its h of that size."""
    import torch

    class Reader(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.memory = memory
            self.answer = torch.nn.Linear(size, 1)

        def forward(self, x):
            return self.answer(self.memory(x)[0])

    return Reader()


def fit(model, draw, loss_of, updates, seed):
    import torch

    optimiser = torch.optim.Adam(model.parameters(), 1e-2)
    slower = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda k: min(1, 2 * (1 - k / updates)))
    rng = np.random.default_rng(seed)
    for _ in range(updates):
        x, *rest = (torch.from_numpy(a.swapaxes(0, 1).copy()) for a in draw(rng))
        optimiser.zero_grad()
        loss_of(model(x)[:, :, 0], *rest).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        slower.step()


def marks(seed):
    import torch

    torch.manual_seed(seed)
    gru = torch.nn.GRU(2, 4, num_layers=2, bidirectional=True, batch_first=True)
    model = reader(gru, 8)

    def loss(scores, y, asked):
        cross = torch.nn.functional.binary_cross_entropy_with_logits
        return (cross(scores, y, reduction="none") * asked).sum() / asked.sum()

    fit(model, lambda rng: draw_marks(rng, 60, 32), loss, 800, seed)
    x, y, asked = draw_marks(np.random.default_rng(100 + seed), 60, 200)
    right = ((answers(model, x) > 0) == y)[asked > 0].mean()
    return model, 60, f"{right:.2%} right"


def pulses(seed):
    import torch

    torch.manual_seed(seed)
    lstm = torch.nn.LSTM(1, 6, batch_first=True)
    chrono(lstm, 100)
    model = reader(lstm, 6)
    square = torch.nn.functional.mse_loss
    fit(model, lambda rng: draw_pulses(rng, 100, 32), square, 1000, seed)
    x, y = draw_pulses(np.random.default_rng(100 + seed), 100, 200)
    off = 10 * np.sqrt(((answers(model, x) - y) ** 2).mean())
    return model, 100, f"off by {off:.2f} pulses"


def answers(model, x):
    import torch

    with torch.no_grad():
        return model(torch.from_numpy(x.swapaxes(0, 1).copy()))[:, :, 0].numpy().T


def export(model, T, path):
    import onnx
    import torch

    x = torch.zeros(2, T, model.memory.input_size)
    free = {"x": {0: "batch", 1: "steps"}}
    names = {"input_names": ["x"], "output_names": ["answer"], "dynamic_shapes": free}
    torch.onnx.export(model.eval(), (x,), path, external_data=False, verbose=False, **names)
    exported = onnx.load(path)
    graph = exported.graph
    for part in [exported, graph, *graph.node, *graph.initializer, *graph.input, *graph.output]:
        del part.metadata_props[:]
    del graph.value_info[:]
    onnx.save(exported, path)


def round_weights(path):
    """Write the twin of a file in 8 bits. They are unsigned: with signed ones, the default, sums of
    ONNX Runtime run full on processors that have AVX2 and no VNNI."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    rounded = path.with_name(f"{path.stem}_8bit.onnx")
    quantize_dynamic(path, rounded, weight_type=QuantType.QUInt8)


def main():
    from lecture_lib.records.outside import FOLDER

    logging.disable(logging.WARNING)
    for seed in range(3):
        for train in (pulses, marks):
            model, T, score = train(seed)
            path = FOLDER / f"{train.__name__}_{seed}.onnx"
            export(model, T, path)
            print(f"{path.name}: {score}")
            if train is pulses:
                round_weights(path)


if __name__ == "__main__":
    main()
