"""Sets that arrive."""
