"""The forecast figure on the published lecture, held to lecture_lib."""

import gzip
import re

import numpy as np
import pytest

from book._tools import preview
from lecture_lib.experiments import series as task
from lecture_lib.figures import Forecast, joiner
from tests.driver import Figure

PAGE = "notebooks/15_real_series.html"
SWITCHES = ("persistence", "seasonal", "drift", "ar", "rnn", "gru", "lstm")


class Page(Figure):
    def settle(self):
        self.root.locator(".live-view[aria-busy=false]").wait_for()
        return self

    def choose(self, name):
        self.root.locator("select").select_option(name)
        self.settle()

    def rows(self):
        return self.root.locator(".live-numbers table").evaluate(
            """table => [...table.rows].filter((row) => !row.hidden).map(
              (row) => [...row.cells].map((cell) => cell.textContent.replace("−", "-")))"""
        )

    def story(self):
        return self.root.locator(".live-story").inner_text()

    def ranking(self):
        """Name and value of each row, from the top."""
        return self.root.locator(".live-rank").evaluate_all(
            """rows => rows.map((row) => [
                parseFloat(row.style.transform.match(/[\\d.]+/)[0]),
                row.firstChild.textContent, row.lastChild.textContent])
              .sort((a, b) => a[0] - b[0]).map(([_, name, value]) => [name, Number(value)])"""
        )

    def curves(self):
        """How many lines of the large chart are drawn."""
        paths = self.root.locator(".live-line-chart").first.locator(".live-curve")
        return paths.evaluate_all("paths => paths.filter((p) => p.getAttribute('d')).length")


@pytest.fixture
def figure(visit):
    return Page(visit(PAGE, figure="forecast").page, "forecast").settle()


def test_nothing_is_drawn_before_it_is_computed(browser, tmp_path):
    context = browser.new_context(reduced_motion="reduce", offline=True)
    page = context.new_page()
    # The first slice of the work is then the last.
    page.add_init_script("MessagePort.prototype.postMessage = () => {};")
    page.goto((tmp_path / preview.write(Forecast(), tmp_path)).as_uri())
    waiting = Page(page, "forecast")
    waiting.root.locator(".live-view[aria-busy=true]").wait_for()
    written = waiting.root.locator(".live-view > :not(form) svg text").evaluate_all(
        """texts => texts.filter((t) => t.checkVisibility({ visibilityProperty: true }))
          .map((t) => t.textContent).filter(Boolean)"""
    )
    tall = waiting.root.locator(".live-ranks svg").bounding_box()["height"]
    context.close()
    assert not written
    assert tall >= 7 * 25  # the seven rows to come


@pytest.mark.parametrize("name", task.NAMES)
def test_the_table_is_what_lecture_lib_computes(figure, name):
    figure.choose(name)
    for origin, horizon in ((0, 24), (17, 12), (43, 1), (61, 24)):
        figure.set("origin", origin)
        figure.set("horizon", horizon)
        twin = Forecast(series=name, origin=origin, horizon=horizon)
        heads, *rows = figure.rows()
        assert heads == ["h", "time", "came", *task.METHODS, *(f"MASE {m}" for m in task.METHODS)]
        assert [row[0] for row in rows] == [str(h + 1) for h in range(horizon)]
        assert [row[1] for row in rows] == [twin.when(twin.place + 1 + h) for h in range(horizon)]
        came = [float(row[2]) for row in rows if row[2] != "not known"]
        assert came == pytest.approx(twin.truth, abs=0.51e-2)
        for k, method in enumerate(task.METHODS):
            # Two decimals are shown of the forecasts, three of the errors.
            said = [float(row[3 + k]) for row in rows]
            assert said == pytest.approx(twin.forecasts[method], rel=0, abs=0.51e-2)
            errors = [float(row[3 + len(task.METHODS) + k]) for row in rows]
            assert errors == pytest.approx(twin.errors[method], rel=0, abs=0.51e-3)


def test_the_ranking_is_sorted_and_always_has_all_methods(figure):
    for switch in SWITCHES:
        figure.set(switch, False)
    for name, horizon in (("co2", 1), ("sunspots", 1), ("sunspots", 11), ("walk", 24)):
        figure.choose(name)
        figure.set("horizon", horizon)
        errors = {k: e[-1] for k, e in Forecast(series=name, horizon=horizon).errors.items()}
        shown = figure.ranking()
        assert [value for _, value in shown] == sorted(value for _, value in shown)
        assert dict(shown) == pytest.approx(errors, abs=0.51e-3)
        assert "persistence" in dict(shown)


def test_the_loss_of_the_lstm_is_said(figure):
    figure.choose("sunspots")
    figure.set("horizon", 1)
    assert "The LSTM, 0.95, loses to the linear AR, 0.69; 0 of its 5 seeds" in figure.story()
    names = [name for name, _ in figure.ranking()]
    assert names.index("LSTM") > names.index("AR")


def test_a_switch_shows_and_hides_a_line(figure):
    for switch in SWITCHES:
        figure.set(switch, False)
    assert figure.curves() == 2
    for count, switch in enumerate(SWITCHES, start=3):
        figure.set(switch, True)
        assert figure.curves() == count


def test_the_names_at_the_lines_ends_do_not_meet(figure):
    for switch in SWITCHES:
        figure.set(switch, True)
    for horizon in (1, 12):
        figure.set("horizon", horizon)
        heights = figure.root.locator(".live-line-chart .live-end").evaluate_all(
            """nodes => nodes.filter((n) => n.getAttribute("visibility") === "visible")
              .map((n) => n.y.baseVal[0].value).sort((a, b) => a - b)"""
        )
        # Letters are 13 px high.
        assert len(heights) == 1 + len(task.METHODS) and min(np.diff(heights)) >= 13


def test_a_page_that_turns_narrow_has_the_years_that_fit_below(figure, visit):
    def years(figure):
        marks = figure.root.locator(".live-line-chart").first.locator(".live-mark:visible")
        return [text for text in marks.all_text_contents() if re.fullmatch(r"\d{4}", text)]

    wide = years(figure)
    figure.page.set_viewport_size({"width": 390, "height": 844})
    narrow = visit(PAGE, figure="forecast", viewport={"width": 390, "height": 844}).page
    expected = years(Page(narrow, "forecast").settle())
    figure.page.wait_for_function(
        """n => document.querySelectorAll("#forecast .live-line-chart")[0].clientWidth < 390"""
    )
    assert years(figure) == expected != wide


@pytest.mark.parametrize("horizon", [1, 24])
def test_the_track_says_whether_the_lstm_leads_or_follows(figure, horizon):
    figure.set("track", True)
    figure.set("horizon", horizon)
    for name in task.NAMES:
        figure.choose(name)
        truth, given = Forecast(series=name, horizon=horizon).correlations["LSTM"]
        shown = [float(n) for n in re.findall(r"-?\d\.\d{3}", figure.story().replace("−", "-"))]
        assert shown == pytest.approx([truth, given], abs=0.51e-3)
        assert ("It follows" if given > truth else "It leads") in figure.story()
        for origin in (0, 61):
            figure.set("origin", origin)
            assert figure.curves() == 2 + 4


def test_the_origin_moves_the_forecast_and_the_heading(figure):
    heading = figure.root.locator(".live-heading").first
    before, drawn = heading.inner_text(), figure.drawing(".live-line-chart")
    figure.set("origin", 0)
    assert heading.inner_text() != before
    assert "feb 1993" in heading.inner_text().lower()
    assert figure.drawing(".live-line-chart") != drawn


def test_the_dots_are_the_recorded_seeds(figure):
    figure.choose("sunspots")
    figure.set("horizon", 1)
    row = figure.root.locator(".live-rank").filter(has_text="LSTM")
    bar, dots = row.evaluate(
        """row => [row.querySelector("rect"), [...row.querySelectorAll("circle")]]
          .map((part) => part.length ? part.map((dot) => dot.cx.baseVal.value)
            : [part.x.baseVal.value, part.width.baseVal.value])"""
    )
    error = Forecast(series="sunspots", horizon=1).errors["LSTM"][0]
    shown = [(dot - bar[0]) / bar[1] * error for dot in dots]
    recorded = task.errors(task.load_runs(), "sunspots", "LSTM")[:, 0]
    # Recorded to three decimals.
    assert shown == pytest.approx(list(recorded), abs=2e-3)


def test_it_says_where_it_settles(figure):
    figure.choose("sunspots")
    voice = figure.root.locator(".live-voice[aria-live=polite]")
    voice.filter(has_text="12 years ahead").wait_for(state="attached")


def test_what_the_page_carries_for_it_is_light():
    assert len(gzip.compress(joiner.page_script(Forecast).encode())) <= 90_000
