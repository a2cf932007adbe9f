"""Pins of certificates and keys."""

import hashlib
import ssl

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from nodetop.base.trust.pins import BadPin, certificate_pin, key_pin, parse_pins, public_key_info


@pytest.mark.parametrize("pin", ["sha256:abc", "sha1:" + "0" * 64, "0" * 64, "sha256:" + "g" * 64, "", "sha256:aa,"])
def test_bad_pins(pin: str) -> None:
    with pytest.raises(BadPin, match="64 hex digits"):
        parse_pins(pin)


def test_a_pin_as_openssl_prints_it() -> None:
    assert parse_pins("SHA256:" + ":".join(["AB"] * 32)) == (b"\xab" * 32,)


def test_several_pins() -> None:
    assert parse_pins(f"sha256:{'ab' * 32}, sha256:{'cd' * 32}") == (b"\xab" * 32, b"\xcd" * 32)


@pytest.mark.parametrize("key_type", trustme.KeyType)
def test_the_key_is_the_one_that_another_library_finds(key_type: trustme.KeyType) -> None:
    certificate = trustme.CA(key_type=key_type).issue_cert("hub", key_type=key_type)
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    wanted = (
        x509.load_der_x509_certificate(der)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    assert public_key_info(der) == wanted
    assert key_pin(der) == f"sha256:{hashlib.sha256(wanted).hexdigest()}" != certificate_pin(der)


@pytest.mark.parametrize("content", [b"", b"0", b"\x30\x82", b"\x30\x03\x30\x01\x02", b"\x30\x00" * 9])
def test_what_is_no_certificate_has_no_key(content: bytes) -> None:
    with pytest.raises(ValueError, match="not"):
        public_key_info(content)
