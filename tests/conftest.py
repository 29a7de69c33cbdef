"""Fixtures shared by the tests of the core: the fakes of `core_fakes`, and an empty library."""

from __future__ import annotations

import pytest
from core_fakes import HashEncoder, OverlapModel
from hypothesis import HealthCheck, settings

from bot.store import Store

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
