"""The demo: synthetic districts, an SFTP server for them, and the story that they tell."""
