"""A hub, put together: what it kept, the door, this host's own samples, and an orderly end."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodetop.base import files
from nodetop.base.clock import Clock, SystemClock
from nodetop.history.day_file import StoreError
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.history.store import HistoryStore
from nodetop.model.hub_api import ADDRESS_FILE, PUSH_TOKEN_FILE, READ_TOKEN_FILE, PushBatch
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.base.errors import Refusal
from nodetop.server.base.folder import instance_id, is_gone
from nodetop.server.base.log import Log
from nodetop.server.base.metrics import Counters
from nodetop.server.base.startup import StartError
from nodetop.server.base.tokens import Tokens, ensure_token_file, load_tokens
from nodetop.server.collector import Collector
from nodetop.server.fleet.disk_space import why_full
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.forget import take_requests
from nodetop.server.fleet.ingest import Ingest, Sender
from nodetop.server.http.auth import Door, HostNames, own_names
from nodetop.server.http.listening import Tls, bind, check_exposure, parse_listen, urls
from nodetop.server.http.routes import About, Api
from nodetop.server.http.uvicorn_server import HttpServer, http_server
from nodetop.server.settings import ServerSettings
from nodetop.server.uplink.sender import Uplink

SWEEP_SECONDS = 1.0
ROOM_SECONDS = 10.0
FOLDER_GONE = 4
"""The exit code where the data directory was removed: whoever watches over the hub is to start it anew."""
_SELF = "self"


@dataclass(frozen=True)
class TokenFiles:
    """Where the tokens are that may push, and those that may read."""

    push: Path
    read: Path

    @classmethod
    def of(cls, settings: ServerSettings, folder: Path) -> "TokenFiles":
        """Made where the settings name none. Raises StartError."""
        tokens = cls(
            settings.push_token_file or folder / PUSH_TOKEN_FILE, settings.read_token_file or folder / READ_TOKEN_FILE
        )
        for path in (tokens.push, tokens.read):
            if path.parent == folder:
                ensure_token_file(path)
        return tokens

    def load(self) -> Tokens:
        return load_tokens(self.push, self.read)


class Hub:
    """From its folder (locked by the caller) to run(). Raises StartError for whatever keeps it from starting."""

    def __init__(
        self,
        settings: ServerSettings,
        folder: Path,
        *,
        uplink: Uplink | None = None,
        log: Log,
        clock: Clock | None = None,
    ) -> None:
        self._settings, self._folder, self._log = settings, folder, log
        self._clock = clock or SystemClock()
        self._uplink = uplink
        self._stopping = self._is_gone = False
        hosts, port = parse_listen(settings.listen)
        self.tls = Tls.load(settings.tls_cert, settings.tls_key)
        check_exposure(hosts, self.tls, settings.insecure_http)
        self.token_files = TokenFiles.of(settings, folder)
        self._tokens = self.token_files.load()
        self.instance = instance_id(folder)
        self._open_history()
        self._sockets = bind(hosts, port)
        self.urls = urls(self._sockets, secure=self.tls is not None)

    def _open_history(self) -> None:
        settings, folder = self._settings, self._folder
        report = self._report
        try:
            self._journal = Journal(folder / "journal", report=report)
            self._store = HistoryStore(
                folder / "history", cluster=settings.cluster, retention_days=settings.retention_days, report=report
            )
            self._history = HubHistory(
                self._store,
                self._journal,
                folder / "hub.checkpoint",
                sample_interval=settings.sample_interval,
                clock=self._clock,
                report=report,
            )
            self._fleet = Fleet(self._clock)
            for envelope in self._history.restore():
                self._fleet.take(envelope)
            self._fleet.sweep()
        except (OSError, StoreError) as error:
            raise StartError(f"Cannot use the data in {folder}: {error}") from None

    def _report(self, message: str) -> None:
        self._log.warning("history", reason=message)

    async def run(self, collector: Collector, on_ready: Callable[[], None]) -> int:
        """Until SIGTERM or SIGINT, or until its folder is gone; the exit code. What was accepted is on the disk when it
        returns."""
        self._counters = Counters()
        self._ingest = Ingest(
            self._fleet,
            self._history,
            cluster=self._settings.cluster,
            max_nodes=self._settings.max_nodes,
            clock=self._clock,
            counters=self._counters,
            log=self._log,
            forward=self._uplink.offer if self._uplink else None,
        )
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._loop_failed)
        await self._look_after_room()
        try:
            await self._serve(collector, on_ready)
        finally:
            await asyncio.to_thread(collector.close)
            if self._uplink is not None:
                await asyncio.to_thread(self._uplink.close)
            await self._history.aclose()
            for each in self._sockets:
                each.close()
        return FOLDER_GONE if self._is_gone else 0

    async def _serve(self, collector: Collector, on_ready: Callable[[], None]) -> None:
        server = http_server(self._app(), self._sockets, self.tls, self._settings.max_nodes)
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stop, server)
        self._loop.add_signal_handler(signal.SIGHUP, self._reload)
        addresses = [f"{url}\n".encode() for url in self.urls]
        files.write_atomically(self._folder / ADDRESS_FILE, addresses, links="replace")
        if self._uplink is not None:
            self._uplink.start()
        await self._take_own(await asyncio.to_thread(collector.first))  # so that the first who asks sees something
        collector.start()
        on_ready()
        chores = asyncio.create_task(self._chores(server))
        try:
            await server.serve(sockets=[*self._sockets])
        finally:
            chores.cancel()
            await asyncio.gather(chores, return_exceptions=True)

    def _app(self) -> Door:
        settings = self._settings
        api = Api(
            fleet=self._fleet,
            ingest=self._ingest,
            history=self._history,
            journal=self._journal,
            about=About(
                settings.cluster,
                settings.sample_interval,
                self.tls is None and settings.insecure_http,
                self._clock.monotonic(),
            ),
            clock=self._clock,
            counters=self._counters,
            is_stopping=lambda: self._stopping,
        )
        names = HostNames(
            any=self.tls is not None, names=own_names(settings.public_name), addresses=settings.insecure_http
        )
        return Door(
            api.router(),
            tokens=lambda: self._tokens,
            names=names,
            is_stopping=lambda: self._stopping,
            clock=self._clock,
            counters=self._counters,
            log=self._log,
        )

    # This host's own samples.

    def offer(self, snapshot: NodeSnapshot) -> None:
        """From the collector's thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            asyncio.run_coroutine_threadsafe(self._take_own(snapshot), self._loop)

    async def _take_own(self, snapshot: NodeSnapshot) -> None:
        try:
            await self._ingest.take(PushBatch(sent_at=0, samples=(snapshot,)), Sender(_SELF, self.instance, None))
        except Refusal as refusal:
            self._log.warning("own_sample_refused", _SELF, code=refusal.code, reason=refusal.message)
        except Exception as error:
            self._log.error("own_sample_failed", _SELF, reason=repr(error))

    # Signals and chores.

    def _stop(self, server: HttpServer) -> None:
        self._log.info("stopping")
        self._stopping = server.should_exit = True

    def _reload(self) -> None:
        """New tokens and a renewed certificate count from now on; bad ones do not, and the old ones stay."""
        try:
            self._tokens = self.token_files.load()
            if self.tls is not None:
                self.tls.reload()
            self._log.info("reloaded")
        except StartError as error:
            self._log.error("not_reloaded", reason=str(error))

    def _loop_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What the event loop has to complain of, for example that no further file can be opened for a connection."""
        self._log.error("event_loop", reason=f"{context['message']}: {context.get('exception')!r}")

    async def _chores(self, server: HttpServer) -> None:
        room_at = self._clock.monotonic() + ROOM_SECONDS
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                if not self._is_gone and is_gone(self._folder):
                    self._is_gone = True
                    self._log.error("folder_gone", reason=f"{self._folder} was removed; nothing can be kept")
                    self._stop(server)
                self._fleet.sweep()
                for key in await asyncio.to_thread(take_requests, self._folder, self._settings.cluster):
                    await self._ingest.forget(key)
                    self._log.info("forgotten", node="/".join(key))
                if self._clock.monotonic() >= room_at:
                    await self._look_after_room()
                    room_at = self._clock.monotonic() + ROOM_SECONDS
            except Exception as error:  # what fails now may go well in a second
                self._log.error("chore_failed", reason=repr(error))

    async def _look_after_room(self) -> None:
        full = await asyncio.to_thread(why_full, self._folder)
        if full is not None and self._ingest.full is None:
            self._log.error("no_room", reason=full)
        self._ingest.full = full
