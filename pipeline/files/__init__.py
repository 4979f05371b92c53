"""Files as bytes: hash-chained lines, and replacing a file as a whole. Nothing of a district in them."""
