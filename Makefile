# dev.py holds what these do, and works without make.
PYTHON ?= python3

.DEFAULT_GOAL := run
.PHONY: run test check bench prove texts pictures lock

run test check bench prove texts pictures lock:
	@$(PYTHON) dev.py $@ $(ARGS)
