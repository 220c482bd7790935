"""The lecture in a real JupyterLab: ipywidgets sliders move the figure, with no kernel between."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.driver import ROOT

READY = "window.jupyterapp?.shell.currentWidget?.context?.isReady"

# Runs a new last cell; gives what it prints.
RUN = """
async (source) => {
  const { commands, shell } = window.jupyterapp;
  const { content } = shell.currentWidget;
  content.activeCellIndex = content.widgets.length - 1;
  await commands.execute("notebook:insert-cell-below");
  content.activeCell.model.sharedModel.setSource(source);
  const { outputs } = content.activeCell.model;
  await commands.execute("notebook:run-cell");
  return outputs.toJSON().map((output) => output.text ?? output.evalue).join("");
}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A JupyterLab as on a fresh machine, on a folder with only the lecture; gives its address."""
    folder = tmp_path_factory.mktemp("lab")
    home = tmp_path_factory.mktemp("jupyter")
    shutil.copy(ROOT / "notebooks" / "05_gate_by_gate.ipynb", folder / "lecture.ipynb")
    own = {"HOME": home, "IPYTHONDIR": home / "ipython"}
    own |= {f"JUPYTER_{kind}_DIR": home / kind for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{kind}_DIR": home / kind for kind in ("SETTINGS", "WORKSPACES")}
    port, token = free_port(), secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        "--expose-app-in-browser",
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.token={token}"),
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    ]
    log = (home / "log").open("w")
    environment = os.environ | {name: str(value) for name, value in own.items()}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/api/status?token={token}", process, home / "log")
        yield f"{address}/lab/tree/lecture.ipynb?token={token}"
    finally:
        # Asked to end, the server ends its kernels first.
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def wait_for(url, process, log, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urlopen(url, timeout=2).close()
            return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def notebook(server, browser):
    """The lecture's page in JupyterLab, every cell run; and what the page has complained of."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(60_000)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.goto(server)
    page.wait_for_function(READY)
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.ready")
    assert (
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')") is not False
    )
    yield page, complaints
    context.close()


def run(page, source):
    """What a new cell prints."""
    return page.evaluate(RUN, source).strip()


def comes_to_print(page, source, wanted):
    """Whether the cell prints what is wanted, if not at once then within seconds.

    A slider's last move is sent when the kernel has answered the one before.
    """
    for _ in range(20):
        if run(page, source) == wanted:
            return True
        page.wait_for_timeout(200)
    return False


class InLab:
    """The lecture's last Gate Lab with both tabs, and the ipywidgets above its drawing."""

    def __init__(self, page):
        self.page = page
        output = page.locator(".jp-OutputArea-output:has(.live-view .live-tab)").last
        output.scroll_into_view_if_needed()
        self.view = output.locator(".live-view")
        self.output = output

    def row(self, label):
        return self.output.locator(".widget-slider", has=self.page.get_by_text(label, exact=True))

    def slider(self, label):
        return self.row(label).locator("[role=slider]")

    def reading(self, label):
        return self.row(label).locator(".widget-readout").inner_text()

    def belt(self):
        return self.view.locator(".live-belt").evaluate("svg => svg.outerHTML")

    def says(self):
        return self.view.locator(".live-belt").get_attribute("aria-label")


@pytest.fixture
def lab(notebook):
    return InLab(notebook[0])


def test_every_cell_runs_and_every_figure_is_drawn(notebook):
    page, complaints = notebook
    outputs = page.evaluate(
        """[...window.jupyterapp.shell.currentWidget.content.model.cells].flatMap(
             (cell) => cell.outputs?.toJSON() ?? [])"""
    )
    errors = [output["evalue"] for output in outputs if output["output_type"] == "error"]
    assert not errors
    figures = [output for output in outputs if "live-figure" in str(output.get("data"))]
    assert figures
    page.wait_for_function(
        "count => document.querySelectorAll('.live-view .live-belt').length >= count",
        arg=len(figures),
    )
    assert not complaints


def test_a_slider_moved_by_keyboard_moves_the_figure_and_python_reads_it(lab):
    lab.view.locator(".live-tab").first.click()
    slider, before = lab.slider("forget gate f"), lab.belt()
    slider.press("Home")
    for _ in range(3):
        slider.press("ArrowRight")
    lab.page.wait_for_function(
        "([view, old]) => view.querySelector('.live-belt').outerHTML !== old",
        arg=[lab.view.element_handle(), before],
    )
    shown = lab.reading("forget gate f")
    assert shown == "0.03"
    assert shown in lab.says()
    source = "print(lab.f, lab.gates['f'][lab.t - 1])"
    assert comes_to_print(lab.page, source, f"{shown} {shown}")


def test_a_number_in_the_equations_is_dragged_and_python_reads_it(lab):
    lab.view.locator(".live-tab").first.click()
    number = lab.view.locator(".live-equations .live-handle.live-i")
    number.press("Home")
    number.press("ArrowRight")
    assert lab.reading("input gate i") == number.inner_text() == "0.01"
    box, mouse = number.bounding_box(), lab.page.mouse
    mouse.move(box["x"] + 10, box["y"] + 10)
    mouse.down()
    mouse.move(box["x"] + 110, box["y"] + 10, steps=4)
    mouse.up()
    shown = lab.reading("input gate i")
    assert shown == number.inner_text() and 0.4 < float(shown) < 0.6
    assert comes_to_print(lab.page, "print(f'{lab.i:.2f}')", shown)
    # The slider above moves the number in its turn.
    lab.slider("input gate i").press("End")
    number.filter(has_text="1.00").wait_for()


def test_a_gate_lights_in_every_figure_of_the_notebook(lab):
    lit = "document.documentElement.getAttribute('data-lit')"
    lab.view.locator(".live-valve.live-o .live-works").hover()
    lab.page.wait_for_function(f"{lit} === 'o'")
    glow = "nodes => nodes.map((node) => getComputedStyle(node).filter !== 'none')"
    valves = lab.page.locator(".live-view .live-valve.live-o > .live-works").evaluate_all(glow)
    assert len(valves) > 1 and all(valves)
    lab.page.mouse.move(0, 0)
    lab.page.wait_for_function(f"{lit} === null")


def test_python_sets_what_the_slider_shows(lab):
    lab.view.locator(".live-tab").first.click()
    run(lab.page, "lab.f = 0.75; print(lab.f)")
    lab.row("forget gate f").get_by_text("0.75").wait_for()
    assert "0.75" in lab.says()


# Notes each part of a figure that is outlined, by its label; the figure has none.
NOTE_MARKS = """() => {
  window.marked = new Set();
  new MutationObserver((changes) => {
    for (const { target } of changes)
      if (target.matches(".live-marked"))
        window.marked.add(target.querySelector(":scope > .widget-label")?.textContent ?? "");
  }).observe(document.body, { subtree: true, attributeFilter: ["class"] });
}"""


def follow(page, href, becomes=None):
    """A click on a link of the lecture's prose, in a fold or out of it."""
    link = page.locator(f'.jp-RenderedMarkdown a[href="{href}"]')
    link.evaluate(
        """(link, href) => {
          link.closest("details")?.setAttribute("open", "");
          link.setAttribute("href", href);
        }""",
        becomes or href,
    )
    page.locator(f'.jp-RenderedMarkdown a[href="{becomes or href}"]').click()


def test_a_link_in_the_prose_sets_the_nearest_figure_and_python_reads_it(notebook):
    page, complaints = notebook
    before, address = run(page, "print(lab.t, lab.tab)"), page.url
    view = page.locator("[data-live=gate-lab]").first
    page.evaluate(NOTE_MARKS)
    follow(page, "#gate-lab?t=5&f=1")
    page.wait_for_function("window.marked.size > 1")
    assert set(page.evaluate("[...window.marked]")) == {"", "forget gate f"}
    told = view.locator(".live-told")
    assert told.text_content() == "Gate Lab: step t 5, forget gate f 1.00"
    assert comes_to_print(page, "print(hero.t, hero.f, hero.gates['f'][4])", "5 1.0 1")
    follow(page, "#gate-lab?t=9")
    page.wait_for_timeout(100)
    belt = view.locator(".live-belt").bounding_box()
    assert belt["y"] >= 0 and belt["y"] + belt["height"] <= page.viewport_size["height"]
    assert comes_to_print(page, "print(hero.t, hero.f, hero.gates['f'][4])", "9 1.0 0")
    # The figure at the end of the lecture is as it was, and the notebook where it was.
    assert run(page, "print(lab.t, lab.tab)") == before and page.url == address
    # What the class would refuse, the browser does not set.
    follow(page, "#gate-lab?t=9", becomes="#gate-lab?t=3&f=1.5")
    assert told.inner_text() == (
        "This link asks for f = 1.5, but f must be a number in [0, 1]. Nothing was set."
    )
    assert run(page, "print(hero.t, hero.f)") == "9 1.0"
    assert not complaints


def test_a_kernel_that_stands_still_does_not_hold_the_figure_up(lab):
    # Stopped as a process: one that only sleeps in Python still answers, on another thread.
    lab.view.locator(".live-tab").first.click()
    slider = lab.slider("forget gate f")
    slider.press("Home")
    kernel = int(run(lab.page, "import os; print(os.getpid())"))
    before = lab.belt()
    os.kill(kernel, signal.SIGSTOP)
    try:
        slider.press("End")
        for _ in range(4):
            slider.press("ArrowLeft")
        shown, says, while_stopped = lab.reading("forget gate f"), lab.says(), lab.belt()
    finally:
        os.kill(kernel, signal.SIGCONT)
    assert shown == "0.96"
    assert while_stopped != before
    assert shown in says
    # Python's answer to the moves that waited does not push the slider back.
    assert comes_to_print(lab.page, "print(lab.f)", shown)
    assert lab.reading("forget gate f") == shown
    assert lab.belt() == while_stopped


def test_the_other_tab_brings_its_own_sliders(lab):
    lab.view.locator(".live-tab").nth(1).click()
    lab.slider("held f").wait_for()
    assert lab.slider("forget gate f").is_hidden()
    assert comes_to_print(lab.page, "print(lab.tab)", "1")


def test_a_plain_key_is_the_sliders_own_and_a_shortcut_the_notebooks(lab):
    # JupyterLab lets a slider have a key first; Notebook 7 does so where this attribute stands.
    slider, kept = lab.slider("forget gate f"), "data-lm-suppress-shortcuts"
    lab.view.locator(".live-tab").first.click()
    slider.press("ArrowRight")
    assert slider.get_attribute(kept) == ""
    slider.press("Control+Shift+F12")
    assert slider.get_attribute(kept) is None


def test_each_drawing_refers_to_what_is_its_own(notebook):
    # A clip or a pattern of the same name in a cell out of sight would be taken, and not work.
    page, _ = notebook
    run(
        page,
        "from lecture_lib.figures import GradientFlow\ndisplay(GradientFlow(), GradientFlow())",
    )
    page.locator(".live-decades").nth(1).wait_for()
    ids = page.eval_on_selector_all(".live-view [id]", "nodes => nodes.map((node) => node.id)")
    assert len(set(ids)) == len(ids)


def test_nothing_was_complained_of(notebook):
    assert not notebook[1]


# How many pixels of a canvas are painted, and how many of these are quite black.
PIXELS = """canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const shades = new Uint32Array(data.buffer);
  const painted = shades.filter((shade) => shade >>> 24);
  return [painted.length, painted.filter((shade) => !(shade & 0xffffff)).length];
}"""


@pytest.mark.parametrize("name", ["SentenceLab", "Stepper"])
def test_what_is_painted_before_it_is_attached_still_gets_its_colours(notebook, name):
    page, complaints = notebook
    run(page, f"from lecture_lib.figures import {name}\ndisplay({name}())")
    canvas = page.locator(".live-view canvas").last
    canvas.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    painted, black = canvas.evaluate(PIXELS)
    assert painted > 1000 and black < painted / 100
    assert not complaints
