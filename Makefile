# Everything runs in a virtual environment of its own, .venv, which is made when it is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: song test fuzz fuzz-guided benchmarks clean

## make song: set everything up and write the published song, as MIDI, MusicXML, .mxl and WAV, into song/
song: $(VENV)/installed
	$(BIN)/primesong compose femtogpt -o song --force

## make test: set everything up, check style and types, run every test, on at most WORKERS cores
WORKERS ?= 4
test: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --maxprocesses $(WORKERS) --dist worksteal

## make fuzz: more than 100,000 mutated files and 200 kills, instead of the tests' few (half an hour)
fuzz: $(VENV)/installed-for-tests
	PRIMESONG_FUZZ=100 PRIMESONG_KILLS=200 $(BIN)/pytest -q tests/test_fuzz.py tests/test_faults.py

## make fuzz-guided: let atheris look for inputs that reach new code, for SECONDS each kind (Linux, Python 3.11 or newer)
SECONDS ?= 300
fuzz-guided: $(VENV)/installed-for-tests
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=3'
	for kind in mid musicxml mxl sargam html txt; do $(BIN)/python tests/support/guided.py $$kind $(SECONDS) || exit 1; done

## make benchmarks: print how fast it is, beside the peers
benchmarks: $(VENV)/installed-for-tests
	for script in $(filter-out benchmarks/listening.py,$(wildcard benchmarks/*.py)); do $(BIN)/python $$script || exit 1; done
	$(BIN)/python benchmarks/listening.py --notes 600

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# Checked by tools of npm's; `npm ci` would ask the lock file for the binaries of every system there is.
FRONT_END := tests/page/web
COMPILED := $(wildcard primesong/*/*/*.[ch])

$(VENV)/installed: pyproject.toml $(COMPILED) | $(VENV)/bin/python
	@echo "Installing primesong and what it needs into $(VENV); this takes about a minute."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-for-tests: pyproject.toml $(COMPILED) $(FRONT_END)/package-lock.json | $(VENV)/bin/python
	@echo "Installing primesong, its tests and what they need into $(VENV); this takes about a minute."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@if command -v npm >/dev/null; then npm install --prefix $(FRONT_END) --no-save --silent --no-audit --no-fund; \
	else echo "Without npm the front end's types and style are not checked."; fi
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist *.egg-info song $(FRONT_END)/node_modules
