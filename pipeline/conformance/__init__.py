"""Profile oneroster-1.1: a package held against the standard, to the letter."""
