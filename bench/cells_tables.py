"""What `bench.cells` measures, what is wanted of it, and the tables that the book shows."""

from bench.targets import Target

SIZES = {
    "tiny": (20, 1, 4, 8),
    "book": (50, 32, 8, 32),
    "d2": (100, 64, 2, 64),
    "digits": (64, 128, 1, 64),
    "long": (1000, 16, 8, 64),
    "large": (100, 64, 256, 512),
}
CELLS = ("LSTM", "GRU", "RNN")
DTYPES = ("float64", "float32")
PASSES = ("forward", "forward + backward")

# The largest ratio to PyTorch that is wanted, by size and pass.
_LSTM64 = dict(zip(SIZES, [(0.6, 0.2), (0.75, 0.4), *[(0.85, 0.65)] * 3, (1.0, 0.9)], strict=True))
_LSTM32 = dict(zip(SIZES, [(None, 0.8), (None, 1.5), *[(None, 1.4)] * 3, (None, 1.8)], strict=True))
_GRU = dict(zip(SIZES, [(0.65, 0.2), (0.95, 0.4), *[(0.9, 0.65)] * 3, (1.0, 0.95)], strict=True))
_RNN = dict(zip(SIZES, [(0.45, 0.2), (0.45, 0.25), *[(0.5, 0.5)] * 3, (0.9, 0.8)], strict=True))
WANTED = {
    ("LSTM", "float64"): _LSTM64,
    ("LSTM", "float32"): _LSTM32,
    **{("GRU", dtype): _GRU for dtype in DTYPES},
    **{("RNN", dtype): _RNN for dtype in DTYPES},
}
WANTED_ONNX = {"LSTM": 2.2, "GRU": 2.2, "RNN": 0.8}
WANTED_MEMORY = 0.55
WANTED_FLAT = 0.15


def targets(results):
    """What is wanted of a run: of the libraries that were there, and of what was measured."""
    found = []
    for row in results["ratios"]:
        kind, dtype, size, name = (row[key] for key in ("cell", "dtype", "size", "pass"))
        limits = {"torch": WANTED[kind, dtype][size][PASSES.index(name)]}
        if size != "tiny":
            limits["onnxruntime"] = WANTED_ONNX[kind]
        for library, most in limits.items():
            ratio = row.get(f"ratio to {library}")
            if most and ratio:
                what = f"{kind} {dtype} {size}, {name}, over {library}'s time"
                found.append(Target(what, ratio, most))
    for kind in CELLS:
        for name in PASSES:
            mine = [r for r in results["steps"] if (r["cell"], r["pass"]) == (kind, name)]
            costs = [row["µs per step"] for row in mine]
            spread = 100 * (max(costs) / min(costs) - 1)
            what = f"{kind} cost per step, {name}, spread over T"
            found.append(Target(what, spread, 100 * WANTED_FLAT, " %", 1))
    for row in results["memory"]:
        if "ratio to torch" in row:
            what = f"{row['cell']} {row['size']}, over torch's memory"
            found.append(Target(what, row["ratio to torch"], WANTED_MEMORY))
    return found


def markdown(results):
    """All tables, below a line that names the machine."""
    parts = [about(results["machine"]), sizes_line(results)]
    if "torch" in results["machine"]:
        title = "NumPy's time over PyTorch's, forward / forward + backward"
        parts.append(by_size(results, title, "ratio to torch", DTYPES))
    if "onnxruntime" in results["machine"]:
        title = "NumPy's time over ONNX Runtime's, forward"
        parts.append(by_size(results, title, "ratio to onnxruntime", ["float32"]))
    title = "NumPy's milliseconds, forward / forward + backward"
    parts.append(by_size(results, title, "numpy ms", DTYPES))
    parts.append(by_steps(results["steps"]))
    if results["memory"]:
        parts.append(by_memory(results["memory"]))
    return "\n\n".join(parts) + "\n"


def about(machine):
    coretype = machine["OPENBLAS_CORETYPE"]
    kernels = f"= {coretype}" if coretype else "not set: it chose its kernels by the processor"
    others = [f"{name} {machine[name]}" for name in ("torch", "onnxruntime") if name in machine]
    return (
        f"{machine['processor']}, one thread; {machine['system']}, Python {machine['python']}, "
        f"NumPy {machine['numpy']} on {machine['blas']} (`OPENBLAS_CORETYPE` {kernels}); "
        f"beside {' and '.join(others) or 'no other library'}. A ratio below 1: NumPy is faster."
    )


def sizes_line(results):
    shown = dict.fromkeys(row["size"] for row in results["ratios"])
    sizes = [f"{name} {', '.join(map(str, SIZES[name]))}" for name in shown]
    return f"T, N, D, H: {'; '.join(sizes)}."


def by_size(results, title, key, dtypes):
    """One row per cell and dtype, one column per size, the passes with a stroke between them."""
    sizes = list(dict.fromkeys(row["size"] for row in results["ratios"]))
    figures = {
        (row["cell"], row["dtype"], row["size"], row["pass"]): f"{row[key]:.2f}"
        for row in results["ratios"]
        if key in row
    }
    rows = [
        [f"{kind} {dtype}"]
        + [
            " / ".join(
                figures[kind, dtype, size, name]
                for name in PASSES
                if (kind, dtype, size, name) in figures
            )
            for size in sizes
        ]
        for kind in CELLS
        for dtype in dtypes
    ]
    return table(title, ["", *sizes], rows)


def by_steps(steps):
    lengths = list(dict.fromkeys(row["T"] for row in steps))
    cost = {(row["cell"], row["T"], row["pass"]): row["µs per step"] for row in steps}
    rows = [
        [kind, *(" / ".join(f"{cost[kind, T, name]:.1f}" for name in PASSES) for T in lengths)]
        for kind in CELLS
    ]
    title = (
        "NumPy's microseconds a step against the number of steps (one sequence, D = 8, H = 32, "
        "float64), forward / forward + backward"
    )
    return table(title, ["", *(f"T = {T}" for T in lengths)], rows)


def by_memory(memory):
    libraries = [name for name in ("numpy", "torch") if f"{name} MB" in memory[0]]
    rows = []
    for row in memory:
        shown = [f"{row[f'{name} MB']:.0f} ({row[f'{name} floats']:.1f})" for name in libraries]
        ratio = [f"{row['ratio to torch']:.2f}"] if "torch" in libraries else []
        rows.append([row["cell"], row["size"], *shown, *ratio])
    title = (
        "Peak memory of one forward and backward in float64: MB, and in brackets numbers per "
        "step, unit and sequence"
    )
    head = ["", "size", *libraries, *(["ratio"] if "torch" in libraries else [])]
    return table(title, head, rows)


def table(title, head, rows):
    ruler = ["---", *["---:"] * (len(head) - 1)]
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ruler, *rows]]
    return "\n".join([f"{title}:", "", *lines])
