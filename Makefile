# Each target sets up what it needs; run twice, it costs nothing.
PYTHON ?= python3
# Another Python beside the first: make test PYTHON=python3.13 VENV=.venv-3.13
VENV ?= .venv
BIN := $(VENV)/bin
# Small matrix products are faster on one thread, and two busy cores can stall a BLAS pool.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

# What trains the networks, and what repeats the comparisons, that lie in lecture_lib/records.
WEIGHTS := $(addprefix tasks.,characters latch hello counting sentences agreement distance voice) \
	experiments.write_only experiments.series
RUNS := $(addprefix experiments.,delayed_recall comparison characters sentence_runs after variants \
	hidden_size your_series)

QUIET := --quiet --disable-pip-version-check
# One lock for all Pythons and systems. It is installed with pip, which knows of a mirror of yours.
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --upgrade \
	--no-emit-package lecture-lib

# What make lint looks at besides Python: the modules and scripts of figures, book and bench.
SCRIPTS := lecture_lib book bench

.PHONY: help book pdf epub check test lint lab notebooks new-lecture new-figure preview weights runs
.PHONY: picture bench browser wheel lock newest clean

help:
	@echo "make book       build the book: _build/html/index.html"
	@echo "make pdf        print the book into _build/memory-with-gates.pdf"
	@echo "make epub       pack the book into _build/memory-with-gates.epub"
	@echo "make check      the checks of what you changed, in a minute; make test does them all"
	@echo "make test       build the book and run every check"
	@echo "make lab        open the lectures in JupyterLab"
	@echo "make notebooks  execute the lectures and slim them (ONLY=05_gate_by_gate.ipynb for one)"
	@echo "make new-lecture NAME=29_my_lecture TITLE='…', make new-figure NAME=my-figure"
	@echo "                begin one that passes all checks"
	@echo "make preview    write a page with one figure (FIGURE=GateLab)"
	@echo "make weights    train the lectures' networks anew, from their seeds (minutes)"
	@echo "make runs       repeat the recorded comparisons (an hour or so)"
	@echo "make picture    draw the README's picture anew"
	@echo "make bench      measure speed and weight; tables in bench/results"
	@echo "make wheel      pack the library into dist"
	@echo "make lock       lock the versions of all that requirements.txt asks for"

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The book wants Python 3.11 or \
	later, and $(PYTHON) is %s.%s: name one, as in make book PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(QUIET) --require-hashes -r requirements.lock
	$(BIN)/python -m pip install $(QUIET) --no-deps --no-build-isolation -e .
	touch $@

# Finds a browser, and installs one where there is none: book/_tools/browser.py.
browser: $(VENV)/ready
	@$(BIN)/python -m book._tools.browser

book: $(VENV)/ready
	$(BIN)/python -c 'from book._ext.executed import main; main()'
	$(BIN)/jupyter-book build . --toc book/_toc.yml -W -n --keep-going

pdf: browser book
	$(BIN)/python -m book._tools.pdf

epub: browser book
	$(BIN)/python -m book._tools.epub

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxlint -c .oxlintrc.json $(SCRIPTS)
	$(BIN)/oxfmt -c .oxfmtrc.json --check $(SCRIPTS:%="%/**/*.mjs") $(SCRIPTS:%="%/**/*.js")

check: lint
	$(BIN)/python -m book._tools.check

test: browser lint book
	$(BIN)/pytest -n 2 --dist loadscope --durations 10
	$(BIN)/python -m pytest -p tests.replay -n 2 --dist loadscope \
		--nbval --nbval-sanitize-with tests/nbval_sanitize.cfg notebooks

lab: $(VENV)/ready
	$(BIN)/jupyter lab --ServerApp.preferred_dir=notebooks

notebooks: $(VENV)/ready
	$(BIN)/python book/_tools/execute.py $(ONLY)

# Make hands these words on in the environment, where the shell reads no more into them.
new-lecture: $(VENV)/ready
	@$(BIN)/python -m book._tools.new lecture "$$NAME" "$$TITLE" "$$PART"

new-figure: $(VENV)/ready
	@$(BIN)/python -m book._tools.new figure "$$NAME"

preview: $(VENV)/ready
	@$(BIN)/python -m book._tools.preview "$$FIGURE"

weights: $(VENV)/ready
	for module in $(WEIGHTS); do $(BIN)/python -m lecture_lib.$$module || exit; done

runs: $(VENV)/ready
	for module in $(RUNS); do $(BIN)/python -m lecture_lib.$$module || exit; done

picture: browser
	$(BIN)/python -m book._tools.picture

bench: browser
	$(BIN)/python -m bench

wheel: $(VENV)/ready
	$(BIN)/python -m pip wheel $(QUIET) --no-deps --no-build-isolation --wheel-dir dist .

lock: $(VENV)/ready
	$(LOCK) --custom-compile-command "make lock" requirements.txt --output-file requirements.lock

# What a Python of today would get, but for Jupyter Book 1 and what it stands on: the weekly run.
newest: $(VENV)/ready
	sed '/^# Jupyter Book 1/,/^$$/!s/==.*//' requirements.txt | $(LOCK) - --output-file requirements.lock

clean:
	rm -rf _build
