#!/usr/bin/env bash
# Writes the four lock files anew: dev first, the others constrained by it, so that every environment runs the same versions.
# Needs uv. The files hold hashes and no addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links pyproject.toml "$@"; }
lock --extra embedded --extra demo --extra dev --output-file requirements/dev.txt
lock --constraint requirements/dev.txt --extra embedded --extra demo --extra dev --extra mutants --output-file requirements/mutants.txt
lock --constraint requirements/dev.txt --extra embedded --extra demo --output-file requirements/serve.txt
lock --constraint requirements/dev.txt --output-file requirements/service.txt
