"""What every test relies on without asking for it."""
