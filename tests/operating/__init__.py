"""The tests of the operator's commands on accounts."""
