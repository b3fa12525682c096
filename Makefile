# The commands of this project. `make serve` and `make test` are the two that a newcomer needs.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
# The first of these that is there and new enough makes the virtual environment; PYTHON=… overrides.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# make serve ARGS="--port 9000"
ARGS ?=

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: serve
serve: $(VENV)/serve.stamp ## Run Rung with a PostgreSQL and a demo programme of its own on 127.0.0.1:8000
	@exec $(BIN)/rung serve $(ARGS)

.PHONY: test
test: lint ## Check everything and run every test, as CI does
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

.PHONY: soak-http
soak-http: $(VENV)/dev.stamp ## Random lifecycles on two servers for RUNG_SOAK seconds (600), then the audit
	RUNG_SOAK=$${RUNG_SOAK:-600} $(BIN)/pytest -n 0 -s tests/machine_http $(ARGS)

.PHONY: crash
crash: $(VENV)/dev.stamp ## Kill the service, PostgreSQL and both 20 times under load; RUNG_KILLS overrides
	RUNG_KILLS=$${RUNG_KILLS:-20} $(BIN)/pytest -n 0 -s tests/crash $(ARGS)

.PHONY: lint
lint: $(VENV)/dev.stamp ## Check format, lint, types, import contracts, dependencies and migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy app bench tests migrations
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml app migrations
	@# Alembic's own table is not ours to judge.
	$(BIN)/alembic upgrade head --sql 2>/dev/null | sed '/^CREATE TABLE alembic_version/,/^);/d' > $(VENV)/migrations.sql
	$(BIN)/squawk --config .squawk.toml $(VENV)/migrations.sql

.PHONY: format
format: $(VENV)/dev.stamp ## Format the code and repair what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: soak
soak: $(VENV)/dev.stamp ## Live random programmes beside the naive model; STEPS=1000000 for longer
	@exec $(BIN)/python -m tests.engine.soak $(or $(STEPS),100000)

.PHONY: mutants
mutants: ## Break the engine in N random places (200), one at a time, and see which of them no test notices
	@$(MAKE) VENV=.venv-mutants .venv-mutants/mutants.stamp
	@exec .venv-mutants/bin/python -m tests.mutants $(or $(N),200)

.PHONY: bench
bench: $(VENV)/dev.stamp ## Measure throughput and latency beside pgbench; QUICK=1 for three minutes instead of ten
	@exec $(BIN)/python -m bench $(if $(QUICK),--quick) $(ARGS)

.PHONY: demo
demo: $(VENV)/serve.stamp ## Replay a year of real grocery baskets into a running service
	@exec $(BIN)/rung demo grocery $(ARGS)

.PHONY: openapi
openapi: $(VENV)/dev.stamp ## Write openapi/openapi.json anew
	$(BIN)/python -m app.main openapi

.PHONY: clean
clean: ## Remove the virtual environment and caches; the data in .rung/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Rung needs Python 3.11 or newer and found none. Install it, or say PYTHON=/path/to/python." >&2; exit 1; }
	@echo "Making a virtual environment with $(PYTHON) ..." >&2
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "That needs Python's venv module (Debian, Ubuntu: the package python3-venv)." >&2; exit 1; }

# The stamp holds the hash of the lock that was installed, so a newer file time alone (a fresh checkout) costs nothing.
$(VENV)/%.stamp: requirements/%.txt $(VENV)/pyvenv.cfg
	@sum=$$(sha256sum $< 2>/dev/null || shasum -a 256 $<); \
	if [ "$$(cat $@ 2>/dev/null)" != "$$sum" ]; then \
		echo "Installing $< ..." >&2; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r $<; \
		printf '%s\n' "$$PWD" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/rung.pth"; \
		printf '#!/bin/sh\nexec "%s/python" -m app.cli "$$@"\n' "$$PWD/$(BIN)" > $(BIN)/rung; \
		chmod +x $(BIN)/rung; \
	fi; \
	printf '%s\n' "$$sum" > $@
