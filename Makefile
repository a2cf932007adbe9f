# All development tasks. Needs python3 (3.11 or newer) and make; everything else is installed into .venv.
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PYTEST_ARGS ?= -n auto

.PHONY: help run test test-lowest test-crash test-faults test-packages lint check format generate verify verify-vm bench fuzz clean
.DEFAULT_GOAL := help
.NOTPARALLEL:

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## run the monitor; flags: make run ARGS="--theme light"
	@$(BIN)/nodetop $(ARGS)

test: $(VENV)/.installed-test ## run all tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

test-lowest: $(VENV)/.installed-test ## run all tests with the lowest versions of all dependencies
	@mkdir -p $(VENV)-lowest
	$(BIN)/python scripts/lowest_versions.py >$(VENV)-lowest/constraints.txt
	PIP_CONSTRAINT=$(VENV)-lowest/constraints.txt scripts/environment $(VENV)-lowest/venv test
	$(VENV)-lowest/venv/bin/python -m pytest $(PYTEST_ARGS)

test-crash: $(VENV)/.installed-test ## kill a hub and all other writers, replay crash states, print a table; ARGS="--kills 300"
	$(BIN)/python -m pytest tests/crash -n0 -q --kills 60 --states 400 $(ARGS)

lint: $(VENV)/.installed-check ## check format, lint, types and import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## lint and test; every change must pass this

format: $(VENV)/.installed-check ## format the sources
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

verify: $(VENV)/.installed-test ## compare with free, sar, iostat, df, top in a table; ARGS="--write-table FILE"
	$(BIN)/python -m pytest tests/verify --long -q $(ARGS)

verify-vm: $(VENV)/.installed-test ## compare inside a virtual machine: md, LVM, bonds, sensors, systemd; needs root, qemu
	$(BIN)/python -m pytest tests/verify/vm --long --vm -q $(ARGS)

bench: $(VENV)/.installed-test ## compare CPU and memory with installed monitors; ARGS="--processes 2000"
	$(BIN)/python bench/peers.py $(ARGS)

fuzz: $(VENV)/.installed-test ## test parsers, screens and replies with generated input, 4 minutes; ARGS="--seconds 1800"
	$(BIN)/python -m pytest tests/fuzz -q -n 2 --seconds 120 $(ARGS)
	$(BIN)/python -m pytest tests -m hypothesis -q -n 2 --hypothesis-profile search --timeout 600

test-faults: $(VENV)/.installed-test ## cause disk, clock and network faults, print a table of what held
	$(BIN)/python -m pytest tests/faults -q --every-fault $(ARGS)

test-packages: $(VENV)/.installed-test ## run the Debian package, the image, a browser; needs root, debootstrap, buildah, chromium
	$(BIN)/python -m pytest tests/packaging --packages -n0 -q $(ARGS)

generate: $(VENV)/.installed-test ## make again what is generated: manuals, completions, references, the demo's recording, pictures
	$(BIN)/python scripts/generate
	$(BIN)/python scripts/make_demo.py
	$(BIN)/python scripts/pictures.py

clean: ## remove everything that was built
	rm -rf $(VENV) $(VENV)-lowest .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.installed: pyproject.toml scripts/environment
	@scripts/environment $(VENV)
	@touch $@

$(VENV)/.installed-%: pyproject.toml scripts/environment
	@scripts/environment $(VENV) $*
	@touch $@ $(VENV)/.installed
