"""SFTP: connecting to a district's server, listing its folder, fetching files whole or not at all."""
