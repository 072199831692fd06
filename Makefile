# Pinewright, by two commands: make run, make test. Works with GNU make 3.81 and a POSIX shell.
# ARGS is handed on:   make run ARGS="--timeframe 1h --days 60"   make test ARGS="tests/pine -k lexer"
# PYTHON names another Python:   make env PYTHON=/opt/python/bin/python3.12

VENV := .venv
ARGS :=
PYTHON :=
WORKERS := 2
# Empty means: look for one.
BOOTSTRAP = VENV='$(VENV)' PYTHON='$(PYTHON)' sh tools/bootstrap.sh

.PHONY: help env run test check bench docs clean

help:
	@echo 'make run     install what the main job needs, and run it: five scripts and a report from a demo market'
	@echo 'make test    install what the tests need, and run them all'
	@echo 'make check   ruff, format, mypy --strict, import rules'
	@echo 'make bench   benchmarks beside the peers (installs them)'
	@echo 'make docs    write docs/reference again from the code'
	@echo 'make env     make $(VENV) and install the package'
	@echo 'make clean   remove $(VENV), caches and builds; results under runs/ stay'
	@echo 'more words for the command behind: ARGS="..."'

env:
	@$(BOOTSTRAP)

run:
	@$(BOOTSTRAP)
	@$(VENV)/bin/pinewright run $(ARGS)

test:
	@$(BOOTSTRAP) test
	@$(VENV)/bin/python -m pytest -n $(WORKERS) $(ARGS)

# All four run even when one complains, so that one call shows everything.
check:
	@$(BOOTSTRAP) test
	@status=0; \
	$(VENV)/bin/ruff check . || status=1; \
	$(VENV)/bin/ruff format --check . || status=1; \
	$(VENV)/bin/mypy || status=1; \
	$(VENV)/bin/lint-imports --no-logo || status=1; \
	exit $$status

bench:
	@$(BOOTSTRAP) bench
	@for script in benchmarks/*.py; do \
	  name=$$(basename "$$script" .py); echo "== benchmarks.$$name"; \
	  $(VENV)/bin/python -m "benchmarks.$$name" $(ARGS) || exit 1; \
	done

docs:
	@$(BOOTSTRAP) test
	@$(VENV)/bin/python tools/reference.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
