"""A day from its start to its report: the stages in order, the day that repeats another, previews."""
