"""Tests of what measures: that it works, never what it measured."""
