# Paper. `make` alone lists the targets; each makes what it needs first and costs nothing when it is there.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/run.stamp
DEV_STAMP := $(VENV)/dev.stamp
DOCS_VENV := .venv-docs
DOCS_STAMP := $(DOCS_VENV)/docs.stamp
PIP_OPTIONS := --quiet --disable-pip-version-check --require-hashes
PIP_INSTALL := $(BIN)/pip install $(PIP_OPTIONS)
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard provider/translations/*/LC_MESSAGES/*.po))
T = tests
EXAMPLES = 1000000
CHAOS = --kills 100 --store both

.DEFAULT_GOAL := help
.PHONY: help setup run test coverage check demo bench bench-peers fuzz chaos docs clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(RUN_STAMP) $(TRANSLATIONS) ## make .venv with everything that running needs

run: setup ## all the set-up, then the provider on http://localhost:9031 with SQLite
	@$(BIN)/python -m provider.first_run
	@exec $(BIN)/python -m provider.serve

test: $(DEV_STAMP) $(TRANSLATIONS) ## all the set-up, then the tests (T=tests/keys for some of them)
	@$(BIN)/python -m pytest -n auto --dist loadfile $(T)

coverage: $(DEV_STAMP) $(TRANSLATIONS) ## the tests, and which lines they leave out
	@$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term $(T)

check: $(DEV_STAMP) ## format, lint, types, imports, generated pages and pictures; no tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m provider.settings_page --check docs/settings.md
	@$(BIN)/python -m provider.commands_page --check docs/commands.md
	@$(BIN)/python -m docs.making.picture --check

demo: $(DEV_STAMP) $(TRANSLATIONS) ## the provider and an example client that signs people in with it
	@exec $(BIN)/python -m examples.demo

bench: $(DEV_STAMP) $(TRANSLATIONS) ## requests per second, latency and memory
	@$(BIN)/python -m benchmarks

bench-peers: $(DEV_STAMP) $(TRANSLATIONS) ## the same beside other providers, in interleaved rounds (needs node, npm, PostgreSQL)
	@$(BIN)/python -m benchmarks.peers --output instance/peers.json
	@$(BIN)/pip install --quiet --disable-pip-version-check "matplotlib>=3.10,<4"
	@$(BIN)/python -m benchmarks.peers.plot instance/peers.json docs/images/peers.svg

fuzz: $(DEV_STAMP) $(TRANSLATIONS) ## random requests and lives of grants (EXAMPLES=1000000), going on where it stopped
	@EXAMPLES=$(EXAMPLES) $(BIN)/python -m tests.fuzz

chaos: $(DEV_STAMP) $(TRANSLATIONS) ## kill, stop, lock and fill what runs, under load (CHAOS="--kills 100 --store both")
	@$(BIN)/python -m tests.chaos $(CHAOS)

docs: $(RUN_STAMP) $(DOCS_STAMP) ## write the generated pages and pictures of docs/, and all of it as a site into site/
	@for page in settings commands; do \
		$(BIN)/python -m provider.$${page}_page > docs/$$page.md.new && mv docs/$$page.md.new docs/$$page.md || exit 1; \
	done
	@$(BIN)/python -m docs.making.picture
	@NO_MKDOCS_2_WARNING=1 $(DOCS_VENV)/bin/python -m mkdocs build --quiet --strict
	@echo "the site is in site/"

clean: ## remove what was made, but never instance/ (the database and the master key)
	rm -rf $(VENV) $(DOCS_VENV) .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .fuzz site
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f $(TRANSLATIONS)

$(VENV)/bin/python3:
	@command -v $(PYTHON) > /dev/null \
		|| { echo "Paper needs Python 3.11 or newer: install python3 and python3-venv." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Paper needs Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) -V): make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null \
		|| { echo "Paper needs Python's venv module: install python3-venv." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.lock | $(VENV)/bin/python3
	@echo "installing what Paper needs into $(VENV) …"
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

$(DEV_STAMP): requirements-dev.lock | $(VENV)/bin/python3
	@echo "installing what Paper and its tests need into $(VENV) …"
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@ $(RUN_STAMP)

$(DOCS_STAMP): requirements-docs.lock | $(VENV)/bin/python3
	@echo "installing what the site of the documentation needs into $(DOCS_VENV) …"
	@$(BIN)/python -m venv $(DOCS_VENV)
	@$(DOCS_VENV)/bin/pip install $(PIP_OPTIONS) -r requirements-docs.lock
	@touch $@

%.mo: %.po
	@$(BIN)/python -m provider.locales
	@touch $@
