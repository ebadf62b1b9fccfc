# The commands of chatweb. `make run` and `make test` do all set-up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: setup run test check lock catalogs setup-test load kill attacks faults soak
.DELETE_ON_ERROR:

setup: $(VENV)/run.stamp

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "chatweb needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv --clear $(VENV) || { echo "This Python has no venv: on Debian and Ubuntu, apt install python3-venv"; exit 2; }

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Setting up .venv (once, about half a minute) …"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

run: setup
	@$(BIN)/chatweb run --supervise $(ARGS)

setup-test: $(VENV)/test.stamp

$(VENV)/test.stamp: requirements/test.txt package-lock.json tools/install-test-tools.sh $(VENV)/run.stamp
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/test.txt
	@sh tools/install-test-tools.sh
	@npm ci --silent --no-audit --no-fund
	@touch $@

test: setup-test check
	@npm test --silent
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup-test
	@$(BIN)/ruff check chatweb tests tools wsgi.py
	@$(BIN)/mypy
	@npm run --silent check

# 500 people listen, 50 messages a second for 60 s: figures for the closing notes.
load: setup-test
	@$(BIN)/python -m tests.load $(ARGS)

# Kills the process again and again under load and looks whether anything acked was lost.
kill: setup-test
	@$(BIN)/python -m tests.kill $(ARGS)

# What two members feel under each attack of strangers, beside the calm; ARGS="--full" takes a quarter of an hour.
attacks: setup-test
	@$(BIN)/python -m tests.faults.attacks $(ARGS)

# Twelve kinds of faults while people talk; ARGS="--runs 1 --seed 7" repeats a run.
faults: setup-test
	@$(BIN)/python -m tests.faults.mixed $(ARGS)

# The long form of each proof: many hours at SCALE=1; ARGS='"catch-up" "kill -9"' chooses some.
SCALE ?= 1
soak: setup-test
	@$(BIN)/python -m tests.faults.long_forms --scale $(SCALE) $(ARGS)

# For developers: new lock files (needs uv), new catalogs from chatweb/locales/strings.json.
lock:
	cd requirements && uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header run.in -o run.txt
	cd requirements && uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header test.in -o test.txt

catalogs: setup
	@$(BIN)/python tools/catalogs.py
