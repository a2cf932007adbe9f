"""The roles of nodetop-server (hub, node, relaying hub), from settings to exit code."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path

from nodetop.base.hub_address import BadAddress, HubAddress, check_trust, client_tls, parse_hub_url
from nodetop.base.version import __version__
from nodetop.history.disk_errors import plain
from nodetop.model.hub_api import ADDRESS_FILE, PUSH_TOKEN_FILE, JoinRequest, valid_name
from nodetop.model.snapshot import NodeSnapshot
from nodetop.probes.base.pace import Pace
from nodetop.probes.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler, node_name
from nodetop.server.base import quiet_start
from nodetop.server.base.announcement import announce
from nodetop.server.base.folder import HUB_FOLDER, NODE_FOLDER, instance_id, open_folder
from nodetop.server.base.log import configure_logging
from nodetop.server.base.startup import StartError
from nodetop.server.base.stop_signal import StopSignal
from nodetop.server.base.stopping import end_within
from nodetop.server.base.tokens import read_own_token
from nodetop.server.collector import Collector
from nodetop.server.remote_write.setup import remote_writer
from nodetop.server.settings import ServerSettings
from nodetop.server.uplink.membership import TOKEN_FILE, Membership, join
from nodetop.server.uplink.sender import Uplink

logger = logging.getLogger(__name__)


def run(settings: ServerSettings) -> int:
    """Runs until a signal. Returns the exit code. Raises StartError."""
    _check(settings)
    configure_logging(settings.log_level)
    folder = settings.data_dir / (HUB_FOLDER if settings.is_hub else NODE_FOLDER)
    lock = open_folder(folder)
    try:
        if settings.insecure_http:
            logger.warning("insecure_http", {"reason": "tokens and samples can be read on the network"})
        return _run_hub(settings, folder) if settings.is_hub else _run_node(settings, folder)
    finally:
        os.close(lock)


def _check(settings: ServerSettings) -> None:
    for flag, name in (("--cluster-id", settings.cluster), ("--node-name", settings.node_name)):
        if name is not None and not valid_name(name.lower()):
            raise StartError(
                f"{flag} {name!r} is not valid: use a-z, 0-9, dots, dashes and underscores, as in a host name"
            )
    if settings.listen is not None and settings.join is not None and settings.cluster_id is None:
        raise StartError("A relaying hub needs its own cluster name for its nodes; give --cluster-id")
    for wrong, reason in (
        (not settings.is_hub and settings.tls_cert, "--tls-cert needs --listen: a node opens no port"),
        (not settings.is_hub and settings.web, "--web needs a hub: a node opens no port"),
        (not settings.is_hub and not settings.own_host, "--no-own-host needs --listen: a node samples its host"),
        (settings.join is None and settings.ca_file, "--ca-file needs --join"),
        (settings.join is None and settings.pin, "--pin needs --join"),
        (settings.join is None and settings.code, "--code needs --join: it is for the host that joins"),
        (settings.join is None and settings.token_file, "--token-file needs --join; a hub uses --push-token-file"),
    ):
        if wrong:
            raise StartError(reason)


def _run_hub(settings: ServerSettings, folder: Path) -> int:
    from nodetop.server.hub import Hub  # late: HTTP and history, which a node does not need
    from nodetop.server.serve_hub import serve

    uplink = None if settings.join is None else _uplink(settings, folder, settings.cluster)
    writer = remote_writer(settings, folder)
    hub = Hub(settings, folder, uplink=uplink, writer=writer, on_stop=end_within)
    collector = _collector(settings, hub.offer)
    return asyncio.run(serve(hub, collector, settings, folder))


def _run_node(settings: ServerSettings, folder: Path) -> int:
    uplink, writer = _uplink(settings, folder, ""), remote_writer(settings, folder)
    sinks = (uplink,) if writer is None else (uplink, writer)

    def offer(snapshot: NodeSnapshot) -> None:
        for each in sinks:
            each.offer(snapshot)

    collector = _collector(settings, offer)
    stopped = StopSignal()
    stopped.listen()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the token file is read before each push
    announce(f"nodetop-server {__version__}: pushing to {settings.join} every {settings.interval:g} s")
    for each in sinks:
        each.start()
    quiet_start.loaded()
    try:
        collector.start(with_first=True)
        stopped.wait()
    finally:
        end_within()
        collector.close()
        for each in sinks:
            each.close()
    logger.info("stopped")
    return 0


def run_publish(settings: ServerSettings, secret: str) -> int:
    """Publishes join codes in Kubernetes until a signal. Returns the exit code. Raises StartError."""
    from nodetop.server.joining.publish import publish  # late: only in Kubernetes

    configure_logging(settings.log_level)
    stopped = StopSignal()
    stopped.listen()
    publish(settings, secret, stopped)
    return 0


def _uplink(settings: ServerSettings, folder: Path, cluster: str) -> Uplink:
    try:
        address = parse_hub_url(settings.join or "", insecure_http=settings.insecure_http)
        check_trust(address, settings.ca_file, settings.pin)
        membership = _membership(settings, folder, address, cluster)
        pin = membership.pin if membership and settings.pin is None and settings.ca_file is None else settings.pin
        tls = client_tls(settings.ca_file, pin) if address.secure else None
    except BadAddress as error:
        raise StartError(str(error)) from None
    token_file = folder / TOKEN_FILE if membership else _token_file(settings, address)
    read_own_token(token_file)  # a bad file ends the program now, not at the first push
    needs_own_peer = settings.token_file is None and membership is None and not address.secure
    try:
        return Uplink(
            address,
            token=lambda: read_own_token(token_file),
            instance_id=instance_id(folder),
            folder=folder / "spool",
            tls=tls,
            needs_own_peer=needs_own_peer,
            cluster_id=cluster,
            interval=settings.interval,
        )
    except OSError as error:
        raise StartError(f"Cannot use {plain(error, folder / 'spool')}") from None


def _membership(settings: ServerSettings, folder: Path, address: HubAddress, cluster: str) -> Membership | None:
    """The kept membership of this hub, or a new one if a code is given. None if a token file is given, or without
    either. Raises StartError."""
    if settings.token_file is not None:
        return None
    if settings.code is None:
        return Membership.load(folder, address)
    request = JoinRequest(
        name=_node_name(settings), instance=instance_id(folder), cluster_id=cluster or None, role="push"
    )
    return join(folder, address, settings.code, request, settings.ca_file, settings.pin)


def _token_file(settings: ServerSettings, address: HubAddress) -> Path:
    """The file of --token-file, or that of a hub of the same user on this machine."""
    if settings.token_file is not None:
        return settings.token_file
    own = settings.data_dir / HUB_FOLDER
    if address.loopback and (own / PUSH_TOKEN_FILE).exists() and _is_own_hub(own, address):
        return own / PUSH_TOKEN_FILE
    raise StartError(
        "A node needs a join code from the hub: run nodetop-server invite there, and the command that it prints here; "
        "or give the hub's push token with --token-file"
    )


def _is_own_hub(folder: Path, address: HubAddress) -> bool:
    """Whether the hub that uses this folder answers at this address, or did when it last ran."""
    try:
        return any(map(address.is_same, (folder / ADDRESS_FILE).read_text(errors="replace").split()))
    except OSError:
        return False


def _collector(settings: ServerSettings, sink: Callable[[NodeSnapshot], None]) -> Collector:
    files = _host_files(settings)
    # A hub does much else with its CPU time.
    pace = Pace(0) if settings.is_hub else Pace(settings.interval, quota=quiet_start.own_quota())
    found = probes(files, ignored_units=settings.ignore_units, rest=pace.rest)
    return Collector(
        Sampler(files, found, node=_node_name(settings), rest=pace.rest),
        sink,
        interval=settings.interval,
        top_processes=settings.top_processes,
        args=settings.args,
        tags=settings.tag,
        raw_counters=settings.raw_counters,
        pace=pace,
    )


def _host_files(settings: ServerSettings) -> HostFiles:
    """Raises StartError."""
    files = HostFiles(settings.proc_root, settings.sys_root, settings.host_root)
    if files.problem is not None:
        raise StartError(f"--proc-root: {files.problem}")
    return files


def _node_name(settings: ServerSettings) -> str:
    """The name of this host as a node. Raises StartError."""
    name = settings.node_name.lower() if settings.node_name else node_name(_host_files(settings))
    if not valid_name(name):
        raise StartError(f"This host's name {name!r} is not a valid node name; give --node-name")
    return name
