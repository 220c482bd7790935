"""The counter on the published lecture, held to lecture_lib."""

import pytest

from lecture_lib.figures import Counter
from tests.driver import Figure

PAGE = "notebooks/16_lstm_or_gru.html"


class Page(Figure):
    def type(self, word):
        self.input("word").fill(word)

    def word(self):
        return self.input("word").input_value()

    def choose_seed(self, seed):
        self.root.locator('select[name="seed"]').select_option(seed)

    def rows(self):
        return self.root.locator(".live-numbers table").evaluate(
            """table => [...table.rows].filter((row) => !row.hidden).map(
              (row) => [...row.cells].map((cell) => cell.textContent))"""
        )

    def says(self):
        return self.root.locator(".live-stair-says").all_inner_texts()

    def story(self):
        return self.root.locator(".live-story").inner_text()

    def verdict(self):
        return self.root.get_by_role("status").inner_text()

    def press(self, name):
        self.root.get_by_role("button", name=name, exact=True).press("Enter")

    def wrong(self, k):
        return self.root.locator(".live-stair").nth(k).locator(".live-wrong:visible").count()


@pytest.fixture
def figure(visit):
    return Page(visit(PAGE, figure="counter").page, "counter")


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("seed", "01234")
def test_the_table_is_what_lecture_lib_computes(figure, seed):
    figure.choose_seed(seed)
    for word in ("aaabbb", "a" * 40 + "b" * 40, "AB", "babab" * 3, "b"):
        figure.type(word)
        twin = Counter(word=word, seed=seed)
        heads, *rows = figure.rows()
        assert heads == [
            "t",
            "letter",
            "count",
            "due",
            "LSTM c",
            "LSTM P(end)",
            "GRU h",
            "GRU P(end)",
        ]
        assert [row[1] for row in rows] == ["start", *twin.letters]
        assert [number(row[2]) for row in rows] == twin.count.tolist()
        for column, kind in ((4, "LSTM"), (6, "GRU")):
            # Four decimals are shown.
            shown = [[number(row[column + k]) for row in rows] for k in (0, 1)]
            assert shown[0] == pytest.approx(twin.carried(kind), rel=0, abs=0.51e-4)
            assert shown[1] == pytest.approx(twin.p_end(kind), rel=0, abs=0.51e-4)


@pytest.mark.parametrize("n", [1, 10, 15, 25, 40])
def test_where_the_end_is_missed_is_marked(figure, n):
    figure.set("n", n)
    assert figure.word() == "a" * n + "b" * n
    due = [row[3] for row in figure.rows()[1:]]
    assert due == [""] * (n + 1) + ["b"] * (n - 1) + ["end"]
    for k, kind in enumerate(("LSTM", "GRU")):
        wrong = Counter(n=n).wrong(kind)
        assert figure.wrong(k) == len(wrong)
        if wrong:
            early = 2 * n - wrong[0]
            assert f"wrong after {len(wrong)} of {n} b’s" in figure.says()[k]
            assert f"expects the end {early} too early" in figure.says()[k]
        else:
            assert "right after" in figure.says()[k]


def test_letters_are_added_and_taken_back_by_button(figure):
    figure.type("")
    for name in ("Add an a", "Add an a", "Add a b"):
        figure.press(name)
    assert figure.word() == "aab"
    assert "another b is due" in figure.story()
    figure.press("Take one back")
    assert figure.word() == "aa"
    assert "nothing is settled yet" in figure.story()


def test_each_network_ends_the_word_where_it_expects_the_end(figure):
    figure.type("a" * 15)
    figure.press("LSTM ends it")
    assert figure.word() == "a" * 15 + "b" * 15
    figure.type("a" * 15)
    figure.press("GRU ends it")
    assert figure.word() == "a" * 15 + "b" * (Counter(n=15).wrong("GRU")[0] - 15)
    figure.type("")
    figure.press("GRU ends it")
    assert set(figure.word()) == {"b"} and len(figure.word()) <= 80


@pytest.mark.parametrize(
    ("word", "named"),
    [
        ("aaxb7", ["“x”", "“7”"]),
        ("aa bb", ["a space"]),
        ("<img src=x onerror=alert(1)>", ["“<”", "and others"]),
        ("äab🙂", ["“ä”", "“🙂”"]),
    ],
)
def test_other_letters_are_named_and_stay_text(figure, word, named):
    figure.type(word)
    for words in named:
        assert words in figure.verdict()
    assert figure.root.locator("img").count() == 0
    assert "".join(row[1] for row in figure.rows()[2:]) == Counter(word=word).letters


def test_eighty_letters_are_the_most(figure):
    figure.type("a" * 90)
    assert figure.word() == "a" * 80
    assert "80 letters are the most" in figure.verdict()
    figure.press("Add a b")
    assert figure.word() == "a" * 80


def test_without_a_letter_it_asks_for_one(figure):
    figure.type("")
    assert "Type an a to begin" in figure.verdict()
    assert len(figure.rows()) == 2
    figure.type("aba")
    assert "nothing is due" in figure.story()
    assert figure.says() == ["nothing is settled"] * 2


def test_a_letter_is_chosen_by_key_and_by_click(figure):
    figure.type("aaabbb")
    strip = figure.root.get_by_role("slider", name="Letters: left and right choose one")
    strip.press("ArrowLeft")
    assert strip.get_attribute("aria-valuenow") == "5"
    assert "After 3 a’s and 2 b’s another b is due" in figure.story()
    strip.press("Home")
    assert "After 1 a and 0 b’s" in figure.story()
    chart = figure.root.get_by_role("img", name="LSTM")
    chart.click(position={"x": chart.bounding_box()["width"] - 12, "y": 40})
    assert "After 3 a’s and 3 b’s the end is due" in figure.story()


def test_a_link_brings_it_back_and_reset_takes_it_away(visit, figure):
    opened = figure.word(), figure.rows(), figure.story()
    figure.choose_seed("3")
    figure.set("n", 22)
    figure.type("aabab<b>")
    here, link = (figure.word(), figure.rows(), figure.story()), figure.link()
    again = Page(visit(PAGE, link, figure="counter").page, "counter")
    assert (again.word(), again.rows(), again.story()) == here
    again.root.get_by_role("button", name="Reset").click()
    assert (again.word(), again.rows(), again.story()) == opened


def test_it_says_where_it_settles(figure):
    figure.type("aabb")
    voice = figure.root.locator(".live-voice[aria-live=polite]")
    voice.filter(has_text="After 2 a’s and 2 b’s the end is due").wait_for(state="attached")
