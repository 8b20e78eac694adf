"""Tests of the pages, through HTTP and a real store."""
