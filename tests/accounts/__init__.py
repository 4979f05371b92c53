"""Accounts on the drop server."""
