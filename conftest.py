"""Makes the options of the matrix known wherever pytest is started."""

pytest_plugins = ["tests.matrix.plugin"]
