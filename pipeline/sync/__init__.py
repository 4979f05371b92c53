"""The sync: when it is due, what it would change (plan), what it may change (gate), and changing it (apply)."""
