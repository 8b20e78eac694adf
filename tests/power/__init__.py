"""What a power cut leaves of a folder in which a program works."""
