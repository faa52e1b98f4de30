"""What production has to be told before it starts."""

from . import identity, storages

PRODUCTION = {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "api.example.com",
    **storages.PRODUCTION,
    **identity.ENVIRONMENT,
}
