"""The Sentence Lab on the published lecture: a reader's holds, held to lecture_lib."""

import random
import re

import pytest

from lecture_lib.figures import SentenceLab
from lecture_lib.figures.sentence_lab import EXAMPLES, NETWORKS
from lecture_lib.tasks import sentences
from tests.driver import Figure

PAGE = "notebooks/13_john_and_mary.html"
HEADS = ["t", "word", "f", "i", "g", "o", "c", "P(his)", "P(her)", "P(their)"]

# The table has four decimals, the cards two; and lecture_lib's float32 sums differ from the page's
# in the seventh.
TABLE, CARDS = 0.5e-4 + 1e-5, 0.5e-2 + 1e-5


class Page(Figure):
    def write(self, sentence):
        self.input("sentence").fill(sentence)

    def example(self, name):
        self.root.get_by_role("button", name=name, exact=True).click()

    def network(self, name):
        self.root.locator("select[name=network]").select_option(name)

    def at(self, t):
        self.input("t").fill(str(t))

    def hold(self, gate, value):
        self.input(f"held_{gate}").fill(str(value))

    def let_go(self, gate):
        self.input(f"hold_{gate}").uncheck()

    def units(self, *ranks):
        self.root.get_by_role("button", name="all units", exact=True).click()
        for rank in ranks:
            self.root.get_by_role("button", name=re.compile(f"^unit {rank}, ")).click()

    def quarter(self, name):
        """The cell of the 2 × 2 table: "", "i", "f" or "fi"."""
        return self.root.locator(".live-quarter").nth(["", "i", "f", "fi"].index(name))

    def rows(self, table=0):
        return (
            self.root.locator(".live-numbers table")
            .nth(table)
            .evaluate(
                """table => [...table.rows].filter((row) => !row.hidden).map(
              (row) => [...row.cells].map((cell) => cell.textContent))"""
            )
        )

    def cards(self):
        return [float(text) for text in self.root.locator(".live-odds-card b").all_inner_texts()]

    def chips(self):
        return self.root.locator(".live-chip").all_inner_texts()

    def story(self):
        return self.root.locator(".live-story").first.inner_text()

    def verdict(self):
        return self.root.get_by_role("status").inner_text()


def assert_is(figure, lab):
    heads, *rows = figure.rows()
    assert heads == HEADS
    assert [row[1] for row in rows] == lab.words
    trace, unit = lab.trace, lab.order[0]
    places = [sentences.VOCABULARY.index(word) for word in ("his", "her", "their")]
    for t, row in enumerate(rows):
        memory = [getattr(trace, name)[t, 0, unit] for name in "figoc"]
        computed = [*memory[:2], memory[2], *memory[3:], *lab.probabilities[t, places]]
        shown = [float(cell.replace("−", "-")) for cell in row[2:]]
        assert shown == pytest.approx(computed, rel=0, abs=TABLE), row[:2]
    assert figure.cards() == pytest.approx([*lab.pronouns.values()], rel=0, abs=CARDS)


@pytest.fixture
def figure(visit):
    return Page(visit(PAGE, figure="sentence-lab").page, "sentence-lab")


@pytest.mark.parametrize("seed", range(2))
def test_the_numbers_are_what_lecture_lib_computes(figure, seed):
    """The same moves on the page and in Python: random words, networks and holds."""
    rng = random.Random(seed)
    for _ in range(2):
        words = rng.choices(sentences.VOCABULARY, k=rng.randint(2, 40))
        lab = SentenceLab(network=rng.choice(NETWORKS), sentence=" ".join(words))
        figure.network(lab.network)
        figure.write(lab.sentence)
        assert_is(figure, lab)
        holds = []
        for t in sorted(rng.sample(range(1, len(words) + 1), min(3, len(words)))):
            held = {gate: round(rng.random(), 2) for gate in rng.sample("fio", 2)}
            ranks = rng.choice([[], sorted(rng.sample(range(1, 9), 3))])
            figure.at(t)
            figure.units(*ranks)
            for gate, value in held.items():
                figure.hold(gate, value)
            holds.append({"t": t, "units": ranks, **held})
        lab.holds = holds
        assert len(figure.chips()) == 2 * len(holds)
        assert_is(figure, lab)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_told_with_its_subject_in_hand(figure, name):
    figure.example(name)
    lab = SentenceLab(**EXAMPLES[name])
    assert int(figure.input("t").input_value()) == lab.t
    assert_is(figure, lab)


def test_the_readers_own_clicks_fill_the_table(figure):
    lab = SentenceLab()
    unknown = figure.root.locator(".live-quarter .live-unknown:visible")
    assert unknown.count() == 3
    figure.at(7)
    figure.hold("f", 1)
    assert unknown.count() == 2
    figure.hold("i", 0)
    assert unknown.count() == 1
    figure.quarter("i").click()
    assert unknown.count() == 0 and figure.chips() == ["i = 0.00, all units, at “Mary” ✕"]
    for name, (old, new) in lab.quarters.items():
        said = figure.quarter(name).get_attribute("aria-label")
        his, her = map(float, re.search(r"his ([\d.]+), her ([\d.]+)$", said).groups())
        assert (his, her) == pytest.approx((old, new), rel=0, abs=CARDS)
        figure.quarter(name).click()
        assert figure.quarter(name).get_attribute("aria-pressed") == "true"
        assert figure.cards()[:2] == pytest.approx((old, new), rel=0, abs=CARDS)
    assert "It answers for John" in figure.story()
    figure.network("LSTM, seed 6")
    assert unknown.count() == 2 and "It answers for John" not in figure.story()


def test_a_hold_elsewhere_or_of_some_units_is_no_cell_of_the_table(figure):
    figure.at(8)
    figure.hold("f", 1)
    figure.at(7)
    assert figure.root.locator(".live-quarter .live-unknown:visible").count() == 3
    figure.root.get_by_role("button", name="Let all go").click()
    figure.units(1)
    figure.hold("f", 1)
    assert figure.chips() == ["f = 1.00, unit 1, at “Mary” ✕"]
    assert figure.root.locator(".live-quarter[aria-pressed=true]").count() == 0


def test_without_two_pronouns_the_table_says_what_it_needs(figure):
    figure.example("Both his")
    assert figure.quarter("fi").is_disabled()
    assert "two subjects whose pronouns differ" in figure.root.inner_text()


def test_a_hold_shows_at_its_word_and_goes_by_its_chip(figure):
    free = figure.rows()
    figure.at(7)
    figure.hold("i", 0)
    figure.hold("f", 1)
    assert figure.root.locator(".live-clip").all_inner_texts() == ["f 1", "i 0"]
    figure.at(3)
    assert not figure.input("hold_f").is_checked()
    figure.root.locator(".live-chip").first.press("Enter")
    assert figure.chips() == ["i = 0.00, all units, at “Mary” ✕"]
    figure.at(7)
    assert figure.input("hold_i").is_checked()
    figure.let_go("i")
    assert figure.chips() == [] and figure.rows() == free


def test_the_word_in_hand_moves_by_slider_key_and_click(figure):
    words = figure.root.get_by_role("slider", name="Words: left and right choose one")
    figure.at(3)
    assert words.get_attribute("aria-valuenow") == "3"
    words.press("ArrowRight")
    assert figure.input("t").input_value() == "4"
    words.press("End")
    assert "bought" in words.get_attribute("aria-valuetext")
    figure.root.locator(".live-word-of", has_text="store").click()
    assert "After “store”" in figure.root.inner_text()


def test_the_bars_are_the_likeliest_next_words(figure):
    figure.at(7)
    figure.hold("o", 0.3)
    lab = SentenceLab(holds=[{"t": 7, "o": 0.3}])
    p = dict(zip(sentences.VOCABULARY, lab.probabilities[6], strict=True))
    others = sorted((w for w in p if w not in lab.pronouns), key=lambda w: -p[w])[:5]
    assert figure.root.locator(".live-next-word").all_inner_texts() == [*lab.pronouns, *others]
    shown = [float(text) for text in figure.root.locator(".live-next-p").all_inner_texts()]
    wanted = [p[word] for word in [*lab.pronouns, *others]]
    assert shown == pytest.approx(wanted, rel=0, abs=CARDS)


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("John met a cat", ["“met”", "“a”", "“cat”", "left them out"]),
        ("<img src=x onerror=alert(1)> John", ["“<img”", "left them out"]),
        ("", ["Write a sentence of the words it knows"]),
        ("🙂 " + "x" * 300, ["“🙂”", f"“{'x' * 20}…”", "Write a sentence"]),
        ("then " * 45, ["It reads 40 words; the last 5 are left out"]),
    ],
)
def test_what_it_cannot_read_is_named_and_stays_text(figure, sentence, named):
    figure.write(sentence)
    for words in named:
        assert words in figure.verdict()
    assert figure.root.locator("img").count() == 0
    lab = SentenceLab(sentence=sentence)
    assert figure.root.locator(".live-sentence").is_visible() == bool(lab.words)
    if lab.words:
        assert_is(figure, lab)


def test_without_a_word_no_reading_is_shown_on_the_way(figure):
    figure.write("")
    readings = figure.root.locator(".live-reads")
    readings.evaluate(
        """node => {
          window.shown = 0;
          // Records of a hidden that was not there before: somebody had taken it away.
          new MutationObserver((records) => {
            window.shown += records.filter(({ oldValue }) => oldValue === null).length;
          }).observe(node, { attributeFilter: ["hidden"], attributeOldValue: true });
        }"""
    )
    figure.choose_tab(1)
    figure.choose_tab(0)
    figure.network(NETWORKS[0])
    figure.network(NETWORKS[1])
    assert not readings.is_visible()
    assert figure.page.evaluate("window.shown") == 0
    figure.write("John went")
    assert readings.is_visible()


def test_words_can_be_tapped_together(figure):
    figure.write("")
    figure.root.locator(".live-palette summary").click()
    for word in ("Twins", "found"):
        figure.root.locator(".live-palette").get_by_role("button", name=word, exact=True).click()
    assert figure.input("sentence").input_value() == "Twins found"
    assert_is(figure, SentenceLab(sentence="Twins found"))
    assert "their" in figure.story()
    figure.root.get_by_role("button", name="last word").click()
    assert figure.input("sentence").input_value() == "Twins"


@pytest.mark.parametrize("trained", [10, 40, 80])
def test_the_second_tab_is_what_lecture_lib_computes(figure, trained):
    figure.choose_tab(1)
    figure.root.locator("select[name=trained]").select_option(f"{trained} adverbs")
    lab = SentenceLab(trained=trained)
    heads, *rows = figure.rows(1)
    assert heads == ["adverbs", *lab.by_distance] and len(rows) == 120
    for name, row in zip(lab.by_distance, zip(*rows, strict=True), strict=False):
        assert name in heads and len(row) == 120
    for k, p in enumerate(lab.by_distance.values(), 1):
        shown = [float(row[k]) for row in rows]
        assert shown == pytest.approx(p.tolist(), rel=0, abs=1e-4)
    for adverbs in (trained, 23):
        figure.set("adverbs", adverbs)
        for name, p in lab.by_distance.items():
            assert f"P = {p[adverbs - 1]:.2f} from the {name}" in figure.root.inner_text()
        counts = figure.root.locator(".live-gap-count").all_inner_texts()
        assert counts == [f"{adverbs} adverbs"] * 2


def test_a_network_is_first_asked_at_the_distance_it_was_trained_at(figure):
    figure.choose_tab(1)
    figure.set("adverbs", 5)
    figure.root.locator("select[name=trained]").select_option("10 adverbs")
    assert figure.input("adverbs").input_value() == "10"
    figure.root.get_by_role("button", name="Reset").click()
    figure.choose_tab(1)
    assert figure.input("adverbs").input_value() == "80"


def test_a_link_brings_it_back_and_reset_takes_it_away(visit, figure):
    def seen(page):
        return page.rows(), page.cards(), page.chips(), page.story()

    opened = seen(figure)
    figure.network("LSTM, seed 2")
    figure.write("Mary went to the park . Twins found<b>")
    figure.at(7)
    figure.units(1, 2)
    figure.hold("f", 0.75)
    here, link = seen(figure), figure.link()
    again = Page(visit(PAGE, link, figure="sentence-lab").page, "sentence-lab")
    assert seen(again) == here
    again.root.get_by_role("button", name="Reset").click()
    assert seen(again) == opened


def test_what_does_not_fit_in_a_link_is_left_out(visit, figure):
    bad = [
        'holds=[{"t":7,"f":2}]',
        'holds=[{"t":7,"f":1},{"t":7,"i":1}]',
        'holds=[{"t":7,"x":1}]',
        "holds=[null]",
        "units=[0]",
        'tried=["o"]',
        "t=41",
        "sentence=7",
        f'sentence="{"x" * 401}"',
        'network="CNN"',
        "tab=2",
        "trained=20",
        "task={}",
    ]
    again = Page(
        visit(PAGE, f"#sentence-lab?{'&'.join(bad)}", figure="sentence-lab").page, "sentence-lab"
    )
    assert (again.rows(), again.chips()) == (figure.rows(), figure.chips())


def test_it_says_where_it_settles(figure):
    figure.quarter("fi").click()
    voice = figure.root.locator(".live-voice[aria-live=polite]")
    voice.filter(has_text="Left alone it says her").wait_for(state="attached")


def test_nothing_jumps_as_a_gate_is_held(figure):
    """The sentence, its slot and the table stay where they are."""
    figure.at(7)
    figure.hold("f", 1)

    def places():
        return [
            figure.root.locator(part).first.bounding_box()
            for part in (".live-slot-next", ".live-desk", ".live-columns", ".live-quarters")
        ]

    before = places()
    for value in (0.8, 0.5, 0.1, 0):
        figure.hold("f", value)
        assert places() == before


def test_nothing_is_clipped_on_a_narrow_page(visit):
    figure = Page(
        visit(PAGE, viewport={"width": 360, "height": 800}, figure="sentence-lab").page,
        "sentence-lab",
    )
    figure.example("A long way")
    figure.quarter("fi").click()
    assert figure.root.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    box = figure.root.locator(".live-columns-box")
    assert box.evaluate("node => node.scrollWidth > node.clientWidth")
    figure.at(len(SentenceLab(**EXAMPLES["A long way"]).words))
    last = box.evaluate("node => node.scrollLeft + node.clientWidth - node.scrollWidth")
    assert abs(last) <= 1
    figure.choose_tab(1)
    assert figure.root.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
