"""What is mounted where the tests are about the front: what the project has, or nothing."""

ENVIRONMENT: dict[str, str] = {}
