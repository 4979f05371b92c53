"""What an installation does for itself once a day: retention, a look at stored deliveries, fewer events in Dagster.

Belongs here: doing it for all districts, one after the other. Does not belong here: what retention removes and what a
delivery must be (`pipeline/landing`), what follows a night (`pipeline/jobs.py`).
"""
