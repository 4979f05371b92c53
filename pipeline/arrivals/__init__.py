"""Sets of files that arrive in a drop folder before a district's first sync: a preview and a mail at once.

Belongs here: when a set has arrived, and telling so once. Does not belong here: taking files into landing, which the
night does (`pipeline/landing`), what a preview is (`pipeline/day/preview.py`).
"""
