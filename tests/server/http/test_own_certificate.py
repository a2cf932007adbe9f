"""The certificate that a hub makes for itself."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from nodetop.base.trust.pins import key_pin
from nodetop.server.base.startup import StartError
from nodetop.server.http.certificate import HubCertificate
from nodetop.server.http.listening import Tls, check_exposure
from nodetop.server.http.own_certificate import CERTIFICATE_FILE, KEY_FILE, RENEWED_BEFORE, VALID, ensure_certificate
from nodetop.server.settings import ServerSettings


def pin(folder: Path) -> str:
    return key_pin(ssl.PEM_cert_to_DER_cert((folder / CERTIFICATE_FILE).read_text()))


def test_it_is_made_once_and_its_key_is_the_owners_alone(tmp_path: Path) -> None:
    assert ensure_certificate(tmp_path)
    made = (tmp_path / CERTIFICATE_FILE).read_bytes()
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert not ensure_certificate(tmp_path)
    assert (tmp_path / CERTIFICATE_FILE).read_bytes() == made
    tls = Tls.load(tmp_path / CERTIFICATE_FILE, tmp_path / KEY_FILE)
    assert tls is not None and tls.pin == pin(tmp_path)
    names = x509.load_pem_x509_certificate(made).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "localhost" in names.get_values_for_type(x509.DNSName)


def test_without_any_certificate_others_cannot_be_served_unless_that_is_wanted() -> None:
    with pytest.raises(StartError, match="without TLS would send tokens unencrypted"):
        check_exposure(("0.0.0.0",), None, False)
    check_exposure(("0.0.0.0",), None, True)
    check_exposure(("127.0.0.1", "::1"), None, False)


def test_it_is_renewed_before_it_ends_with_the_same_key(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    ensure_certificate(tmp_path, now=now)
    before = pin(tmp_path)
    due = now + VALID - RENEWED_BEFORE
    assert not ensure_certificate(tmp_path, now=due - timedelta(hours=1))
    assert ensure_certificate(tmp_path, now=due)
    assert pin(tmp_path) == before
    made = x509.load_pem_x509_certificate((tmp_path / CERTIFICATE_FILE).read_bytes())
    assert abs(made.not_valid_after_utc - (due + VALID)) < timedelta(seconds=2)


def test_a_damaged_certificate_is_made_again_and_a_damaged_key_is_not(tmp_path: Path) -> None:
    ensure_certificate(tmp_path)
    before = pin(tmp_path)
    (tmp_path / CERTIFICATE_FILE).write_text("no certificate")
    assert ensure_certificate(tmp_path) and pin(tmp_path) == before
    (tmp_path / CERTIFICATE_FILE).unlink()
    (tmp_path / KEY_FILE).write_text("no key")
    with pytest.raises(StartError, match="is not an EC key; remove it"):
        ensure_certificate(tmp_path)


def test_a_certificate_of_a_wrong_clock_or_of_another_key_is_made_again(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    ensure_certificate(tmp_path, now=now + timedelta(days=5000))
    before = pin(tmp_path)
    assert ensure_certificate(tmp_path, now=now) and pin(tmp_path) == before
    ensure_certificate(tmp_path, now=now - timedelta(days=20_000))
    assert ensure_certificate(tmp_path, now=now) and pin(tmp_path) == before
    other = tmp_path / "other"
    other.mkdir()
    ensure_certificate(other)
    (other / KEY_FILE).replace(tmp_path / KEY_FILE)
    assert ensure_certificate(tmp_path) and pin(tmp_path) == pin(other)
    assert Tls.load(tmp_path / CERTIFICATE_FILE, tmp_path / KEY_FILE) is not None


def test_a_given_certificate_is_read_again_when_its_files_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    given = tmp_path / "given"
    given.mkdir()
    ensure_certificate(given, now=now - VALID / 2)
    settings = ServerSettings(
        data_dir=tmp_path, tls_cert=given / CERTIFICATE_FILE, tls_key=given / KEY_FILE, listen="0.0.0.0:0"
    )
    certificate = HubCertificate(settings, tmp_path, ("0.0.0.0",))
    assert certificate.tls is not None
    monkeypatch.setattr(certificate, "_rest", 0.0)
    monkeypatch.setattr(certificate, "_check_at", 0.0)
    ends_at = certificate.tls.ends_at
    certificate.refresh()
    (given / CERTIFICATE_FILE).write_text("half")
    certificate.refresh()
    assert certificate.tls.ends_at == ends_at, "a file that is being written changes nothing"
    assert ensure_certificate(given, now=now)
    certificate.refresh()
    assert certificate.tls.ends_at > ends_at
