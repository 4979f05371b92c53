"""From the bytes of a file to text rows under known columns, or a refusal in words."""
