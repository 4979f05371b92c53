# Rollcall. `make help` lists what there is; the first of them sets up .venv, which the others use.

PYTHON ?= python3
PORT ?= 3000
CONSOLE_PORT ?= 8000
MINUTES ?= 10
DISTRICTS ?= 300
export ROLLCALL_HOME ?= $(CURDIR)/var
export ROLLCALL_DISTRICTS ?= $(CURDIR)/districts
export DAGSTER_HOME ?= $(ROLLCALL_HOME)/dagster
export DAGSTER_DISABLE_TELEMETRY := 1

BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/pip install --disable-pip-version-check --progress-bar off
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal --durations=25
FAST := not (whole_day or dagster_run or matrix or chromium or openssh or services or slow)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast coverage dev console check format bench bench-fleet soak audit lock

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@echo "Setting up .venv, once: every package at its locked version, checked by hash. All output: .venv/setup.log"
	@$(PYTHON) -m venv .venv
	@rm -f $@; all=$$(grep -c '^[a-z].*==' requirements.lock); collected=0; export PYTHONUNBUFFERED=1; \
	{ $(PIP) --no-deps --require-hashes -r requirements.lock && $(PIP) --no-deps --no-build-isolation --editable . \
	  && touch $@; } 2>&1 | tee .venv/setup.log | while read -r word rest; do case $$word in \
	  Collecting) collected=$$((collected + 1)); \
	    if [ $$((collected % 20)) = 0 ]; then echo "  $$collected of $$all packages fetched"; fi;; \
	  Installing) if [ $$collected -gt 0 ]; then echo "  Installing $$all packages"; collected=0; fi;; \
	  esac; done
	@test -f $@ || { tail -n 20 .venv/setup.log; exit 1; }
	@echo "  Ready."

setup: $(READY) ## .venv with all packages, once; the others do it too

demo: $(READY) ## three synthetic districts, four nights over SFTP; ends with a page to open
	@$(BIN)/rollcall demo

test: $(READY) ## all tests, of long lists of cases a sample; installs what they need where it may, else leaves tests out
	@.ci/install_test_programs
	@$(PYTEST)

test-fast: $(READY) ## what takes a minute and a half: no whole day, no browser, no sshd, nothing slow
	@$(PYTEST) -m "$(FAST)"

coverage: $(READY) ## the share of lines and branches that the tests run, without browser and slow tests
	@$(PYTEST) -m "not (chromium or slow)" --cov --cov-report=term

dev: $(READY) ## Dagster's pages and daemon on http://127.0.0.1:3000, for your own machine only, with the demo's SFTP server
	@$(BIN)/rollcall dev --port $(PORT)

console: $(READY) ## the web console on http://127.0.0.1:8000, on the demo's data, with an account of each role
	@[ -d $(ROLLCALL_HOME)/demo ] || $(BIN)/rollcall demo
	@$(BIN)/rollcall console --demo-users --port $(CONSOLE_PORT)

check: $(READY) ## format, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar sql

format: $(READY) ## put Python and SQL into shape
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@$(BIN)/sqlfluff fix --disable-progress-bar --quiet sql

bench: $(READY) ## figures for districts from three thousand to a million students, and for the fetch, with machine and sizes
	@$(BIN)/python bench/day.py
	@$(BIN)/python bench/sync.py
	@$(BIN)/python bench/huge.py
	@$(BIN)/python bench/guardians.py
	@$(BIN)/python bench/identity.py
	@$(BIN)/python bench/fetch.py
	@$(BIN)/python bench/report.py

bench-fleet: $(READY) ## what a night costs beside others, and the looks at all of them; DISTRICTS=1000 sets how many
	@$(BIN)/python bench/fleet.py --districts $(DISTRICTS)

soak: $(READY) ## long lists of cases whole, nights killed, files changed, a bad server, districts held against the truth
	@ROLLCALL_WHOLE=1 ROLLCALL_EXAMPLES=200 $(PYTEST) -o timeout=0 tests/conformance tests/corrections tests/csvfile \
	  tests/faults/test_at_once.py tests/faults/test_parts.py tests/faults/test_writes.py tests/oneroster tests/plan tests/day/test_random_weeks.py
	@ROLLCALL_KILLS=1000 $(BIN)/python -m pytest tests/faults/test_kills.py -s -o timeout=0
	@$(BIN)/python bench/mutations.py
	@$(BIN)/python bench/identity_life.py
	@$(BIN)/python bench/soak.py
	@MINUTES=$(MINUTES) $(BIN)/python bench/soak_weeks.py
	@$(BIN)/python bench/soak_fetch.py

audit: $(READY) ## licenses and bill of materials (CycloneDX) in dist/, and known vulnerabilities where a network is
	@$(BIN)/python .ci/audit.py

lock: $(READY) ## pin the newest versions that pyproject.toml allows
	@$(BIN)/pip install --quiet pip-tools
	@$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	  --extra console --extra dev --extra server --output-file requirements.lock pyproject.toml
