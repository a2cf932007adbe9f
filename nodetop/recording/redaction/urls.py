"""Secrets in addresses: scheme://user:password@host, user:password@host, and paths that are themselves the secret."""

import re

from nodetop.recording.redaction.shapes import MASK, is_random_key
from nodetop.recording.redaction.values import has_many_characters, is_reference, looks_secret

_MOST_URLS = 8
_HOST = re.compile(r"[A-Za-z0-9_.*-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\]")
_PORT = re.compile(r"[0-9]{1,5}(?=[/?#,;\"'\\]|$)")
_USER_END = re.compile(r"[:@/?#]")
_BARE_LOGIN = re.compile(
    r"(?<![\w.%+\\-])([\w.%+\\-]{1,64}):([^\s@]{1,128}+)@([A-Za-z0-9.-]{0,255}+)(:[0-9]{1,5}(?![\w]))?"
)
_ORACLE = re.compile(r"(:thin:[\w.-]{1,64}/)([^\s@]{1,128}+)@")
_IP = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_HOOK_HOSTS = (
    "hooks.slack.com", "discord.com", "discordapp.com", "webhook.office.com", "outlook.office.com",
    "outlook.office365.com", "api.telegram.org", "hc-ping.com", "hooks.zapier.com", "maker.ifttt.com", "nosnch.in",
    "open.feishu.cn", "open.larksuite.com", "hook.integromat.com", "hook.make.com", "hook.eu1.make.com",
    "webhook.site", "cronitor.link", "api.netlify.com", "chat.googleapis.com", "logs-01.loggly.com", "infura.io",
    "alchemy.com", "alchemyapi.io", "quiknode.pro", "collectors.sumologic.com", "hooks.airtable.com",
    "events.pagerduty.com", "api.opsgenie.com", "betteruptime.com", "uptime.betterstack.com", "ping.ohdear.app",
)  # fmt: skip
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
"""All that follows is a secret: addresses of notifications, of one-time passwords, of proxies."""
_PLAIN_SEGMENT = re.compile(r"[a-z][a-z_-]{0,23}|v[0-9]{1,2}|[0-9]{1,6}|api")
_BEFORE_HASH = frozenset((
    "commit", "commits", "archive", "blob", "blobs", "raw", "tree", "resolve", "sha256", "download", "releases",
    "revision", "rev", "compare", "tarball", "zipball", "objects", "manifests", "containers", "images", "simple",
))  # fmt: skip
_FILE_NAME = re.compile(r"[^.]++(?:\.[A-Za-z0-9_-]{1,16}){1,4}")
_HEX = re.compile(r"[0-9a-fA-F]{32,128}")


def mask_urls(word: str) -> str:
    """A word with the secret parts of addresses in it masked."""
    if "://" in word:
        first, *rest = word.split("://", _MOST_URLS)
        if first.rpartition("=")[2].strip("\"'").lower() in _SECRET_SCHEMES:
            return f"{first}://{MASK}"
        masked = [_masked_url(each) for each in rest]
        if len(rest) == _MOST_URLS and "://" in rest[-1]:
            masked[-1] = MASK
        return "://".join((first, *masked))
    if "@" in word and ":" in word:
        word = _ORACLE.sub(rf"\1{MASK}@", word)
        return _BARE_LOGIN.sub(_masked_bare_login, word)
    return word


def _masked_url(rest: str) -> str:
    """What follows scheme://, masked."""
    login, rest = _split_login(rest)
    cut = min((at for at in map(rest.find, "?#\"'") if at >= 0), default=len(rest))
    host, slash, path = rest[:cut].partition("/")
    return login + host + slash + (_masked_path(host, path) if path else "") + rest[cut:]


def _split_login(rest: str) -> tuple[str, str]:
    """The masked user:password@ of an address, empty where there is none; and what follows it."""
    end = _USER_END.search(rest)
    if end is None or end[0] in "/?#":
        return "", rest
    user, at = rest[: end.start()], rest.rfind("@")
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
    shown = password if is_reference(password or "x") else MASK
    if not password:
        return (MASK if looks_secret(user) else user) + ":@", rest[at + 1 :]
    return f"{user}:{shown}@", rest[at + 1 :]


def _is_host(rest: str) -> bool:
    host = _HOST.match(rest)
    return host is not None and host[0] != "sha256"


def _masked_path(host: str, path: str) -> str:
    is_hook = host.partition(":")[0].lower().endswith(_HOOK_HOSTS)
    out: list[str] = []
    before, masked = "", False
    for segment in path.split("/"):
        word = segment.lower()
        if _is_secret_segment(segment, before, is_hook or masked or before in _HOOK_WORDS):
            out.append("bot" + MASK if word.startswith("bot") else MASK)
            masked = True
        else:
            out.append(segment)
        before = word
    return "/".join(out)


def _is_secret_segment(segment: str, before: str, is_hook: bool) -> bool:
    if len(segment) < 6 or _PLAIN_SEGMENT.fullmatch(segment) or segment[0] in "${<":
        return False
    if is_hook:
        return looks_secret(segment) or len(segment) >= 8
    if _HEX.fullmatch(segment):
        return before not in _BEFORE_HASH and has_many_characters(segment)
    return not _FILE_NAME.fullmatch(segment) and is_random_key(segment)


def _masked_bare_login(found: re.Match[str]) -> str:
    user, password, host = found[1], found[2], found[3]
    is_host = ("." in host and host.rpartition(".")[2].isalpha()) or host == "localhost" or _IP.fullmatch(host)
    is_login = host != "sha256" and (is_host or found[4] or looks_secret(password))
    if not is_login or is_reference(password) or password.isdigit():
        return found[0]
    return f"{user}:{MASK}@{host}{found[4] or ''}"
