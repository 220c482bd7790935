"""An update of a network in the page beside TensorFlow.js on WebAssembly and beside NumPy's cells.

`python -m bench.updates` times forward, backward, clipping and Adam of an LSTM, in Chromium and
here, by turns; `--record` also writes the table to `bench/recorded`, from which the book shows it.
This book's engine and NumPy compute in float64, TensorFlow.js has float32 alone. All start from the
same weights and learn from the same batch, and must come to the same losses. TensorFlow.js comes
from npm into a folder that is deleted again; where there is no npm, it is left out. Times are CPU
times, the median over the turns.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bench.cells import RECORDED, RESULTS, machine
from bench.cells_tables import table
from bench.targets import Target, judge
from book._tools.browser import launched
from lecture_lib import LSTM
from lecture_lib.figures.joiner import join
from lecture_lib.seeded import seeded_uniform
from lecture_lib.training import (
    Adam,
    Batch,
    Linear,
    SequenceModel,
    clip_grad_norm,
    mean_squared_error,
)

HERE = Path(__file__).parent
SIZES = ((40, 32, 2, 16), (50, 32, 8, 32), (100, 64, 2, 64))
# The largest part of TensorFlow.js's time that is wanted, and the largest multiple of NumPy's.
WANTED = dict(zip(SIZES, ((0.08, None), (0.4, 7), (0.7, 7)), strict=True))
PACKAGES = ("@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0")
HOME = "http://page.bench/"
TURN = 400  # CPU milliseconds

START = f"""async () => {{
  tf.wasm.setWasmPaths("{HOME}");
  await tf.setBackend("wasm");
  await tf.ready();
  return `${{tf.version_core}} on ${{tf.getBackend()}}`;
}}"""


@contextmanager
def tensorflow_js():
    """The folder of TensorFlow.js for as long as the block lasts; None, and why, without npm."""
    npm = shutil.which("npm")
    if npm is None:
        print("there is no npm: what is wanted beside TensorFlow.js is not asked")
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "install", "--prefix", folder, "--no-audit", "--no-fund", *PACKAGES]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"npm could not install TensorFlow.js, so it is left out: {done.stderr.strip()}")
            yield None
        else:
            yield Path(folder) / "node_modules" / "@tensorflow"


def open_page(browser, tensorflow):
    """A page that holds `timeUpdates` of updates.mjs, and the version of its TensorFlow.js."""
    page = browser.new_page()

    def serve(route):
        file = route.request.url.removeprefix(HOME)
        if file.endswith(".wasm"):
            wasm = tensorflow / "tfjs-backend-wasm" / "dist" / file
            route.fulfill(path=wasm, content_type="application/wasm")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route(f"{HOME}**", serve)
    page.goto(HOME)
    version = None
    if tensorflow:
        page.add_script_tag(path=tensorflow / "tfjs" / "dist" / "tf.min.js")
        wasm = tensorflow / "tfjs-backend-wasm" / "dist" / "tf-backend-wasm.min.js"
        page.add_script_tag(path=wasm)
        version = page.evaluate(START)
    page.add_script_tag(content=join(HERE / "updates.mjs"), type="module")
    page.wait_for_function("() => globalThis.timeUpdates")
    return page, version


def turns_in_page(browser, page, whose, size):
    """A turn of the page: `count` updates, their losses and the CPU milliseconds of one."""
    session = browser.new_browser_cdp_session()

    def spent():
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        return 1e3 * sum(each["cpuTime"] for each in processes if each["type"] == "renderer")

    def turn(count):
        before = spent()
        losses = page.evaluate("(asked) => timeUpdates(asked)", [whose, size, count])
        return losses, (spent() - before) / count

    return turn


def turns_of_numpy(size):
    T, N, D, H = size
    model = SequenceModel(LSTM(D, H), Linear(H, 1))
    parameters = model.parameters()
    for stream, name in enumerate(("cell.weight_ih", "cell.weight_hh", "readout.weight")):
        array = parameters[name]
        array[:] = H**-0.5 * seeded_uniform(0, stream, array.shape)
    parameters["cell.bias"][:] = 0
    parameters["readout.bias"][:] = 0
    target, weight = np.zeros((T, N, 1)), np.zeros((T, N))
    target[-1, :, 0], weight[-1] = seeded_uniform(0, 4, N), 1
    batch = Batch(seeded_uniform(0, 3, (T, N, D)), target, weight)
    adam = Adam(parameters, 0.01)

    def update():
        loss, gradients = model.loss_and_gradients(batch, mean_squared_error)
        adam.step(clip_grad_norm(gradients, 1.0)[0])
        return loss

    def turn(count):
        before = time.process_time()
        losses = [update() for _ in range(count)]
        return losses, 1e3 * (time.process_time() - before) / count

    return turn


def measure(browser, page, size, with_tensorflow, rounds):
    turns = {"ours": turns_in_page(browser, page, "ours", size), "numpy": turns_of_numpy(size)}
    if with_tensorflow:
        turns["tensorflow"] = turns_in_page(browser, page, "theirs", size)
    losses = {name: turn(5)[0] for name, turn in turns.items()}
    # Sums in another order move the last digits of a float64. Those of a float32 are 1e-7 wide, and
    # Adam, with an ε of 1e-7 there, makes whole steps of them: 2e-3 after five updates.
    for name, within in {"numpy": 1e-9, "tensorflow": 1e-2}.items():
        if name in losses and not np.allclose(losses["ours"], losses[name], rtol=within):
            raise AssertionError(f"{size}: {name} learns otherwise: {losses}")
    # A first turn, in which the browser still compiles, says how many updates make a turn.
    counts = {name: max(1, round(TURN / turn(10)[1])) for name, turn in turns.items()}
    samples = {name: [] for name in turns}
    for _ in range(rounds):
        for name, turn in turns.items():
            samples[name].append(turn(counts[name])[1])
    return {name: statistics.median(values) for name, values in samples.items()}


def ratio(row, other):
    return row["milliseconds"]["ours"] / row["milliseconds"][other]


HEADS = {"ours": "this book's engine", "tensorflow": "TensorFlow.js", "numpy": "NumPy"}


def markdown(results):
    """The table, below a line that names the machine."""
    first, on = results["rows"][0]["milliseconds"], results["machine"]
    names = [name for name in HEADS if name in first]
    others = [f"TensorFlow.js {results['tensorflow']}"] if results["tensorflow"] else []
    others.append(f"NumPy {on['numpy']} on {on['blas']}")
    about = (
        f"{on['processor']}, one thread; {on['system']}, Chromium {results['chromium']}, "
        f"{', '.join(others)}. A ratio below 1: this book's engine is faster."
    )
    rows = [
        [
            ", ".join(map(str, row["size"])),
            *(f"{row['milliseconds'][name]:.1f}" for name in names),
            *(f"{ratio(row, name):.2f}" for name in names[1:]),
        ]
        for row in results["rows"]
    ]
    head = [HEADS[name] for name in names]
    head = ["T, N, D, H", *head, *(f"engine / {name}" for name in head[1:])]
    return f"{about}\n\n{table('Milliseconds of an update of an LSTM', head, rows)}\n"


def targets(results):
    found = []
    for row in results["rows"]:
        size = tuple(row["size"])
        for other, most in zip(("tensorflow", "numpy"), WANTED[size], strict=True):
            if most and other in row["milliseconds"]:
                what = f"an update in the page at {size}, over {other}'s time"
                found.append(Target(what, ratio(row, other), most))
    return found


def main(arguments=()):
    rounds = 3 if "--quick" in arguments else 9
    with tensorflow_js() as tensorflow, launched() as browser:
        page, version = open_page(browser, tensorflow)
        rows = [
            {"size": size, "milliseconds": measure(browser, page, size, bool(version), rounds)}
            for size in SIZES
        ]
        results = {
            "chromium": browser.version,
            "tensorflow": version,
            "machine": machine(),
            "rows": rows,
        }
    for folder in [RESULTS, *([RECORDED] if "--record" in arguments else [])]:
        folder.mkdir(exist_ok=True)
        text = json.dumps(results, indent=1, ensure_ascii=False)
        (folder / "updates.json").write_text(text + "\n", encoding="utf-8")
        (folder / "updates.md").write_text(markdown(results), encoding="utf-8")
    print(markdown(results))
    return targets(results)


if __name__ == "__main__":
    sys.exit(judge(main(sys.argv[1:])))
