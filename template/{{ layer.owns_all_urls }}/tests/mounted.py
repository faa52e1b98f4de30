"""Nothing is mounted in place of the project's own applications."""

ENVIRONMENT: dict[str, str] = {}
