"""What a command answers to the shell."""

DONE = 0
STORE_FAILED = 1
NOTHING_MATCHED = 3
CHANGED_MEANWHILE = 4
INTERRUPTED = 130  # what a shell reports for Ctrl-C: 128 + SIGINT
