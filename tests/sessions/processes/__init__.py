"""The engine in several processes at once."""
