"""Judges a value by itself: it is not a secret (a file, a variable, a switch), or it looks like one."""

import re

from nodetop.recording.redaction.names import Kind, kind_of

_JUDGED = 96
"""Characters of a value that are examined."""
QUOTES = "\"'`"
_AROUND = QUOTES + ",]}"
_SWITCH_VALUES = frozenset((
    "true", "false", "yes", "no", "on", "off", "none", "null", "nil", "auto", "always", "never", "prompt", "ask",
    "stdin", "interactive", "required", "optional", "default", "enabled", "disabled", "0", "1", "-",
    "without-password", "prohibit-password", "public", "*", "!", "!!", "!*",
))  # fmt: skip
_METHODS = frozenset((
    "simple", "basic", "digest", "bearer", "any", "env", "file", "keyring", "keychain", "md5", "sha1", "sha256",
    "sha512", "trust", "peer", "ident", "ldap", "oidc", "oauth", "oauth2", "pam", "kerberos", "krb5", "gssapi",
    "ntlm", "tls", "jwt", "token", "password", "optional_no_ca", "plain", "login", "cram-md5", "xoauth2",
    "scram-sha-256", "scram-sha-512", "scram", "sasl", "radius", "saml", "github", "google", "gitlab", "htpasswd",
    "userpass", "approle", "kubernetes", "aws", "azure", "gcp", "iam", "cookie", "session", "spnego", "negotiate",
    "publickey", "mtls", "cert", "certificate", "http", "https", "proxy", "external", "internal", "local", "native",
    "user", "users", "system", "passwd", "shadow", "unix", "psk", "ssh", "key", "anonymous", "guest", "optional",
    "mandatory", "full", "strict", "eap", "pap", "chap", "mschap", "mschapv2", "sha224", "sha384", "both", "all",
))  # fmt: skip
"""Values of names of WEAK or TOKEN kind that are not secrets."""
AUTHENTICATION_SCHEMES = frozenset(("bearer", "basic", "token", "digest", "apikey", "negotiate", "oauth", "splunk"))
"""The first word of the value of an Authorization header."""
_PLACEHOLDER = re.compile(r"[*x.]{3,}+|<[^<>]++>|\[[A-Za-z_ -]++\]|%[A-Za-z_]++%|redacted|hidden|masked", re.I)
_VARIABLE = re.compile(r"\$(?:[A-Z_][A-Z0-9_]*+|[0-9@*#?!$])")
_EXPRESSION = re.compile(r"(?:\(?(?:\[[^\[\]]++\]|\\[A-Za-z]|\.)(?:[+*?]|\{[0-9,]++\})\)?)++")
"""A regular expression for a value, not one."""
_NAMED_VARIABLE = re.compile(r"\$[A-Za-z_]++")
_REFERENCES = (
    "$(", "${", "$((", "`", "{{", "<(", "env:", "file:", "fd:", "stdin:", "env://", "file://", "vault:", "ssm:",
    "op://", "arn:", "keyring:", "prompt:", "cmd:", "secretsmanager:", "secretRef", "sha256:", "sha512:", "@/", "@./",
    "@~", "session:", "pcr:", "db:",
)  # fmt: skip
_FILE_ENDS = (
    ".pem", ".key", ".crt", ".cer", ".json", ".txt", ".yaml", ".yml", ".conf", ".cnf", ".cfg", ".p12", ".pfx", ".jks",
    ".keytab", ".gpg", ".asc", ".pub", ".env", ".ini", ".toml", ".kdbx", ".keystore", ".pw", ".pass", ".passwd",
    ".secret", ".token", ".db", ".sqlite", ".list", ".properties", ".xml", ".sock", ".log", ".sh", ".py", ".rb",
    ".go", ".csv", ".md", ".html", ".js", ".ts", ".sql", ".yar", ".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst",
    ".7z", ".rar", ".deb", ".rpm", ".iso", ".img", ".so", ".c", ".cc", ".cpp", ".h", ".o", ".rs", ".java", ".jar",
    ".war",
    ".odt", ".ods", ".doc", ".docx", ".xlsx", ".pdf",
)  # fmt: skip
_STARTS_OF_PATHS = ("/", "./", "../", "~/")
_FOLDERS = (
    "/bin/", "/dev/", "/etc/", "/home/", "/lib/", "/media/", "/mnt/", "/nix/", "/opt/", "/proc/", "/root/", "/run/",
    "/sbin/", "/srv/", "/sys/", "/tmp/", "/usr/", "/var/", "/data/", "/app/", "/Users/",
)  # fmt: skip
_PIECE = re.compile(r"[A-Za-z0-9]+")
ONE_CLASS = re.compile(r"[0-9]+|[A-Z]+|[a-z]+")
_STRUCTURED = re.compile(r"(?:[a-z]++|[A-Z]++|[A-Z][a-z]++)[0-9]{0,6}|[0-9]++[A-Za-z]{0,4}|v?[0-9]{1,4}[a-z][0-9]{1,4}")
_LICENCE = re.compile(r"[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){2,7}")
_CALL = re.compile(r"\w++\([\w*]*+\),?")
"""A function call, as in SQL."""
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
_VERSION = re.compile(r"v?[0-9]{1,4}(?:\.[0-9]{1,4}){2,3}")
_SETTINGS = re.compile(r"[0-9]{1,2}(?::[a-z_]++=[\w.,-]++)++")
"""A number, then other settings: pass=1:bitrate=800"""
_FIGURE = re.compile(r"[0-9]{1,5}(?:[a-zA-Z%]{1,3})?")
_ALGORITHM = re.compile(r"(?:ECDSAP|RSASHA|ED|SHA|AES|HMACSHA|NSEC3RSASHA|CHACHA)[0-9]{1,5}(?:SHA[0-9]{1,3})?")
_STRANGE = frozenset("!#$^&*")


def is_no_secret(value: str, kind: Kind) -> bool:
    """Whether the value of a name of this kind is not a secret: a switch, a reference; for a token, a file."""
    value = value.strip(_AROUND)[:_JUDGED]
    if not value or value.lower() in _SWITCH_VALUES or is_reference(value):
        return True
    if _VERSION.fullmatch(value) or _SETTINGS.fullmatch(value):
        return True
    if kind is Kind.PASSWORD:
        if value.isdigit() and len(value) < 4:  # of wires, or how often
            return True
        return (
            value.startswith(_STARTS_OF_PATHS) and value.count("/") > 1 and is_path(value) and not looks_secret(value)
        )
    if value.lower() in _METHODS or _FIGURE.fullmatch(value) or is_path(value):
        return True
    return kind is Kind.WEAK and not looks_secret(value)


def is_reference(value: str) -> bool:
    """Whether a value only says where a secret is: a variable, a command, a placeholder."""
    if not value or value.startswith(_REFERENCES) or _PLACEHOLDER.fullmatch(value) or _EXPRESSION.fullmatch(value):
        return True
    if _NAMED_VARIABLE.fullmatch(value) and kind_of(value[1:]) > Kind.NONE:
        return True
    return value[0] == "$" and _VARIABLE.fullmatch(value) is not None


def is_uuid(value: str) -> bool:
    return _UUID.fullmatch(value.strip(QUOTES)) is not None


def is_path(value: str) -> bool:
    """Whether a value names a file."""
    if value.lower().endswith(_FILE_ENDS) or value[1:3] == ":\\":
        return True
    if not value.startswith(_STARTS_OF_PATHS) or len(value) < 2:
        return False
    return value.startswith(_FOLDERS) or not any(map(looks_random, value.split("/")))


def looks_secret(value: str) -> bool:
    """Whether a value without a name looks like a password: letters and digits mixed, or random."""
    value = value.strip(QUOTES)[:_JUDGED]
    if len(value) < 6 or "://" in value or is_path(value) or is_reference(value):
        return False
    if _CALL.fullmatch(value) or _ALGORITHM.fullmatch(value):
        return False
    if _LICENCE.fullmatch(value):
        return not value.isalpha() and not value.isdigit()
    pieces = _PIECE.findall(value)
    if not _STRANGE.isdisjoint(value) and len(pieces) < 5 and "/" not in value:
        return any(piece.isalpha() for piece in pieces) or any(not piece.isdigit() for piece in pieces)
    return any(len(piece) >= 6 and _is_mixed(piece) for piece in pieces) or looks_random(value)


def _is_mixed(piece: str) -> bool:
    return not piece.isalpha() and not piece.isdigit() and not _STRUCTURED.fullmatch(piece)


def is_made_up(word: str) -> bool:
    """Whether a word of letters and digits has small and capital letters: of words that look secret, hardly one that
    has them is anything else."""
    return 8 <= len(word) <= 40 and word.isalnum() and not word.islower() and not word.isupper()


def looks_random(run: str) -> bool:
    """Whether a run looks random: it often changes between digits, upper and lower case, unlike paths and names."""
    if len(run) < 20:
        return False
    run = run[:_JUDGED]
    pieces = ONE_CLASS.findall(run)
    return len(pieces) > len(run) / 4 and any(map(str.isdigit, pieces)) and has_many_characters(run)


def has_many_characters(run: str) -> bool:
    """Whether a run has many different characters, unlike a row of zeros."""
    return len(set(run)) >= 8
