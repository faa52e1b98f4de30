"""Tests that share something costly share a worker."""

import os

import pytest


@pytest.mark.xdist_group("shared")
def test_a_worker_is_given_whole_groups(request: pytest.FixtureRequest) -> None:
    """Without it, tests still pass, but what they share is made by every worker."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@shared")
