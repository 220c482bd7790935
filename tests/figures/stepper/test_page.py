"""The Stepper on the lecture's page: its numbers are lecture_lib's, and its controls work."""

import random
import re
from itertools import product

import numpy as np
import pytest

from lecture_lib.cells import sigmoid
from lecture_lib.figures import Stepper
from lecture_lib.figures.stepper import PARTS
from tests.driver import Figure

PAGE = "notebooks/06_step_by_step.html"
COLUMNS = [("lstm", k) for k in "figoch"] + [("gru", k) for k in "rznh"]
# Half a unit of the table's sixth decimal, and what tanh and exp may differ by between the two
# languages (one rounding a call), grown over 40 steps.
DIGITS = 0.51e-6
# Half a unit of the third decimal of a working; no slope of σ or tanh makes more of it.
SHOWN = 0.501e-3


ROWS = """body => [...body.rows].filter((row) => !row.hidden).map(
  (row) => [...row.cells].map((cell) => cell.textContent))"""
# As a hand moves the slider, without the way to and from the page for each of its steps.
ROWS_OF_UNITS = f"""async (root, count) => {{
  const slider = root.querySelector('[name="unit"]'), found = [];
  for (let unit = 1; unit <= count; unit += 1) {{
    slider.value = unit;
    slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
    await new Promise(requestAnimationFrame);
    found.push(({ROWS})(root.querySelector(".live-numbers tbody")));
  }}
  return found;
}}"""


class Page(Figure):
    """A Stepper by its inputs."""

    def set(self, name, value):
        control = self.root.locator(f'[name="{name}"]')
        if control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(str(value))

    def hold(self, k, gate, unit, first, last, value):
        """Add a hold by hand; `gate` and `unit` are places in their lists."""
        self.root.get_by_role("button", name="Hold a gate").click()
        row = self.root.locator(".live-holds li").nth(k)
        row.get_by_label("gate").select_option(index=gate)
        row.get_by_label("unit").select_option(index=unit)
        # Enter the later step first: the fields do not know of each other.
        for label, number in (("to step", last), ("from step", first)):
            row.get_by_label(label).fill(str(number))
            row.get_by_label(label).press("Tab")
        row.get_by_label("value").fill(str(value))

    def reset(self):
        self.root.get_by_role("button", name="Reset", exact=True).click()

    def part(self, cell, name):
        """A gate of a circuit, by the letter in its box."""
        circuit = self.root.locator(".live-schema").nth(list(PARTS).index(cell))
        letter = self.page.locator(".live-flow-name", has_text=re.compile(f"^{name}$"))
        return circuit.locator(".live-part", has=letter).locator("rect")

    def say(self, part):
        return self.root.locator(f".live-{part}").inner_text()

    def shown_rows(self):
        """The texts of the table's rows, as many as there are steps."""
        return self.root.locator(".live-numbers tbody").evaluate(ROWS)

    def rows_of_units(self, count):
        """The same of the first `count` units, each chosen by its slider."""
        return self.root.evaluate(ROWS_OF_UNITS, count)


@pytest.fixture
def stepper(visit):
    figure = Page(visit(PAGE, figure="stepper").page, "stepper")
    figure.root.locator(".live-numbers summary").click()
    return figure


def any_state(seed):
    """A configuration anywhere in what the controls allow, as the Python figure's traits."""
    rng = random.Random(seed)
    state = {
        "source": list(Stepper.source.options)[seed % 6],
        "steps": rng.randint(3, 40),
        "hidden_size": rng.randint(1, 16),
        "seed": rng.randint(0, 99),
        "weight_scale": rng.randint(0, 40) / 10,
        "forget_bias": rng.randint(-30, 60) / 10,
        "update": rng.choice(["write", "keep"]),
        "reset": rng.choice(["before", "after"]),
        "word": "".join(rng.choice("abcdefgh xyzÄ🙂<") for _ in range(rng.randint(3, 45))),
        "numbers": ", ".join(f"{rng.uniform(-6, 6):.2f}" for _ in range(rng.randint(2, 45))),
    }
    length = len(Stepper(**state).x)
    gates = [("lstm", g) for g in "ifgo"] + [("gru", g) for g in "rzn"]
    holds = []
    for _ in range(rng.randint(0, 3)):
        (cell, gate), steps = rng.choice(gates), sorted(rng.choices(range(1, length + 1), k=2))
        low = -100 if gate in "gn" else 0
        unit, value = rng.randint(0, state["hidden_size"]), rng.randint(low, 100) / 100
        holds.append(
            {
                "cell": cell,
                "gate": gate,
                "unit": unit,
                "from": steps[0],
                "to": steps[1],
                "value": value,
            }
        )
    return state, holds, gates


def test_every_number_of_the_table_is_lecture_libs_in_ten_configurations(stepper):
    for seed in range(10):
        stepper.reset()
        state, holds, gates = any_state(seed)
        for name in sorted(state.keys() - {"word", "numbers"}):
            stepper.set(name, state[name])
        if state["source"] in ("word", "numbers"):
            stepper.set(state["source"], state[state["source"]])
        for k, hold in enumerate(holds):
            place = gates.index((hold["cell"], hold["gate"]))
            stepper.hold(k, place, hold["unit"], hold["from"], hold["to"], hold["value"])
        traces = Stepper(**state, holds=holds).traces
        for unit, rows in enumerate(stepper.rows_of_units(state["hidden_size"])):
            shown = np.array([row[2:] for row in rows], float)
            computed = [getattr(traces[cell], letter)[:, 0, unit] for cell, letter in COLUMNS]
            np.testing.assert_allclose(
                shown, np.transpose(computed), rtol=0, atol=DIGITS, err_msg=f"{state} {holds}"
            )


def test_back_forward_and_scrub_move_every_marker(stepper):
    def seen():
        return stepper.drawing(".live-sequence, .live-schema, .live-heat-here, .live-lines svg")

    stepper.set("t", 6)
    assert stepper.say("step") == "step 6 / 12"
    for button, step in (("Forward one step", 7), ("Back one step", 6), ("Back one step", 5)):
        before = seen()
        stepper.root.get_by_label(button).click()
        assert stepper.say("step") == f"step {step} / 12"
        assert seen() != before
        assert stepper.input("t").input_value() == str(step)


def test_it_plays_to_the_last_step_at_the_speed_asked_for(stepper):
    stepper.set("t", 10)
    stepper.root.locator('[name="speed"]').select_option("30")
    stepper.root.get_by_label("Play").click()
    stepper.root.get_by_label("Play").wait_for()
    assert stepper.say("step") == "step 12 / 12"


def test_the_working_of_a_gate_adds_up_to_it(stepper):
    stepper.set("unit", 3)
    stepper.set("t", 5)
    for update, reset in product(["write", "keep"], ["before", "after"]):
        stepper.set("update", update)
        stepper.set("reset", reset)
        figure = Stepper(update=update, reset=reset)
        traces, cells, x = figure.traces, figure.cells, figure.x[4, 0, 0]
        for cell, letters in (("lstm", "ifgo"), ("gru", "rzn")):
            for k, letter in enumerate(letters):
                stepper.part(cell, letter).click()
                gate = getattr(traces[cell], letter)[4, 0, 2]
                said = stepper.say("working-numbers")
                total, value = re.fullmatch(
                    r"a = .* = (\S+),\s+\w = \w+\(.*\) = (\S+)", said
                ).groups()
                assert number(value) == pytest.approx(gate, abs=SHOWN)
                squash = np.tanh if letter in "gn" else sigmoid
                assert squash(number(total)) == pytest.approx(gate, abs=SHOWN)
                terms = stepper.root.locator(".live-terms li span").all_inner_texts()
                weights, values = zip(*map(factors, terms), strict=True)
                row = k * 4 + 2
                wanted = [*cells[cell].weight_ih[row], *cells[cell].weight_hh[row]]
                assert weights == pytest.approx(wanted, abs=SHOWN)
                assert values[0] == x


def test_the_equations_follow_the_conventions(stepper):
    recalled = {"before": "Σ w (rt × ht−1)", "after": "rt × (Σ w ht−1 + b′)"}
    blended = {"write": "(1 − zt) × ht−1 + zt × nt", "keep": "zt × ht−1 + (1 − zt) × nt"}
    for update, reset in product(blended, recalled):
        stepper.set("update", update)
        stepper.set("reset", reset)
        stepper.part("gru", "n").click()
        assert (
            stepper.say("working-equation") == f"nt = tanh(a), a = Σ w xt + {recalled[reset]} + b"
        )
        stepper.root.get_by_role("button", name=re.compile("^hidden state h: ")).last.press("Enter")
        assert stepper.say("working-equation") == f"ht = {blended[update]}"


def test_every_part_of_both_circuits_has_its_working_by_mouse_and_by_keyboard(stepper):
    for k, parts in enumerate(PARTS.values()):
        circuit = stepper.root.locator(".live-schema").nth(k)
        assert circuit.locator('[tabindex="0"]').count() == 1
        circuit.locator('[tabindex="0"]').press("Enter")
        seen = set()
        for _ in parts:
            stepper.page.keyboard.press("ArrowRight")
            pressed = stepper.root.locator('.live-part[aria-pressed="true"]')
            assert pressed.count() == 1
            assert stepper.say("working-title").split(": ")[1].split(",")[
                0
            ] in pressed.get_attribute("aria-label")
            seen.add((stepper.say("working-title"), stepper.say("working-numbers")))
        assert len(seen) == len(parts)


def test_phases_light_wires_and_say_what_happens(stepper):
    said = set()
    for phase in range(5):
        stepper.root.locator(".live-phases button").nth(phase).click()
        dark = stepper.root.locator(".live-flow").evaluate_all(
            "wires => wires.filter((w) => getComputedStyle(w).opacity < 0.5).length"
        )
        assert (dark == 0) == (phase == 0)
        said |= set(stepper.root.locator(".live-phase").all_inner_texts())
    assert len(said) == 9


def test_a_hold_leaves_a_ghost_of_the_free_run(stepper):
    before = stepper.drawing(".live-line-ghost")
    stepper.hold(0, 1, 0, 2, 5, 0)
    assert stepper.drawing(".live-line-ghost") != before
    heat = stepper.root.get_by_role("slider", name="forget gate f")
    heat.hover(position={"x": 80, "y": 5})
    assert re.search(r"step 4: 0\.0000, held, free 0\.\d{4}", heat.get_attribute("aria-valuetext"))
    stepper.root.get_by_label("Remove hold 1").click()
    assert stepper.drawing(".live-line-ghost") == before


def test_a_heat_map_reads_out_by_keyboard_and_chooses_with_enter(stepper):
    stepper.set("t", 4)
    heat = stepper.root.get_by_role("slider", name="cell state c")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        heat.press(key)
    value = Stepper().traces["lstm"].c[4, 0, 2]
    assert heat.get_attribute("aria-valuetext") == f"unit 3, step 5: {value:.4f}".replace("-", "−")
    heat.press("Enter")
    assert stepper.say("step") == "step 5 / 12"
    assert stepper.input("unit").input_value() == "3"


def test_any_text_is_shown_as_text_and_bounded(stepper):
    stepper.set("source", "word")
    for word, letters, said in (
        ("naïve 🙂", "nave", ["ï", "🙂", "spaces"]),
        ("<img onerror=alert(1)>", "imgonerroralert", ["“<”", "“(”"]),
        ("x" * 10_000, "x" * 40, ["first 40"]),
        ("7", "·", ["“7”", "No letters"]),
        ("Gate", "gate", []),
    ):
        stepper.set("word", word)
        shown = stepper.root.locator(".live-sequence-letter[visibility=visible]")
        assert "".join(shown.all_text_contents()) == letters
        remark = stepper.root.locator(".live-remark").text_content()
        assert all(part in remark for part in said) and len(remark) < 300
        assert bool(remark) == bool(said)
        assert stepper.root.locator("img").count() == 0
        assert len(stepper.shown_rows()) == len(letters)


def test_drawing_on_the_bars_makes_the_input_your_own(stepper):
    bars = stepper.root.locator(".live-sequence")
    box = bars.bounding_box()
    bars.hover(position={"x": box["width"] - 10, "y": 8})
    stepper.page.mouse.down()
    stepper.page.mouse.up()
    assert stepper.root.locator('[name="source"]').input_value() == "numbers"
    assert stepper.shown_rows()[-1][1] == "1.00"
    bars.press("ArrowDown")
    assert stepper.shown_rows()[-1][1] == "0.90"
    assert stepper.input("numbers").input_value().endswith(", 0.9")


def test_a_link_brings_all_of_it_back_and_a_bad_one_is_refused(stepper, visit):
    stepper.set("source", "word")
    stepper.set("word", "gates & <b>")
    stepper.hold(0, 5, 2, 1, 3, 0.25)
    stepper.set("t", 3)
    stepper.page.wait_for_function(
        "location.hash.includes('holds') && location.hash.includes('t=3')"
    )
    again = Page(visit(PAGE, stepper.link(), figure="stepper").page, "stepper")
    again.root.locator(".live-numbers summary").click()
    assert again.shown_rows() == stepper.shown_rows()
    assert again.say("step") == stepper.say("step")
    bad = '#stepper?t=99&look="lstm.z"&holds=[{"cell":"lstm"}]&word=7&hidden_size=400&phase="1"'
    refused = Page(visit(PAGE, bad, figure="stepper").page, "stepper")
    assert refused.say("step") == "step 4 / 12"
    stepper.reset()
    assert stepper.say("step") == "step 4 / 12"
    assert stepper.root.locator(".live-holds li").count() == 0


def factors(term):
    """The two numbers of a term such as "0.447 × (−0.318)"."""
    return [number(part.strip("()")) for part in term.split(" × ")]


def number(text):
    return float(text.replace("−", "-"))
