"""The Sampler on the published lecture, held to lecture_lib."""

import pytest

from lecture_lib.figures import Sampler
from lecture_lib.tasks import characters
from tests.driver import Figure

PAGE = "notebooks/14_characters.html"


class Page(Figure):
    def type(self, prefix):
        self.input("prefix").fill(prefix)

    def rows(self):
        # They are filled in while they are unfolded.
        fold = self.root.locator("details.live-numbers")
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
            fold.locator("tbody th", has_text="1").first.wait_for()
        return self.root.locator(".live-numbers table").evaluate(
            """table => [...table.rows].filter((row) => !row.hidden).map(
              (row) => [...row.cells].map((cell) => cell.textContent))"""
        )

    def script(self):
        """The letters that the network was given and wrote."""
        return self.root.locator(".live-script").first.evaluate(
            "box => [...box.children].filter((s) => !s.hidden).map((s) => s.textContent).join('')"
        )

    def other(self):
        return self.root.locator(".live-script-plain").evaluate("box => box.textContent")

    def story(self):
        return self.root.locator(".live-story").inner_text()

    def verdict(self):
        return self.root.get_by_role("status").inner_text()

    def bars(self):
        """The letters under the bars, and the percentages beside them."""
        return self.root.locator(".live-next").evaluate(
            """box => ["name", "value"].map((kind) =>
              [...box.querySelectorAll(`.live-next-${kind}`)].map((n) => n.textContent))"""
        )

    def letters(self):
        return self.root.get_by_role("slider", name="Letters: left and right choose one")


@pytest.fixture
def figure(visit):
    return Page(visit(PAGE, figure="sampler").page, "sampler")


def percent(p):
    if 0.995 < p < 1:
        return "> 99 %"
    # Math.round rounds halves up.
    return "< 1 %" if 0 < p < 0.005 else f"{int(100 * p + 0.5)} %"


def minus(text):
    return float(text.replace("−", "-"))


CASES = [
    {},
    {"temperature": 0.1, "seed": 3},
    {"temperature": 2.0, "seed": 100, "unit": 64},
    {"temperature": 1.0, "prefix": "Why, Mary-", "unit": 38},
    {"temperature": 0.45, "prefix": "x" * 40, "seed": 17},
]


@pytest.mark.parametrize("settings", CASES, ids=str)
def test_it_writes_what_lecture_lib_writes(figure, settings):
    for name, value in settings.items():
        figure.input(name).fill(str(value))
    twin = Sampler(**settings)
    assert figure.script() == twin.text_read
    assert figure.other() == twin.start + twin.ngram_sample
    heads, *rows = figure.rows()
    assert heads == ["t", "letter", "c", "h", "P by LSTM", "P by 6-gram"]
    assert "".join(row[1] for row in rows).replace("␣", " ") == twin.text_read
    places, trace, said = characters.indices(twin.text_read), twin.trace, twin.probabilities
    for t, row in enumerate(rows):
        states = [float(state[t, 0, twin.unit - 1]) for state in (trace.c, trace.h)]
        # Four decimals are shown.
        assert [minus(cell) for cell in row[2:4]] == pytest.approx(states, abs=0.51e-4)
        given = [float(p[t - 1, places[t]]) for p in said] if t else []
        assert [float(cell) for cell in row[4:] if cell] == pytest.approx(given, abs=0.51e-4)


def test_the_bars_are_both_distributions_at_the_letter(figure):
    figure.letters().press("Home")
    for _ in range(3):
        figure.letters().press("ArrowRight")
    assert figure.letters().get_attribute("aria-valuenow") == "4"
    ours, theirs = (p[3] for p in Sampler().probabilities)
    names, values = figure.bars()
    order = (-ours).argsort(kind="stable")[:8]
    assert [name.replace("␣", " ") for name in names] == [characters.ALPHABET[k] for k in order]
    wanted = [percent(p) for k in order for p in (ours[k], theirs[k])]
    assert values == wanted
    assert figure.story().startswith("After “the ”") and "You went on with “f”" in figure.story()


def test_a_letter_is_chosen_by_pointing_and_by_a_click(figure):
    here = figure.story()
    letter = figure.root.locator(".live-script span").nth(60)
    letter.hover()
    pointed = figure.story()
    assert pointed != here and "It drew" in pointed
    figure.root.locator(".live-caption").hover()
    assert figure.story() == here
    letter.click()
    figure.root.locator(".live-caption").hover()
    assert figure.story() == pointed
    assert figure.letters().get_attribute("aria-valuenow") == "61"


def test_another_sample_is_another(figure):
    before = figure.script(), figure.other()
    figure.root.get_by_role("button", name="Another sample").press("Enter")
    assert figure.input("seed").input_value() == "2"
    assert figure.script() != before[0] and figure.other() != before[1]
    figure.set("seed", 100)
    figure.root.get_by_role("button", name="Another sample").press("Enter")
    assert (figure.script(), figure.other()) == before


def test_it_writes_letter_by_letter(figure):
    whole = figure.script()
    figure.set("t", 1)
    assert figure.script() == whole[:17]
    figure.root.get_by_role("button", name="Forward one step").press("Enter")
    assert figure.script() == whole[:18] and figure.other().startswith("the forget gate ")
    figure.root.get_by_role("button", name="Play").press("Enter")
    figure.page.wait_for_function(
        """() => [...document.querySelectorAll("#sampler .live-script span")]
          .filter((s) => !s.hidden).length >= 22"""
    )
    figure.root.get_by_role("button", name="Pause").press("Enter")
    paused = figure.script()
    assert whole.startswith(paused) and len(paused) < len(whole)


def test_a_letter_is_coloured_by_its_unit(figure):
    """The colour's share is |h| / 1 or |c| / 3, and negative ones are underlined."""
    figure.set("unit", 38)
    trace = Sampler().trace
    for shows, scale in (("h", 1), ("c", 3)):
        figure.root.locator("select[name=shows]").select_option(shows)
        painted = figure.root.locator(".live-script").first.evaluate(
            """box => [...box.children].filter((s) => !s.hidden).map((s) =>
              [s.style.getPropertyValue("--part"), s.classList.contains("live-script-minus")])"""
        )
        values = getattr(trace, shows)[:, 0, 37]
        assert any(dashed for _, dashed in painted)
        for (part, dashed), value in zip(painted, values, strict=True):
            # Two decimals are painted.
            assert float(part) == pytest.approx(min(1, abs(value) / scale), abs=0.0051)
            assert dashed == (value / scale < -0.1)


@pytest.mark.parametrize(
    ("prefix", "named"),
    [
        ("a7b", ["“7”"]),
        ("<img src=x onerror=alert(1)>", ["“<”", "“=”", "“>”"]),
        ("é🙂!$%^&*", ["“é”", "“🙂”", "and others"]),
        ("", ["Nothing was typed"]),
    ],
)
def test_other_letters_are_named_and_stay_text(figure, prefix, named):
    figure.type(prefix)
    for words in named:
        assert words in figure.verdict()
    assert figure.root.locator("img").count() == 0
    assert figure.script() == Sampler(prefix=prefix).text_read


def test_the_prefix_is_bounded(figure):
    figure.type("gate " * 20)
    assert figure.input("prefix").input_value() == "gate " * 8
    assert "40 characters are the most" in figure.verdict()


def test_the_scores_are_those_of_lecture_lib(figure):
    *_, held_out = characters.corpus()
    heads = " ".join(figure.root.locator(".live-heading").all_inner_texts()).lower()
    for model in (characters.load(), characters.ngram()):
        assert f"{characters.bits(model, held_out):.2f} bits a letter on unseen text" in heads


def test_a_link_brings_it_back_and_reset_takes_it_away(visit, figure):
    opened = figure.script(), figure.story()
    figure.type("ga<b>te ")
    figure.set("temperature", 1.2)
    figure.root.locator("select[name=shows]").select_option("c")
    figure.letters().press("Home")
    here, link = (figure.script(), figure.story(), figure.rows()), figure.link()
    again = Page(visit(PAGE, link, figure="sampler").page, "sampler")
    assert (again.script(), again.story(), again.rows()) == here
    again.root.get_by_role("button", name="Reset").click()
    assert (again.script(), again.story()) == opened


def test_it_says_where_it_settles(figure):
    figure.letters().press("Home")
    voice = figure.root.locator(".live-voice[aria-live=polite]")
    voice.filter(has_text="After “t” the LSTM expects").wait_for(state="attached")
