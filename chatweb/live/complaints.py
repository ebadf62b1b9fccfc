"""What clients send that can't be read: counted, and told in one line a second for each of them."""

import logging
from collections import Counter

from chatweb.offload import sleep, spawn

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two lines about one client
CLIENTS = 1_000  # told by name within a pause; the rest are one line together
THE_REST = "others"


class Complaints:
    """Counts bad packets by address; a flood of them fills no log."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def note(self, address: str) -> None:
        """Count a bad packet; it is told with all others of the same second."""
        client = address if address in self._counts or len(self._counts) < CLIENTS else THE_REST
        if client not in self._counts:
            spawn(self._tell, client)
        self._counts[client] += 1

    def _tell(self, client: str) -> None:
        sleep(PAUSE)
        logger.warning("%d packets of %s could not be read", self._counts.pop(client), client)
