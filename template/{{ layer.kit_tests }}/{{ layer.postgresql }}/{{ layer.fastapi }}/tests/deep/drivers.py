"""The drivers for PostgreSQL that the server is tested with."""

DRIVERS = ["psycopg", "asyncpg"]
