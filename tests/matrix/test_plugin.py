"""The options of the matrix select what they say."""

from types import SimpleNamespace
from typing import cast

import pytest

from tests.matrix.plugin import chosen, part
from tests.matrix.variants import DEEP, variants

ONE = "flask-none-none"


def config(matrix: str = "gate", variant: str | None = None) -> pytest.Config:
    return cast(
        pytest.Config, SimpleNamespace(option=SimpleNamespace(matrix=matrix, variant=variant))
    )


def test_a_change_has_short_steps_on_all_variants_and_long_ones_on_few() -> None:
    assert chosen(config(), None) == [*variants()]
    assert chosen(config(), []) == [*DEEP]
    assert chosen(config(), [ONE]) == [ONE]


@pytest.mark.parametrize("matrix", ["all", "2/3"])
def test_every_step_on_every_variant_at_night(matrix: str) -> None:
    assert chosen(config(matrix), [ONE]) == [*variants()]


def test_one_variant_has_every_step() -> None:
    assert chosen(config(variant=ONE), ["fastapi-none-none"]) == [ONE]


def test_a_part_is_counted_from_one() -> None:
    assert part("2/3") == (1, 3)


@pytest.mark.parametrize("asked", ["0/3", "4/3", "1", "a/b", "/"])
def test_an_invalid_part_is_refused(asked: str) -> None:
    with pytest.raises(pytest.UsageError, match=asked):
        part(asked)
