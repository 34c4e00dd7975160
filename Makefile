# `make run` and `make test` install all that they need on a machine with Python 3.11 or newer and pip.

# The installed uv, otherwise one in an environment of its own: the system's Python stays unchanged.
UV := $(shell command -v uv || echo .tools/bin/uv)

.DEFAULT_GOAL := help
.PHONY: help run test bench lint newest networks requirements screenshots environment

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1: /p' Makefile

run: environment ## Start the app and print its address
	$(UV) run --no-sync streamlit run streamlit_app.py

# Two at a time, but for streams, which fall behind where others use the cores.
test: environment ## Run all tests, those in a real browser included
	$(UV) run --no-sync python -m tests.browser.chromium
	$(UV) run --no-sync pytest --numprocesses 2 --ignore tests/browser
	$(UV) run --no-sync pytest --numprocesses 2 --dist worksteal --ignore tests/browser/live/test_stream.py tests/browser
	$(UV) run --no-sync pytest tests/browser/live/test_stream.py

bench: environment ## Measure detector, stream and album against others; PHOTOS=folder adds your own pictures
	$(UV) run --no-sync python -m tests.benchmarks.detection $(PHOTOS)
	$(UV) run --no-sync python -m tests.benchmarks.live
	$(UV) run --no-sync python -m tests.benchmarks.album

lint: environment ## Check style, format and types of Python and JavaScript
	$(UV) run --no-sync ruff check
	$(UV) run --no-sync ruff format --check
	$(UV) run --no-sync mypy
	$(UV) run --no-sync deno fmt --check --quiet
	$(UV) run --no-sync deno lint --quiet
	$(UV) run --no-sync deno check --quiet .

newest: environment ## Run all tests with the newest releases, whatever the bounds; KEEP="package ..." keeps some
	$(UV) run --no-sync python -m tests.newest $(KEEP)

networks: environment ## Convert the mtcnn package's networks anew, with TensorFlow
	$(UV) run --no-sync python -m components.photo.network_conversion

requirements: environment ## Compile requirements.txt after a change in pyproject.toml
	$(UV) run --no-sync python -m tests.compiled_requirements

screenshots: environment ## Make the pictures of the Home page and of the README
	$(UV) run --no-sync python -m tests.home_pictures
	$(UV) run --no-sync python -m tests.browser.screenshots

environment: $(UV)
	$(UV) sync --all-extras

# Without pip inside, since Debian's Python cannot install it there; the system's pip installs into it.
# Below 1.0, because that release may read pyproject.toml differently.
.tools/bin/uv:
	python3 -m venv --without-pip .tools
	python3 -m pip --python .tools/bin/python install --quiet 'uv<1'
