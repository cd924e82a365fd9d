# `make` alone lists what can be done. Needs Python 3.11 or newer (make PYTHON=python3.12 ...), git and make.
SHELL := bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.txt
INSTALLED := $(VENV)/.installed
# Each works on files of its own, with servers of its own.
JOBS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((n < 2 ? 2 : n > 4 ? 4 : n)))
PROMISES := tests/architecture tests/contracts tests/history tests/guards
# Output of parallel targets stays together where this make can do that.
TOGETHER := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start hundreds of programs, and each would compile all of Agora again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)
.PHONY: help setup check lint types imports unit promises test simulate faults guards contracts demo up down logs bench lock format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(INSTALLED) ## make .venv and install everything, as locked with hashes

$(INSTALLED): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Agora needs Python 3.11 or newer, and '$(PYTHON)' is not; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu, install python3-venv and try again." >&2; exit 1; }
	@total=$$(grep -c '==' $(LOCK)); log=$(VENV)/install.log; tty=$$([ -t 1 ] && echo 1 || echo 0); \
	echo "Installing up to $$total packages into $(VENV), once; this takes about a minute."; \
	set -o pipefail; \
	$(BIN)/pip install --require-hashes --progress-bar off -r $(LOCK) 2>&1 | tee $$log | \
	  awk -v total=$$total -v tty=$$tty 'tty && /^Collecting/ {printf "\r  %d of %d", ++count, total; fflush()} \
	    tty && /^Installing/ {printf "\r  unpacking ..."; fflush()} END {if (tty) printf "\r\033[K"}' || { \
	  grep -v '^WARNING' $$log | tail -n 12 >&2; echo "The installation failed; all of it stands in $$log." >&2; exit 1; }
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Ready: the command is $(BIN)/agora"

check: setup ## ruff, mypy, import rules and the fast tests, side by side: under a minute
	@$(MAKE) --no-print-directory --jobs=4 $(TOGETHER) unit promises types imports lint

lint: setup
	@$(BIN)/ruff check .

types: setup
	@$(BIN)/mypy

imports: setup
	@$(BIN)/lint-imports

unit: setup
	@$(BIN)/pytest --quiet tests/unit

promises: setup
	@$(BIN)/pytest --quiet -p no:cacheprovider $(PROMISES)

test: setup ## every test, end to end included; JOBS=1 one after the other
	@$(BIN)/pytest --numprocesses=$(JOBS) --dist=loadfile --no-loadscope-reorder

simulate: setup ## histories in which everything goes wrong, one a seed: SEEDS=2000 FIRST=1 [SALES=1]; BUG=stock puts one in
	@PYTHONHASHSEED=0 $(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),200) --first $(or $(FIRST),1) \
	  --jobs $(JOBS) $(if $(SALES),--sales) $(if $(BUG),--bug $(BUG))

faults: setup ## a platform killed, cut off and told things twice while people use it; LONG=1 for hours, ONLY="F-01 I-10"
	@$(BIN)/python -m tests.faults $(if $(LONG),--long) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

guards: setup ## each guard switched off in a copy: its test must fail; ONLY=part of a name
	@$(BIN)/python -m tests.guards.prove --jobs $(JOBS) $(if $(ONLY),--only $(ONLY))

contracts: setup ## write docs/contracts from the code; refuses what breaks those who rely on it
	@$(BIN)/python -m tests.contracts.write_documents

demo: setup ## the story over HTTP, on a platform of its own that stays up; ONCE=1 ends it
	@$(BIN)/agora demo $(if $(ONCE),--once)

up: ## the services apart: build and start all containers, then wait until all of them are ready
	@$(COMPOSE) version >/dev/null 2>&1 || { \
	  echo "Docker with Compose is needed for 'make up'; without it, 'agora up' runs everything in one process." >&2; exit 1; }
	@$(COMPOSE) up --build --detach
	@$(PYTHON) deploy/wait_until_ready.py http://localhost:8080

down: ## stop and remove all containers; what was stored stays (VOLUMES=1 removes that, too)
	@$(COMPOSE) down $(if $(VOLUMES),--volumes)

logs: ## follow what all containers say; SERVICE=mall-work for one
	@$(COMPOSE) logs --follow --tail=100 $(SERVICE)

bench: setup ## one script a question, each prints what it measured
	@set -e; for script in benchmarks/[a-z]*.py; do $(BIN)/python "$$script"; done

lock: setup ## resolve requirements/*.txt again from pyproject.toml; UPGRADE=1 takes newer versions
	@$(BIN)/pip install --quiet uv
	@$(call resolve,dev,--extra dev)
	@$(call resolve,run,--constraint requirements/dev.txt)
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["build"], sep="\n")' \
	  | $(call resolve_of,-,build,--constraint requirements/dev.txt)

resolve = $(call resolve_of,pyproject.toml,$(1),$(2))
resolve_of = $(BIN)/uv pip compile $(1) --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --annotation-style line --custom-compile-command 'make lock' \
	$(if $(UPGRADE),--upgrade) $(3) --output-file requirements/$(2).txt

format: setup ## sort imports and mend what ruff can mend
	@$(BIN)/ruff check --fix .

clean: ## remove the environment and the caches; what is under .agora/ stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find services simulators tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
