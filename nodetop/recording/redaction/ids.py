"""Which long hexadecimal numbers are ids (of a commit, a container) and not secrets."""

import re

from nodetop.recording.redaction.names import words_of

_NAMES = frozenset((
    "id", "ids", "sha", "digest", "commit", "hash", "rev", "ref", "uuid", "checksum", "revision", "fingerprint",
    "guid", "etag", "snapshot", "parent", "tree", "container", "image", "namespace", "pod", "volume", "build",
    "sandbox", "layer", "task", "tasks", "instance", "execution", "job", "run", "request", "trace", "span",
    "operation", "invocation", "sha1", "sha256", "md5", "object", "blob", "machine", "boot", "node", "device",
    "buildid", "match", "crc", "version", "anchor",
))  # fmt: skip
_PROGRAMS = frozenset((
    "git", "docker", "podman", "nerdctl", "ctr", "crictl", "runc", "crun", "kubectl", "conmon", "containerd-shim",
    "docker-containerd-shim",
    "containerd-shim-runc-v2", "docker-proxy", "hg", "sha256sum", "sha1sum", "md5sum", "sha512sum", "b3sum", "nix",
    "nix-store", "gh", "btrfs", "restic", "borg", "skopeo", "bitcoin-cli", "systemd-nspawn", "machinectl", "ostree",
    "flatpak", "cosign", "gpg", "gpg2", "gpgv", "gpgsm", "apt-key",
))  # fmt: skip
_SIGNS = ("sha256", "file:")
_DIGESTS = ("pin-sha256:", "SHA256:", "sha256-", "sha384-", "sha512-", "sha256:", "sha512:", "sha1:", "age1")
_WALLET = re.compile(r"[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?:[1-9A-HJ-NP-Za-km-z]{11})?(?:[.+][\w.-]{1,32})?")
"""An address for payments in Monero."""
_SHORTEST_KEY = 56
_SIGNER = re.compile(r"RW[A-Za-z0-9+/]{54}")
"""The public key of who signs files with minisign or signify."""
_PUBLIC_KEYS = frozenset(
    (("peer",), ("pubkey",), ("public", "key"), ("peer", "key"), ("fingerprint",), ("key", "fingerprint"))
)


_KEYS_CALLED_IDS = frozenset(("appid", "app_id", "apikeyid"))
"""Services whose key for an application is called its id."""
_VERSIONS = frozenset(("v", "ver", "cb", "t", "h"))


def is_id_name(name: str) -> bool:
    """Whether a name stands for an id, or for the version of a web file."""
    words = words_of(name)
    return bool(words) and (words[-1] in _NAMES or words[-1] in _VERSIONS) and name.lower() not in _KEYS_CALLED_IDS


def holds_public_key(word: str, before: str) -> bool:
    """Whether a word is a public key or the digest of one. `before` is the previous word."""
    name, _, value = word.partition("=")
    if value.strip("="):
        before, word = name, value
    if word.startswith(_DIGESTS):
        return True
    if len(word) >= _SHORTEST_KEY and (_WALLET.fullmatch(word) or _SIGNER.fullmatch(word)):
        return True
    return before[:1] != "/" and tuple(words_of(before)[-2:]) in _PUBLIC_KEYS


def holds_id(program: str, word: str, before: str) -> bool:
    """Whether hexadecimal digits in this word of a program's command line are an id. `before` is the previous word."""
    if program in _PROGRAMS or any(sign in word for sign in _SIGNS):
        return True
    name = word.partition("=")[0] if "=" in word else before
    words = words_of(name) if "=" in word or name[:1] in "-/" or name[-1:] == ":" else []
    return bool(words) and words[-1] in _NAMES
