"""A hub: its stored data, its HTTP server, this host's own samples, periodic maintenance, and an orderly stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp

from nodetop.base.clock import Clock, SystemClock
from nodetop.history.day_file import StoreError
from nodetop.history.disk_errors import plain
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.alerts.service import AlertService
from nodetop.server.api.metrics_route import OwnHost
from nodetop.server.api.routes import Api
from nodetop.server.api.status_route import HubInfo
from nodetop.server.app import hub_app
from nodetop.server.base import limits
from nodetop.server.base.folder import instance_id, is_gone
from nodetop.server.base.garbage import collect_rarely
from nodetop.server.base.log import log_loop_error
from nodetop.server.base.metrics import Counters
from nodetop.server.base.published_address import PublishedAddress
from nodetop.server.base.startup import StartError
from nodetop.server.base.stopping import DISK_FAULT
from nodetop.server.collector import Collector
from nodetop.server.fleet.disk_space import disk_problem
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.ingest import Ingest
from nodetop.server.fleet.requests import FORGET, REVOKE, answer, make_folders, pending
from nodetop.server.http.certificate import HubCertificate
from nodetop.server.http.listening import bind, check_exposure, parse_listen, urls
from nodetop.server.http.trusted_host import AllowedHosts, own_names
from nodetop.server.http.uvicorn_server import HttpServer, http_server
from nodetop.server.joining.hub_tokens import HubTokens
from nodetop.server.remote_write.writer import RemoteWriter
from nodetop.server.settings import ServerSettings
from nodetop.server.uplink.sender import Uplink

logger = logging.getLogger(__name__)

MAINTENANCE_SECONDS = 1.0
DISK_CHECK_SECONDS = 10.0


class Hub:
    """A hub whose data is in a folder that the caller has locked. Raises StartError if it cannot start."""

    def __init__(
        self,
        settings: ServerSettings,
        folder: Path,
        *,
        uplink: Uplink | None = None,
        writer: RemoteWriter | None = None,
        clock: Clock | None = None,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_stop` is called when the hub starts to shut down."""
        self._settings, self._folder, self._on_stop = settings, folder, on_stop
        self._clock = clock or SystemClock()
        self._relays = [each for each in (uplink, writer) if each is not None]
        self._stopping = self._is_gone = False
        hosts, port = parse_listen(settings.listen)
        make_folders(folder)
        self._certificate = HubCertificate(settings, folder, hosts)
        self.tls = self._certificate.tls
        check_exposure(hosts, self.tls, settings.insecure_http)
        pin = self.tls.pin if self.tls else None
        self.tokens = HubTokens(
            settings, folder, pin=pin, clock=self._clock, silence=lambda *of: self._fleet.silence(*of)
        )
        self.instance = instance_id(folder)
        self._sockets = bind(hosts, port)
        self.urls = urls(self._sockets, secure=self.tls is not None)
        self._published = PublishedAddress(folder, self.urls, pin)
        self._open_history()

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
            self._fleet = Fleet(
                self._clock,
                latest_bytes=limits.latest_bytes(settings.max_nodes),
                on_shortened=self._history.keep,
            )
            self._alerts = AlertService(folder, settings, self._fleet, self._clock, self.urls[0])
            self._alerts.restore()
            for envelope in self._history.restore():
                self._fleet.take(envelope)
                self._alerts.take(envelope)
            self._fleet.sweep()
        except (OSError, StoreError) as error:
            raise StartError(f"Cannot use the data in {folder}: {plain(error, folder)}") from None

    def _report(self, message: str) -> None:
        logger.warning("history", {"reason": message})

    async def run(self, collector: Collector, on_ready: Callable[[], None]) -> int:
        """Serves until SIGTERM or SIGINT, or until its folder is removed. Returns the exit code. All accepted samples
        are on the disk then."""
        self._counters = Counters()
        self._ingest = Ingest(
            self._fleet,
            self._history,
            cluster=self._settings.cluster,
            instance=self.instance,
            max_nodes=self._settings.max_nodes,
            clock=self._clock,
            counters=self._counters,
            judge=self._alerts.take,
            forward=[each.offer for each in self._relays],
        )
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(log_loop_error)
        await self._check_disk_space()
        self._own = OwnHost((self._settings.cluster, collector.node), collector.counters)
        try:
            await self._serve(collector, on_ready)
        finally:
            await asyncio.to_thread(collector.close)
            await asyncio.gather(*(asyncio.to_thread(each.close) for each in self._relays))
            await self._history.aclose()
            await self._alerts.aclose()
            for each in self._sockets:
                each.close()
        return DISK_FAULT if self._is_gone else 0

    async def _serve(self, collector: Collector, on_ready: Callable[[], None]) -> None:
        server = http_server(self._app(), self._sockets, self.tls, self._settings.max_nodes)
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stop, server)
        self._loop.add_signal_handler(signal.SIGHUP, self._reload)
        self._published.write()
        for each in self._relays:
            each.start()
        await self._do_requests()
        self._note_certificates()
        if self._settings.own_host:  # at once, so that the first reader gets data
            await self._ingest.take_own(await asyncio.to_thread(collector.first), self.instance)
            collector.start()
        on_ready()
        tasks = [asyncio.create_task(each) for each in (self._maintain(server), self._alerts.run(), collect_rarely())]
        try:
            await server.serve(sockets=[*self._sockets])
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _problem(self) -> str | None:
        """Why samples are not accepted or written, or soon may not be. Shown in the log, the status and all viewers."""
        problems = (
            self._ingest.disk_problem,
            self._journal.failures.problem,
            self._history.problem,
            self._alerts.problem,
            self._published.problem,
        )
        return next((each for each in problems if each is not None), None)

    def _show_problem(self) -> None:
        problem = self._problem()
        if problem is not None and problem != self._fleet.problem:
            logger.error("hub_problem", {"reason": problem})
        self._fleet.problem = problem

    def _app(self) -> ASGIApp:
        settings = self._settings
        api = Api(
            fleet=self._fleet,
            ingest=self._ingest,
            history=self._history,
            journal=self._journal,
            problem=self._problem,
            info=HubInfo(
                settings.cluster,
                settings.sample_interval,
                self.tls is None and settings.insecure_http,
                self._clock.monotonic(),
            ),
            alerts=self._alerts,
            clock=self._clock,
            counters=self._counters,
            is_ending=lambda token: self._stopping or not self.tokens.may_read(token),
            joining=self.tokens.joining,
            own=self._own,
            relays=self._relays,
        )
        hosts = AllowedHosts(
            any=self.tls is not None, names=own_names(settings.public_name), addresses=settings.insecure_http
        )
        return hub_app(
            api.router(),
            tokens=lambda: self.tokens.current,
            find_invite=self.tokens.joining.find,
            hosts=hosts,
            is_stopping=lambda: self._stopping,
            clock=self._clock,
            counters=self._counters,
        )

    # This host's own samples.

    def offer(self, snapshot: NodeSnapshot) -> None:
        """Called in the collector's thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            asyncio.run_coroutine_threadsafe(self._ingest.take_own(snapshot, self.instance), self._loop)

    # Signals and maintenance.

    def _stop(self, server: HttpServer) -> None:
        logger.info("stopping")
        self._on_stop()
        self._stopping = server.should_exit = True

    def _reload(self) -> None:
        """Reads the token files, the certificate, and the rules and receivers of alerts again. If something is wrong,
        all that was not yet read stays as it was."""
        self._reloading = asyncio.create_task(self._reload_all())

    async def _reload_all(self) -> None:
        try:
            await self.tokens.reload()
            if self.tls is not None:
                self.tls.reload()
            await self._alerts.reload()
            logger.info("reloaded")
        except StartError as error:
            logger.error("not_reloaded", {"reason": str(error)})

    async def _maintain(self, server: HttpServer) -> None:
        disk_check_at = self._clock.monotonic() + DISK_CHECK_SECONDS
        while True:
            await asyncio.sleep(MAINTENANCE_SECONDS)
            try:
                if not self._is_gone and await asyncio.to_thread(is_gone, self._folder):
                    self._is_gone = True
                    logger.error("folder_gone", {"reason": f"{self._folder} was removed; nothing can be stored"})
                    self._stop(server)
                self._fleet.sweep()
                self._note_certificates()
                self._alerts.sweep()
                self._show_problem()
                await self._do_requests()
                if self._clock.monotonic() >= disk_check_at:
                    await self._check_disk_space()
                    await asyncio.to_thread(self._certificate.refresh)
                    if self._published.problem is not None:
                        await asyncio.to_thread(self._published.write)
                    disk_check_at = self._clock.monotonic() + DISK_CHECK_SECONDS
            except Exception as error:  # it may succeed in a second
                logger.error("maintenance_failed", {"reason": repr(error)})

    def _note_certificates(self) -> None:
        ends = {} if self.tls is None else {"this hub": self.tls.ends_at}
        for each in self._relays:
            if isinstance(each, Uplink) and each.status.certificate_ends_at is not None:
                ends[each.peer] = each.status.certificate_ends_at
        self._alerts.note_certificates(self._own.key, ends)

    async def _do_requests(self) -> None:
        """What commands on this machine ask for: see fleet/requests."""
        for kind, do in ((REVOKE, self.tokens.joining.revoke), (FORGET, self._forget)):
            for each in await asyncio.to_thread(pending, self._folder, kind):
                try:
                    is_known = await do(each.name)
                    await asyncio.to_thread(partial(answer, each, is_known=is_known))
                    logger.info("request_done", {"kind": kind, "name": each.name, "known": is_known})
                except OSError as error:  # it stays, and is tried again
                    reason = error.strerror or str(error)
                    logger.error("request_failed", {"kind": kind, "name": each.name, "reason": reason})

    async def _forget(self, name: str) -> bool:
        cluster, slash, node = name.rpartition("/")
        return await self._ingest.forget((cluster if slash else self._settings.cluster, node))

    async def _check_disk_space(self) -> None:
        self._ingest.disk_problem = await asyncio.to_thread(disk_problem, self._folder)
        self._show_problem()
