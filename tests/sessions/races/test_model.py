"""Random requests, interleaved at every await: the engine does as the model does."""

import asyncio

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stores import FORGETFUL, every_store, opened

from .machine import SessionMachine

USUAL_STEPS = 3_000
STEPS_OF_ONE_RUN = 50


@every_store
def test_every_request_goes_as_the_model_foresees(store_name, tmp_path, pytestconfig):
    steps = pytestconfig.getoption("model_steps")
    with asyncio.Runner() as runner:
        opening = opened(store_name, tmp_path)
        what_it_needs = {
            "runner": runner,
            "store": runner.run(opening.__aenter__()),
            "is_forgetful": store_name in FORGETFUL,
        }
        machine = type("OneMachine", (SessionMachine,), what_it_needs)
        try:
            run_state_machine_as_test(machine, settings=how_often(steps))
        finally:
            runner.run(opening.__aexit__(None, None, None))


def how_often(steps):
    """As many random steps; None: the usual ones, the same at every run."""
    return settings(
        max_examples=max(1, (steps or USUAL_STEPS) // STEPS_OF_ONE_RUN),
        stateful_step_count=STEPS_OF_ONE_RUN,
        derandomize=steps is None,
        database=None,
        report_multiple_bugs=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
