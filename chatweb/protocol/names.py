"""The names of events."""

from typing import Final

# What a client asks (imperative) and what the server tells (past).
ASKS: Final = (
    "join",
    "leave",
    "post_message",
    "edit_message",
    "delete_message",
    "react",
    "create_room",
    "join_room",
    "leave_room",
    "invite",
    "change_room",
    "mark",
    "type",
)
TELLS: Final = (
    "message_posted",
    "message_changed",
    "people_changed",
    "room_changed",
    "marked",
    "person_typed",
    "service_changed",
    "broadcast_unpinned",
    "session_ended",
)
ADMIN_ASKS: Final = ("broadcast", "post_message", "set_service")
ADMIN_TELLS: Final = ("activity", "message_posted", "message_changed", "people_changed", "service_changed", "broadcast_unpinned")
