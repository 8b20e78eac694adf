"""Owns the translation between HTTP requests and the application."""
