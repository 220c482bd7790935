"""The memory kernel on the published lecture: weights, gates held by buttons, costs, links."""

import pytest

from lecture_lib.figures import MemoryKernel
from tests.driver import Figure

PAGE = "notebooks/19_after_the_lstm.html"
ANCHOR = "memory-kernel"


@pytest.fixture
def kernel(visit):
    return Figure(visit(PAGE, figure=ANCHOR).page, ANCHOR)


def assert_table_is(figure, twin):
    f, i = twin.gates()
    columns = [list(twin.letters), f, i, twin.kernel, twin.scores, twin.attention]
    heads, *rows = figure.rows()
    assert len(heads) == 7 and len(rows) == 16
    for s, (step, *texts) in enumerate(rows):
        wanted = []
        for k, column in enumerate(columns):
            if s >= len(column):
                wanted.append("–")
            elif k == 0:
                wanted.append(column[s])
            else:
                wanted.append(f"{column[s]:.{2 if k < 3 else 5}f}".replace("-", "−"))
        assert int(step) == s + 1
        assert texts[:3] == wanted[:3]
        for got, want in zip(texts[3:], wanted[3:], strict=True):
            if want == "–":
                assert got == want
            else:
                # The last digit shown may round either way.
                assert float(got.replace("−", "-")) == pytest.approx(
                    float(want.replace("−", "-")), abs=1.01e-5
                )


def hold(figure, gate, words):
    row = figure.root.locator(f".live-kernel-hold.live-{gate}")
    row.locator("button", has_text=words).click()


def test_the_table_is_what_python_computes(kernel):
    for values in (
        {},
        {"t": 1},
        {"t": 16, "f": 1, "i": 0.25, "sharpness": 10},
        {"t": 9, "f": 0, "i": 1, "sharpness": 0},
        {"t": 11, "f": 0.93, "sharpness": 0.7},
    ):
        state = {"t": 14, "f": 0.85, "i": 0.5, "sharpness": 3} | values
        for name, value in state.items():
            kernel.set(name, value)
        assert_table_is(kernel, MemoryKernel(**state))


def test_buttons_hold_the_gates_of_the_chosen_step(kernel):
    hold(kernel, "f", "0")
    assert_table_is(kernel, MemoryKernel(held_f="...0............"))
    kernel.root.get_by_role("button", name="Choose the step after").click()
    hold(kernel, "i", "1")
    held = {"held_f": "...0............", "held_i": "....1..........."}
    assert_table_is(kernel, MemoryKernel(**held))
    pressed = kernel.root.locator(".live-kernel-hold [aria-pressed=true]").all_inner_texts()
    assert pressed == ["free", "1"]
    hold(kernel, "i", "free")
    assert_table_is(kernel, MemoryKernel(held_f="...0............"))


def test_a_click_on_a_column_chooses_its_step(kernel):
    drawing = kernel.root.locator(".live-kernels")
    drawing.scroll_into_view_if_needed()
    box = kernel.root.locator(".live-kernel-chip").nth(6).bounding_box()
    kernel.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 150)
    assert kernel.root.locator(".live-kernel-which").inner_text() == "step 7 (A)"
    twin = MemoryKernel()
    says = kernel.root.locator(".live-kernel-says").inner_text()
    assert f"weighs {twin.kernel[6]:.3f} in the memory and {twin.attention[6]:.3f}" in says


def test_presets_keep_one_step_and_sum_all(kernel):
    kernel.choose_preset("keep step 4")
    columns = kernel.rows()[1:15]
    assert [float(row[4]) for row in columns] == [0, 0, 0, 1] + [0] * 10
    kernel.choose_preset("sum of all")
    assert [float(row[4]) for row in kernel.rows()[1:15]] == [1] * 14


def test_the_costs_are_pythons(kernel):
    for length in (16, 1024, 4096):
        kernel.set("length", length)
        costs = MemoryKernel(length=length).costs
        shown = kernel.root.locator(".live-kernel-count").all_text_contents()
        wanted = [
            f"{name} {costs[name][k]:,}" for k in range(3) for name in ("memory", "attention")
        ]
        assert shown == wanted


def test_a_link_reopens_it_a_bad_one_does_not_and_reset_restores_it(visit, kernel):
    pristine = kernel.rows()
    kernel.set("t", 10)
    hold(kernel, "f", "0")
    changed = kernel.rows()
    again = Figure(visit(PAGE, kernel.link(), figure=ANCHOR).page, ANCHOR)
    assert again.rows() == changed
    again.root.get_by_role("button", name="Reset").click()
    assert again.rows() == pristine
    wrong = f'#{ANCHOR}?held_f="<b>"&s=99&t=0&f="x"&held_i="2222222222222222"'
    bad = visit(PAGE, wrong, figure=ANCHOR)
    assert Figure(bad.page, ANCHOR).rows() == pristine
    assert not bad.complaints
