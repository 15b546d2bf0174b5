# Each target does everything it needs by itself: `make run` from a bare clone opens the editor.

PYTHON ?= python3
BIN := .venv/bin
EXAMPLE := resources/examples/two_models.json
SETUP := PYTHON=$(PYTHON) sh .ci/setup
TEMPLATES := runtime/train/pieces
OFFSCREEN := QT_QPA_PLATFORM=offscreen

# macOS always has a screen; elsewhere an X or Wayland display is named in the environment.
SCREEN := $(if $(filter Darwin,$(shell uname -s)),yes,$(DISPLAY)$(WAYLAND_DISPLAY))

.PHONY: run test check format bench soak pictures states signatures wheel clean

ifneq ($(SCREEN),)
run: ## opens the editor on the first example
	@$(SETUP) window
	$(BIN)/torchweave $(EXAMPLE)
else
run: ## without a display: trains the first example and draws it with its loss curve
	@$(SETUP)
	@echo "No display here: training the first example in the terminal. With one, 'make run' opens the editor."
	run=runs/$$(date +%Y%m%d-%H%M%S) && \
	    $(BIN)/torchweave train $(EXAMPLE) --run-dir $$run && \
	    $(OFFSCREEN) $(BIN)/torchweave render $(EXAMPLE) -o two_models.png --run $$run
	@echo "The graph and its loss curve: two_models.png"
endif

test: ## all tests but the soak, one process a core
	@$(SETUP)
	$(OFFSCREEN) $(BIN)/python -m pytest -n auto --dist worksteal

check: ## format, lint, types
	@$(SETUP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff format --isolated --check $(TEMPLATES)
	$(BIN)/ruff check .
	$(BIN)/mypy --num-workers auto

format: ## writes the format and the fixes that ruff is sure of
	@$(SETUP)
	$(BIN)/ruff format .
	$(BIN)/ruff format --isolated $(TEMPLATES)
	$(BIN)/ruff check --fix .

bench: ## what the speed figures in the README come from
	@$(SETUP)
	$(OFFSCREEN) $(BIN)/python -m tests.bench

soak: ## the tests that take minutes on purpose
	@$(SETUP)
	$(OFFSCREEN) $(BIN)/python -m pytest -m soak

pictures: ## draws the pictures of the README anew, and the prints that tests compare the screens with
	@$(SETUP)
	$(OFFSCREEN) $(BIN)/python -m tests.pictures

states: ## draws each state of the window at two scales in three themes, into build/states
	@$(SETUP)
	$(OFFSCREEN) $(BIN)/python -m tests.states build/states

signatures: ## reads anew what torch's functions and classes take
	@$(SETUP)
	$(BIN)/python -m tests.signatures

wheel: ## dist/torchweave-*.whl, with its resources
	@$(SETUP)
	$(BIN)/python -m build --wheel

clean: ## removes everything that make made
	rm -rf .venv build dist *.egg-info runs two_models.png .mypy_cache .ruff_cache .pytest_cache .hypothesis
