"""How each district is doing: when its night is due, its state, its faults, the pages that show it."""
