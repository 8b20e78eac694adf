"""Tests of the site as somebody meets it who means it harm."""
