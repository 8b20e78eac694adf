"""What a hostile page can do in a real browser."""
