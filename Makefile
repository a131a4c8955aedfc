# What a developer or operator does here, by `make help`. Needs Python 3.11 or later and make; nothing else by hand.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Many processes run the same code, tests with their assertions written anew among it: what one has compiled all use.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= $(firstword $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python; done))
VENV ?= .venv
MINUTES ?= 10
SEEDS ?= 1
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
SOURCES := shared services tests tools
PYTEST := $(BIN)/python -m pytest
CORES := $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
# One more process than cores: tests wait much of their time.
PARALLEL := -n $(shell expr 1 + $(CORES)) --dist loadgroup
# The quick ones start no servers of their own.
TOGETHER := -n $(shell expr 2 '*' $(CORES)) --dist loadgroup
FAST := $(addprefix tests/,unit dialogs architecture)
# Each is a program that prints what it measured, and fails when that is not what was promised.
BENCHES = $(filter-out %_server.py %_load.py %/processes.py,$(wildcard tests/bench/*.py))
LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# A stamp says which requirements the virtual environment holds, so that a second run installs nothing.
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development

.PHONY: run check format test-fast test compose-test fuzz soak bench docs lock clean help

run: $(RUNTIME) ## Start the standalone form in the foreground, data in ./data
	@exec $(BIN)/python -m standalone

check: $(DEVELOPMENT) ## Format, lint, types, layers, and whether the generated docs are fresh
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.docs --check

format: $(DEVELOPMENT) ## Format the sources and mend what ruff can
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

test-fast: $(DEVELOPMENT) ## Units, dialogues and architecture, in under a minute
	$(PYTEST) $(TOGETHER) -m "not (real or e2e or compose or slow)" $(FAST) $(ARGS)

test: $(DEVELOPMENT) ## All tests but those that need Docker; starts RabbitMQ and PostgreSQL by itself
	$(PYTEST) $(PARALLEL) -m "not compose" $(ARGS)

compose-test: $(DEVELOPMENT) ## Build the images, bring the compose project up and test it; needs a Docker engine
	$(PYTEST) -m compose tests/compose $(ARGS)

fuzz: $(DEVELOPMENT) ## Feed SMTP sessions hostile input for MINUTES (10)
	$(BIN)/python -m tests.conformance.fuzz $(MINUTES)

soak: $(DEVELOPMENT) ## Kill services and servers under load for MINUTES (10) in each form, for each of SEEDS (1)
	$(BIN)/python -m tests.e2e.durability.soak --minutes $(MINUTES) $(SEEDS)

bench: $(DEVELOPMENT) ## Measure speed and memory (tests/bench), and print them
	for bench in $(subst /,.,$(basename $(BENCHES))); do $(BIN)/python -m $$bench; done

docs: $(DEVELOPMENT) ## Generate docs/settings.md, environment.md, smtp-replies.md, metrics.md and openapi.json
	$(BIN)/python -m tools.docs

lock: | $(BIN)/uv ## Pin all requirements anew, with hashes
	$(LOCK) --extra build --extra standalone --output-file requirements.txt
	$(LOCK) --extra dev --output-file requirements-dev.txt
	for service in ingress processor admin-api; do \
		$(LOCK) --extra build --extra $$service --output-file requirements-$$service.txt; done

clean: ## Remove the virtual environment and caches; data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; none was found. Set PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(BIN)/uv: | $(BIN)/python
	@$(PIP) uv

$(RUNTIME): requirements.txt pyproject.toml | $(BIN)/python
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# What developers need includes what runs.
$(DEVELOPMENT): requirements-dev.txt pyproject.toml | $(BIN)/python
	@$(PIP) --require-hashes -r requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME) $@
