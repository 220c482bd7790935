"""The tours: their data fit the figures, what they say is so, and a reader can walk them all."""

import json
import re
from functools import cache

import pytest

from book._tools import preview
from lecture_lib import figures
from lecture_lib.figures.schema import take
from tests.driver import Figure, axe_faults, joined, previews

CLASSES = {
    cls.figure: cls
    for cls in (getattr(figures, name) for name in figures.__all__)
    if (cls.home / "tour.json").exists()
}
PLANS = {
    kind: json.loads((cls.home / "tour.json").read_text("utf-8")) for kind, cls in CLASSES.items()
}
STOPS = [(kind, k) for kind, plan in PLANS.items() for k in range(len(plan["stops"]))]
# What a tour may ask for that no trait says, and do.
FACTS = {"trainer": {"updates", "solved", "ended", "kept", "looked"}}
ACTS = {"trainer": {"clear", "keep"}}
# What the reader presses at each stop, from where "Go there" leads to.
DEEDS = {
    "stepper": [
        [],
        [*["Tab"] * 1, "Enter", "Tab", "Enter", "Tab", "Enter", "Tab", "Enter"],
        ["Enter"],
        ["Tab", "Tab", *["Enter"] * 5],
        ["Enter"],
        ["End"],
        ["Enter"],
    ],
    "gradient-flow": [[], ["End"], ["Home"], ["End"], ["ArrowDown"], ["Space"], ["ArrowRight"]],
    "backward": [
        [],
        ["Enter"] * 7,
        ["Space"],
        ["Space"],
        ["End"],
        ["ArrowRight"] * 3,
        ["Enter"],
    ],
    "sentence-lab": [
        [],
        ["ArrowLeft"] * 3,
        ["Space"],
        ["Space"],
        ["Enter"],
        ["Enter"],
        ["Home"],
    ],
    "trainer": [[], ["Enter"], ["Home"], ["Enter"], ["Enter"], ["Enter"]],
}
# "Colour at the top", and "pale": full colour is all of the gradient, none a millionth of it.
REACHES = {("trainer", 2): (0.1, 1), ("trainer", 4): (0, 1e-3)}
COPY = re.compile("^(Copy link|Copied|It is in the address bar)$")
WORDS_A_MINUTE = 200
SECONDS_A_DEED = 8
NUMBER = re.compile(r"\d+\.\d+|\d+\u00a0×\u00a010[⁻⁰-⁹]+|\de−\d+")
CONDITIONS = ({"above"}, {"below"}, {"above", "below"}, {"has"})

# Where the card is, what is marked and seen, what the card covers of it, what is out of the window.
SCENE = """(root) => {
  const card = root.querySelector(".live-tour").getBoundingClientRect();
  const marks = [...root.querySelectorAll("[data-tour]")]
    .map((node) => ({ name: node.dataset.tour, box: node.getBoundingClientRect() }))
    .filter(({ box }) => box.width && box.height);
  const names = (those) => those.map(({ name }) => name);
  const inside = (box) => box.left >= 0 && box.top >= 0 && box.right <= innerWidth
    && box.bottom <= innerHeight;
  return {
    marks: names(marks),
    covered: names(marks.filter(({ box }) => box.left < card.right && box.right > card.left
      && box.top < card.bottom && box.bottom > card.top)),
    outside: names(marks.filter(({ box }) => !inside(box))),
    card: inside(card),
  };
}"""


def state_at(kind, k):
    """What the figure is set to at the k-th stop, from 0."""
    settings = dict(PLANS[kind]["start"])
    for stop in PLANS[kind]["stops"][: k + 1]:
        settings |= stop.get("set", {})
    return settings


def texts(stop):
    return [stop[key] for key in ("say", "do", "seen") if key in stop]


def test_all_five_have_one():
    assert set(PLANS) == set(DEEDS)
    for kind, plan in PLANS.items():
        assert set(plan) == {"start", "stops"}
        assert 5 <= len(plan["stops"]) <= 8
        # Every trait, so that nothing a reader did before makes a sentence untrue.
        assert set(plan["start"]) == set(CLASSES[kind].contract())
        assert len(DEEDS[kind]) == len(plan["stops"])


@pytest.mark.parametrize("kind, k", STOPS)
def test_a_stop_is_of_the_form_and_fits_the_class(kind, k):
    stop = PLANS[kind]["stops"][k]
    contract = CLASSES[kind].contract()
    assert set(stop) <= {"light", "set", "act", "say", "do", "ask", "until", "seen"}
    assert {"light", "say"} <= set(stop)
    assert len({"do", "until", "seen"} & set(stop)) in (0, 3)
    assert stop.get("act", "clear") in ACTS.get(kind, {"clear"})
    CLASSES[kind](**state_at(kind, k))  # refuses what does not fit
    assert set(stop.get("set", {})) <= set(contract)
    for name, wanted in stop.get("until", {}).items():
        assert name in contract or name in FACTS[kind], name
        if isinstance(wanted, dict):
            assert set(wanted) in CONDITIONS
        elif wanted != "changed" and name in contract:
            take(contract[name], wanted, name)
    for text in texts(stop):
        assert text.count("*") % 2 == 0 and not re.search(r"[<>&]", text)
        assert not re.search(r"\b(open|opens|opened|shut)\b", text), "say what a gate keeps"


@pytest.mark.parametrize("kind", PLANS)
def test_it_takes_less_than_two_minutes(kind):
    stops = PLANS[kind]["stops"]
    words = sum(len(text.split()) for stop in stops for text in texts(stop))
    deeds = sum("until" in stop for stop in stops)
    assert 60 * words / WORDS_A_MINUTE + SECONDS_A_DEED * deeds < 120, words


def ten(value):
    """As `web/kit/tens.mjs` writes it."""
    mantissa, power = f"{value:.0e}".split("e")
    if -2 <= int(power) < 3:
        return f"{float(f'{value:.1e}'):g}"
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}\u00a0×\u00a010{raised}"


def claims_of_stepper():
    def cell(k, letter, t, unit=2, of="lstm", **more):
        trace = figures.Stepper(**state_at("stepper", k) | more).traces[of]
        return float(getattr(trace, letter)[t - 1, 0, unit - 1])

    yield 1, f"*c* is now {cell(1, 'c', 2):.2f}"
    yield 1, f"*h* shows {cell(1, 'h', 2):.2f} of it"
    yield 2, f"*f* = {cell(2, 'f', 3):.2f}"
    yield 2, f"{100 * cell(2, 'f', 3):.0f} % of unit 2’s *c*"
    assert all(0.7 < cell(3, "f", t) < 0.75 for t in range(3, 13)), "nearly three quarters"
    yield 3, f"At step 8 *c* is still {cell(3, 'c', 8):.2f}"
    [hold] = state_at("stepper", 5)["holds"]
    assert abs(cell(4, "h", 6, holds=[hold])) < 0.01 < abs(cell(4, "h", 5, holds=[hold])) < 0.1
    yield 5, f"rises to {cell(5, 'h', 12, holds=[hold | {'value': 1}]):.2f} by step 12"
    z = cell(6, "z", 2, of="gru")
    yield 6, f"*z* = {z:.2f}"
    yield 6, f"a share of {z:.2f} is written, the other {1 - z:.2f} is kept"


def claims_of_gradient_flow():
    @cache
    def flows(**settings):
        return figures.GradientFlow(**settings).flows

    def left(k, kind, path="total", **more):
        return float(getattr(flows(**state_at("gradient-flow", k) | more)[kind], path)[-1, 0])

    assert max(left(0, kind) for kind in ("RNN", "LSTM", "GRU")) < 1e-7
    yield 1, f"a direct path of {ten(left(1, 'LSTM', 'direct'))}"
    for bias in (4, 5, 6):
        assert 1 / (1 + 2.718281828**-bias) > 0.98
        assert min(left(1, kind, forget_bias=bias) for kind in ("LSTM", "GRU")) > 0.1
    yield 2, f"The LSTM’s {ten(left(2, 'LSTM'))} is far more"
    yield 2, f"its direct {ten(left(2, 'LSTM', 'direct'))}:"
    cut = left(2, "LSTM", gain=0)
    yield 2, f"{ten(cut)} is left"
    # The bits of two routes to one number.
    assert cut == pytest.approx(left(2, "LSTM", "direct", gain=0), rel=1e-9)
    yield 3, f"{ten(left(3, 'RNN', radius=1.5))} is left, far more than {ten(left(3, 'RNN'))}"
    drawn = {kind: left(5, kind, chrono=True) for kind in ("LSTM", "GRU")}
    assert ten(drawn["LSTM"]) == ten(drawn["GRU"])
    yield 5, f"{ten(drawn['LSTM'])} is left in LSTM and GRU"
    every = [left(6, kind, seed=seed) for kind in drawn for seed in range(100)]
    assert 0.3 < min(every) < max(every) < 0.5
    yield 6, "between 0.3 and 0.5"


def claims_of_backward():
    def wave(k, **more):
        return figures.Backward(**state_at("backward", k) | more)

    def start(k, state, **more):
        return float(wave(k, **more).left[state][0])

    first = wave(0).back[8]
    yield 0, f"the read-out {first['read'][0]:.2f} of it reaches *c*"
    yield 0, f"the belt carries {first['belt'][0]:.2f} on"
    yield 1, f"‖δ*c*‖ = {start(1, 'c'):.2f} and ‖δ*h*‖ = {start(1, 'h'):.2f}"
    rest = f"{start(2, 'h', cut_belt=True):.0e}".replace("e-0", "e−")
    yield 2, f"next to nothing is left, {rest} of {start(2, 'h'):.2f}"
    assert start(2, "c", cut_belt=True) == 0
    yield 3, f"The belt alone brings {start(3, 'c', cut_h=True):.2f} of {start(3, 'c'):.2f}"
    lost = wave(4).left["c"]
    assert lost[0] < 0.5 * lost[8], "most of it is lost"
    for bias in (3, 4, 5, 6):
        kept_on = wave(4, forget_bias=bias).left["c"]
        assert kept_on[0] >= 0.5 * kept_on[8], "half or more of it"
    whole, cut = wave(5, cut_belt=False, cut_h=False).left, wave(5, every=4).left
    for state in ("c", "h"):
        assert cut[state][5:].tolist() == whole[state][5:].tolist()
        assert not cut[state][:5].any()
    gru = wave(6, tab=1).back[8]
    yield 6, f"1 − *z* passes {gru['belt'][0]:.2f} of δ*h* on"


def claims_of_sentence_lab():
    def lab(k, **more):
        return figures.SentenceLab(**state_at("sentence-lab", k) | more)

    def says(k, word, **more):
        pronouns = lab(k, **more).pronouns
        assert max(pronouns, key=pronouns.get) == word
        return f"{pronouns[word]:.2f}"

    yield 0, f"*her*, with a probability of {says(0, 'her')}"
    assert len(lab(0).order) == 8
    trace, unit = lab(1).trace, lab(1).order[0]
    yield 1, f"*f* = {trace.f[6, 0, unit]:.2f} and *i* = {trace.i[6, 0, unit]:.2f}"
    assert float(says(2, "her", holds=[{"t": 7, "f": 1}])) > 0.9
    both = {"t": 7, "f": 1, "i": 0}
    yield 3, f"*his*, {says(3, 'his', holds=[both])}"
    yield 4, f"still *his*, {says(4, 'his', holds=[both | {'units': [1]}])}"
    yield 5, f"*his*, {says(5, 'his', holds=[{'t': 7, 'f': 1}])}"
    right = lab(6).by_distance
    yield 6, f"P = {right['LSTM, chrono'][79]:.2f}; the RNN guesses, {right['RNN'][79]:.2f}"
    yield 6, f"the LSTM falls to {right['LSTM, chrono'][:9].max():.2f} or less"
    assert all(abs(right["RNN"][:9] - 0.5) < 0.01)


def claims_of_trainer():
    from lecture_lib.figures.trainer.tasks import TASKS

    trainer = figures.Trainer(**state_at("trainer", 0))
    guessing = TASKS["recall"].baseline(trainer.lag)
    yield 0, f"a loss of {guessing:.3f}"
    loss = trainer.run(80)[1].loss
    assert min(loss[:25]) > 0.9 * guessing and max(loss[75:]) < 0.1 * guessing
    without = figures.Trainer(**state_at("trainer", 4))
    yield 4, f"keep about {100 / (1 + 2.718281828**-without.forget_bias):.0f} % a step"
    assert min(without.run(110)[1].loss[95:]) > 0.95 * guessing


CLAIMS = {
    "stepper": claims_of_stepper,
    "gradient-flow": claims_of_gradient_flow,
    "backward": claims_of_backward,
    "sentence-lab": claims_of_sentence_lab,
    "trainer": claims_of_trainer,
}


@pytest.mark.parametrize("kind", PLANS)
def test_every_number_that_it_says_is_the_library_s(kind):
    said = [" ".join(texts(stop)) for stop in PLANS[kind]["stops"]]
    for k, claim in CLAIMS[kind]():
        assert claim in said[k]
        said[k] = said[k].replace(claim, "")
    # What is left is what the reader is to set, or was said of the stop before.
    set_by_reader = {"gradient-flow": {3: ["1.5"]}}
    for k, rest in enumerate(said):
        assert NUMBER.findall(rest) == set_by_reader.get(kind, {}).get(k, []), (k, rest)


@pytest.fixture
def show(browser, tmp_path):
    """`show(kind, **options)` opens the figure's page; at the end nothing may have been logged."""
    with previews(browser, wait=20_000) as open_page:

        def show_kind(kind, **options):
            address = (tmp_path / preview.write(CLASSES[kind](), tmp_path)).as_uri()
            return Tour(open_page(address, **options), kind)

        yield show_kind


class Tour(Figure):
    def reach(self):
        """The Trainer: how much of the gradient is left at the first step, in the last map."""
        last = self.root.locator(".live-reach:visible [aria-label]").last
        label = last.get_attribute("aria-label")
        number = label.split("now ")[1].rstrip(".").replace("\u00a0×\u00a010", "e")
        return float(number.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))

    @property
    def card(self):
        return self.root.locator(".live-tour")

    def begin(self):
        self.root.get_by_role("button", name="Tour", exact=True).press("Enter")
        self.settle()

    def press(self, name):
        """By the keyboard: the focus has to get there, and the button to take it."""
        button = self.card.get_by_role("button", name=name, exact=True)
        button.focus()
        assert self.focused() == name
        self.page.keyboard.press("Enter")
        self.settle()

    def focused(self):
        return self.page.evaluate("document.activeElement.textContent")

    def settle(self):
        self.page.evaluate("""async () => {
          for (let k = 0; k < 3; k += 1) await new Promise(requestAnimationFrame);
        }""")

    def scene(self):
        return self.root.evaluate(SCENE)

    def stands_as(self, k):
        """The figure is set as the k-th stop says."""
        wanted = state_at(self.anchor, k)
        initial = CLASSES[self.anchor]().state()
        assert self.kept() == {k: value for k, value in wanted.items() if value != initial[k]}

    def kept(self):
        """What a link to the figure says: all that is not as it was at first."""
        self.root.get_by_role("button", name=COPY).press("Enter")
        return self.page.evaluate("""() => Object.fromEntries(
          [...new URLSearchParams(location.hash.split("?")[1] ?? "")]
            .map(([name, text]) => [name, JSON.parse(text)]))""")


def see(tour, stop):
    """What is lit and what is asked for are in the window, with the card, which covers neither."""
    scene = tour.scene()
    assert "lit" in scene["marks"] and scene["card"], stop["say"]
    assert (scene["covered"], scene["outside"]) == ([], []), stop["say"]
    assert ("asked" in scene["marks"]) == ("until" in stop), stop["say"]


@pytest.mark.parametrize("kind", PLANS)
def test_a_reader_walks_it_by_keyboard_alone(show, kind):
    """Each stop sets the figure, lights, waits for its deed, notices it, and says what has come."""
    tour = show(kind, viewport={"width": 1280, "height": 720})
    stops = PLANS[kind]["stops"]
    tour.begin()
    assert tour.focused() == "Next"
    for k, stop in enumerate(stops):
        spoken = tour.card.locator("[aria-live=polite]")
        said = spoken.inner_text()
        assert said.startswith(f"Stop {k + 1} of {len(stops)}\n")
        assert all(text.replace("*", "") in said for text in texts(stop)[:2])
        described = tour.card.locator("[aria-describedby]").get_attribute("aria-describedby")
        assert described == spoken.get_attribute("id")
        see(tour, stop)
        tour.stands_as(k)
        if "until" in stop:
            assert tour.card.evaluate("card => !card.classList.contains('live-met')")
            tour.press("Go there")
            for key in DEEDS[kind][k]:
                tour.page.keyboard.press(key)
            # A training may have to share its processor.
            tour.root.locator(".live-tour.live-met").wait_for(timeout=60_000)
            assert f"Done. {stop['seen']}".replace("*", "") in spoken.inner_text()
            tour.settle()
            see(tour, stop)
            if (kind, k) in REACHES:
                least, most = REACHES[kind, k]
                assert least < tour.reach() < most
            tour.page.keyboard.press("Escape")
            assert tour.focused() in ("Next", "Finish")
        tour.page.keyboard.press("Enter") if "until" in stop else tour.press("Next")
        tour.settle()
    assert tour.card.count() == 0 and tour.root.locator("[data-tour]").count() == 0
    assert tour.focused() == "Tour"
    # The figure stays as the reader left it, and Reset leads where it always does.
    assert tour.kept()
    tour.root.get_by_role("button", name="Reset", exact=True).click()
    assert tour.kept() == {}


@pytest.mark.parametrize("kind", PLANS)
def test_on_a_telephone_in_the_dark_nothing_is_covered(show, kind):
    """Stops passed by without their deeds, there and back: each stands as it did."""
    size = {"width": 390, "height": 844}
    tour = show(kind, viewport=size, color_scheme="dark", has_touch=True)
    stops = PLANS[kind]["stops"]
    tour.begin()
    for k, stop in enumerate(stops):
        see(tour, stop)
        if k == 1:
            assert not axe_faults(tour.page)
        if k < len(stops) - 1:
            tour.press("Next")
    for k in range(len(stops) - 2, -1, -1):
        tour.press("Back")
        see(tour, stops[k])
        assert tour.focused() == ("Back" if k else "Next")  # Back can do no more
        tour.stands_as(k)
    tour.press("Leave")
    assert tour.card.count() == 0 and tour.focused() == "Tour"


def test_escape_leads_back_to_the_card_and_then_out(show):
    tour = show("backward")
    tour.begin()
    tour.press("Next")
    tour.press("Go there")
    assert tour.focused() == "← one step back"
    tour.page.keyboard.press("Escape")
    assert tour.focused() == "Next"
    tour.page.keyboard.press("Escape")
    assert tour.card.count() == 0 and tour.focused() == "Tour"
    tour.begin()
    tour.page.evaluate("document.activeElement.blur()")
    tour.page.keyboard.press("Escape")
    assert tour.focused() == "Next"
    tour.page.keyboard.press("Escape")
    assert tour.card.count() == 0
    tour.begin()
    tour.root.get_by_role("button", name="Tour", exact=True).click()
    assert tour.card.count() == 0


def test_what_the_reader_had_set_and_done_does_not_make_it_untrue(show):
    """Begun from another state, and with another done in between."""
    tour = show("gradient-flow")
    tour.choose(hidden_size=5, seed=8, gain=0.5, chrono=True)
    tour.begin()
    tour.stands_as(0)
    tour.press("Next")
    tour.choose(seed=3, forget_bias=6)
    tour.press("Next")
    tour.stands_as(2)


def test_the_card_goes_when_the_figure_does(show):
    tour = show("gradient-flow", viewport={"width": 1280, "height": 720})
    tour.page.evaluate("document.body.style.paddingBottom = '3000px'")
    tour.begin()
    assert tour.card.is_visible()
    tour.page.evaluate("scrollTo(0, 3000)")
    tour.settle()
    assert not tour.card.is_visible()
    tour.page.evaluate("scrollTo(0, 0)")
    tour.settle()
    assert tour.card.is_visible()


def test_it_goes_on_where_the_view_is_moved_into_a_dialog(show):
    """As on the stage: the card comes along, and Escape is the dialog's."""
    tour = show("backward", viewport={"width": 1280, "height": 720})
    tour.begin()
    tour.press("Next")
    tour.root.evaluate("""(root) => {
      const dialog = document.createElement("dialog");
      dialog.style.cssText = "width: 100vw; height: 100vh; max-width: none; columns: 2";
      dialog.append(root.querySelector(".live-view"));
      root.append(dialog);
      dialog.showModal();
      dialog.addEventListener("close", () => root.append(dialog.firstElementChild));
    }""")
    tour.settle()
    stop = PLANS["backward"]["stops"][1]
    see(tour, stop)
    assert tour.card.evaluate("""(card) => {
      const { left, top } = card.getBoundingClientRect();
      return card.contains(document.elementFromPoint(left + 30, top + 30));
    }""")
    tour.press("Next")
    see(tour, PLANS["backward"]["stops"][2])
    tour.page.keyboard.press("Escape")
    tour.settle()
    assert tour.root.locator("dialog[open]").count() == 0
    assert tour.card.is_visible()


MEETS = """([module, cases]) =>
  import(URL.createObjectURL(new Blob([module], { type: "text/javascript" }))).then(({ meets }) =>
    cases.map(([value, ...rest]) => meets(value ?? undefined, ...rest)))"""


def test_when_a_deed_is_done(browser):
    hold = {"t": 7, "f": 1, "units": []}
    cases = [
        ([3, 3, 0], True),
        (["a", "b", 0], False),
        ([4, {"above": 4}, 0], False),
        ([4.01, {"above": 4}, 0], True),
        ([4, {"below": 4}, 0], False),
        ([3.99, {"below": 4}, 0], True),
        ([5, {"above": 4, "below": 6}, 0], True),
        ([7, {"above": 4, "below": 6}, 0], False),
        ([["f", "fi"], {"has": "fi"}, []], True),
        ([["f"], {"has": "fi"}, []], False),
        ([[{"t": 1}, hold], {"has": {"f": 1, "t": 7}}, []], True),
        ([[hold], {"has": {"f": 0, "t": 7}}, []], False),
        ([[hold], {"has": {"units": [1]}}, []], False),
        ([[], {"has": {"f": 1}}, []], False),
        ([None, {"below": 4}, None], False),  # a fact that there is none of yet
        ([1, "changed", 1], False),
        ([2, "changed", 1], True),
        ([[1], "changed", [1]], False),
    ]
    page = browser.new_page()
    try:
        module, given = joined("web/kit/tour.mjs"), [case for case, _ in cases]
        found = page.evaluate(MEETS, [module, given])
    finally:
        page.close()
    assert found == [met for _, met in cases]
