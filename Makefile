# Commands for people; `make` alone lists them.
# A new machine needs python3 (3.11 or newer), git, make and, for the rest, apt.

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/.ready
POSTGRES := $(wildcard /usr/lib/postgresql/*/bin/postgres)
LOCKING := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests demo test soak fuzz mutants lint up migrate bench samples lock assets translations docs

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## Make .venv with exactly the packages of requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; try: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || .ci/install-debian python3-venv
	@test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1 || \
		$(PYTHON) -m venv --clear .venv
	@echo "Installing packages into .venv (minutes the first time)"
	@if $(BIN)/python -m pip install -q --disable-pip-version-check "uv==$(UV_VERSION)" && \
		$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes requirements.lock; \
	then :; else \
		echo "Going on with pip, which is slower"; \
		$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup-tests: setup  ## Install the Debian packages the tests use: a browser, PostgreSQL, Java, Tesseract
	@command -v chromium >/dev/null 2>&1 || .ci/install-debian chromium
	@test -n "$(POSTGRES)" || .ci/install-debian postgresql
	@command -v java >/dev/null 2>&1 || .ci/install-debian default-jre-headless
	@test -e /usr/share/java/jaxb-runtime.jar || .ci/install-debian libjaxb-java
	@tesseract --list-langs 2>/dev/null | grep -q rus || .ci/install-debian tesseract-ocr tesseract-ocr-rus

demo: setup  ## The sample marathon end to end, then the site; ARGS=--exit stops before the site
	@test -n "$(POSTGRES)" || .ci/install-debian postgresql || \
		echo "Without PostgreSQL Prefect keeps its records in SQLite: slower, but it works."
	$(BIN)/marathon demo $(ARGS)

test: setup setup-tests lint  ## Every check and every test
	$(BIN)/pytest -n 2 --dist loadfile $(ARGS)

soak: setup setup-tests  ## Deaths, attacks, load and lives in full size (hours); ARGS=tests/crash for one suite
	MARATHON_SOAK=1 $(BIN)/pytest -s -m "not demo" $(ARGS)

# The fuzzer has wheels for Linux on x86-64 only, so it is installed when it is asked for.
fuzz: setup  ## Feed the readers of uploads changed files, guided by coverage; ARGS="--minutes 30 pdf slides"
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install -q \
		--disable-pip-version-check --require-hashes -r tests/fuzz/requirements.txt
	PYTHONPATH=tests $(BIN)/python -W ignore -m fuzz.run $(ARGS)

mutants: setup  ## Whether tests notice small wrong changes of the rules; ARGS=council for some
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/mutants/run.py $(ARGS)

lint: setup  ## Style, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

up: setup  ## Start the site, Prefect and the runner; ARGS="--port 8001"
	$(BIN)/marathon up $(ARGS)

migrate: setup  ## Bring the database to the newest schema
	$(BIN)/marathon migrate

bench: setup  ## Measure beside other tools; ARGS=assign, decide, extract, compile or web
	$(BIN)/marathon bench $(ARGS)

samples: setup  ## Build the documents of the sample marathon again
	$(BIN)/python -m samples.marathon.build

# The second is the part of the first that an image needs.
lock: setup  ## Resolve the locks after a change in pyproject.toml; ARGS=--upgrade for newer
	$(BIN)/uv pip compile -q pyproject.toml --group dev $(LOCKING) $(ARGS) -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --group build -c requirements.lock $(LOCKING) \
		-o deploy/requirements.lock

# The result is committed.
assets:  ## Build review_api/static again after a change of the look (needs Node.js)
	cd review_api/assets && npm install --no-fund --no-audit && npm run build

# Empty msgstr lines then wait for words.
translations: setup  ## Bring new strings of pages and Python into the English catalogues, name what lacks
	$(BIN)/python -m review_api.catalogues

# Plays the sample season; the pictures are committed.
docs: setup  ## Take the pictures of the guides anew and compare them with the guides; ARGS="NAME..." takes some
	@command -v chromium >/dev/null 2>&1 || .ci/install-debian chromium
	$(BIN)/python -m docs.pictures.take $(ARGS)
