"""One administrator for all tests that only ask: signing in costs a hash each time."""

import pytest

from tests.people import Administrator


@pytest.fixture(scope="session")
def admin(shared_server):
    administrator = Administrator(shared_server.url, shared_server.admin_password)
    yield administrator
    administrator.hangs_up()


@pytest.fixture(scope="module")
def panel(shared_server):
    """The same with the feed open."""
    administrator = Administrator(shared_server.url, shared_server.admin_password).listens()
    yield administrator
    administrator.hangs_up()
