"""Changes of the whole instance: activity, audit, facts."""

from collections.abc import Callable
from dataclasses import asdict, replace

from sqlalchemy import Connection, Table, delete, exists, insert

from chatweb.chat.activity import Activity
from chatweb.chat.attachment import Attachment
from chatweb.store import lookups, rows, tables

_activity: Table = tables.ActivityRow.__table__  # type: ignore[assignment]
_attachment: Table = tables.AttachmentRow.__table__  # type: ignore[assignment]
_audit: Table = tables.AuditRow.__table__  # type: ignore[assignment]
_in_message = exists().where(tables.MessageAttachmentRow.attachment == _attachment.c.id)
_as_photo = exists().where(tables.PersonRow.avatar == _attachment.c.id)
is_unposted = ~_in_message & ~_as_photo


class HouseLedger:
    """What happened, and what is so."""

    def activity(self, activity: Activity) -> Callable[[Connection], Activity]:
        """Keep what happened."""

        def change(connection: Connection) -> Activity:
            values = {
                "at": activity.at,
                "kind": activity.kind,
                "person": activity.person,
                "nickname": activity.nickname,
                "address": activity.address,
                "detail": activity.detail,
            }
            row = connection.execute(insert(_activity).values(values).returning(_activity.c.id)).one()
            return replace(activity, id=row.id)

        return change

    def audit(self, *, administrator: str, address: str, action: str, detail: str, at: int) -> Callable[[Connection], None]:
        """Keep what an administrator did."""

        def change(connection: Connection) -> None:
            connection.execute(insert(_audit).values(at=at, administrator=administrator, address=address, action=action, detail=detail))

        return change

    def add_attachment(self, attachment: Attachment) -> Callable[[Connection], Attachment]:
        """Keep that a file is there, after its content is."""

        def change(connection: Connection) -> Attachment:
            values = asdict(attachment)
            del values["id"]
            row_id = connection.execute(insert(_attachment).values(values)).inserted_primary_key[0]  # type: ignore[index]
            return replace(attachment, id=row_id)

        return change

    def remove_unposted(self, ids: list[int]) -> Callable[[Connection], list[Attachment]]:
        """Forget those of some files that still are in no message and nobody's photo; answers them."""

        def change(connection: Connection) -> list[Attachment]:
            gone = delete(_attachment).where(_attachment.c.id.in_(ids), is_unposted).returning(*_attachment.c)
            return [rows.attachment(row) for row in connection.execute(gone).all()]

        return change

    def set_fact(self, name: str, value: str) -> Callable[[Connection], None]:
        """Keep a fact of the whole instance."""
        return lambda connection: lookups.put_fact(connection, name, value)
