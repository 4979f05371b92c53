"""The accounts of districts on the drop server of this machine: OpenSSH's, each district in a folder of its own.

Belongs here: making, changing and removing accounts, what a district is given, and keeping folders within their bounds.
Does not belong here: reading what arrives (`pipeline/sources`), what sshd allows (deploy/sftp/rollcall-sftp.conf).
"""
