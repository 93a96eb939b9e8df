# Everything a newcomer, a developer or a machine runs stands here. `make help` lists it.
# A Python can be named (make env PYTHON=/usr/bin/python3.12); `make run` starts a server at once.

PYTHON ?= $(shell sh tools/find_python)
BIN := .venv/bin
WORKERS ?= 2
# What pytest has made of the tests is kept: to make it anew takes as long as many a test.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help run demo env env-dev test test-system check lint types contracts licences locks texts translations format vendor messages screenshots trees configuration lock bench proof clean

help: ## list the targets
	@echo "Holdfast:"
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

run: env ## build the environment if need be, and start the server
	@exec $(BIN)/holdfast up

demo: env ## fill ./data-demo with a believable sample community, and start a server on it
	@HOLDFAST_DATA_DIR=data-demo $(BIN)/holdfast demo
	@HOLDFAST_DATA_DIR=data-demo exec $(BIN)/holdfast up

env: ## build .venv from the lock file (what the server needs)
	@"$(PYTHON)" tools/make_env.py

env-dev: ## the same, with what tests and checks need
	@"$(PYTHON)" tools/make_env.py --dev

test: env-dev ## the tests, on SQLite and PostgreSQL (make test ARGS="tests/posts -k pin")
	@$(PYTEST) -n $(WORKERS) --dist worksteal -m "not system and not long" $(ARGS)

test-system: env-dev ## the long tests, and those that need the system's own programs (strace, tmpfs, a browser)
	@$(PYTEST) -n $(WORKERS) --dist worksteal -m "system or long" $(ARGS)

check: lint types contracts licences locks texts translations ## lint, types, import contracts, licences, lock files, texts, translations (all: make -k check)

lint: env-dev
	@echo "lint and format"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; echo "make format mends this."; exit 1; }

types: env-dev
	@echo "types"
	@$(BIN)/mypy --no-error-summary

contracts: env-dev
	@echo "import contracts"
	@$(BIN)/lint-imports --no-cache --no-logo --config pyproject.toml > .venv/contracts.txt || { cat .venv/contracts.txt; exit 1; }
	@$(BIN)/python tools/check_migrations.py

licences: env-dev ## list the licences that do not fit (all: make licences ARGS=--list)
	@echo "licences"
	@$(BIN)/python tools/check_licences.py $(ARGS)

locks: env-dev
	@echo "lock files"
	@$(BIN)/python tools/check_locks.py

texts: env-dev
	@echo "texts"
	@$(BIN)/python tools/check_texts.py

translations: env-dev
	@echo "translations"
	@$(BIN)/python tools/check_messages.py

format: env-dev ## format the code and mend what can be mended by itself
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

vendor: ## fetch htmx and the icons anew into static/vendor (needs npm)
	@"$(PYTHON)" tools/write_vendor.py

messages: env-dev ## bring the catalogues of texts to what the source says (docs/translating.md)
	@$(BIN)/python tools/write_messages.py $(ARGS)

screenshots: env-dev ## draw twelve pages into docs/screenshots (needs Chromium)
	@$(BIN)/python tools/screenshots.py

trees: env-dev ## write tests/web/trees anew: what the pages are to those who hear them (then read git diff)
	@WRITE_TREES=yes $(PYTEST) -n0 -m system tests/web/test_journeys.py

configuration: env-dev ## write docs/configuration.md from the settings
	@$(BIN)/python tools/write_configuration.py

lock: ## remake the lock files (needs uv; make lock ARGS=--upgrade)
	@tools/lock $(ARGS)

bench: env-dev ## measure the server against a bare one (long; one part: make bench-reading; see docs/benchmarks.md)
	@$(BIN)/python -m bench $(ARGS)

bench-%: env-dev
	@$(BIN)/python -m bench $* $(ARGS)

proof: env-dev ## the long proofs: soak with kills, fuzzing, a large import (PROOF_MINUTES=10; see proof/README.md)
	@$(PYTEST) proof -s $(ARGS)

clean: ## remove what can be rebuilt; data stay
	@rm -rf .venv .mypy_cache .ruff_cache .hypothesis
