"""The project's own workshop behind dev.py, written with nothing but Python itself."""
