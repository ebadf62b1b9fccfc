"""Makes the parts and joins them; the only place that knows concrete classes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from chatweb import __version__, lifecycle, network, passwords, protocol
from chatweb.admin import api as admin_api
from chatweb.admin import pages as admin_pages
from chatweb.admin.accounts import Accounts
from chatweb.admin.desk import Desk
from chatweb.admin.entrance import Entrance
from chatweb.admin.export import Export
from chatweb.admin.status import Status
from chatweb.chat.allowance import EVENTS_BURST, EVENTS_PER_SECOND, Allowance, NoAllowance
from chatweb.chat.attachments import Attachments
from chatweb.chat.limits import NoRate, Rate
from chatweb.chat.moderation import Moderation
from chatweb.chat.nickname import NICKNAME_LENGTH, ReservedNames
from chatweb.chat.ports import Ports
from chatweb.chat.presence import Presence
from chatweb.chat.rooms import Rooms
from chatweb.chat.service import ChatService
from chatweb.chat.service_state import ServiceState
from chatweb.chat.sessions import Sessions
from chatweb.chat.text import BODY_LENGTH
from chatweb.chat.uploads import Uploads
from chatweb.clock import SystemClock
from chatweb.config import Settings
from chatweb.host import HostGate
from chatweb.instance import Instance, check_local
from chatweb.lifecycle import Lifecycle
from chatweb.live.admin_events import AdminEvents
from chatweb.live.answering import Refusals
from chatweb.live.connections import Connections
from chatweb.live.delivery import Delivery
from chatweb.live.events import ChatEvents
from chatweb.live.fanout import SocketFanout
from chatweb.live.feed import AdminFeed
from chatweb.live.gate import SocketGate
from chatweb.live.intake import Intake
from chatweb.live.packets import Json, TextPacket
from chatweb.store.administrators import Administrators
from chatweb.store.archive import SqlArchive
from chatweb.store.database import Database, check_version
from chatweb.store.files import Files
from chatweb.store.ledger import SqlLedger
from chatweb.store.log import Log
from chatweb.store.native_reader import NativeReader
from chatweb.store.search import Search
from chatweb.store.space import Space
from chatweb.store.sweeper import Sweeper
from chatweb.store.thumbnails import Thumbnails
from chatweb.store.writer import GroupWriter
from chatweb.web import assets, compression, errors, headers, health, ids, media, pages, rooms, search, session
from chatweb.web import attachments as uploads
from chatweb.web.credentials import Credentials, device, is_near
from chatweb.wording import Wording

PING_INTERVAL = 20  # seconds
PING_TIMEOUT = 15  # seconds
EVENT_BYTES = 64 * 1024  # of one event of a client at most
HEALTHY = 5.0  # seconds for which a commit proves that the disk takes one
ARRIVALS_PER_SECOND, ARRIVALS_BURST = 5, 200  # for each address: a whole school may share one


@dataclass(frozen=True, slots=True)
class Chatweb:
    """The parts that ``serving.py`` needs."""

    wsgi: Callable[..., Any]
    lifecycle: Lifecycle
    accounts: Accounts
    settings: Settings

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        return self.wsgi(environ, start_response)

    def begin(self) -> str | None:
        """Take up the work; the secret of a set-up link, while nobody may sign in to the panel yet."""
        self.lifecycle.begin()
        if self.settings.admin_password:
            self.accounts.set_password(self.settings.admin_password)
        return self.accounts.open_set_up()


def create_app(settings: Settings, *, port: Callable[[], int], patience: float = 0) -> Chatweb:  # noqa: PLR0915 - one line for each part
    """Make the chat on the folders of ``settings``; ``port`` answers the one that it is reached at.

    :param patience: seconds to wait for the process before this one to let the folders go.

    :raises InstanceError, DatabaseError: when the folders or the database can't be used.
    """
    check_local(settings.instance, settings.database_path.parent)
    check_version(settings.database_path)  # before anything is touched
    instance = Instance(settings.instance, settings.uploads)
    instance.lock(patience=patience)
    key = instance.key()
    clock = SystemClock()
    app = Flask("chatweb", static_folder=None)  # web/assets.py serves it
    wording = Wording(app, settings.language)
    database = Database(app, settings.database_path)
    space = Space(
        settings.database_path.parent,
        settings.uploads,
        messages_leave=settings.messages_reserve,
        uploads_leave=settings.uploads_reserve,
        ballast=settings.ballast,
    )
    aside = NativeReader(settings.database_path)
    archive = SqlArchive(database.reader, aside)
    log = Log(aside)
    ledger = SqlLedger()
    writer = GroupWriter(database.writer, on_unknown=lifecycle.end_unknown, on_full=space.let_ballast_go)

    presence = Presence()
    state = ServiceState()
    connections = Connections()
    delivery = Delivery(on_slow=lambda sid: fanout.end_slow(sid), direct=settings.fast_road)  # noqa: PLW0108 - the fanout is made further down
    socketio = SocketIO(
        app,
        async_mode="eventlet",
        async_handlers=False,  # one client's events are handled in the order sent
        manage_session=False,
        client_manager=delivery,
        serializer=TextPacket,
        json=Json(),
        cors_allowed_origins=[],  # the gate in front of everything decides
        ping_interval=PING_INTERVAL,
        ping_timeout=PING_TIMEOUT,
        max_http_buffer_size=EVENT_BYTES,
        logger=_quiet("socketio"),
        engineio_logger=_quiet("engineio"),
    )
    delivery.attach(socketio.server.eio)
    feed = AdminFeed(socketio, connections, presence, archive)
    fanout = SocketFanout(socketio, connections, presence, archive, clock, wording, feed)

    pins = passwords.Argon2Hasher(passwords.Hashing(), passwords.PIN, pepper=key)
    ports = Ports(archive, ledger, writer, fanout, clock, pins, space)
    chat = ChatService(ports, presence, state)
    arrivals = Rate(per_second=ARRIVALS_PER_SECOND, burst=ARRIVALS_BURST) if settings.limits else NoRate()
    events = Rate(per_second=EVENTS_PER_SECOND, burst=int(EVENTS_BURST)) if settings.limits else NoRate()
    house_rooms = Rooms(ports, chat)
    sessions = Sessions(ports, chat, key=key, arrivals=arrivals, reserved=ReservedNames(settings.reserved_names))
    moderation = Moderation(ports, chat)
    house = Lifecycle(ports, chat, presence, state, fanout, writer)
    house.on_end += [aside.close, database.close, instance.unlock]

    epoch = archive.fact("epoch") or ""
    limits = {"body": BODY_LENGTH, "nickname": NICKNAME_LENGTH, "file": settings.max_file_size}

    def describe_service() -> protocol.ServiceReply:
        return protocol.ServiceReply(
            state=state.state, reason=state.reason, name=settings.name, version=__version__, epoch=epoch, now=clock.now(), limits=limits
        )

    def addresses() -> list[str]:
        return [f"http://{address}:{port()}/" for address in join_hosts(settings)]

    def check_health() -> None:
        space.check_messages()
        if clock.monotonic() - writer.committed_at > HEALTHY:  # else somebody has just written: asking costs them nothing
            writer.keep(ledger.set_fact("health", str(clock.now())))
        archive.fact("health")

    credentials = Credentials(key)
    administrators = Administrators(database.reader)
    accounts = Accounts(
        administrators,
        writer=writer,
        ledger=ledger,
        clock=clock,
        hasher=passwords.Argon2Hasher(passwords.Hashing(), passwords.PASSWORD),
        key=key,
        token=credentials.admin_token,
        entrance=Entrance(settings.admin_from, is_near),
    )
    desk = Desk(chat, moderation, archive, presence, house.set_service, house.release_ballast)
    status = Status(
        archive,
        presence,
        state,
        clock,
        name=settings.name,
        epoch=epoch,
        storage=lambda: files.used(settings.instance, settings.uploads) - space.ballast,
        space=space,
        addresses=addresses,
    )
    refusals = Refusals(wording, errors.fault)
    events_of_people = ChatEvents(
        chat,
        house_rooms,
        sessions,
        connections,
        fanout,
        wording=wording,
        refusals=refusals,
        describe_service=describe_service,
        credentials=credentials.token,
        device=device,
    )

    def panels_changed() -> None:
        administrator = archive.administrator()
        if presence.watch(administrator.id, watching=bool(feed.panels)):
            fanout.people_changed(changed=[administrator])

    events_of_panels = AdminEvents(desk, feed, refusals=refusals, who=accounts.acting, on_panels=panels_changed)
    answering = {one.namespace: one for one in (events_of_people, events_of_panels)}
    for one in answering.values():
        socketio.on_namespace(one)
    Intake(  # it has itself called by the server
        socketio,
        answering,
        connections,
        fanout,
        allowance=Allowance if settings.limits else NoAllowance,
        rate=events,
        clock=clock,
        refusals=refusals,
        wording=wording,
    )

    ids.install(app)
    errors.install(app, wording)
    headers.install(app)
    compression.install(app)
    loaded = assets.Assets(wording.tables)
    pages.install(app, loaded, wording, lambda: settings.name)
    app.register_blueprint(assets.blueprint(loaded))
    app.register_blueprint(pages.blueprint(sessions, credentials, describe_service))
    app.register_blueprint(session.blueprint(chat, sessions, credentials, wording))
    app.register_blueprint(rooms.blueprint(chat, house_rooms, sessions, archive, credentials))
    app.register_blueprint(health.blueprint(check_health))
    app.register_blueprint(admin_pages.blueprint(accounts, addresses, lambda: administrators.count() == 0))
    export = Export(log, writer=writer, ledger=ledger, clock=clock, wording=wording)
    app.register_blueprint(
        admin_api.blueprint(accounts, desk, moderation, status, archive, log, presence, feed.row, export, feed.sign_out, credentials)
    )

    files = Files(settings.uploads)
    coming = Uploads(archive.sent_bytes(), person_quota=settings.person_quota, quota=settings.quota, check_room=space.check_upload)
    attachments = Attachments(ports, chat, coming, largest=settings.max_file_size)
    Sweeper(files, aside, writer, ledger, clock, attachments.swept).begin()
    app.register_blueprint(uploads.blueprint(attachments, sessions, files, Thumbnails(), credentials))
    app.register_blueprint(media.blueprint(attachments, sessions, archive, files, credentials, accounts.is_signed_in))

    searching = Search(settings.database_path, settings.instance / "search.db")
    searching.begin()
    house.on_end.insert(0, searching.close)
    app.register_blueprint(search.blueprint(chat, sessions, archive, searching, credentials))

    gate = SocketGate(app, opened_by=_opener(socketio), credentials=credentials.of)
    space.watch()
    house.on_end.insert(0, space.close)
    return Chatweb(HostGate(gate, network.own_names() | set(settings.hosts), settings.proxies), house, accounts, settings)


def join_hosts(settings: Settings) -> list[str]:
    """The hosts of the join address: where it listens everywhere, the addresses of the local network."""
    return network.lan_addresses() if settings.host in {"0.0.0.0", "::", ""} else [settings.host]  # noqa: S104 - to recognise it


def _opener(socketio: SocketIO) -> Callable[[str], dict[str, Any] | None]:
    environs: dict[str, dict[str, Any]] = socketio.server.environ
    return environs.get


def _quiet(name: str) -> logging.Logger:
    """The libraries log each packet: only what is fatal gets through."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.CRITICAL)
    return logger
