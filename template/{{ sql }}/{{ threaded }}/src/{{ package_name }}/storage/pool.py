"""How many connections fit: one for each thread, so that none waits for another."""


def connections(wanted: int, threads: int) -> int:
    """Return the connections of a process; 0 is no wish. Raises: ValueError: They are too few."""
    if wanted and wanted < threads:
        raise ValueError(f"{wanted} connections are too few for {threads} THREADS")
    return wanted or threads
