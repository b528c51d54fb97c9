# `make` lists the targets. Needed: Linux or macOS with make, git and any Python from 3.9 on; everything else is installed
# into ignored folders of this checkout. uv installs Python 3.13 where the machine has none. Recipes use only what macOS
# has too: GNU make 3.81, the BSD tools.

UV_VERSION := 0.13.9
UV := .tools/uv/bin/uv
BIN := .venv/bin
SAM := .tools/sam/bin/sam

# The first one that works: pyenv's python3 fails in a folder that asks for a version it lacks.
PYTHON := $(shell for python in python3 /usr/bin/python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null && echo $$python && break; done)

# For deploy. One variable sets both the layer and the functions: they have to agree.
STACK ?= $(or $(LEADBELL_STACK),leadbell)
ARCHITECTURE ?= arm64
# The role that CloudFormation acts with; empty: the one you are logged in with.
ROLE ?=
# More parameters of template.yaml, as PARAMETERS='DefaultCountry=SE CompanyName="Example Ltd" SenderEmail=""'. What was
# set once stays. In the environment, for SAM reads the quotation marks and no shell may do so before; and never shown,
# for some are secrets.
PARAMETERS ?=
export PARAMETERS
LAYER_EXPORT = $(UV) export --quiet --frozen --no-default-groups --no-emit-project --no-header --no-annotate

# SAM builds with the python3.13 it finds first.
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/.tools/sam/bin:$(CURDIR)/.tools/uv/bin:$(PATH)
export LEADBELL_CACHE := $(CURDIR)/.cache/layer
export SAM_CLI_TELEMETRY := 0
# `leadbell` reads AWS_REGION, and the AWS SDKs that SAM is made with only the other name.
ifneq ($(AWS_REGION),)
export AWS_DEFAULT_REGION := $(AWS_REGION)
endif
# An environment that happens to be active in the shell is not ours to change.
unexport VIRTUAL_ENV UV_PROJECT_ENVIRONMENT PYTHONPATH PYTHONHOME

# How long `make fuzz` runs, and how many examples per operation `make schemathesis` makes.
FUZZ_SECONDS ?= 600
EXAMPLES ?= 200

# The release before the modules had rooms and the functions aliases.
FROM ?= 84b7537

# The property tests of the laws: what `make nightly` plays 10,000 times.
LAWS = scoring/test_scoring scoring/test_snapshots lifecycle/test_stages lifecycle/test_new_model lifecycle/test_stage_as_a_log \
	lifecycle/test_objection qualify/test_refresh contacts/test_as_of

.PHONY: help setup run test prove forms nightly upgrade check reference docs docs-serve e2e small-proof proof fuzz schemathesis bench deploy layer-lock packaged-model clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.ready .tools/sam/.ready .tools/emulator/.ready ## Install all tools (other targets install what they need)

run: setup ## Run Leadbell on this machine: emulated AWS, demo website, sales inbox
	@$(BIN)/leadbell run $(ARGS)

test: .venv/.ready .tools/emulator/.ready ## Run the unit and integration tests
	$(BIN)/pytest -n auto tests/unit tests/integration

prove: .venv/.ready ## Remove each guard of the laws in turn; its tests must fail (takes minutes)
	@$(BIN)/python -m tests.guards $(ARGS)

forms: .venv/.ready .tools/emulator/.ready ## Send real websites' forms through the doors; print what is understood and what arrives
	@$(BIN)/python -m tests.forms $(ARGS)

nightly: .venv/.ready ## Test each law of scoring and lifecycle with 10,000 cases, and 20,000 forms (about 30 minutes)
	HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -n auto -m hypothesis --durations=0 $(LAWS:%=tests/unit/%.py)
	$(BIN)/python -m tests.proof typed

upgrade: setup ## Update an older revision in emulated AWS: make upgrade [FROM=84b7537] (takes minutes)
	@$(BIN)/python -m tests.upgrade $(FROM)

check: .venv/.ready .tools/sam/.ready ## Check format, lint, types, template and lock file
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(SAM) validate --lint --region us-east-1
	$(UV) lock --check --quiet || { echo "Error: uv.lock is out of date."; echo "Fix:   .tools/uv/bin/uv lock"; exit 1; }
	@$(LAYER_EXPORT) | cmp -s - shared/requirements.txt || { echo "Error: shared/requirements.txt is out of date."; echo "Fix:   make layer-lock"; exit 1; }

reference: .venv/.ready ## Write what the code knows into the reference pages (docs/reference)
	@$(BIN)/python -m cli.reference

docs: .tools/docs/.ready ## Build the documentation into site/, links and anchors checked
	@NO_MKDOCS_2_WARNING=1 .tools/docs/bin/mkdocs build --strict
	@echo "Built: site/index.html"

docs-serve: .tools/docs/.ready ## Show the documentation at http://127.0.0.1:8000 and follow its changes
	@NO_MKDOCS_2_WARNING=1 .tools/docs/bin/mkdocs serve --strict $(ARGS)

e2e: setup .tools/schemathesis/.ready ## Run the end-to-end tests against emulated AWS
	$(BIN)/pytest tests/e2e

fuzz: .venv/.ready ## Fuzz the request parsers: make fuzz [FUZZ_SECONDS=600]
	@FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m tests.fuzz

schemathesis: setup .tools/schemathesis/.ready ## Test every route with generated requests: make schemathesis [EXAMPLES=200]
	LEADBELL_OPENAPI_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -s tests/e2e/test_openapi.py

small-proof: .venv/.ready ## Run a small part of each proof (a minute)
	$(BIN)/pytest -n auto tests/proof

proof: small-proof ## Run the delivery proofs and print figures: make proof [ARGS=hostile]
	$(BIN)/python -m tests.proof $(ARGS)

bench: setup ## Measure start-up time, CPU, and read and write units
	$(BIN)/python -m tests.bench

deploy: .venv/.ready .tools/sam/.ready ## Deploy to AWS: make deploy EMAIL=me@example.com [STACK=leadbell] [ARCHITECTURE=arm64]
	@.tools/sam/bin/python -m cli.deploying
	LEADBELL_ARCHITECTURE=$(ARCHITECTURE) $(SAM) build
	@$(SAM) deploy --stack-name $(STACK) --s3-prefix $(STACK) $(if $(ROLE),--role-arn $(ROLE)) \
		--parameter-overrides "Architecture=$(ARCHITECTURE) Release=$$(date -u +%Y-%m-%dT%H:%M:%SZ) $(if $(EMAIL),AlertEmail=$(EMAIL)) $$PARAMETERS"
	@echo "Deployed. Confirm the mails from AWS, then check everything: $(BIN)/leadbell doctor --stack-name $(STACK)"

layer-lock: .venv/.ready ## Update the layer's dependencies from uv.lock
	$(LAYER_EXPORT) --output-file shared/requirements.txt > /dev/null

packaged-model: .venv/.ready ## Update the packaged model that the functions read from its YAML
	$(BIN)/python -c "from leadbell.scoring.rules import default_model; print(default_model().stored())" > shared/leadbell/data/model.json

clean: ## Delete everything that make created, including local data
	rm -rf .venv .tools .cache site .aws-sam .leadbell .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find functions shared cli tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# ---- The tools -------------------------------------------------------------------------------------------------------

.tools/uv/$(UV_VERSION):
	@test -n "$(PYTHON)" || { echo "Error: Python 3.9 or newer was not found."; echo "Fix:   install it, so that python3 runs it."; exit 1; }
	@echo "Installing uv $(UV_VERSION)"
	@rm -rf .tools/uv
	@$(PYTHON) -m venv .tools/uv || { echo "Error: Python's venv module is missing."; echo "Fix:   apt-get install python3-venv (Debian, Ubuntu)"; exit 1; }
	@.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/.ready: uv.lock pyproject.toml .python-version | .tools/uv/$(UV_VERSION)
	@echo "Installing the project"
	@$(UV) sync --frozen --quiet
	@touch $@

# SAM and the emulator have environments of their own: their dependencies do not agree with the layer's. Schemathesis has
# one because it would hook itself into every run of pytest, and the documentation because nothing else needs its tools.
.tools/sam/.ready .tools/emulator/.ready .tools/schemathesis/.ready .tools/docs/.ready: .tools/%/.ready: uv.lock pyproject.toml .python-version | .tools/uv/$(UV_VERSION)
	@echo "Installing $*"
	@UV_PROJECT_ENVIRONMENT=.tools/$* $(UV) sync --frozen --quiet --only-group $*
	@touch $@
