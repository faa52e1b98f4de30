"""The settings that production requires."""

from . import databases, identity

PRODUCTION = {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "api.example.com",
    **databases.PRODUCTION,
    **identity.ENVIRONMENT,
}
