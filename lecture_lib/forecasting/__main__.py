"""python -m lecture_lib.forecasting my.csv --season 12 --horizon 12"""

import argparse
import json
import sys
from typing import Any

from lecture_lib.forecasting.comparing import FIND, METHODS, compare
from lecture_lib.forecasting.verdict import RULES
from lecture_lib.tables import read_table


def main(arguments: list[str] | None = None) -> int:
    """Compare the methods on a file's column, and print the table. Returns the exit code: 2 where
    something does not fit, and then one sentence says what."""
    parser = argparse.ArgumentParser(
        prog="python -m lecture_lib.forecasting",
        description="Ask whether your series needs a gate: forecasts that learn nothing, lines and "
        "networks, ranked on the last fifth of your numbers.",
    )
    parser.add_argument("file", help="a .csv or .tsv, with or without a header and dates")
    parser.add_argument("--horizon", type=int, default=12, help="steps ahead (12)")
    parser.add_argument("--season", default=FIND, help='its steps, "none", or "find" (the default)')
    parser.add_argument("--column", help="the name of the column to forecast (the first)")
    for name, words in (("ahead", "for the steps to come"), ("late", "up to now only")):
        parser.add_argument(f"--known-{name}", nargs="*", default=[], help=f"columns known {words}")
    parser.add_argument("--methods", nargs="*", default=list(METHODS), help="some of the methods")
    parser.add_argument("--seeds", type=int, default=3, help="of each network (3)")
    parser.add_argument("--budget", type=float, help="seconds")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    given = parser.parse_args(arguments)
    try:
        found = _compared(given)
    except (ValueError, TypeError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(found.to_dict(), indent=1, ensure_ascii=False))
    else:
        print(found, "", *(f"- {rule}" for rule in RULES), sep="\n")
    return 0


def _compared(given: argparse.Namespace) -> Any:
    columns = read_table(given.file, gaps=True).columns()

    def column(name: str) -> Any:
        if name not in columns:
            raise ValueError(f"there is no column {name!r}; there are {', '.join(columns)}")
        return columns[name]

    season: Any = given.season
    if season != FIND:
        if not (season == "none" or season.isdecimal()):
            raise ValueError(f"season must be a whole number, none or find, got {season!r}")
        season = None if season == "none" else int(season)
    return compare(
        column(given.column or next(iter(columns))),
        given.horizon,
        season,
        known_ahead={name: column(name) for name in given.known_ahead},
        known_late={name: column(name) for name in given.known_late},
        methods=given.methods,
        seeds=range(given.seeds),
        budget=given.budget,
        progress=not given.json,
    )


if __name__ == "__main__":
    sys.exit(main())
