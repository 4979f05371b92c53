"""The fixtures that every test may ask for; each module in tests/support says which."""

pytest_plugins = (
    "pytester",
    "tests.support.programs",
    "tests.support.servers",
    "tests.support.first_night",
    "tests.support.mailbox",
    "tests.support.nights",
    "tests.support.parts",
    "tests.support.console",
)
