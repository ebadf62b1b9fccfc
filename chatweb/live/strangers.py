"""Who has opened a socket and not said who they are: counted, for each address and in all."""

from collections import Counter

FROM_AN_ADDRESS = 256  # a school is one
IN_ALL = 1000


class Strangers:
    """Counts the sockets without a valid session; each holds some 28 kB."""

    def __init__(self) -> None:
        self._address_of: dict[object, str] = {}
        self._from = Counter[str]()

    def admit(self, one: object, address: str) -> bool:
        """Count a socket that has been opened; false when there are too many already."""
        if len(self._address_of) >= IN_ALL or self._from[address] >= FROM_AN_ADDRESS:
            return False
        self._address_of[one] = address
        self._from[address] += 1
        return True

    def discard(self, one: object) -> None:
        """It has shown a valid session, or has ended."""
        address = self._address_of.pop(one, None)
        if address is not None:
            self._from[address] -= 1
            if not self._from[address]:
                del self._from[address]

    def __contains__(self, one: object) -> bool:
        return one in self._address_of

    def __len__(self) -> int:
        return len(self._address_of)
