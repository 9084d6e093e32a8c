# Each target sets up what it needs, once: a stamp file in .venv says that it is there.
PYTHON ?= python3
PIP := .venv/bin/python -m pip
# --no-deps: every file of pins is complete. --no-compile: Python compiles what it imports, and not the rest.
INSTALL := $(PIP) install --quiet --disable-pip-version-check --no-deps --no-compile
PACKAGES := core infra/local $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
BUILT := .aws-sam/build
REGIONS := cn-north-1 cn-northwest-1 us-east-1

# Tests and benchmarks start many processes: what one has compiled the next should find.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: .venv/.demo-ready ## one contract from upload to payment, on this machine
	.venv/bin/kaohe demo

test: .venv/.test-ready ## run the tests
	.venv/bin/pytest -n 2 --dist loadfile

check: .venv/.check-ready .venv-sam/.ready ## format, lint, types, layers, template
	.venv/bin/ruff format --check --quiet .
	.venv/bin/ruff check --quiet .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/cfn-lint --regions $(REGIONS) -- infra/template.yaml
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint --region cn-north-1 --template infra/template.yaml

bench: .venv/.bench-ready ## time it against its peers (minutes)
	.venv/bin/python -m benchmarks

load: .venv/.test-ready $(if $(shell command -v java),.dynamodb-local/.ready) ## a month of 3,000 contracts, and what it costs
	.venv/bin/python -m benchmarks.load

build: .venv/.demo-ready .venv-sam/.ready ## bundle the functions into .aws-sam/build (ARCH=x86_64 or arm64)
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam build --build-in-source --template infra/template.yaml \
		--region cn-north-1 --parameter-overrides Architecture=$(ARCH) --build-dir $(BUILT)
	.venv/bin/python -m kaohe_local.bundle $(BUILT) $(LAMBDA_RUNTIME)

here: .venv/.demo-ready .venv-sam/.ready ## bundle the functions for this machine, for the tests
	$(MAKE) $(HERE)-all BUILT=$(HERE)/functions ARCH=$(patsubst aarch64,arm64,$(shell uname -m)) \
		LAMBDA_PYTHON=$(HERE_PYTHON) LAMBDA_RUNTIME=$(shell $(HERE_PYTHON) $(VERSION))

dynamodb: .dynamodb-local/.ready ## fetch DynamoDB Local, on which the tests run where Java is

format: .venv/.check-ready ## format the code and mend what can be mended
	.venv/bin/ruff check --quiet --fix-only .
	.venv/bin/ruff format --quiet .

pins: .venv-pins/.ready ## renew the pins in requirements/*.txt
	for set in pip pins run runtime demo test bench check sam npm; do .venv-pins/bin/uv pip compile --quiet --upgrade --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		requirements/$$set.in --output-file requirements/$$set.txt || exit; done

clean: ## remove what the other targets made
	rm -rf .venv .venv-sam .venv-pins .venv-npm .dynamodb-local .aws-sam build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# The host's pip, where there is one, saves the 5 s that ensurepip takes.
%/.pip: requirements/pip.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("kaohe needs Python 3.11: make PYTHON=...")'
	@if $(PYTHON) -m pip --version >/dev/null 2>&1; \
	then $(PYTHON) -m venv --clear --without-pip $(@D) && $(PYTHON) -m pip --python $(@D)/bin/python install \
		--quiet --disable-pip-version-check --no-compile --requirement $<; \
	else $(PYTHON) -m venv --clear $(@D) && $(@D)/bin/pip install --quiet --no-compile --requirement $<; fi
	touch $@

.venv/.demo-ready: .venv/.pip requirements/demo.txt $(PACKAGES:=/pyproject.toml)
	$(INSTALL) --requirement requirements/demo.txt
	$(INSTALL) --no-build-isolation $(addprefix --editable ,$(PACKAGES))
	touch $@

.venv/.test-ready: .venv/.demo-ready requirements/test.txt
	$(INSTALL) --requirement requirements/test.txt
	touch $@

.venv/.bench-ready: .venv/.test-ready requirements/bench.txt
	$(INSTALL) --requirement requirements/bench.txt
	touch $@

.venv/.check-ready: .venv/.test-ready requirements/check.txt
	$(INSTALL) --requirement requirements/check.txt
	touch $@

.venv-sam/.ready .venv-pins/.ready .venv-npm/.ready: .venv-%/.ready: .venv-%/.pip requirements/%.txt
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile \
		--requirement requirements/$*.txt
	touch $@

.PHONY: help dynamodb demo test check bench load build here format pins clean

include infra/build.mk infra/dynamodb.mk
