"""A Tornado application with server-side sessions."""
