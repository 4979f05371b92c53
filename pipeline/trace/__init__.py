"""The history of one person or class over all days, as data and as a page."""
