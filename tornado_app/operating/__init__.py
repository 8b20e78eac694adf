"""The operator's commands on accounts."""
