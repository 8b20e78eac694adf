"""Tests of the site as people meet it: the real program in a real browser."""
