# `make run` and `make test` bring everything they need, given Python 3.11 or 3.12 with pip.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# uv that is already there, or one in a private environment: the system's Python is left alone.
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)

.PHONY: help run test lint setup requirements screenshot

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' \
	  | awk -F'|' '{ printf "  make %-13s %s\n", $$1, $$2 }'

run: setup ## Start the app and say where to open it
	$(UV) run --no-sync streamlit run streamlit_app.py

test: setup ## Run all tests, those in a real browser included
	$(UV) run --no-sync python -m tests.browser.chromium
	$(UV) run --no-sync pytest

lint: setup ## Check style, format and types
	$(UV) run --no-sync ruff check
	$(UV) run --no-sync ruff format --check
	$(UV) run --no-sync mypy

setup: $(UV) ## Build or update the environment in .venv
	$(UV) sync --quiet

requirements: $(UV) ## Compile requirements.txt from pyproject.toml

.tools/bin/uv:
	python3 -m venv --without-pip .tools
	python3 -m pip --python .tools/bin/python install --quiet uv
