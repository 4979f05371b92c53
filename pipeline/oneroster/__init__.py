"""OneRoster as data: files, columns, the catalogue of findings; and the stage that normalizes a delivery."""
