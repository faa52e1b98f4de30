"""The drivers for PostgreSQL that the served process is tried with."""

DRIVERS = ["psycopg", "asyncpg"]
