"""Fixtures shared by the tests of the core: the fakes of `core_fakes`, and an empty library."""

from __future__ import annotations

import pytest
from core_fakes import HashEncoder, OverlapModel
from hypothesis import HealthCheck, settings

from bot.store import Store

slow_is_fine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("shared machine", slow_is_fine)
settings.register_profile("fast", slow_is_fine, max_examples=20)  # `make test-fast`
settings.load_profile("shared machine")


@pytest.fixture
def encoder():
    return HashEncoder()


@pytest.fixture
def model():
    return OverlapModel()


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "home")
