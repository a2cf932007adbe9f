"""Which names of options, variables, headers and fields stand for a secret, judged by the words in a name."""

import re
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise


class Kind(IntEnum):
    """What a name says about its value."""

    NONE = 0
    WEAK = 1
    """A secret only if the value looks like one."""
    TOKEN = 2
    """A secret, unless the value is a file that holds it."""
    PASSWORD = 3
    """Always a secret."""


_LONGEST = 96
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")
_DEFINES = ("-D", "-J")

_PASSWORD_ENDS = (
    "password", "passwords", "passwd", "passwds", "passphrase", "passphrases", "passcode", "passwort", "kennwort",
    "contraseña", "contrasena", "senha", "motdepasse", "wachtwoord", "pwd", "pw", "pswd", "passkey", "mnemonic",
    "psk", "keyphrase", "seedphrase", "passwrd", "pwrd", "passwordd", "passhash", "passw",
    "heslo", "lozinka", "parola", "adgangskode", "passord", "salasana",
)  # fmt: skip
_PASSWORD_WORDS = frozenset(("pass", "passin", "passout", "psk", "pword", "masterauth", "pin", "puk"))
_NO_PASSWORD = frozenset((
    "bypass", "compass", "trespass", "underpass", "overpass", "encompass", "surpass", "multipass", "lowpass",
    "highpass", "bandpass", "allpass", "onepass", "twopass", "subpass", "renderpass", "askpass", "ksshaskpass",
    "keepass", "lastpass", "gopass", "asyncpass", "glasspass",
))  # fmt: skip
_TOKEN_ENDS = (
    "token", "tokens", "secret", "secrets", "apikey", "apikeys", "accesskey", "secretkey", "privatekey", "authkey",
    "masterkey", "licensekey", "signingkey", "encryptionkey", "credential", "credentials", "creds", "setcookie",
    "privkey", "authcode", "seckey", "cryptkey", "securitykey",
)  # fmt: skip
_TOKEN_WORDS = frozenset((
    "cred", "jwt", "bearer", "authorization", "cookie", "cookies", "xprv", "otp", "totp", "pat", "macaroon",
    "macaroons", "community", "twofactor", "rcon", "sk",
))  # fmt: skip
_WEAK_ENDS = ("auth", "authentication", "key", "session", "signature", "sessionid")
_WEAK_WORDS = frozenset((
    "keys", "sid", "sig", "hmac", "salt", "nonce", "seed", "access", "login", "license", "licence", "dsn", "code",
    "hash", "serial", "pepper", "sas", "webhook",
))  # fmt: skip
_KEYS = frozenset((
    "api", "access", "private", "secret", "signing", "security", "encryption", "decryption", "account", "shared",
    "master", "auth", "authentication", "license", "service", "aes", "hmac", "jwt", "subscription", "consumer",
    "storage", "activation",
    "registration", "setup", "join", "enrollment", "enrolment", "deploy", "recovery", "unseal", "root", "bot",
    "crypt", "stream", "product", "integration", "instrumentation", "ingest", "ingestion", "write", "admin", "app",
    "application", "webhook", "agent", "tsig", "wep", "wpa", "preshared", "management",
))  # fmt: skip
"""Words before "key" for keys that are themselves the secret: "api key". Other keys are mostly files."""
_AUTH_OPTIONS = ("--auth", "-auth", "--oauth", "-oauth")
_PAIRS = {
    ("seed", "phrase"): Kind.PASSWORD,
    ("recovery", "phrase"): Kind.PASSWORD,
    ("pass", "phrase"): Kind.PASSWORD,
    ("pass", "word"): Kind.PASSWORD,
    ("pass", "wd"): Kind.PASSWORD,
    ("pass", "code"): Kind.PASSWORD,
    ("secret", "id"): Kind.TOKEN,
    ("auth", "code"): Kind.TOKEN,
    ("account", "sid"): Kind.NONE,
    ("token", "id"): Kind.WEAK,
    ("key", "base"): Kind.TOKEN,
    ("key", "secret"): Kind.WEAK,
    ("invite", "code"): Kind.TOKEN,
    ("unlock", "code"): Kind.TOKEN,
    ("secret", "code"): Kind.TOKEN,
    ("sonar", "login"): Kind.TOKEN,
    ("redis", "auth"): Kind.TOKEN,
    ("special", "tokens"): Kind.NONE,
}
# Such a name says where a secret is, how long it is valid or what form it has. Its value should stay visible.
_ABOUT = frozenset((
    "file", "files", "filename", "path", "paths", "dir", "directory", "folder", "mode", "ttl", "timeout", "type",
    "types", "length", "len", "size", "name", "names", "min", "max", "age", "url", "urls", "uri", "endpoint", "host",
    "port", "issuer", "audience", "expiry", "expires", "expire", "expiration", "lifetime", "duration", "interval",
    "rotation", "policy", "policies", "provider", "providers", "backend", "method", "methods", "algorithm", "alg",
    "algo", "format", "header", "headers", "field", "fields", "prefix", "suffix", "location", "engine", "manager",
    "helper", "agent", "sock", "socket", "fd", "stdin", "prompt", "prompts", "command", "cmd", "eval", "env", "var",
    "ref", "refs", "id", "ids", "count", "limit", "limits", "bytes", "version", "enabled", "disabled", "required",
    "verify", "validation", "check", "checks", "strength", "cert", "certs", "certificate", "ca", "scope", "scopes",
    "user", "users", "username", "email", "group", "role", "realm", "domain", "domains", "server", "servers", "cache",
    "index", "rule", "rules", "chars", "bits", "encoding", "lookup", "plugin", "plugins", "class", "template",
    "pattern", "attempts", "retries", "source", "namespace", "label", "warn", "days", "budget", "bucket", "usage",
    "mgmt", "management", "store", "database", "db", "refresh", "grace", "window", "samesite", "secure", "httponly",
    "review", "resets", "reset", "requests", "events", "table", "report", "mount", "volume", "provisioner", "rate",
    "threshold", "enforce", "supported", "binding", "slot", "through", "webhook", "authentication", "service",
    "script", "tool", "status", "keyring", "log", "param", "parameter", "capabilities", "jar", "encryption", "change",
    "cost", "rounds", "iterations", "minimum", "maximum", "browser", "reuse", "history", "complexity", "dictionary",
    "digest", "fingerprint", "sync", "only", "encoder", "decoder", "hasher", "validator", "generator", "checker",
    "filter", "handler", "callback", "converter", "factory", "listener",
))  # fmt: skip
_VALUE = frozenset(
    ("value", "values", "text", "string", "data", "plain", "plaintext", "literal", "raw", "b64", "base64")
)
_COUNTED = frozenset(("max", "min", "num", "number", "count", "limit", "per", "no", "without", "maximum", "minimum"))
"""With these words anywhere in a name, it is a number or a switch."""
_SWITCHES = frozenset((
    "ask", "disable", "disabled", "enable", "enabled", "allow", "accept", "prompt", "show", "skip", "use", "hide",
    "list", "print", "generate", "get", "is", "has", "with", "need", "require", "requires", "check", "verify",
    "validate", "rotate", "forget", "random", "empty", "dump", "display", "echo", "reveal", "mask", "redact",
    "expire", "existing", "pull", "preserve", "forward", "inherit", "propagate", "automount",
    "delete", "remove", "want", "reject", "ignore", "keep", "load",
))  # fmt: skip
"""With these words before the name of a secret, it is a switch."""
_IDENTIFIED = frozenset(("image", "tls", "cluster", "query", "public"))
"""With these words before the name of a token, it is an identifier; a password of them is one."""
_SHARED = frozenset(("cluster", "query"))
"""Of these, a secret is one."""


def kind_of(name: str) -> Kind:
    """What a name says about its value. `name` may begin with dashes, like an option."""
    return _kind_of(name[-_LONGEST:])


@lru_cache(maxsize=4096)
def _kind_of(name: str) -> Kind:
    words = words_of(name)
    while len(words) > 1 and words[-1] in _VALUE:
        words.pop()
    if not words or (words[-1] in _ABOUT and tuple(words[-2:]) not in _PAIRS and not _is_key(words)):
        return Kind.NONE
    if not _COUNTED.isdisjoint(words):
        return Kind.NONE
    if words[-1] in ("key", "keys") and words[-2:-1] and words[-2].endswith(_PASSWORD_ENDS):
        return Kind.WEAK  # mostly the name under which a password is kept
    kind = _last_word(words, name)
    if kind < Kind.PASSWORD:
        kind = max(kind, _earlier_words(words))
    before = (words[0], words[-2]) if len(words) > 1 else ()
    if kind > Kind.WEAK and not _SWITCHES.isdisjoint(before):
        return Kind.WEAK
    identified = _IDENTIFIED - _SHARED if words[-1] == "secret" else _IDENTIFIED
    return Kind.WEAK if kind is Kind.TOKEN and not identified.isdisjoint(before) else kind


def words_of(name: str) -> list[str]:
    """The words of a name in lower case: for "-DdbPassword2" db and password."""
    if name[:2] in _DEFINES and name[2:3].islower():
        name = name[2:]
    return [word.lower() for word in _WORD.findall(name)]


def _is_key(words: list[str]) -> bool:
    return len(words) > 1 and words[-1] in ("key", "keys") and words[-2] in _KEYS


def _last_word(words: list[str], name: str) -> Kind:
    last = words[-1]
    pair = _PAIRS.get(tuple(words[-2:]))  # type: ignore[arg-type]
    if pair is not None:
        return pair
    if words == ["tokens"]:  # of a text
        return Kind.WEAK
    if last in _NO_PASSWORD:
        return Kind.NONE
    if last in _PASSWORD_WORDS or last.endswith(_PASSWORD_ENDS) or (last.endswith("pass") and len(last) > 4):
        return Kind.PASSWORD
    is_glued_key = last.endswith("key") and last[:-3] in _KEYS
    if is_glued_key or _is_key(words) or last in _TOKEN_WORDS or last.endswith(_TOKEN_ENDS):
        return Kind.TOKEN
    if last == "auth" and (name in _AUTH_OPTIONS or (len(words) > 1 and name.isupper())):
        return Kind.TOKEN
    return Kind.WEAK if last in _WEAK_WORDS or last.endswith(_WEAK_ENDS) else Kind.NONE


def _earlier_words(words: list[str]) -> Kind:
    """SECRET_KEY_BASE, DB_PASSWORD_PROD."""
    if any(word.endswith(_PASSWORD_ENDS[:8]) for word in words):
        return Kind.PASSWORD
    has_secret = any(word.endswith(_TOKEN_ENDS) for word in words) or any(
        first in _KEYS and second == "key" for first, second in pairwise(words)
    )
    return Kind.WEAK if has_secret else Kind.NONE
