"""The web console: who may see what, and where everything is. A Django application, installed as an extra.

Belongs here: accounts, roles, sessions, and pages that ask the same functions as the commands. Does not belong here:
anything that decides about a roster, and any row of one: the console's database holds accounts, roles and records of
access, and people of a roster only as the roster's own numbers. Nothing outside of this package imports Django.
"""
