"""What production has to be told before it starts."""

from . import storages

PRODUCTION = {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "api.example.com",
    **storages.PRODUCTION,
}
