"""Which long hexadecimal numbers are ids (of a commit, a container) and not secrets."""

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
    "containerd-shim-runc-v2", "docker-proxy", "hg", "sha256sum", "sha1sum", "md5sum", "sha512sum", "b3sum", "nix",
    "nix-store", "gh", "btrfs", "restic", "borg", "skopeo", "bitcoin-cli", "systemd-nspawn", "machinectl", "ostree",
    "flatpak", "cosign",
))  # fmt: skip
_SIGNS = ("sha256", "file:")


_KEYS_CALLED_IDS = frozenset(("appid", "app_id", "apikeyid"))
"""Services whose key for an application is called its id."""
_VERSIONS = frozenset(("v", "ver", "cb", "t", "h"))


def is_id_name(name: str) -> bool:
    """Whether a name stands for an id, or for the version of a web file."""
    words = words_of(name)
    return bool(words) and (words[-1] in _NAMES or words[-1] in _VERSIONS) and name.lower() not in _KEYS_CALLED_IDS


def holds_id(program: str, word: str, before: str) -> bool:
    """Whether hexadecimal digits in this word of a program's command line are an id. `before` is the previous word."""
    if program in _PROGRAMS or any(sign in word for sign in _SIGNS):
        return True
    name = word.partition("=")[0] if "=" in word else before
    words = words_of(name) if "=" in word or name[:1] in "-/" or name[-1:] == ":" else []
    return bool(words) and words[-1] in _NAMES
