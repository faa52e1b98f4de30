"""Waits for the models of an application, which are loaded while it starts."""

from time import monotonic, sleep

from httpx2 import Client

SECONDS = 60


def wait_for_models(client: Client) -> None:
    deadline = monotonic() + SECONDS
    while "is not loaded yet" in client.get("/readyz").text:
        assert monotonic() < deadline, f"The models are not loaded within {SECONDS} s."
        sleep(0.01)
