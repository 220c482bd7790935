# Each target sets up what it needs; run twice, it costs nothing.
PYTHON ?= python3
BIN := .venv/bin
# Small matrix products are faster on one thread, and two busy cores can stall a BLAS pool.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

# What trains the networks, and what repeats the comparisons, that lie in lecture_lib/records.
WEIGHTS := $(addprefix tasks.,characters latch hello counting sentences agreement distance) \
	experiments.write_only experiments.series
RUNS := $(addprefix experiments.,delayed_recall comparison characters sentence_runs after variants)

.PHONY: help book pdf epub test lab notebooks new-lecture new-figure preview weights runs picture bench lint clean

help:
	@echo "make book       build the book: _build/html/index.html"
	@echo "make pdf        print the book into _build/memory-with-gates.pdf"
	@echo "make epub       pack the book into _build/memory-with-gates.epub"
	@echo "make test       build the book and run every check"
	@echo "make lab        open the lectures in JupyterLab"
	@echo "make notebooks  execute the lectures and slim them (ONLY=05_gate_by_gate.ipynb for one)"
	@echo "make new-lecture NAME=26_my_lecture TITLE='…', make new-figure NAME=my-figure"
	@echo "                begin one that passes all checks"
	@echo "make preview    write a page with one figure (FIGURE=GateLab)"
	@echo "make weights    train the lectures' networks anew, from their seeds (minutes)"
	@echo "make runs       repeat the recorded comparisons (an hour or so)"
	@echo "make picture    draw the README's picture anew"
	@echo "make bench      measure speed and weight; tables in bench/results"

.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

# A browser for the checks: Chromium or Chrome on the PATH, else Playwright's own.
.venv/browser: .venv/ready
	command -v chromium chromium-browser google-chrome || $(BIN)/playwright install --with-deps chromium
	touch $@

book: .venv/ready
	$(BIN)/jupyter-book build . --toc book/_toc.yml -W -n --keep-going

pdf: .venv/browser book
	$(BIN)/python book/_tools/pdf.py

epub: .venv/browser book
	$(BIN)/python book/_tools/epub.py

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

test: .venv/browser lint book
	$(BIN)/pytest -n 2 --dist loadscope
	$(BIN)/pytest -n 2 --dist loadscope --nbval --nbval-sanitize-with tests/nbval_sanitize.cfg \
		--nbval-cell-timeout 120 notebooks

lab: .venv/ready
	$(BIN)/jupyter lab --ServerApp.preferred_dir=notebooks

notebooks: .venv/ready
	$(BIN)/python book/_tools/execute.py $(ONLY)

# Make hands these words on in the environment, where the shell reads no more into them.
new-lecture: .venv/ready
	@$(BIN)/python -m book._tools.new lecture "$$NAME" "$$TITLE" "$$PART"

new-figure: .venv/ready
	@$(BIN)/python -m book._tools.new figure "$$NAME"

preview: .venv/ready
	@$(BIN)/python -m book._tools.preview "$$FIGURE"

weights: .venv/ready
	for module in $(WEIGHTS); do $(BIN)/python -m lecture_lib.$$module || exit; done

runs: .venv/ready
	for module in $(RUNS); do $(BIN)/python -m lecture_lib.$$module || exit; done

picture: .venv/browser
	$(BIN)/python book/_tools/picture.py

bench: .venv/browser
	$(BIN)/python -m bench

clean:
	rm -rf _build
