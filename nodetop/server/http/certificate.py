"""The hub's certificate: the one of its settings, else one of its own where others can reach it."""

import importlib.util
import logging
import time
from pathlib import Path

from nodetop.base.hub_address import is_loopback
from nodetop.server.base.startup import StartError
from nodetop.server.http.listening import Tls
from nodetop.server.http.own_certificate import CERTIFICATE_FILE, KEY_FILE, ensure_certificate
from nodetop.server.settings import ServerSettings

logger = logging.getLogger(__name__)

_CHECK_SECONDS = 3600.0
_LOOK_SECONDS = 60.0


class HubCertificate:
    """`tls` is None if the hub speaks plain HTTP."""

    def __init__(self, settings: ServerSettings, folder: Path, hosts: tuple[str, ...]) -> None:
        """Raises StartError."""
        self._folder = folder
        self._is_own = (
            settings.tls_cert is None
            and settings.tls_key is None
            and not settings.insecure_http
            and not all(map(is_loopback, hosts))
            and importlib.util.find_spec("cryptography") is not None
        )
        if self._is_own:
            self._ensure()
            self.tls = Tls.load(folder / CERTIFICATE_FILE, folder / KEY_FILE)
        else:
            self.tls = Tls.load(settings.tls_cert, settings.tls_key)
        self._rest = _CHECK_SECONDS if self._is_own else _LOOK_SECONDS
        self._check_at = time.monotonic() + self._rest
        self._read = self._stamps()

    def _ensure(self) -> None:
        try:
            ensure_certificate(self._folder)
        except StartError as error:
            if not (self._folder / CERTIFICATE_FILE).exists():
                raise
            logger.error("certificate_not_renewed", {"reason": str(error)})  # the old one may still do

    def refresh(self) -> None:
        """Renews a certificate of the hub's own before it ends: looks once an hour. Reads that of the settings again
        when its files have changed, as by cert-manager and ACME clients: looks once a minute. Blocks: not for the event
        loop."""
        if self.tls is None or time.monotonic() < self._check_at:
            return
        self._check_at = time.monotonic() + self._rest
        try:
            if ensure_certificate(self._folder) if self._is_own else self._stamps() != self._read:
                stamps = self._stamps()
                self.tls.reload()
                self._read = stamps
                logger.info("certificate_renewed")
        except StartError as error:
            logger.error("certificate_not_renewed", {"reason": str(error)})

    def _stamps(self) -> list[tuple[int, int]]:
        """What changes when the files are written or replaced; empty while one is missing."""
        if self.tls is None:
            return []
        try:
            return [(found.st_ino, found.st_mtime_ns) for found in (self.tls.cert.stat(), self.tls.key.stat())]
        except OSError:
            return []
