"""The same small page in other frameworks; each runs where its packages are."""
