"""What a browser has to style anew when a figure of a lecture moves: its own parts that change."""

import json

import pytest

from tests.driver import Figure

# A figure, a slider of it that brings nodes or takes some away, and two values.
MOVES = {
    "06_step_by_step": ("stepper", "hidden_size", (6, 3)),
    "13_john_and_mary": ("sentence-lab", "t", (3, 6)),
}
# Each move changes 50 to 200 elements. The theme's rules with `:has()`, as they come, had all of
# the cell of the figure styled anew: 922 elements and 370.
MOST = 250


@pytest.mark.parametrize("name", MOVES)
def test_a_move_styles_no_more_than_what_moves(browser, visit, name):
    anchor, control, values = MOVES[name]
    page = visit(f"notebooks/{name}.html").page
    figure = Figure(page, anchor)
    figure.root.scroll_into_view_if_needed()
    figure.set(control, values[1])
    page.wait_for_timeout(300)
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    for value in values:
        figure.set(control, value)
        page.wait_for_timeout(300)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    styled = [
        event["args"]["elementCount"]
        for event in events
        if event["name"] == "UpdateLayoutTree" and "elementCount" in event.get("args", {})
    ]
    assert styled and max(styled) <= MOST, sorted(styled)[-5:]
