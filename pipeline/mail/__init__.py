"""Mail after the night: one digest for the operator, and messages to the contacts that a district names."""
