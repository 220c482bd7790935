"""The page's forecasts, web/numbers/forecasting, are Python's: numbers, tables and words."""

import re
import warnings
from itertools import chain, product
from types import SimpleNamespace

import numpy as np
import pytest

from lecture_lib.experiments import series as book
from lecture_lib.forecasting import (
    METHODS,
    RULES,
    autocorrelation,
    compare,
    find_season,
    late_forecasts,
    linear,
    paired,
    target_among_inputs,
)
from lecture_lib.forecasting.baselines import _fitted, smoothed
from lecture_lib.forecasting.comparing import BASELINES, LINES, _alarms
from lecture_lib.forecasting.comparison import Comparison, Row
from lecture_lib.forecasting.words import CONSTANTS
from tests.forecasting.page import ANSWER, engine

EXACT = (*BASELINES, "AR")
# Sums are taken in another order: what is left of 2⁻⁵³ after Cholesky's or LU's factors.
NEAR = 1e-9


@pytest.fixture(scope="module")
def ask(browser):
    """`ask(answer, asked)`: what the page's engine says, as plain lists and numbers."""
    page, source = browser.new_page(), engine()
    yield lambda answer, asked: page.evaluate(ANSWER, [source, answer, asked])
    page.close()


def assert_alike(mine, theirs, where=""):
    """The page's answer is Python's: numbers to 1e-9 of the largest beside them, or of 1e-3 where
    that is less; all else alike."""
    if isinstance(theirs, dict):
        assert list(mine) == list(theirs), where
        for key, value in theirs.items():
            assert_alike(mine[key], value, f"{where}.{key}")
    elif isinstance(theirs, float) or (isinstance(theirs, list) and is_numbers(theirs)):
        size = np.nanmax(np.abs(np.append(theirs, 1e-3)))
        np.testing.assert_allclose(mine, theirs, 0, NEAR * size, err_msg=where)
    elif isinstance(theirs, list):
        assert len(mine) == len(theirs), where
        for k, value in enumerate(theirs):
            assert_alike(mine[k], value, f"{where}[{k}]")
    else:
        assert mine == theirs and isinstance(mine, bool) == isinstance(theirs, bool), where


def is_numbers(values):
    return bool(values) and all(isinstance(value, float) for value in values)


def columns(given):
    return [{"name": name, "values": list(values)} for name, values in given.items()]


def asked_of(given):
    """What `compare` is given, as the page's `pose` takes it."""
    names = {"known_ahead": "knownAhead", "known_late": "knownLate"}
    plain = {"values": list(given["values"]), "season": "find"} | given | {"values": None}
    plain["values"] = [float(value) for value in given["values"]]
    return {
        names.get(key, key): columns(value) if key in names else value
        for key, value in plain.items()
    }


COMPARED = """return asked.map(({ methods, ...given }) => attempt(() => {
  const { problem, found } = pose(given);
  const left = {};
  const rows = methods.flatMap((name) => {
    try {
      return [plainRow(problem, name)];
    } catch (error) {
      if (!(error instanceof LeftOut)) throw error;
      left[name] = error.message;
      return [];
    }
  });
  const comparison = createComparison(problem, rows, left);
  const { mean, sd, learned, columns, testOrigins, validationOrigins } = problem;
  const ar = rows.some(({ name }) => name === "AR") ? chooseAutoregression(problem) : null;
  return {
    problem: { mean, sd, learned: [...learned], columns: [...columns], testOrigins,
      validationOrigins },
    found, ar,
    rows: comparison.rows.map(({ forecasts, errors, parameters, seconds, ...row }) =>
      ({ ...row, forecasts: [...forecasts] })),
    mase: comparison.rows.map((row) => comparison.mase(row).map((seed) => [...seed])),
    dict: comparison.toDict(),
  };
}))"""


def compared(given, methods):
    """What Python finds, in the form of `COMPARED`."""
    found = compare(**given, methods=methods, progress=False)
    problem = found.problem
    order = linear.choose_autoregression(problem) if "AR" not in found.left_out else None
    return {
        "problem": {
            "mean": problem.mean,
            "sd": problem.sd,
            "learned": problem.learned.tolist(),
            "columns": problem.columns.ravel().tolist(),
            "testOrigins": problem.test_origins.tolist(),
            "validationOrigins": problem.validation_origins.tolist(),
        },
        "found": given.get("season", "find") == "find",
        "ar": order and dict(zip(("order", "ridge"), order, strict=True)),
        "rows": [
            {
                "name": row.name,
                "family": row.family,
                "seeds": len(row.errors),
                "validation": row.validation,
                "updates": list(row.updates),
                "forecasts": row.forecasts.ravel().tolist(),
            }
            for row in found.rows
        ],
        "mase": [row.mase(problem).tolist() for row in found.rows],
        "dict": found.to_dict(),
    }


def drawn(seed):
    """A series of any length, size and kind, and what may be asked of it."""
    rng = np.random.default_rng(seed)
    count, m = int(rng.integers(12, 260)), int(rng.integers(2, 15))
    t = np.arange(count)
    season = rng.normal(scale=3, size=m)[t % m] * rng.integers(2)
    steps = rng.normal(size=count)
    values = (season + (steps.cumsum() if rng.integers(2) else steps)) * 10.0 ** rng.integers(-6, 7)
    given = {
        "values": values + rng.normal(scale=100) * rng.integers(2),
        "horizon": int(rng.integers(1, 13)),
        "season": ["find", None, m][rng.integers(3)],
        "differenced": [None, True, False][rng.integers(3)],
    }
    names = [f"x{k}" for k in range(rng.integers(4))]
    made = {name: rng.normal(size=count) for name in names}
    return given | {"known_ahead": made, "known_late": {"rain": steps} if rng.integers(2) else {}}


def test_rows_and_tables_are_pythons(ask):
    """The book's series with a season found, given and none, values and changes, and columns; and
    two dozen drawn ones, some of which are refused, in the same sentence."""
    rng = np.random.default_rng(0)
    given = []
    for name, differenced in product(("co2", "sunspots", "walk"), (None, True, False)):
        values = book.load(name).values
        given.append({"values": values, "horizon": 12, "differenced": differenced, "unit": "ppm"})
    sun = book.load("sunspots").values
    two = {"known_ahead": {"plan": rng.normal(size=309)}, "known_late": {"rain": sun[::-1]}}
    given += [{"values": sun, "horizon": 24, "season": season, **two} for season in (None, 11, 30)]
    given += [{"values": np.append(sun[3:], [1, 2, 3]), "horizon": 3, "known_late": {"leak": sun}}]
    given += [drawn(seed) for seed in range(24)]
    answers = ask(COMPARED, [asked_of(each) | {"methods": EXACT} for each in given])
    refused = left_out = 0
    for each, mine in zip(given, answers, strict=True):
        try:
            theirs = compared(each, EXACT)
        except ValueError as error:
            theirs = {"refused": str(error)}
        assert_alike(mine, theirs)
        refused += "refused" in theirs
        left_out += bool(theirs.get("dict", {}).get("left_out"))
    assert 2 <= refused <= 12 and left_out > 5


def test_the_alarm_and_the_rules_are_pythons(ask):
    assert ask("return { RULES, METHODS, PLAIN }", None) == {
        "RULES": list(RULES),
        "METHODS": list(METHODS),
        "PLAIN": [*BASELINES, *LINES],
    }
    rng = np.random.default_rng(0)
    y = rng.normal(size=200).cumsum() + 10
    origins = np.arange(160, 199)
    near = y[origins] + 0.01 * rng.normal(size=39)
    twin = np.append(y[3:], [1.0, 2.0, 3.0])
    columns = {"fine": y[::-1], "it's": twin, "own": 2 * y + 1, "late": np.append([0, 0], y[:-2])}
    theirs = [
        late_forecasts(y, origins, near),
        late_forecasts(y, origins[:-4], near[:-4], 5),
        late_forecasts(y, origins, y[origins + 1]),
        *(target_among_inputs(y, columns, h, ahead) for h in (3, 2) for ahead in (False, True)),
    ]
    assert list(map(len, theirs)) == [1, 1, 0, 1, 3, 0, 1]
    mine = ask(
        """const { origins, near, columns } = asked, y = Float64Array.from(asked.y);
        const inputs = Object.entries(columns).map(([name, values]) =>
          ({ name, values: Float64Array.from(values) }));
        return [lateForecasts(y, origins, near), lateForecasts(y, origins.slice(0, -4), near, 5),
          lateForecasts(y, origins, origins.map((o) => y[o + 1])),
          ...[3, 2].flatMap((h) => [false, true].map((a) =>
            targetAmongInputs(y, inputs, h, a)))];""",
        {"y": y.tolist(), "origins": origins.tolist(), "near": near.tolist()}
        | {"columns": {name: column.tolist() for name, column in columns.items()}},
    )
    wanted = [[vars(alarm) for alarm in alarms] for alarms in theirs]
    assert list(map(len, mine)) == list(map(len, wanted))
    for one, other in zip(chain(*mine), chain(*wanted), strict=True):
        assert_alike(one, other)


JUDGED = """return asked.map(({ given, rows, left }) => {
  const { problem } = pose(given);
  const typed = rows.map((row) => ({ ...row, errors: Float64Array.from(row.errors),
    forecasts: Float64Array.from(row.forecasts) }));
  const comparison = createComparison(problem, typed, left);
  const { kind, lineAhead, networkAhead } = comparison.verdict();
  const plain = (ahead) => ahead && [ahead.mean, ahead.halfWidth, `${ahead}`];
  return { ...comparison.toDict(), kind, ahead: [plain(lineAhead), plain(networkAhead)] };
})"""


def row_of(problem, rng, name, family, sizes, validation, late=False):
    """A row whose errors are about as large as `sizes`, one a seed; or that says the last value
    again, one step ahead."""
    origins, seeds = problem.test_origins, len(sizes)
    last = problem.values[origins]
    ahead = np.minimum(origins[:, None] + np.arange(1, problem.horizon + 1), 199)
    noise = 1 + 0.3 * rng.normal(size=(seeds, *ahead.shape))
    said = problem.values[ahead] + np.reshape(sizes, (-1, 1, 1)) * noise
    if late:
        said[:, :, 0] = last
    errors = np.stack([problem.errors(origins, one) for one in said])
    return Row(name, family, errors, said, validation, 1233 * seeds, (1000, 25, 400)[:seeds])


def test_the_verdict_is_pythons_to_the_letter(ask):
    """Each verdict, with its turns, on made-up rows: who is nearest in the validation part, who in
    the test, with every seed or not, and a network that only says the last value again."""
    rng = np.random.default_rng(2)
    values = rng.normal(size=200).cumsum()
    cases, kinds, split, alarms = [], set(), 0, 0
    for horizon, line, network, base in product(
        (1, 4), (0.5, 1, None), (0.2, 0.97, 1.4, None), ("mean", "seasonal naive", None)
    ):
        found = compare(values, horizon, None, methods=("persistence",), progress=False)
        problem = found.problem
        rows = []
        if base:
            rows += [row_of(problem, rng, base, "baseline", [1], 1)]
            rows += [row_of(problem, rng, "drift", "baseline", [0.9], 1.2)]
        if line:
            rows += [row_of(problem, rng, "AR", "line", [line], 0.9 if rng.integers(2) else 1.1)]
        if network:
            sizes = [[network], [network] * 3, [network, network / 9, 1.3]][rng.integers(3)]
            late = network == 1.4
            rows += [row_of(problem, rng, "GRU", "network", sizes, network, late)]
        if not rows:
            continue
        rows.sort(key=lambda row: row.mase(problem).mean())
        cases.append(Comparison(problem, rows, {"LSTM": "no time"}, _alarms(problem, rows)))
    for short in (values[:60], values[:130]):
        cases.append(compare(short, 8, methods=EXACT, progress=False))
    asked = [
        {
            "given": {"values": case.problem.values.tolist(), "horizon": case.problem.horizon}
            | {"season": case.problem.season, "differenced": case.problem.differenced},
            "left": case.left_out,
            "rows": [
                vars(row)
                | {"errors": row.errors.ravel().tolist(), "seeds": len(row.errors)}
                | {"forecasts": row.forecasts.ravel().tolist(), "updates": list(row.updates)}
                for row in case.rows
            ],
        }
        for case in cases
    ]
    for case, mine in zip(cases, ask(JUDGED, asked), strict=True):
        verdict = case.verdict
        ahead = [verdict.line_ahead, verdict.network_ahead]
        theirs = case.to_dict() | {
            "kind": verdict.kind,
            "ahead": [
                None if one is None else [one.mean, one.half_width, str(one)] for one in ahead
            ],
        }
        assert mine["verdict"] == theirs["verdict"]
        assert_alike(mine, theirs)
        kinds.add(verdict.kind)
        split += "not with every seed" in verdict.words
        alarms += len(case.alarms)
    assert kinds == {"too short", "none", "line", "network", "not run"}
    assert split > 1 and alarms > 5


def near_a_season(seed):
    """A short series in which a slightly other moving mean would show another season."""
    rng = np.random.default_rng(seed)
    count, m = int(rng.integers(20, 60)), int(rng.integers(2, 7))
    return rng.normal(scale=1.2, size=m)[np.arange(count) % m] + rng.normal(size=count)


def test_seasons_and_intervals_are_pythons(ask):
    rng = np.random.default_rng(3)
    t = np.arange(240.0)
    waves = [3 * np.sin(2 * np.pi * t / m) + rng.normal(size=240) for m in (4, 7, 12, 24, 40)]
    waves += [wave + 0.1 * t for wave in waves] + [wave.cumsum() for wave in waves]
    waves += [rng.normal(size=n) for n in (5, 8, 9, 10, 33, 240)]
    waves += [rng.normal(size=240).cumsum() for _ in range(5)]
    waves += [near_a_season(seed) for seed in (13, 41, 53, 63, 89, 126, 143)]
    waves += [t, t**2, np.full(50, 3.0), np.exp(t / 50), np.tile([1.0, 2, 4, 0], 30), t * 1e90]
    mine = ask(
        """return asked.map((given) => {
          const values = Float64Array.from(given);
          const { mean, halfWidth } = paired(values, values.toReversed(), 3);
          const r = [...autocorrelation(values, 4)];
          return { season: findSeason(values), r, apart: [mean, halfWidth] };
        })""",
        [wave.tolist() for wave in waves],
    )
    found = []
    for wave, one in zip(waves, mine, strict=True):
        apart = paired(wave, wave[::-1], 3)
        theirs = {"season": find_season(wave), "r": autocorrelation(wave, 4).tolist()}
        size = float(np.abs(wave).max())
        apart = [apart.mean / size, apart.half_width / size]
        assert_alike(one | {"apart": [x / size for x in one["apart"]]}, theirs | {"apart": apart})
        found.append(theirs["season"])
    assert {4, 7, 12, 24, 40} <= set(found) and found.count(None) > 10


def squares(values, fitted, m):
    """The sum of the squared errors one step ahead, by the recursion in Python."""
    at = np.arange(len(values) - 1)
    said = smoothed(values, fitted, m, at, 1)[:, 0]
    season = fitted["initial_seasons"][0] if m else 0.0
    first = values[0] - fitted["initial_level"] - fitted["initial_trend"] - season
    return float(((values[1:] - said) ** 2).sum() + first**2)


def test_exponential_smoothing_is_fitted_at_least_as_well_as_by_statsmodels(ask):
    """Its sum of squares is at most theirs · (1 + 1e-6), each worked out in Python by one
    recursion; and from statsmodels' own fit the page says what Python says."""
    rng = np.random.default_rng(4)
    t = np.arange(160)
    series = [
        (book.load(name).values[:240], m) for name in ("sunspots", "walk") for m in (None, 11)
    ]
    series += [(book.load("co2").values[:200], 12)]
    series += [(rng.normal(size=15), 3), (rng.normal(size=12), None)]
    series += [(0.1 * t + 3 * np.sin(t / 2) + rng.normal(size=160), 12)]
    # One whose best shares, (.1, .1, .9), lie in a corner of the box far from those of the others.
    t = np.arange(240)
    series += [(np.exp(t / 100 + 0.3 * np.sin(2 * np.pi * t / 12)), 12)]
    series += [(rng.normal(size=160).cumsum().cumsum(), None)]
    known = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for values, m in series:
            known.append(_fitted(SimpleNamespace(values=values, season=m), len(values)))
    plain = [
        {
            "shares": [fit[f"smoothing_{part}"] for part in ("level", "trend")]
            + [fit["smoothing_seasonal"] if m else 0],
            "level": fit["initial_level"],
            "trend": fit["initial_trend"],
            "seasons": list(fit["initial_seasons"]) if m else [0],
        }
        for fit, (_, m) in zip(known, series, strict=True)
    ]
    answers = ask(
        """return asked.map(({ values: given, season, known }) => {
          const values = Float64Array.from(given);
          const { seasons, ...fitted } = fitSmoothing(values, season);
          const said = smoothed(values, known, [5, 6, values.length - 1], 9);
          return { ...fitted, seasons: [...seasons], said: [...said] };
        })""",
        [
            {"values": values.tolist(), "season": m, "known": fit}
            for (values, m), fit in zip(series, plain, strict=True)
        ],
    )
    for (values, m), fit, mine in zip(series, known, answers, strict=True):
        theirs = smoothed(values, fit, m, np.array([5, 6, len(values) - 1]), 9)
        assert_alike(mine["said"], theirs.ravel().tolist())
        level, trend, seasonal = mine["shares"]
        assert 0 < level < 1 and 0 <= trend <= 1 and 0 <= seasonal <= 1 - level
        found = {
            "smoothing_level": level,
            "smoothing_trend": trend,
            "smoothing_seasonal": seasonal,
            "initial_level": mine["level"],
            "initial_trend": mine["trend"],
            "initial_seasons": mine["seasons"],
        }
        assert squares(values, found, m) == pytest.approx(mine["sse"], rel=1e-6)
        assert mine["sse"] <= squares(values, fit, m) * (1 + 1e-6)


GOOD = np.sin(np.arange(100.0)).tolist()
GAP = float("nan")


@pytest.mark.parametrize("kind", ["values", "asked"])
def test_what_does_not_fit_is_refused_in_pythons_sentence(ask, kind):
    values = [
        ([3.0] * 100, {}),
        ([1.0, 2, 3, 5] * 30, {}),
        (GOOD[:11], {}),
        ([], {}),
        ([1.0, GAP, *GOOD], {}),
        ([GAP] * 40, {}),
        ([1e300, *GOOD], {}),
        ([float("inf"), *GOOD], {}),
    ]
    asked = [
        (GOOD, given)
        for given in (
            {"horizon": 0},
            {"horizon": -3},
            {"horizon": 21},
            {"horizon": 2**40},
            {"season": 1},
            {"season": 33},
            {"season": 0},
            {"known_ahead": {"plan": GOOD[:1]}},
            {"known_late": {"it's": [GAP, *GOOD[1:]]}},
            {"known_late": {"a\tb": GOOD, "z": GOOD}, "known_ahead": {"z": GOOD, "a\tb": GOOD}},
            {"known_late": {"x": [1e101, *GOOD[1:]]}},
        )
    ]
    given = [
        {"values": v, "horizon": 2} | more for v, more in {"values": values, "asked": asked}[kind]
    ]
    answers = ask(COMPARED, [asked_of(each) | {"methods": ["mean"]} for each in given])
    for each, mine in zip(given, answers, strict=True):
        # The page takes fewer values, and says so.
        refused = mine.get("refused", "not refused").replace("to 10,000 ", "to 100,000 ")
        with pytest.raises(ValueError, match=f"^{re.escape(refused)}$"):
            compare(**each, methods=["mean"], progress=False)


def test_what_is_named_twice_or_not_at_all_is_refused_in_pythons_sentence(ask):
    given = [("methods", []), ("methods", ["AR", "mean", "AR"]), ("seeds", []), ("seeds", [2, 2])]
    said = ask("return asked.map((each) => attempt(() => mustBeNamedOnce(...each)))", given)
    for (name, value), mine in zip(given, said, strict=True):
        with pytest.raises(ValueError, match=f"^{re.escape(mine['refused'])}$"):
            compare(GOOD, 2, progress=False, **{name: value})


def test_the_pages_own_bounds_are_said(ask):
    page = CONSTANTS["page"]
    long = [float(t % 7) + t / 1e3 for t in range(page["most"] + 1)]
    seven = {"known_late": {f"x{k}": GOOD for k in range(page["columns"] + 1)}}
    given = [
        {"values": long, "horizon": 2},
        {"values": long[:1000], "horizon": page["horizon"] + 1},
        {"values": GOOD, "horizon": 2, **seven},
        {"values": GOOD, "horizon": 2.5},
        {"values": GOOD, "horizon": "2"},
        {"values": long[:9000], "horizon": 2, "season": 367, "differenced": False},
    ]
    methods = ["exponential smoothing", "AR"]
    *answers, last = ask(COMPARED, [asked_of(each) | {"methods": methods} for each in given])
    assert [answer["refused"] for answer in answers] == [
        "values must hold 12 to 10,000 numbers, got 10,001",
        "horizon must be at most 60 in the page, got 61: Python takes more",
        "there must be at most 6 columns beside the values in the page, got 7: Python takes more",
        "horizon must be a whole number, got 2.5",
        "horizon must be a whole number, got '2'",
    ]
    assert last["dict"]["left_out"] == {
        "exponential smoothing": "a season of 367 steps in 9,000 values is more than the page fits "
        "in time: Python does",
        "AR": "a regression on 1101 values is more than the page fits in time: Python does",
    }


def test_sentences_are_filled_as_python_fills_them(ask):
    rng = np.random.default_rng(5)
    numbers = [
        0.0,
        -0.0,
        -1e-4,
        -6e-4,
        0.0625,
        0.1875,
        2.5,
        0.5,
        1.5,
        0.9995,
        999.9995,
        1e21,
        1e-5,
        9.9999995,
    ]
    numbers += [1e5, 999999.5, 123456.5, 1234567.0, -1e-7, 12.0, 1e300, float("inf"), GAP]
    numbers += (rng.normal(size=200) * 10.0 ** rng.integers(-9, 12, 200)).tolist()
    forms = ["{x:.3f}", "{x:z.3f}", "{x:.0f}", "{x:.6g}", "{x:.1g}", "{x:.1%}", "{x:.0%}"]
    texts = [
        "",
        "a",
        "it's",
        '"',
        "it's \"",
        "a\\b",
        "\n\t\r\0\x7f",
        "é 漢 \u2028\u00a0\u200b",
        "😀\U000e0001",
    ]
    mine = ask(
        """return [asked.numbers.map((x) => asked.forms.map((form) => filled(form, { x }))),
        asked.texts.map(repr), [0, 999, 1000, 1234567].map((x) => filled("{x:,}", { x }))]""",
        {"numbers": numbers, "forms": forms, "texts": texts},
    )
    assert mine[0] == [[form.format(x=x) for form in forms] for x in numbers]
    assert mine[1] == list(map(repr, texts))
    assert mine[2] == ["0", "999", "1,000", "1,234,567"]
