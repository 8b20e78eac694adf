"""What an operator asks of a store, beside the site that uses it."""
