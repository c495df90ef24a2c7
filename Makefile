# Everything runs in a virtual environment of its own, .venv, which is made when it is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Says by its exit code whether a Python is new enough.
IS_NEW := -c 'import sys; sys.exit(sys.version_info < (3, 11))'

# An environment whose Python is too old, or is no longer there, is made again.
ifneq ($(wildcard $(VENV)),)
ifneq ($(shell $(BIN)/python $(IS_NEW) 2>/dev/null && echo new),new)
$(shell rm -rf $(VENV))
endif
endif

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: song play studio test docs man lowest dist fuzz fuzz-guided benchmarks clean

## make song: set everything up and write the published song, as MIDI, MusicXML, .mxl and WAV, into song/
song: $(VENV)/installed
	$(BIN)/primesong compose femtogpt -o song --force

## make play: set everything up and play the published song in the terminal
play: $(VENV)/with-audio
	$(BIN)/primesong play

## make studio: set everything up and open the player in the browser
studio: $(VENV)/with-studio
	$(BIN)/primesong studio

## make test: set everything up, check style and types, run every test, in at most WORKERS processes
WORKERS ?= 4
# Tests often wait, for a browser or for another program: with one process more than there are cores, no core does.
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')
test: export PYTHONDONTWRITEBYTECODE = # else each of the tests' processes would compile the modules anew
test: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# mypy, which takes one core, runs beside the tests.
	$(BIN)/mypy & types=$$!; \
	$(BIN)/pytest --numprocesses auto --maxprocesses $(WORKERS) --dist worksteal; tests=$$?; \
	wait $$types || { echo "mypy has found errors, printed above."; exit 1; }; \
	exit $$tests

## make docs: build the documentation and serve it at http://127.0.0.1:8000
docs: $(VENV)/with-docs
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet docs docs/_build
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory docs/_build 8000

## make man: write the manual pages into build/man
man: $(VENV)/installed-for-tests
	$(BIN)/python tools/make_man.py build/man

## make lowest: test with the lowest versions that pyproject.toml allows, in an environment of its own
lowest:
	$(PYTHON) -m venv --clear .venv-lowest
	$(PYTHON) tools/lowest.py > .venv-lowest/constraints.txt
	.venv-lowest/bin/python -m pip install --quiet --constraint .venv-lowest/constraints.txt --editable '.[test]'
	.venv-lowest/bin/pytest --numprocesses auto --dist worksteal

## make dist: build the wheel and the source distribution into dist/, and check both
dist: $(VENV)/installed-for-tests
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist
	$(BIN)/abi3audit --strict dist/*.whl
	if [ "$$(uname)" = Linux ]; then $(BIN)/auditwheel show dist/*.whl; fi

## make fuzz: more than 100,000 mutated files and 200 kills, instead of the tests' few (half an hour)
fuzz: $(VENV)/installed-for-tests
	PRIMESONG_FUZZ=100 PRIMESONG_KILLS=200 $(BIN)/pytest -q tests/test_fuzz.py tests/test_faults.py

## make fuzz-guided: let atheris look for inputs that reach new code, for SECONDS each kind (Linux, Python 3.11 or newer)
SECONDS ?= 300
fuzz-guided: $(VENV)/installed-for-tests
	$(PIP) 'atheris>=3'
	for kind in mid musicxml mxl sargam html txt; do $(BIN)/python tests/support/guided.py $$kind $(SECONDS) || exit 1; done

## make benchmarks: print how fast it is, beside the peers
benchmarks: $(VENV)/installed-for-tests
	for script in $(filter-out benchmarks/listening.py,$(wildcard benchmarks/*.py)); do $(BIN)/python $$script || exit 1; done
	$(BIN)/python benchmarks/listening.py --notes 600

$(VENV)/bin/python:
	@$(PYTHON) $(IS_NEW) || { echo "primesong needs Python 3.11 or newer, such as: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

# Checked by tools of npm's; `npm ci` would ask the lock file for the binaries of every system there is.
FRONT_END := tests/page/web
COMPILED := $(wildcard primesong/*/*/*.[ch])

$(VENV)/installed: pyproject.toml $(COMPILED) | $(VENV)/bin/python
	@echo "Installing primesong and what it needs into $(VENV); this takes about a minute."
	find primesong -name '*.so' -delete
	$(PIP) --editable .
	touch $@

$(VENV)/with-%: $(VENV)/installed
	$(PIP) --editable '.[$*]'
	touch $@

$(VENV)/installed-for-tests: pyproject.toml $(COMPILED) $(FRONT_END)/package-lock.json | $(VENV)/bin/python
	@echo "Installing primesong, its tests and what they need into $(VENV); this takes about a minute."
	find primesong -name '*.so' -delete
	$(PIP) --editable '.[test]'
	@if command -v npm >/dev/null; then npm install --prefix $(FRONT_END) --no-save --silent --no-audit --no-fund; \
	else echo "Without npm the front end's types and style are not checked."; fi
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) .venv-lowest build dist *.egg-info song docs/_build $(FRONT_END)/node_modules
	find primesong -name '*.so' -delete
