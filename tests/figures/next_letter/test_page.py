"""The next-letter figure on the published lecture, held to lecture_lib."""

import pytest

from lecture_lib.figures import NextLetter
from tests.driver import Figure

PAGE = "notebooks/01_hello.html"


class Page(Figure):
    def type(self, word):
        self.input("word").fill(word)

    def rows(self):
        return self.root.locator(".live-numbers table").evaluate(
            """table => [...table.rows].filter((row) => !row.hidden).map(
              (row) => [...row.cells].map((cell) => cell.textContent))"""
        )

    def verdict(self):
        return self.root.get_by_role("status").inner_text()

    def story(self):
        return self.root.locator(".live-story").inner_text()

    def word(self):
        return self.input("word").input_value()

    def press(self, name):
        self.root.get_by_role("button", name=name).press("Enter")


@pytest.fixture
def figure(visit):
    return Page(visit(PAGE, figure="next-letter").page, "next-letter")


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_the_table_is_what_lecture_lib_computes(figure, kind):
    figure.root.locator("select").select_option(kind)
    for word in ("hello", "olleh", "l", "hello" * 8, "HELL"):
        figure.type(word)
        twin = NextLetter(kind=kind, word=word)
        heads, *rows = figure.rows()
        models = [f"{model} {k}" for model in ("bigram", "network") for k in "helo"]
        assert heads == ["t", "letter", *models]
        assert "".join(row[1] for row in rows) == twin.letters
        for row, bigram, network in zip(rows, twin.bigram, twin.network, strict=True):
            # Four decimals are shown.
            shown = [float(cell) for cell in row[2:]]
            assert shown == pytest.approx([*bigram, *network], rel=0, abs=0.51e-4)


def test_the_bigram_cannot_tell_the_two_ls_apart_and_the_network_can(figure):
    figure.type("hel")
    first = figure.rows()[-1]
    assert "the RNN expects l" in figure.story()
    figure.type("hell")
    second = figure.rows()[-1]
    assert "the RNN expects o" in figure.story()
    assert first[2:6] == second[2:6] == ["0.0000", "0.0000", "0.5000", "0.5000"]
    assert float(first[8]) > 0.99 and float(second[9]) > 0.99


def test_each_writes_on_from_its_own_letters(figure):
    figure.type("h")
    figure.press("Network writes 5 more")
    figure.press("Network writes 5 more")
    assert figure.word() == "hellohelloh"
    figure.type("h")
    figure.press("Bigram writes 5 more")
    assert figure.word() == "hellll"


def test_it_stops_at_forty_letters(figure):
    figure.type("hello" * 9)
    assert figure.word() == "hello" * 8
    assert "40 letters are the most" in figure.verdict()
    figure.press("Network writes 5 more")
    assert len(figure.word()) == 40


@pytest.mark.parametrize(
    ("word", "named"),
    [
        ("hxe7", ["“x”", "“7”"]),
        ("he llo", ["a space"]),
        ("<img src=x onerror=alert(1)>", ["“<”", "and others"]),
        ("héllo 🙂", ["“é”", "“🙂”"]),
    ],
)
def test_other_letters_are_named_and_stay_text(figure, word, named):
    figure.type(word)
    for words in named:
        assert words in figure.verdict()
    assert figure.root.locator("img").count() == 0
    read = "".join(row[1] for row in figure.rows()[1:])
    assert read == NextLetter(word=word).letters


@pytest.mark.parametrize("word", ["", "?!"])
def test_without_a_letter_it_asks_for_one(figure, word):
    figure.type(word)
    assert "at least one of" in figure.verdict()
    assert figure.root.locator(".live-next").is_hidden()
    figure.press("Network writes 5 more")
    assert figure.word() == "hello" + "h"


def test_a_letter_is_chosen_by_key_and_by_click(figure):
    figure.type("hello")
    strip = figure.root.get_by_role("slider", name="Letters: left and right choose one")
    strip.press("ArrowLeft")
    assert strip.get_attribute("aria-valuenow") == "4"
    assert "After “hell”" in figure.story()
    strip.press("Home")
    assert "After “h”" in figure.story()
    box = strip.bounding_box()
    strip.click(position={"x": 0.5 * box["width"], "y": 20})
    assert "After “hel”" in figure.story()


def test_a_link_brings_it_back_and_reset_takes_it_away(visit, figure):
    opened = figure.word(), figure.rows(), figure.story()
    figure.root.locator("select").select_option("GRU")
    figure.type("ollo<b>")
    here, link = (figure.word(), figure.rows(), figure.story()), figure.link()
    again = Page(visit(PAGE, link, figure="next-letter").page, "next-letter")
    assert (again.word(), again.rows(), again.story()) == here
    again.root.get_by_role("button", name="Reset").click()
    assert (again.word(), again.rows(), again.story()) == opened


def test_it_says_where_it_settles(figure):
    figure.type("hell")
    voice = figure.root.locator(".live-voice[aria-live=polite]")
    voice.filter(has_text="After “hell”").wait_for(state="attached")
