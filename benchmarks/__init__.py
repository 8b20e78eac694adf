"""Figures of time, measured side by side, beside counts that a test guards."""
