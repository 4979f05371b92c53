"""Guardians: which of a student's contacts get a role, by the district's rules, with the reason for each."""
