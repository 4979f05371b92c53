"""Moving the roster to an earlier or recomputed state by recording a new sync: undo, replay, block."""
