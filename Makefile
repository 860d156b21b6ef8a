# make demo    set up and run the main job over examples/corpus
# make test    set up and run the tests: on all cores at once, then those that start clusters of their own
# make check   what CI does, in its order: format, lint, types, tests
# make bench   the quick benchmarks

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check format lint types bench clean

demo: $(VENV)/.installed-all
	$(BIN)/tercet run tiny

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n logical --dist loadfile -m "not ray and not gpu and not network"
	$(BIN)/python -m pytest -m "ray and not gpu and not network"

check: format lint types test

format: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

# html and pdf need the evaluation sets (TERCET_EVAL names their folder), whose pages are not in the repository.
bench: $(VENV)/.installed-dev
	for name in engine dedup dedup_scale substrings quality datatrove_blocks contamination pii mix reader tokenizing html_corpus pdf_hostile $(if $(TERCET_EVAL),html pdf); do $(BIN)/python -m benchmarks.$$name --quick || exit 1; done

$(VENV)/.installed-%: pyproject.toml constraints.txt peers.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Python 3.11 is needed (the lock is for it): make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$*]'
	if [ "$*" = dev ]; then $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement peers.txt; fi
	touch $@

clean:
	rm -rf $(VENV) out build *.egg-info .mypy_cache .ruff_cache .pytest_cache
