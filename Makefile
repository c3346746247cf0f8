# `make run` and `make test` are all that a newcomer types; each installs what it needs.
# The first of these that is Python 3.11 or newer; `make PYTHON=... run` names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
CATALOG := resources/radgalgui_resources/catalogs/simulated-first

.DEFAULT_GOAL := help
.PHONY: help install run test lint bench screens catalog labels clean

help:  ## list what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

install: $(VENV)/.runtime  ## the virtual environment, Python packages and system libraries

run: $(VENV)/.runtime  ## open the window; without a display, do the same job headless
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
	  $(BIN)/radgalgui; \
	else \
	  echo "There is no display: the example image is answered without one."; \
	  echo "The CSV of its neighbours and the picture of the window:"; \
	  $(BIN)/radgalgui --snapshot $(OUT); \
	fi

# Side by side, each on one thread: threads of several processes would wait for each other.
test: $(VENV)/.dev  ## the tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.dev  ## style, types and the contracts between packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=training:resources $(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## speed and memory, each figure beside its target
	$(BIN)/python -m tests.benchmarks

screens: $(VENV)/.dev  ## make the README's pictures again
	$(BIN)/python -m tests.screens

catalog: $(VENV)/.runtime  ## build the bundled simulated catalogue again
	rm -rf $(CATALOG)
	$(BIN)/radgalgui simulate --n 20000 --seed 2026 --catalog --compact \
	  --encoder simclr --encoder byol --encoder simsiam --encoder vdvae --out $(CATALOG)
	$(BIN)/radgalgui catalog map $(CATALOG) --method tsne --encoder all --inside
	$(BIN)/radgalgui catalog likelihood $(CATALOG) --encoder all

labels: $(VENV)/.runtime  ## make the label sets again: DATA=published folder, FOLDS=of fine-tuning
	@test -n "$(DATA)" || { echo "name the folder of the published data: make labels DATA=DIR"; exit 2; }
	$(BIN)/radgalgui labels --root $(DATA) $(if $(FOLDS),--folds $(FOLDS))

clean:  ## remove the virtual environment and what was written here
	rm -rf $(VENV) $(OUT) .pytest_cache .mypy_cache .ruff_cache

$(VENV)/.runtime: pyproject.toml packaging/debian-packages.txt
	@packaging/prerequisites.sh $(or $(PYTHON),python3)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Python packages into $(VENV) (torch is large: a few minutes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
