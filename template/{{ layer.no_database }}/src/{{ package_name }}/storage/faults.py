"""What may be told of an error of the storage."""


def told(_: BaseException) -> str | None:
    """Return what is to be said instead of an error's own words: memory quotes nothing."""
    return None
