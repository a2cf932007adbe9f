"""Secrets in URLs: scheme://user:password@host, user:password@host, and paths that are themselves a secret."""

import re

from nodetop.recording.redaction.shapes import MASK, is_random_key
from nodetop.recording.redaction.values import QUOTES, has_many_characters, is_reference, is_uuid, looks_secret

_MOST_URLS = 8
_HOST = re.compile(r"[A-Za-z0-9_.*-]++|\[[0-9A-Fa-f:.]++\]")
_PORT = re.compile(r"[0-9]{1,5}(?=[/?#,;\"'\\]|$)")
_USER_END = re.compile(r"[:@/?#]")
_SCHEMES = frozenset(("mailto", "sip", "sips", "xmpp", "acct", "jid", "ssh", "scp", "git", "npm", "urn", "docker"))
_IP = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_HOOKS = (
    "conda.anaconda.org/t/",
    "hooks.slack.com/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/", "webhook.office.com/webhookb2/",
    "outlook.office.com/webhook/", "outlook.office365.com/webhook/", "api.telegram.org/bot", "hc-ping.com/",
    "hooks.zapier.com/hooks/", "maker.ifttt.com/trigger/", "nosnch.in/", "open.feishu.cn/open-apis/bot/v2/hook/",
    "open.larksuite.com/open-apis/bot/v2/hook/", "hook.make.com/", "hook.integromat.com/", "webhook.site/",
    "cronitor.link/", "api.netlify.com/build_hooks/", "loggly.com/inputs/", "infura.io/v3/", "alchemy.com/v2/",
    "alchemyapi.io/v2/", "quiknode.pro/", "sumologic.com/receiver/", "hooks.airtable.com/",
    "uptime.betterstack.com/api/", "betteruptime.com/api/", "ping.ohdear.app/", "api.render.com/deploy/",
    "api.vercel.com/v1/integrations/deploy/", "live.twitch.tv/app/", "rtmp.youtube.com/live2/",
    "live-api-s.facebook.com:443/rtmp/",
)  # fmt: skip
"""Ends of host names, and the beginning of the path. The rest of the path is a secret."""
_KEPT_AFTER_HOOK = re.compile(r"(?:services|triggers|workflows|catch|standard)/")
_HOOK_WORDS = frozenset((
    "webhook", "webhooks", "webhookb2", "incomingwebhook", "hook", "hooks", "inputs", "trigger", "triggers",
    "receiver", "push", "key", "token", "secret", "apikey", "build_hooks", "deploy_hooks", "deploy-hooks", "live2",
    "ping", "invite", "reset", "verify", "confirm", "unsubscribe", "share", "magic", "s",
))  # fmt: skip
_SECRET_SCHEMES = frozenset((
    "slack", "discord", "tgram", "telegram", "pover", "pushover", "pbul", "pushbullet", "gotify", "msteams", "teams",
    "rocket", "rocketchat", "mmost", "wxteams", "twilio", "sendgrid", "opsgenie", "ifttt", "zulip", "googlechat",
    "otpauth", "otpauth-migration", "ss", "vmess", "trojan", "hysteria2", "tuic",
))  # fmt: skip
"""Everything after such a scheme is a secret: URLs of notifications, one-time passwords, proxies."""
_STREAM_SCHEMES = frozenset(("rtmp", "rtmps", "rtmpt", "rtmpe"))
"""The last part of the path is the key of the broadcaster."""
_PLAIN_SEGMENT = re.compile(r"[a-z][a-z_-]{0,23}|v[0-9]{1,2}|[0-9]{1,6}|api")
_BEFORE_HASH = frozenset((
    "commit", "commits", "archive", "blob", "blobs", "raw", "tree", "resolve", "sha256", "download", "releases",
    "revision", "rev", "compare", "tarball", "zipball", "objects", "manifests", "containers", "images", "simple",
))  # fmt: skip
_FILE_NAME = re.compile(r"[^.]++(?:\.[A-Za-z0-9_-]{1,16}){1,4}")
_ACCOUNTS = frozenset((
    "admin", "administrator", "root", "user", "guest", "postgres", "elastic", "sa", "deploy", "backup", "service",
))  # fmt: skip
"""Names of accounts: with a colon after one of them, a password follows."""
_SHORT_LOGIN = re.compile(
    r"[A-Za-z][\w\\-]{0,32}:[^:@/,={}]{4,64}@(?:[A-Za-z][A-Za-z0-9-]{0,62})?(?::[0-9]{1,5})?(?:/[\w.-]{0,64})?[\"']?"
)
"""user:password@host, where the host is one word."""
_NO_HOSTS = frozenset((
    "aar", "jar", "pom", "zip", "latest", "next", "main", "master", "canary", "beta", "alpha", "head",
))  # fmt: skip
"""What may stand after @ for the version of a package."""
_CVS = re.compile(r":[a-z]{2,12}:[\w.-]{1,64}:")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SLASH_LOGIN = re.compile(
    r"[A-Z][A-Z0-9_]{1,30}/[^/@:,= ]{4,64}@[\w.-]{1,64}(?::[0-9]{2,5})?"
    r"|\w{1,32}/[^/@:,= ]{4,64}@[\w.-]{1,64}:[0-9]{2,5}"
)
"""USER/password@host, user/password@host:port."""
_COMMIT = 40
_HEX = re.compile(r"[0-9a-fA-F]{32,}+")


def mask_urls(word: str) -> str:
    """A word with the secret parts of URLs masked."""
    if "://" in word:
        first, *rest = word.split("://", _MOST_URLS)
        if first.rpartition("=")[2].strip("\"'").lower() in _SECRET_SCHEMES:
            return f"{first}://{MASK}"
        masked = [_masked_url(each) for each in rest]
        if first.rpartition("=")[2].strip(QUOTES).lower() in _STREAM_SCHEMES:
            masked[-1] = _without_stream_key(masked[-1])
        if len(rest) == _MOST_URLS and "://" in rest[-1]:
            masked[-1] = MASK
        return "://".join((first, *masked))
    if "@" in word and _SLASH_LOGIN.fullmatch(word):
        return f"{word[: word.index('/') + 1]}{MASK}{word[word.rindex('@') :]}"
    if "@" in word and ":" in word:
        return _mask_bare_login(word)
    user, colon, password = word.partition(":")
    if colon and user.rpartition("=")[2].strip(QUOTES).lower() in _ACCOUNTS and looks_secret(password):
        return f"{user}:{MASK}"
    return word


def _masked_url(rest: str) -> str:
    """The part after scheme://, masked."""
    login, rest = _split_login(rest)
    cut = min((at for at in map(rest.find, "?#\"'") if at >= 0), default=len(rest))
    host, slash, path = rest[:cut].partition("/")
    return login + host + slash + (_masked_path(host, path) if path else "") + rest[cut:]


def _without_stream_key(rest: str) -> str:
    path, slash, key = rest.rpartition("/")
    return f"{path}/{MASK}" if slash and looks_secret(key.partition("?")[0].replace("_", "-")) else rest


def _split_login(rest: str) -> tuple[str, str]:
    """The masked user:password@ of a URL (empty if there is none), and the rest."""
    end = _USER_END.search(rest)
    if end is None or end[0] in "/?#":
        return "", rest
    user, at = rest[: end.start()], rest.rfind("@")
    if end[0] == "@" and _PERCENT.search(user):  # of iSCSI
        return f"{user.partition('%')[0]}%{MASK}@", rest[end.end() :]
    if end[0] == "@":
        is_secret = looks_secret(user) or is_random_key(user) or len(user) >= 24
        return (MASK if is_secret else user) + "@", rest[end.end() :]
    if at < 0 or (
        _PORT.match(rest, end.end()) and ("." in user or user == "localhost" or not _is_host(rest[at + 1 :]))
    ):
        return "", rest
    question = rest.find("?")
    at = max(rest.rfind("@", end.end(), question) if question >= 0 else at, -1)
    at = rest.rfind("@") if at < 0 else at
    password = rest[end.end() : at]
    if password == "x-oauth-basic":
        user = MASK
    shown = password if is_reference(password or "x") else MASK
    if not password:
        return (MASK if looks_secret(user) else user) + ":@", rest[at + 1 :]
    return f"{user}:{shown}@", rest[at + 1 :]


def _is_host(rest: str) -> bool:
    host = _HOST.match(rest)
    return host is not None and host[0] != "sha256"


def _masked_path(host: str, path: str) -> str:
    for hook in _HOOKS:
        end, _, prefix = hook.partition("/")
        if host.endswith(end) and path.startswith(prefix) and len(path) > len(prefix):
            kept = _KEPT_AFTER_HOOK.match(path, len(prefix))
            return path[: kept.end() if kept else len(prefix)] + MASK
    out: list[str] = []
    before, masked = "", False
    for segment in path.split("/"):
        if _is_secret_segment(host, segment, before, masked or before in _HOOK_WORDS):
            out.append(MASK)
            masked = True
        else:
            out.append(segment)
        before = segment.lower()
    return "/".join(out)


def _is_secret_segment(host: str, segment: str, before: str, is_hook: bool) -> bool:
    if len(segment) < 6 or _PLAIN_SEGMENT.fullmatch(segment) or segment[0] in "${<" or "@sha256:" in segment:
        return False
    if is_hook:
        return looks_secret(segment) or len(segment) >= 8
    if _HEX.fullmatch(segment):
        if len(segment) == _COMMIT and "git" in host:
            return False
        return before not in _BEFORE_HASH and has_many_characters(segment)
    return not _FILE_NAME.fullmatch(segment) and not is_uuid(segment) and is_random_key(segment)


def _mask_bare_login(word: str) -> str:
    """user:password@host without a scheme, and user/password@ of Oracle drivers."""
    at = word.rfind("@")
    colon = word.find(":", word.find(":", 1) + 1 if word[0] == ":" else 0)  # :pserver:user:password@host of CVS
    if ":thin:" in word[:at]:
        slash = word.find("/", 0, at)
        return word if slash < 0 else f"{word[: slash + 1]}{MASK}{word[at:]}"
    if _CVS.match(word) and 0 < colon < at:
        return f"{word[: colon + 1]}{MASK}{word[at:]}"
    start = max(word.rfind(sign, 0, colon) for sign in "='\"(,:") + 1
    if word[start:colon].lower() in _SCHEMES:
        start, colon = colon + 1, word.find(":", colon + 1)
    user, password, rest = word[start:colon], word[colon + 1 : at], word[at + 1 :]
    if not start <= colon < at or not user or not password or is_reference(password) or password.isdigit():
        return word
    if rest.startswith(("tcp(", "unix(")) or (
        rest[:1] == "/" and _SHORT_LOGIN.match(word, start)
    ):  # of Go's driver for MySQL
        return f"{word[: colon + 1]}{MASK}{word[at:]}"
    if _SHORT_LOGIN.fullmatch(word, start) and rest.lower() not in _NO_HOSTS:
        return f"{word[: colon + 1]}{MASK}{word[at:]}"
    if not _looks_like_host(rest) and not (looks_secret(password) and not rest.startswith("sha256")):
        return word
    return f"{word[: colon + 1]}{MASK}{word[at:]}"


def _looks_like_host(rest: str) -> bool:
    """Whether a text begins with a host name: with a dot in it, or a port after it."""
    host = _HOST.match(rest)
    if host is None or host[0] == "sha256":
        return False
    port = _PORT.match(rest, host.end() + 1) if rest[host.end() : host.end() + 1] == ":" else None
    is_name = "." in host[0] and host[0].rpartition(".")[2].isalpha()
    return is_name or host[0] == "localhost" or _IP.fullmatch(host[0]) is not None or port is not None
