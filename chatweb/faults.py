"""Faults of ours: logged once, with an id that is all that anybody else is told of them."""

import logging
import secrets

logger = logging.getLogger(__name__)


def log_fault(error: BaseException) -> str:
    """Log a fault, and answer the id to find it by."""
    id_ = secrets.token_hex(4)
    logger.error("Fault %s", id_, exc_info=error)
    return id_
