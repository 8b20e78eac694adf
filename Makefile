# dev.py holds what these do, and works without make.
PYTHON ?= python3

.DEFAULT_GOAL := run
.PHONY: run test check bench prove lock

run test check bench prove lock:
	@$(PYTHON) dev.py $@ $(ARGS)
