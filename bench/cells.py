"""The NumPy cells beside PyTorch and ONNX Runtime, on one thread, in one run.

`python -m bench.cells` measures all, in about five minutes where nothing else runs; `--quick`
leaves out the large size and most repeats; `--record` also writes the tables to `bench/recorded`,
from which the book shows them. A ratio is NumPy's time over the other's: below 1, NumPy is faster.
Times are CPU times, each the median of rounds in which all take turns.
"""

import ctypes
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bench.cells_tables import CELLS, DTYPES, PASSES, SIZES, markdown, targets
from bench.targets import judge
from lecture_lib.cells import GRU, LSTM, RNN

HERE = Path(__file__).parent
RESULTS, RECORDED = HERE / "results", HERE / "recorded"

STEPS = (100, 1_000, 10_000, 100_000)
MEMORY = ("d2", "long", "large")


def make_cell(kind, size, dtype):
    """A cell that PyTorch has too, a sequence for it, and gradients of each h."""
    T, N, D, H = size
    options = {"reset": "after"} if kind == "GRU" else {}
    cell = {"LSTM": LSTM, "GRU": GRU, "RNN": RNN}[kind](D, H, seed=0, dtype=dtype, **options)
    rng = np.random.default_rng(0)
    x, dh = (rng.standard_normal((T, N, k)).astype(dtype) for k in (D, H))
    return cell, x, dh


def numpy_passes(cell, x, dh):
    return {
        "forward": lambda: cell.run(x)[0],
        "forward + backward": lambda: cell.backward(cell.forward(x), dh)["x"],
    }


def torch_passes(cell, x, dh):
    import torch

    from lecture_lib.interchange import to_torch

    torch.set_num_threads(1)
    module = getattr(torch.nn, type(cell).__name__)(cell.input_size, cell.hidden_size)
    module.to(getattr(torch, str(x.dtype)))
    module.load_state_dict({name: torch.tensor(array) for name, array in to_torch(cell).items()})
    x, dh = torch.tensor(x), torch.tensor(dh)

    def forward():
        with torch.no_grad():
            return module(x)[0].numpy()

    def both():
        module.zero_grad()
        inputs = x.detach().requires_grad_()
        module(inputs)[0].backward(dh)
        return inputs.grad.numpy()

    return {"forward": forward, "forward + backward": both}


def onnx_passes(cell, x):
    import onnxruntime

    from lecture_lib.interchange import to_onnx

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        to_onnx(cell).SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return {"forward": lambda: session.run(["h"], {"x": x})[0]}


def peers():
    """The other libraries that are installed, with their versions."""
    wanted = {"torch": ["torch"], "onnxruntime": ["onnxruntime", "onnx"]}
    return {name: version(name) for name, needs in wanted.items() if all(map(find_spec, needs))}


def medians(calls, seconds):
    """Median CPU milliseconds of each call; all take turns for about `seconds`.

    A turn repeats its call for about 10 ms, so that it is timed as in a training loop, not just
    after another library has emptied the caches.
    """
    repeats = {}
    for name, call in calls.items():
        call()
        repeats[name] = max(1, round(10 / cpu_milliseconds(call, 1)))
    samples = {name: [] for name in calls}
    start = time.process_time()
    while len(samples[next(iter(calls))]) < 3 or time.process_time() - start < seconds:
        for name, call in calls.items():
            samples[name].append(cpu_milliseconds(call, repeats[name]))
    return {name: statistics.median(values) for name, values in samples.items()}


def cpu_milliseconds(call, repeats):
    start = time.process_time()
    for _ in range(repeats):
        call()
    return 1e3 * (time.process_time() - start) / repeats


def measure_ratios(sizes, libraries, seconds):
    """One row per cell, dtype, size and pass, with milliseconds and ratios."""
    rows = []
    for size in sizes:
        for kind in CELLS:
            for dtype in DTYPES:
                cell, x, dh = make_cell(kind, SIZES[size], dtype)
                passes = {"numpy": numpy_passes(cell, x, dh)}
                if "torch" in libraries:
                    passes["torch"] = torch_passes(cell, x, dh)
                if "onnxruntime" in libraries and dtype == "float32":
                    passes["onnxruntime"] = onnx_passes(cell, x)
                for name in PASSES:
                    calls = {lib: own[name] for lib, own in passes.items() if name in own}
                    agree(calls, dtype)
                    times = medians(calls, seconds)
                    rows.append(
                        {"cell": kind, "dtype": dtype, "size": size, "pass": name}
                        | {f"{library} ms": value for library, value in times.items()}
                        | {
                            f"ratio to {library}": times["numpy"] / value
                            for library, value in times.items()
                            if library != "numpy"
                        }
                    )
                print(f"{size:7}{kind:5}{dtype}", flush=True)
    return rows


def agree(calls, dtype):
    """That all libraries compute the same thing: a fast wrong answer is no answer."""
    results = {name: call() for name, call in calls.items()}
    ours = results.pop("numpy")
    scale = abs(ours).max()
    for name, theirs in results.items():
        # Sums of up to 10⁵ products in another order; float32 carries seven digits.
        error = abs(ours - theirs).max() / scale
        if not error < (1e-3 if dtype == "float32" else 1e-10):
            raise AssertionError(f"NumPy and {name} differ by {error:.1e} of the largest value")


def measure_steps(lengths, seconds):
    """Microseconds a step against T, for one sequence."""
    rows = []
    for kind in CELLS:
        calls = {}
        for T in lengths:
            own = numpy_passes(*make_cell(kind, (T, 1, 8, 32), "float64"))
            calls |= {(T, name): own[name] for name in PASSES}
        for (T, name), value in medians(calls, seconds).items():
            rows.append({"cell": kind, "T": T, "pass": name, "µs per step": 1e3 * value / T})
        print(f"steps  {kind}", flush=True)
    return rows


def measure_memory(sizes, libraries):
    """Peak memory of one forward and backward, each in a process of its own."""
    rows = []
    for size in sizes:
        for kind in CELLS:
            T, N, _, H = SIZES[size]
            row = {"cell": kind, "size": size}
            for library in ["numpy", *(["torch"] if "torch" in libraries else [])]:
                command = [sys.executable, "-m", "bench.cells", "--peak", library, kind, size]
                run = subprocess.run(command, capture_output=True, text=True, check=True)
                row[f"{library} MB"] = int(run.stdout) / 1e6
                row[f"{library} floats"] = int(run.stdout) / 8 / (T * N * H)
            if "torch" in libraries:
                row["ratio to torch"] = row["numpy MB"] / row["torch MB"]
            rows.append(row)
    print("memory", flush=True)
    return rows


def peak(library, kind, size):
    """Bytes by which one forward and backward in float64 raises this process's peak memory."""
    passes = {"numpy": numpy_passes, "torch": torch_passes}[library]
    _, *rest = SIZES[size]
    # What a library loads or keeps at its first call is no part of the answer.
    passes(*make_cell(kind, (2, *rest), "float64"))["forward + backward"]()
    call = passes(*make_cell(kind, SIZES[size], "float64"))["forward + backward"]
    # Memory that is free but still held would be used again unseen.
    getattr(ctypes.CDLL(None), "malloc_trim", lambda keep: None)(0)
    # 5 puts the peak back to what is in use now.
    Path("/proc/self/clear_refs").write_text("5")
    before = peak_bytes()
    call()
    return peak_bytes() - before


def peak_bytes():
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


def machine():
    """What the figures depend on."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line for line in lines if line.startswith("model name")).split(": ")[1]
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "processor": processor,
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "OPENBLAS_CORETYPE": os.environ.get("OPENBLAS_CORETYPE"),
        "threads": 1,
        **peers(),
    }


def main(arguments=()):
    quick = "--quick" in arguments
    libraries = peers()
    sizes = [name for name in SIZES if not (quick and name == "large")]
    on_linux = Path("/proc/self/clear_refs").exists()
    results = {
        "machine": machine(),
        "ratios": measure_ratios(sizes, libraries, seconds=0.3 if quick else 1.5),
        "steps": measure_steps(STEPS[: 3 if quick else None], seconds=2 if quick else 12),
        "memory": measure_memory([m for m in MEMORY if m in sizes], libraries) if on_linux else [],
    }
    for folder in [RESULTS, *([RECORDED] if "--record" in arguments else [])]:
        folder.mkdir(exist_ok=True)
        text = json.dumps(results, indent=1, ensure_ascii=False)
        (folder / "cells.json").write_text(text + "\n", encoding="utf-8")
        (folder / "cells.md").write_text(markdown(results), encoding="utf-8")
    print(markdown(results))
    for name in {"torch", "onnxruntime"} - {*libraries}:
        print(f"{name} is not installed: what is wanted beside it is not asked")
    return targets(results)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        print(peak(*sys.argv[2:]))
    else:
        sys.exit(judge(main(sys.argv[1:])))
