"""The example of a cache: how many todos a user has."""
