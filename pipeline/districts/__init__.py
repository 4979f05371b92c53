"""Districts: their settings, their state, where their data lives, and secrets by reference."""
