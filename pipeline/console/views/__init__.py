"""The pages, a module per subject. Each says by `access.page` who may see it."""
