"""The page's mirror of `lecture_lib.forecasting`, asked from a test."""

from lecture_lib.figures import joiner

EXPORTS = {
    "forecasting/problem.mjs": "createProblem plain",
    "forecasting/comparing.mjs": "LeftOut METHODS PLAIN mustBeNamedOnce networkRow plainRow pose",
    "forecasting/comparison.mjs": "createComparison",
    "forecasting/leaks.mjs": "lateForecasts targetAmongInputs",
    "forecasting/linear.mjs": "chooseAutoregression",
    "forecasting/paired.mjs": "paired",
    "forecasting/seasons.mjs": "autocorrelation findSeason",
    "forecasting/smoothing.mjs": "fitSmoothing smoothed",
    "forecasting/words.mjs": "RULES constants",
    "files/tables.mjs": "columnsOf openTable",
    "sentences.mjs": "filled repr",
}
# What is `asked` is answered by `answer`, a body of a function that has all exports in reach.
ANSWER = """async ([source, answer, asked]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const all = await import(url);
  const attempt = (work) => {
    try {
      return work();
    } catch (error) {
      return { refused: error.message };
    }
  };
  const names = [...Object.keys(all), "attempt", "asked"];
  return new Function(...names, answer)(...Object.values(all), attempt, asked);
}"""


def engine():
    """The page's forecasts and its reader of tables as one module that exports `EXPORTS`."""
    home = joiner.PACKAGE / "web" / "numbers"
    names = {file: found.replace(" ", ", ") for file, found in EXPORTS.items()}
    lines = [f'import {{ {found} }} from "./{file}";\n' for file, found in names.items()]
    source = joiner.join(home / "all.mjs", text="".join(lines))
    return f"{source}export {{ {', '.join(names.values())} }};"
