"""Where a district's files come from: an SFTP server, a folder of this machine, a person's hand."""
