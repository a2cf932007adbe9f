# Everything a developer does. Needs python3 (3.11 or newer) and make; the rest is installed into .venv.
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PYTEST_ARGS ?= -n auto

.PHONY: help run test test-crash test-faults lint check format verify bench fuzz clean
.DEFAULT_GOAL := help
.NOTPARALLEL:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## the monitor on this machine; make run ARGS="--theme light" for flags
	@$(BIN)/nodetop $(ARGS)

test: $(VENV)/.installed-test ## all tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

test-crash: $(VENV)/.installed-test ## kills a hub and all else that writes, and replays crash states: a table; ARGS="--kills 300"
	$(BIN)/python -m pytest tests/crash -n0 -q --kills 60 --states 400 $(ARGS)

lint: $(VENV)/.installed-check ## format, lint, types and import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## lint and test: what a change must pass

format: $(VENV)/.installed-check ## formats the sources
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

verify: $(VENV)/.installed-test ## numbers beside those of free, sar, iostat, df, top: a table; ARGS="--write-table FILE"
	$(BIN)/python -m pytest tests/verify --long -q $(ARGS)

bench: $(VENV)/.installed-test ## what nodetop costs, beside the monitors found here; ARGS="--processes 2000"
	$(BIN)/python bench/peers.py $(ARGS)

fuzz: $(VENV)/.installed-test ## made-up input against every parser, screen and reply, two minutes; ARGS="--seconds 1800"
	$(BIN)/python -m pytest tests/fuzz -q -n 2 --seconds 120 $(ARGS)

test-faults: $(VENV)/.installed-test ## full and failing disks, clocks, hangs, lost replies: what held, as a table
	$(BIN)/python -m pytest tests/faults -q --every-fault $(ARGS)

clean: ## removes what was made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.installed: pyproject.toml scripts/environment
	@scripts/environment $(VENV)
	@touch $@

$(VENV)/.installed-%: pyproject.toml scripts/environment
	@scripts/environment $(VENV) $*
	@touch $@ $(VENV)/.installed
