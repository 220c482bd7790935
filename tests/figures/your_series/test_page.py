"""Your Series in the browser: tables go in through its field, and its numbers are Python's.

One page is opened and driven on, from test to test; each begins with a reset.
"""

import csv
import io
import json
import re

import numpy as np
import pytest

from book._tools import preview
from lecture_lib import forecasting
from lecture_lib.figures import YourSeries
from lecture_lib.figures.your_series import book
from lecture_lib.forecasting.comparing import BASELINES
from tests.driver import DROP_ODD_FILES, SLOW_DISK, Figure, axe_faults, previews
from tests.figures.test_stage import WIDE, Stage

KIND = "your-series"
LINE = "exponential smoothing"  # fitted by another search than statsmodels'
T = np.arange(150)
SALES = 50 + 10 * np.sin(2 * np.pi * T / 7) + 0.1 * T + (T * 37 % 11) / 3
TABLE = "date;sales <b data-x>x</b>;holiday;heat\n" + "\n".join(
    f"2020-{t // 28 + 1:02d}-{t % 28 + 1:02d};{SALES[t]:.2f};{int(t % 7 == 0)};{15 + t % 5}"
    for t in T
).replace(".", ",")
# A network that is trained in a second.
SMALL = {"horizon": 3, "networks": ["GRU"], "seeds": 2, "hidden_size": 3, "updates": 50}
WRONG = re.compile(r"NaN|undefined|Infinity|\[object")


class Desk(Figure):
    settle = Figure.wait_until_done

    def press(self, name):
        self.root.get_by_role("button", name=name, exact=True).click()
        self.settle()

    def pick(self, name, value):
        self.root.locator(f'select[name="{name}"]').select_option(value)
        self.settle()

    def put(self, name, value):
        field = self.root.locator(f'input[name="{name}"]')
        field.fill(str(value))
        if field.get_attribute("type") != "range":
            field.press("Enter")
        self.settle()

    def paste(self, text):
        self.root.locator("details", has_text="Paste or type").evaluate("(d) => { d.open = true; }")
        self.root.locator('textarea[name="table"]').fill(text)
        self.press("Read it")

    def table(self):
        """The numbers: {method: {head: text}}."""
        fold = self.root.locator("details.live-numbers")
        heads, *rows = fold.locator("table").evaluate(
            """(table) => [...table.rows].filter((row) => !row.hidden)
              .map((row) => [...row.cells].map((cell) => cell.textContent))"""
        )
        return {row[0]: dict(zip(heads, row, strict=True)) for row in rows}

    def ranked(self):
        """What is drawn of each method, from the top: its name, value, note and marks in px."""
        return self.root.locator(".live-yours-row").evaluate_all(
            """(rows) => rows.map((row) => {
              const text = (name) => row.querySelector(`.live-yours-${name}`).textContent;
              const seen = (node) => node?.getAttribute("visibility") === "visible";
              const mark = row.querySelector(".live-yours-mark");
              const bar = row.querySelector(".live-yours-whisker");
              const [x, width] = ["x", "width"].map((name) => Number(bar.getAttribute(name)));
              return {
                name: text("name"), value: text("value"), note: text("note"),
                beyond: mark.classList.contains("live-yours-beyond"),
                at: seen(mark) ? parseFloat(mark.getAttribute("transform").slice(10)) : null,
                bar: seen(bar) ? [x, x + width] : null,
                seeds: [...row.querySelectorAll(".live-yours-seed")].filter(seen)
                  .map((dot) => Number(dot.getAttribute("cx"))),
              };
            })"""
        )

    def firm(self):
        """The methods whose names stand at their lines' ends."""
        ends = self.root.locator(".live-end[visibility=visible]:visible").all_text_contents()
        return {end.lstrip("↑↓ ").replace("exp.", "exponential") for end in ends}

    def said(self):
        verdict = self.root.locator(".live-yours-verdict")
        return [verdict.locator(f".live-yours-{part}").inner_text() for part in ("said", "words")]

    def told(self):
        """What is told of a file, and of what is compared."""
        boxes = self.root.locator(".live-trouble:visible")
        return " ".join(boxes.all_inner_texts())

    def python(self):
        return self.root.locator("pre.live-code").text_content()

    def downloaded(self, name):
        with self.page.expect_download() as kept:
            self.root.get_by_role("button", name=name, exact=True).click()
        return kept.value.suggested_filename, kept.value.path().read_text("utf-8")


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("your_series")
    address = (folder / preview.write(YourSeries(), folder)).as_uri()
    with previews(browser) as open_page:
        desk = Desk(open_page(address), KIND)
        desk.settle()
        yield desk


@pytest.fixture
def desk(opened):
    opened.page.set_viewport_size({"width": 1000, "height": 900})
    opened.press("Reset")
    yield opened
    assert not WRONG.search(opened.root.evaluate("(root) => root.outerHTML"))


def same_table(desk, found):
    """The numbers that are shown are those of a `Comparison` in Python, but for the line whose fit
    is another search."""
    wanted = {line["method"]: line for line in found.table() if line["method"] != LINE}
    shown = desk.table()
    assert [name for name in shown if name != LINE] == list(wanted)
    best = next(iter(shown))
    for name, line in wanted.items():
        row = shown[name]
        for head, key in (("MASE", "mase"), ("step 1", "first"), ("last step", "last")):
            assert float(row[head]) == pytest.approx(line[key], abs=5.1e-4), (name, head)
        assert float(row["error"]) == pytest.approx(line["error"], rel=5.1e-3), name
        if best != LINE and name != best:
            behind = line["behind"]
            shown_behind = float(row["behind"].replace("−", "-"))
            assert shown_behind == pytest.approx(behind.mean, abs=5.1e-4), name
            assert float(row["± 95 %"]) == pytest.approx(behind.half_width, abs=5.1e-4), name
    return wanted


def run(code, folder, monkeypatch):
    """What `found` is in Python, in the folder with the reader's file."""
    monkeypatch.chdir(folder)
    names = {}
    exec(compile(code, "python for this", "exec"), names)
    return names["found"]


def test_the_book_s_series_are_ranked_as_in_python_and_drawn_as_in_the_table(desk):
    for name in book.WORDS:
        desk.pick("series", name)
        found = YourSeries(series=name).quick()
        wanted = same_table(desk, found)
        ranked = desk.ranked()
        done = [row for row in ranked if row["at"] is not None]
        assert [row["name"] for row in done] == list(desk.table())
        assert [row["note"] for row in ranked[-4:]] == ["not trained yet"] * 4
        for row in ranked:
            if row["name"] in found.left_out:
                assert row["note"] == found.left_out[row["name"]]
        # The marks stand where the axis has their error, and bars about the best and its lead.
        inside = [row for row in done if not row["beyond"] and row["name"] != LINE]
        errors = [wanted[row["name"]]["mase"] for row in inside]
        slope, start = np.polyfit(errors, [row["at"] for row in inside], 1)
        np.testing.assert_allclose(
            [row["at"] for row in inside], start + slope * np.array(errors), atol=0.1
        )
        if done[0]["name"] == LINE:
            continue
        best = wanted[done[0]["name"]]["mase"]
        for row in inside[1:]:
            behind = wanted[row["name"]]["behind"]
            ends = [best + behind.mean + side * behind.half_width for side in (-1, 1)]
            if row["bar"][0] > 177:  # an interval below 0 is cut where the axis begins
                np.testing.assert_allclose(row["bar"], start + slope * np.array(ends), atol=0.6)


def test_a_pasted_table_its_columns_and_the_python_for_it(desk, tmp_path, monkeypatch):
    desk.link_to(**SMALL)
    desk.paste(TABLE)
    assert desk.told() == ""
    assert desk.root.locator("[data-x]").count() == 0
    assert desk.root.locator('select[name="column"] option').all_inner_texts() == [
        "sales <b data-x>x</b>",
        "holiday",
        "heat",
    ]
    desk.root.locator("details", has_text="Other columns").evaluate("(d) => { d.open = true; }")
    desk.pick("role-0", "ahead")
    desk.pick("role-1", "late")
    (tmp_path / "series.csv").write_text(TABLE, "utf-8")
    code = desk.python()
    assert 'known_ahead={"holiday": columns["holiday"]}' in code
    desk.press("Train the networks")
    found = run(code, tmp_path, monkeypatch)
    same_table(desk, found)
    assert desk.table()["GRU"]["parameters"] == str(found["GRU"].parameters)
    assert desk.root.locator(".live-yours-verdict .live-heading").inner_text() == "THE VERDICT"
    if found.table()[0]["method"] != LINE and LINE not in str(found.verdict):
        assert found.verdict.words.startswith(desk.said()[0])
    # What is taken along says the same.
    name, text = desk.downloaded("JSON")
    taken, own = json.loads(text), json.loads(json.dumps(found.to_dict()))
    assert name == "your-series.json" and set(taken) == set(own)
    assert {
        k: v for k, v in taken.items() if k not in ("methods", "verdict", "alarms", "scale")
    } == {k: v for k, v in own.items() if k not in ("methods", "verdict", "alarms", "scale")}
    mine = {line["method"]: line for line in taken["methods"]}
    for line in own["methods"]:
        if line["method"] != LINE:
            assert mine[line["method"]]["mase"] == pytest.approx(line["mase"], rel=1e-6)
            assert mine[line["method"]]["updates"] == line["updates"]
    name, text = desk.downloaded("CSV")
    rows = {row["method"]: row for row in csv.DictReader(io.StringIO(text))}
    assert name == "your-series.csv" and set(rows) == set(mine)
    ahead = found["GRU"].mase(found.problem).mean(axis=0)
    shown = [float(rows["GRU"][f"mase_{k + 1}"]) for k in range(3)]
    np.testing.assert_allclose(shown, ahead, rtol=1e-6)
    seeds = next(row for row in desk.ranked() if row["name"] == "GRU")["seeds"]
    assert len(seeds) == 2
    desk.pick("column", "heat")
    assert 'columns["heat"]' in desk.python() and "known_late" not in desk.python()
    assert "each is that of 5 steps before: there is nothing to forecast" in desk.told()
    assert not desk.root.locator(".live-bench").is_visible()


def test_networks_are_trained_with_progress_and_can_be_stopped(desk):
    desk.link_to(series="walk", horizon=2, networks=["GRU", "LSTM"], updates=3000)
    verdict = desk.said()
    assert "No network was run" in verdict[1]
    desk.root.get_by_role("button", name="Train the networks", exact=True).click()
    work = desk.root.locator(".live-work")
    work.get_by_text(re.compile(r"(GRU|LSTM) seed \d.* · \d of 6 done")).wait_for()
    notes = {row["name"]: row["note"] for row in desk.ranked() if row["note"]}
    assert set(notes) >= {"GRU", "LSTM"} and "is being trained" in notes.values()
    assert desk.root.locator(".live-yours-done[visibility=visible]").count() >= 1
    assert desk.root.locator(".live-yours-verdict .live-heading").inner_text().startswith("WHILE")
    assert desk.root.get_by_role("button", name="CSV", exact=True).is_disabled()
    work.get_by_role("button", name="Stop", exact=True).click()
    desk.settle()
    assert "stopped" in work.inner_text()
    notes = {row["name"]: row["note"] for row in desk.ranked()}
    assert notes["GRU"] == notes["LSTM"] == "it was stopped"
    assert desk.said() == verdict
    assert desk.root.get_by_role("button", name="Train the networks", exact=True).is_enabled()
    # Once more, with nothing changed: what was stopped is past.
    desk.root.get_by_role("button", name="Train the networks", exact=True).click()
    work.get_by_text(re.compile(r"(GRU|LSTM) seed \d.* · \d of 6 done")).wait_for()
    notes = {row["name"]: row["note"] for row in desk.ranked() if row["note"]}
    assert {notes["GRU"], notes["LSTM"]} <= {"is being trained", "waits its turn"}
    # Another question while one is trained: what is typed stays when something is drawn meanwhile
    # (a press that is no reader's leaves the focus where it is), and the answer is to the new one.
    desk.input("horizon").fill("5")
    desk.root.locator(".live-tab").nth(1).dispatch_event("click")
    assert desk.input("horizon").input_value() == "5"
    desk.input("horizon").press("Enter")
    desk.settle()
    found = YourSeries(series="walk", horizon=5).quick()
    same_table(desk, found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4\n" * 60, "values must change"),
        ("\n".join(str(t % 5) for t in range(20)), "horizon must end inside the test part"),
        ("a\n1\n2\nNA\n" + "\n".join(map(str, T)), "number 3 is missing"),
        ("NA\nNA\nNA", "number 1 is missing and 2 more"),
        ("hello world", "is no finite number"),
        ("", "it must have a row of numbers, got none"),
        ("day,v\n2020-02,1\n2020-01,2\n2020-03,3", "must be in time order"),
        ("1e300\n2\n" * 30, "the largest of values must be at most 1e100"),
        ("<img src=x onerror=alert(1)>,2\n3,4,5", "row"),
    ],
    ids=["constant", "short", "gap", "gaps", "words", "empty", "disorder", "large", "hostile"],
)
def test_what_cannot_be_compared_is_told_in_a_sentence(desk, text, said):
    desk.paste(text)
    assert said in desk.told()
    assert desk.root.locator("img, [onerror]").count() == 0
    desk.pick("series", "walk")
    assert desk.told() == "" and len(desk.table()) == 5


def test_odd_series_come_to_a_verdict_without_a_word_that_is_none(desk):
    rng = np.random.default_rng(3)
    for values, kind in (
        (T * 1.5 - 7, None),
        (rng.normal(size=300), "none"),
        (rng.normal(size=60), "too short"),
        (1e80 * np.sin(T), None),
        (1e-80 * np.sin(T), None),
    ):
        desk.paste("\n".join(map(repr, values.tolist())))
        same = desk.root.locator(".live-yours-verdict").get_attribute("data-verdict")
        assert desk.told() == "" and same in ("none", "line", "too short")
        if kind:
            assert same == kind == YourSeries(values).quick().verdict.kind
        for tab in range(4):
            desk.choose_tab(tab)
            assert not WRONG.search(desk.root.evaluate("(root) => root.outerHTML")), (kind, tab)
        desk.choose_tab(0)


def test_of_two_files_the_last_counts_and_a_reset_lets_go_of_both(desk):
    def open_file(name, text):
        payload = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
        desk.root.locator('input[name="file"]').set_input_files(payload)

    series = desk.root.locator('select[name="series"]')
    desk.page.evaluate(SLOW_DISK)
    open_file("one.csv", "\n".join(map(str, SALES)))
    open_file("two.csv", "\n".join(map(str, SALES[::-1])))
    # The second is there first, and the first long after it.
    desk.page.evaluate("goOne(1)")
    series.locator("option").first.get_by_text("two.csv").wait_for(state="attached")
    desk.page.evaluate("go(true)")
    desk.settle()
    assert series.locator("option").first.inner_text() == "two.csv"
    # The other way round: it is busy until the second is there.
    desk.page.evaluate(SLOW_DISK)
    open_file("three.csv", "\n".join(map(str, SALES)))
    open_file("four.csv", "\n".join(map(str, SALES[::-1])))
    desk.page.evaluate("goOne(0)")
    desk.page.wait_for_timeout(100)
    assert desk.root.locator(".live-view[aria-busy=true]").count() == 1
    assert series.locator("option").first.inner_text() == "two.csv"
    desk.page.evaluate("go(true)")
    series.locator("option").first.get_by_text("four.csv").wait_for(state="attached")
    desk.settle()
    desk.page.evaluate(SLOW_DISK)
    open_file("five.csv", "\n".join(map(str, SALES)))
    desk.root.get_by_role("button", name="Reset", exact=True).click()
    desk.page.evaluate("go(true)")
    desk.settle()
    assert series.locator("option").count() == len(book.WORDS)


def test_a_file_is_opened_dropped_and_let_go(desk):
    data = TABLE.encode("utf-16")
    payload = {"name": "<i data-x>my</i>.csv", "mimeType": "text/csv", "buffer": data}
    desk.page.evaluate(SLOW_DISK)
    desk.root.locator('input[name="file"]').set_input_files(payload)
    desk.root.locator(".live-view[aria-busy=true]").wait_for()
    desk.page.evaluate("go(true)")
    first = desk.root.locator('select[name="series"]').locator("option").first
    first.get_by_text("<i data-x>my</i>.csv").wait_for(state="attached")
    desk.settle()
    assert 'read_table("<i data-x>my</i>.csv", gaps=True)' in desk.python()
    assert desk.root.locator("[data-x]").count() == 0
    drop = """(text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "dropped.tsv"));
      for (const type of ["dragenter", "dragover", "drop"])
        document.querySelector(".live-view").dispatchEvent(
          new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
    }"""
    desk.page.evaluate(drop, "\n".join(f"{t}\t{value}" for t, value in enumerate(SALES)))
    first.get_by_text("dropped.tsv").wait_for(state="attached")
    desk.settle()
    assert desk.root.locator('select[name="column"]').is_visible()
    assert "dropped" not in desk.page.evaluate("location.hash")
    asked, said = desk.page.evaluate(DROP_ODD_FILES, ["a.csv", ".live-opened"])
    assert asked == [3]
    assert said[0] == "67108865-a.csv: at most 67108864 bytes are read, got 67108865"
    assert said[1] == "3-a.csv: it cannot be read; is it a folder?"
    first.get_by_text("dropped.tsv").wait_for(state="attached")
    desk.pick("series", "co2")
    assert desk.root.locator('select[name="series"] option').count() == len(book.WORDS)
    same_table(desk, YourSeries(series="co2").quick())


def test_no_name_lies_over_its_marks_and_the_line_at_1_is_told_where_it_is(desk):
    desk.link_to(series="map", horizon=2, season=1)
    names = """(root) => [...root.querySelectorAll(".live-yours-row")].map((row) =>
      row.querySelector(".live-yours-track").getBoundingClientRect().left
      - row.querySelector(".live-yours-name").getBoundingClientRect().right)"""
    assert len(room := desk.root.evaluate(names)) >= 8 and min(room) > 0, room
    # The largest MASE with its interval is .83.
    advice = desk.root.locator(".live-pane .live-advice").first
    assert desk.root.locator(".live-yours-one").get_attribute("d") == ""
    assert "Dashed line" not in advice.inner_text()
    desk.link_to(series="nile", horizon=1)
    assert desk.root.locator(".live-yours-one").get_attribute("d") != ""
    assert "Dashed line: 1, the error, before the test, of “as one step ago”" in advice.inner_text()
    desk.link_to(series="sunspots", horizon=1)
    assert desk.root.locator(".live-yours-one").get_attribute("d") != ""
    assert "of “as one season ago”" in advice.inner_text()


def test_a_season_is_found_given_or_none(desk):
    ruler = desk.root.locator(".live-yours-ruler")
    assert desk.root.locator('select[name="season"] option').first.inner_text() == "found (11)"
    assert ruler.get_attribute("d").count("v6") == int(np.ceil(309 / 11))
    desk.pick("season", "1")
    same_table(desk, YourSeries(season=1).quick())
    assert ruler.get_attribute("d") == "" and "season=None" in desk.python()
    desk.pick("season", "steps")
    desk.put("season-steps", 22)
    same_table(desk, YourSeries(season=22).quick())
    assert "season=22" in desk.python()
    desk.choose_tab(3)
    assert "a season of 22 steps, given" in desk.root.locator(".live-yours-season").inner_text()
    values = book.load("sunspots")
    r = forecasting.autocorrelation(values[: int(0.8 * len(values))], 22)[22]
    # The point of that lag stands where the axes have it: each is a line through its ticks' texts.
    chart = desk.root.locator(".live-line-chart:visible")
    ticks = chart.locator("g.live-tick").evaluate_all(
        """(ticks) => ticks.map((tick) => [tick.textContent.replace("−", "-"),
          ...["x1", "x2", "y1"].map((name) => tick.querySelector("line").getAttribute(name))])"""
    )
    point = chart.locator(".live-dot").first
    for name, wanted, axis in (("cx", 22, True), ("cy", r, False)):
        places = [
            (float(text), float(left if axis else y))
            for text, left, right, y in ticks
            if (left == right) == axis
        ]
        slope, start = np.polyfit(*np.transpose(places), 1)
        # Python's are float64, as the page's: a tenth of a pixel is far more than they differ.
        assert float(point.get_attribute(name)) == pytest.approx(start + slope * wanted, abs=0.1)
    desk.link_to(season=500)
    assert "season must fit twice into the first 197 values" in desk.told()


def test_the_ranking_looks_any_step_ahead_and_at_any_method(desk):
    found = YourSeries().quick()
    mase = {row.name: row.mase(found.problem).mean(axis=0) for row in found.rows}
    for step in (1, 12):
        desk.put("step", step)
        shown = {row["name"]: row["value"] for row in desk.ranked() if row["value"]}
        for name, errors in mase.items():
            assert float(shown[name]) == pytest.approx(errors[step - 1], abs=5.1e-4)
        names = [name for name in shown if name in mase]
        assert names == sorted(mase, key=lambda name: mase[name][step - 1])
    desk.put("step", 0)
    desk.pick("focus", "drift")
    behind = found.difference("drift", found.rows[0].name)
    told = desk.root.locator(".live-yours-told").inner_text()
    assert f"Behind AR by {behind}, more than chance." in told
    desk.root.locator(".live-yours-row", has_text="seasonal mean").click()
    assert desk.root.locator('select[name="focus"]').input_value() == "seasonal mean"
    desk.choose_tab(1)
    assert desk.firm() == {*found.verdict.compared, "seasonal mean"}
    assert "seasonal mean" not in found.verdict.compared
    # The mean is the baseline of least error in the validation part; in the test it is another.
    rng = np.random.default_rng(1)
    values = np.append(rng.normal(size=240), 2 * rng.normal(size=60).cumsum())
    found = YourSeries(values).compare([*BASELINES, "AR"], progress=False)
    bases = [row for row in found.rows if row.family == "baseline"]
    assert min(bases, key=lambda row: row.validation).name not in found.verdict.compared
    desk.link_to(focus="", tab=1)
    desk.paste("\n".join(map(repr, values.tolist())))
    assert desk.firm() == {*found.verdict.compared}
    # Too short for a verdict, which compares nothing: then it is the best.
    desk.paste("\n".join(map(repr, values[180:].tolist())))
    found = YourSeries(values[180:]).quick()
    assert found.verdict.compared == () and desk.firm() == {next(iter(desk.table()))}


def test_one_origin_s_forecasts_stand_beside_what_came(desk):
    chart = desk.root.locator("svg.live-yours-series")
    box = chart.bounding_box()
    chart.click(position={"x": box["width"] - 40, "y": 90})
    assert desk.root.locator(".live-tab[aria-pressed=true]").inner_text() == "One origin"
    slider = desk.root.locator('input[name="origin"]')
    assert int(slider.input_value()) > 40
    for origin in (0, 61):
        desk.put("origin", origin)
        said = slider.get_attribute("aria-valuetext")
        assert said == f"{1700 + 246 + origin}, origin {origin + 1} of 62"
        heading = desk.root.locator(".live-pane:visible .live-heading").inner_text()
        assert f"known up to {1946 + origin}".upper() in heading.upper()
    slider.press("Home")
    assert slider.input_value() == "0"


def test_a_link_brings_what_is_asked_and_never_the_data(desk):
    desk.link_to(series="elnino", horizon=6, tab=2, origin=99, focus="mean")
    assert desk.root.locator(".live-tab[aria-pressed=true]").inner_text() == "One origin"
    assert desk.root.locator('input[name="horizon"]').input_value() == "6"
    assert desk.link().startswith(f"#{KIND}?")
    for settings in ({"series": ""}, {"networks": []}, {"season": -1}, {"given": {}}):
        desk.link_to(**settings)
        assert "Nothing was set" in desk.root.locator(".live-unfit").first.inner_text()


def test_the_stage_holds_it_all_and_who_does_not_see_it_finds_no_fault(desk):
    stage = Stage(desk.page, KIND)
    stage.enter()
    for tab in range(4):
        desk.choose_tab(tab)
        stage.check(WIDE[0])
        assert axe_faults(desk.page, f"#{KIND}") == "", tab
    desk.choose_tab(0)
    stage.check(WIDE[1])
    desk.page.keyboard.press("Escape")
    desk.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    desk.root.locator("details").evaluate_all("(all) => all.forEach((d) => { d.open = true; })")
    assert axe_faults(desk.page, f"#{KIND}") == ""
    desk.root.locator("details").evaluate_all("(all) => all.forEach((d) => { d.open = false; })")
    desk.page.evaluate("document.documentElement.dataset.theme = 'light'")


def test_values_of_python_are_there_with_their_roles_and_times(browser, tmp_path):
    heat = 15.0 + T % 5
    figure = YourSeries(
        SALES, known_late={"heat": heat}, times=[f"day {t}" for t in T], unit="€", horizon=3
    )
    with previews(browser) as open_page:
        desk = Desk(open_page((tmp_path / preview.write(figure, tmp_path)).as_uri()), KIND)
        desk.settle()
        same_table(desk, figure.quick())
        assert desk.root.locator('select[name="role-0"]').input_value() == "late"
        assert (
            desk.root.locator('select[name="series"] option').first.inner_text()
            == "the values given"
        )
        assert 'known_late={"heat": columns["heat"]}' in desk.python()
        desk.choose_tab(2)
        assert (
            "day 148" in desk.root.locator(".live-pane:visible .live-heading").inner_text().lower()
        )
        desk.pick("series", "walk")
        desk.press("Reset")
        same_table(desk, figure.quick())
