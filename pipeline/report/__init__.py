"""The sync report: one model, written as JSON, as CSV per file, and as a page for people."""
