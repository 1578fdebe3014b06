# `make lab` opens JupyterLab on the first notebook; `make test` runs every test. Both set up what they need, in this
# folder alone (the browsers excepted, which come from Debian), and a second run finds it there.

PYTHON ?= python3
ARGS ?=
NOTEBOOK ?= notebooks/01-first-cell.ipynb

BIN := .venv/bin
OLDEST := .venv-oldest/bin
UV := $(BIN)/uv
PYTEST_ARGS ?=

# All tests of a file run in one process, and share its servers and browsers.
IN_TWO := --numprocesses=2 --dist=loadfile

# What the front end is built from, and what the wheel is built from beside it.
SOURCES := hatch_build.py package.json package-lock.json pyscript_jupyter/interpreters/catalogue.json \
    $(shell find js pyscript_jupyter/protocol -type f ! -name '*.pyc' ! -path 'js/tests/*')
PACKAGE := $(shell find pyscript_jupyter jupyter-config -type f ! -name '*.pyc' ! -path 'pyscript_jupyter/static/*')

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help lab test setup build browsers lint js unit repo e2e oldest dist bench clean

help: ## say what there is
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

lab: .make/build ## open JupyterLab on the first notebook; ARGS="…" are for JupyterLab
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS) $(NOTEBOOK)

test: setup lint js oldest ## set up everything and run all tests
	$(BIN)/pytest --ignore=tests/e2e $(IN_TWO) $(PYTEST_ARGS)
	$(BIN)/pytest tests/e2e $(IN_TWO) $(PYTEST_ARGS)

setup: .make/build browsers ## the environment, the front end and the browsers

build: .make/build ## the environment, with the package installed and the front end built

browsers: ## Debian's Chromium and Firefox, where they are missing
	@scripts/install-browsers

lint: .make/build ## ruff, mypy, import-linter, tsc, eslint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	npm run --silent check

js: .make/build ## the tests of the TypeScript
	npm test --silent

unit: .make/build ## the tests that need no browser
	$(BIN)/pytest --ignore=tests/repo --ignore=tests/e2e $(PYTEST_ARGS)

repo: .make/build ## the tests of the repository: layers, pins, licences, wheel and sdist
	$(BIN)/pytest tests/repo $(PYTEST_ARGS)

e2e: setup ## the tests in a real JupyterLab, Chromium and Firefox
	$(BIN)/pytest tests/e2e $(PYTEST_ARGS)

# Warnings are no errors here: what is deprecated now, the old versions did.
oldest: setup .make/oldest ## the unit tests and the first cell, with the lowest versions that pyproject.toml allows
	$(OLDEST)/pytest --ignore=tests/repo -m "not e2e or oldest" -W default $(IN_TWO) $(PYTEST_ARGS)

dist: .make/dist ## the sdist and the wheel

bench: setup ## measure; see benchmarks/README.md
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove what the targets above have made
	rm -rf .make .venv .venv-oldest node_modules dist test-results pyscript_jupyter/static

# JupyterLab runs a yarn.js of its own, which the "type" in our package.json must not make a module of.
.make/venv: pyproject.toml
	@mkdir -p .make
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("pyscript-jupyter needs Python 3.11 or newer, and this is " + sys.version.split()[0] + ": name another one, as in `make PYTHON=python3.12`.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo '{}' > .venv/package.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip install --quiet --python $(BIN)/python --requirements pyproject.toml --group dev
	@touch $@

# Installing the package, even like this, builds the front end: see hatch_build.py. Hatchling lists the licences before
# that, and would miss those of packages that are no longer used.
.make/build: .make/venv $(SOURCES)
	@rm -rf pyscript_jupyter/static/licenses
	$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --reinstall --editable .
	@touch $@

# The sdist is built from the checkout and the wheel from the sdist, as a release would be.
.make/dist: .make/build $(PACKAGE)
	rm -rf dist
	$(UV) build --quiet --python $(BIN)/python --no-build-isolation
	@touch $@

.make/oldest: .make/dist
	rm -rf .venv-oldest
	$(UV) venv --quiet --python $(BIN)/python .venv-oldest
	@echo '{}' > .venv-oldest/package.json
	$(UV) pip install --quiet --python $(OLDEST)/python --resolution lowest-direct --requirements pyproject.toml --group test
	$(UV) pip install --quiet --python $(OLDEST)/python --no-deps dist/*.whl
	@touch $@
