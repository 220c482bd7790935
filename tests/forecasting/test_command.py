"""The command line: python -m lecture_lib.forecasting."""

import json

import numpy as np

from lecture_lib.forecasting.__main__ import main


def test_the_command_line(tmp_path, capsys):
    rng = np.random.default_rng(0)
    rows = [f"{t},{np.sin(t / 2) + rng.normal() / 9:.3f},{t % 7}" for t in range(120)]
    (tmp_path / "my.csv").write_text("step,level,day\n" + "\n".join(rows) + "\n")
    file = str(tmp_path / "my.csv")
    shared = ["--horizon", "2", "--methods", "mean", "AR", "--column", "level"]
    assert main([file, *shared, "--known-ahead", "day"]) == 0
    out = capsys.readouterr().out
    assert "120 values" in out and "- More than chance" in out
    assert main([file, *shared, "--json", "--season", "none"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["season"] is None and told["methods"][0]["method"] == "AR"
    for wrong, words in (
        (["--column", "price"], "there is no column 'price'; there are step, level, day"),
        (["--season", "400"], "season must fit twice"),
        (["--methods", "magic"], "methods must be"),
        (["--season", "x"], "season must be a whole number, none or find, got 'x'"),
    ):
        assert main([file, "--horizon", "2", *wrong]) == 2
        assert words in capsys.readouterr().err
    assert main([str(tmp_path / "none.csv")]) == 2
    assert "No such file" in capsys.readouterr().err
