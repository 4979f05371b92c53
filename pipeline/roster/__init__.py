"""The roster and its ledger: opening it, applying a plan, reading its history."""
