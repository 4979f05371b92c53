"""Sets in other formats than OneRoster 1.1: recognized, and made into the files that everything else reads.

One module for each format that is read; `unread.py` names those that are not.
"""
