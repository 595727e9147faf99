# make demo   plans the example of 22 September 2023, from its workbook to the papers
# make desk   opens the desk with that example, for people to sign in to
# make test   runs every check and every test
# All build what they need into .venv; a second run builds only what changed.
.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: help demo desk test lint types long-test sanitize bench lock clean browser compiler database

PYTHON = python3
EXAMPLE = examples/aghdam-khankendi-2023-09-22.xlsx
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --no-input
BUILT_FROM = pyproject.toml hatch_build.py $(wildcard frontend/*.json frontend/*.mjs frontend/src/*) \
	$(wildcard karavan/planning/engine/core/* karavan/planning/engine/relief/* karavan/planning/engine/bound/*) \
	$(wildcard karavan/locale/*/LC_MESSAGES/*.po)
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url --generate-hashes

help:
	@sed -n 's/^# //p' Makefile | head -n 4

demo: .venv/.installed
	$(BIN)/karavan plan $(EXAMPLE) -o build/demo
	@echo
	@echo "The plan lies in build/demo: open build/demo/plan.html in a browser; the papers to print are in build/demo/papers."

# The desk with the example in it, on this machine, until Ctrl-C; it asks for a password the first time.
desk: .venv/.desk
	$(BIN)/karavan desk build/desk --demo $(EXAMPLE)

# A file of tests stays in one process: what it starts (a cluster, a database) is started once.
SIDE_BY_SIDE = -n auto --maxprocesses 4 --dist loadfile
test: lint browser database
	$(BIN)/python -m pytest -q $(SIDE_BY_SIDE)

lint: .venv/.tested
	$(BIN)/lint-imports --no-cache
	$(BIN)/ruff check .

types: .venv/.tested
	$(BIN)/mypy

long-test: .venv/.tested browser
	$(BIN)/python -m pytest -q --long $(SIDE_BY_SIDE)

# make bench SETS=ccvrp TIME=10 INSTANCES=folder: python -m benchmarks --help says what else can be asked for.
SETS = relief
TIME = 10
SEEDS = 1
SOLVERS = karavan,pyvrp,hgs,ortools,vroom
RESULTS = build/bench/results.jsonl
bench: .venv/.tested
	$(PIP) install --quiet --no-build-isolation -e '.[bench]'
	$(BIN)/python -m benchmarks run --set $(SETS) --seconds $(TIME) --seeds $(SEEDS) --solvers $(SOLVERS) \
	  $(if $(INSTANCES),--instances $(INSTANCES)) --out $(RESULTS) $(ARGS)
	$(BIN)/python -m benchmarks table $(RESULTS) --each --plots build/bench

clean:
	rm -rf .venv build dist frontend/node_modules karavan/papers/built karavan/papers/fonts

# The locks name no registry: whoever installs brings an own one.
lock: .venv/.python
	$(PIP) install --quiet uv
	$(COMPILE) pyproject.toml requirements/build.in -o requirements/run.lock
	$(COMPILE) pyproject.toml requirements/build.in --extra desk -c requirements/run.lock -o requirements/desk.lock
	$(COMPILE) pyproject.toml requirements/build.in --extra desk --extra test -c requirements/desk.lock -o requirements/test.lock

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Karavan needs Python 3.11 or newer, and $(PYTHON) is older. Name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { \
	  rm -rf .venv; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing python3-venv with apt: this Python cannot make virtual environments yet."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null \
	      && $(PYTHON) -m venv .venv; \
	  else \
	    echo "This Python cannot make virtual environments. Install its venv module (Debian: apt install python3-venv)." >&2; \
	    exit 1; \
	  fi; }
	@touch $@

.venv/.run: .venv/.python requirements/run.lock
	$(PIP) install --quiet --require-hashes -r requirements/run.lock
	@touch $@

.venv/.desk: .venv/.installed requirements/desk.lock
	$(PIP) install --quiet --require-hashes -r requirements/desk.lock
	@touch $@

.venv/.installed: .venv/.run $(BUILT_FROM) | compiler
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.tested: .venv/.installed requirements/test.lock
	$(PIP) install --quiet --require-hashes -r requirements/test.lock
	@touch $@

# The engine's tests with cores that watch their memory and arithmetic; the usual ones are put back afterwards.
SANITIZED = tests/engine $(patsubst %,tests/planning/test_%.py,bound loading schedule search stages travel)
sanitize: .venv/.tested
	@KARAVAN_SANITIZE=1 $(PIP) install --quiet --no-deps --no-build-isolation -e .
	@libraries="$$($${CXX:-c++} -print-file-name=libasan.so) $$($${CXX:-c++} -print-file-name=libubsan.so)"; \
	LD_PRELOAD="$$libraries" ASAN_OPTIONS=detect_leaks=0 $(BIN)/python -m pytest -q -p no:cacheprovider $(SANITIZED); \
	result=$$?; $(PIP) install --quiet --no-deps --no-build-isolation -e . && exit $$result

# The engine's core is compiled; everything else it needs comes from the registry.
HEADERS = import os, sys, sysconfig; sys.exit(not os.path.isfile(sysconfig.get_paths()["include"] + "/Python.h"))
compiler: .venv/.python
	@need=; command -v $${CXX:-c++} >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || need=" g++"; \
	$(BIN)/python -c '$(HEADERS)' || need="$$need python3-dev"; \
	if [ -n "$$need" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing with apt, for the search engine's core:" $$need; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$need >/dev/null; \
	  else \
	    echo "The search engine's core needs$$need. Install what is missing (Debian: apt install g++ python3-dev; macOS: xcode-select --install)." >&2; \
	    exit 1; \
	  fi; \
	fi

# plan.html is looked at in a real browser and the PDFs are read back; both programs come from the system.
browser:
	@need=; command -v chromium >/dev/null || command -v google-chrome >/dev/null || need=chromium; \
	command -v pdftotext >/dev/null || need="$$need poppler-utils"; \
	if [ -n "$$need" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing with apt, for the tests of plan.html and the PDFs:" $$need; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$need >/dev/null; \
	  else \
	    echo "The tests need$$need on the PATH. Install them (Debian: apt install chromium poppler-utils)." >&2; exit 1; \
	  fi; \
	fi

# The desk is tested on SQLite and on a PostgreSQL that the tests start themselves.
database:
	@if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing with apt, for the tests of the desk: postgresql"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	  else \
	    echo "The tests need PostgreSQL's initdb (Debian: apt install postgresql); those on it are passed over."; \
	  fi; \
	fi
