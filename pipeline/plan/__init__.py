"""The plan: what a delivery changes, what it is judged by, what the gate holds, and who approved what."""
