# `make setup` makes the environment, `make demo` shows what Linli does, `make check` is what CI runs.
# Needs Python >= 3.11 and make; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up

PORT ?= 8000
HOME_DIR ?= .linli-demo

PLUGINS := $(sort $(dir $(wildcard plugins/*/*/pyproject.toml)))
CODE := conftest.py core site functions plugins tests
PACKAGES := core/linli site/linli_site functions/linli_functions functions/linli_cli $(sort $(wildcard plugins/*/*/linli_*))

.DEFAULT_GOAL := help
.PHONY: help setup demo test check systems bench docs format lint types wheels lock clean

help: ## say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## make .venv with everything that is needed

# The lock names every dependency with its hashes; our own packages are then put in editable and without
# resolving anything. LOCKED=no takes what the package index offers, for an index that lacks a locked version.
LOCKED ?= yes
$(STAMP): pyproject.toml requirements.lock $(addsuffix pyproject.toml,$(PLUGINS))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Linli needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 setup" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV), about a minute the first time"
ifeq ($(LOCKED),yes)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock || \
	  { echo "The locked dependencies could not be installed. If your package index lacks one of them: make setup LOCKED=no" >&2; exit 1; }
else
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[aws,dev]'
endif
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . $(addprefix -e ./,$(PLUGINS))
	@touch $@

demo: setup ## serve the demo at 127.0.0.1:8000 (PORT=, HOME_DIR=)
	$(BIN)/linli demo --port $(PORT) --home $(HOME_DIR)

test: setup ## run every test
	$(BIN)/pytest -n 2 --dist loadfile

check: setup ## what CI runs: format, lint, types, every test, the wheels' contents
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/pytest -n 2 --dist loadfile

systems: setup ## the catalogue: pass, fail or missing per id
	@$(BIN)/python -m tests.systems

bench: setup ## the benchmarks that exist, as ratios in one run
	@$(BIN)/python -m tests.benchmarks

docs: setup ## build the handbook into build/handbook
	@$(BIN)/python -m linli_site.handbook site/docs build/handbook

format: setup ## format the code
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

lint: setup ## format check and lint
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)

types: setup ## mypy --strict over everything that ships
	$(BIN)/mypy $(PACKAGES)

wheels: setup ## build all wheels into dist/ and print their sizes
	$(BIN)/python -m tests.packaging dist

# uv is fetched into an environment of its own, because nothing but this target needs it.
lock: ## resolve the dependencies again into requirements.lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install -q --disable-pip-version-check uv
	$(VENV)-lock/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	rm -rf $(VENV)-lock

clean: ## remove what was built; the demo's data too
	rm -rf $(VENV) $(VENV)-lock dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .linli-demo
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
