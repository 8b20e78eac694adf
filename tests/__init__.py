"""The tests; their names, read in a row, are the specification."""
