"""The PowerSchool plug-in: built from the sources in plugin/, and checked before a server sees it.

Belongs here: how the ZIP is made, and the rules that PowerSchool and Oracle hold a plug-in to. Does not belong here:
what the queries export (plugin/queries_root), how the files that come of it are read (`pipeline.csvfile`).
"""
