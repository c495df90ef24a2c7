# Everything runs in a virtual environment of its own, .venv, which is made when it is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: song test fuzz benchmarks clean

## make song: set everything up and write the published song, as MIDI, MusicXML, .mxl and WAV, into song/
song: $(VENV)/installed
	$(BIN)/primesong compose femtogpt -o song --force

## make test: set everything up, check style and types, run every test
test: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

## make fuzz: 100,000 mutated files and 200 kills, instead of the tests' few (some minutes)
fuzz: $(VENV)/installed-for-tests
	PRIMESONG_FUZZ_ROUNDS=25000 PRIMESONG_KILLS=200 $(BIN)/pytest -q tests/test_fuzz.py tests/test_faults.py

## make benchmarks: print how fast it is, beside the peers
benchmarks: $(VENV)/installed-for-tests
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# Checked by tools of npm's; `npm ci` would ask the lock file for the binaries of every system there is.
FRONT_END := tests/player/web
KERNEL := $(wildcard primesong/number/kernel/*.[ch])

$(VENV)/installed: pyproject.toml $(KERNEL) | $(VENV)/bin/python
	@echo "Installing primesong and what it needs into $(VENV); this takes about a minute."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-for-tests: pyproject.toml $(KERNEL) $(FRONT_END)/package-lock.json | $(VENV)/bin/python
	@echo "Installing primesong, its tests and what they need into $(VENV); this takes about a minute."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@if command -v npm >/dev/null; then npm install --prefix $(FRONT_END) --no-save --silent --no-audit --no-fund; \
	else echo "Without npm the front end's types and style are not checked."; fi
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist *.egg-info song $(FRONT_END)/node_modules
