"""Secrets recognised by their form, without a name: tokens of well-known services, keys, random text."""

import re

from nodetop.recording.redaction.encoded import begins_with_account, is_encoded_login
from nodetop.recording.redaction.values import ONE_CLASS, QUOTES, has_many_characters, looks_random

MASK = "***"

_RUN = re.compile(r"[A-Za-z0-9_.+/=-]{12,}+")
_PIECES = re.compile(r"[A-Za-z0-9]++")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?[0-9a-fA-F]{32,}+(?![0-9A-Za-z])")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,16}")
"""A number of at most 64 bits, for example an address, or the id of a key."""
_ALL_HEX = re.compile(r"(?:0[xX])?[0-9a-fA-F]++")
_BASE64 = re.compile(r"[A-Za-z0-9_+/-]{20,}+={0,2}+")
_UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f])", re.I)
_CHAT_BOT = re.compile(r"(?<![0-9])[0-9]{8,10}:[A-Za-z0-9_-]{30,45}")

# The beginnings of such tokens. No other words begin like this.
_PREFIXES = (
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-",
    "glsoat-", "glagent-", "glimt-", "xoxa-", "xoxb-", "xoxe-", "xoxp-", "xoxr-", "xoxs-", "xapp-", "sk_live_",
    "sk_test_", "rk_live_", "rk_test_", "whsec_", "AIza", "ya29.", "GOCSPX-", "hvs.", "hvb.", "hvr.", "dop_v1_",
    "doo_v1_", "dor_v1_", "dckr_pat_", "dckr_oat_", "tskey-", "SWMTKN-", "shpat_", "shpss_", "shpca_", "shppa_",
    "sq0atp-", "sq0csp-", "figd_", "rubygems_", "PMAK-", "NRAK-", "NRAL-", "glsa_", "glc_", "sntrys_", "sntryu_",
    "AGE-SECRET-KEY-", "xkeysib-", "xsmtpsib-", "pscale_tkn_", "pscale_pw_", "lin_api_", "ATATT3x", "ATCTT3x", "ATBB",
    "bkua_", "sbp_", "sk-ant-", "sk-proj-", "sk-or-", "pul-", "xprv", "fo1_", "CFPAT-", "CCIPAT_", "ops_eyJ", "dapi",
    "nvapi-", "hf_", "npm_", "pypi-", "r8_", "SG.", "sk-", "key-", "pat-", "EAACEdEose0cBA", "gsk_", "tfp_", "ntn_",
    "secret_", "claim-", "AKCp",
    "perm:", "v2.local.", "v4.local.", "sqp_", "sqa_", "squ_", "rpa_", "pplx-", "xai-", "rdme_", "sdp_",
    "phc_", "phx_", "dp.pt.", "dp.st.", "dp.sa.", "ddp_", "ddw_", "nfp_", "nfc_", "pnu_", "wsec_",
)  # fmt: skip
_CERTAIN = (
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "glrt-", "glptt-", "xoxa-", "xoxb-", "xoxp-",
    "xoxs-", "sk_live_", "rk_live_", "tskey-", "dop_v1_", "dckr_pat_", "GOCSPX-", "SWMTKN-", "sk-ant-", "sk-proj-",
    "AGE-SECRET-KEY-",
)  # fmt: skip
"""What begins like this is a token, whatever follows."""
_AWS = ("AKIA", "ASIA", "ABIA", "ACCA", "LTAI", "AKID")
_TERRAFORM = ".atlasv1."


def mask_shapes(word: str, *, hexadecimal: bool = True) -> str:
    """A word with everything that looks like a key masked. `hexadecimal`: also hexadecimal digits."""
    if len(word) < 8:
        return word
    start = max(word.rfind("="), word.rfind(":")) + 1
    if "://" not in word and _is_generated(word[start:]):
        return word[:start] + MASK
    if len(word) < 12:
        return word
    if ":" in word:
        word = _CHAT_BOT.sub(MASK, word)
    return _RUN.sub(lambda found: _masked_run(found[0], hexadecimal), word)


def _is_generated(value: str) -> bool:
    """Whether a short value looks like a generated password: nearly every character is of another class than the one
    before, and there are digits in several places."""
    value = value.strip(QUOTES)
    if not 8 <= len(value) < 20 or not value.isalnum() or value.lower() == value or value.upper() == value:
        return False
    if _NUMBER.fullmatch(value):
        return False
    pieces = ONE_CLASS.findall(value)
    return len(pieces) >= 0.6 * len(value) and sum(map(str.isdigit, pieces)) > 1


def _masked_run(run: str, hexadecimal: bool) -> str:
    at = _known_at(run)
    if at is not None:
        return run[:at] + MASK
    name, sign, value = run.partition("=")
    if not value.strip("="):
        name, sign, value = "", "", run
    if is_encoded_login(value) or begins_with_account(value):
        return name + sign + MASK
    if len(run) < 20:
        return run
    if _is_local_path(run):
        return run
    if hexadecimal and "/" not in run:
        run = _HEX.sub(_masked_hex, run)
    return run if _UUID.search(run) else _BASE64.sub(_masked_random, run)


def _is_local_path(run: str) -> bool:
    """Whether a run is a local path: file names of caches and containers are often long and random."""
    path = run.rpartition("=")[2]
    return path.startswith(("/", "./", "../")) and not path.startswith("//") and path.count("/") > 1


def _known_at(run: str) -> int | None:
    """Where a token of a known form begins in a run; None if there is none."""
    for at in (0, *(found + 1 for found in (run.find("="), run.rfind("/")) if found >= 0)):
        rest = run[at:]
        if (
            rest.startswith(_CERTAIN)
            or (rest.startswith("eyJ") and len(rest) >= 16)
            or (rest.startswith(_PREFIXES) and _is_token(rest))
        ):
            return at
        if rest.startswith(_AWS) and len(rest) >= 16 and rest[:16].isupper() and rest[:16].isalnum():
            return at
    return 0 if _TERRAFORM in run else None


def _is_token(rest: str) -> bool:
    """Whether text that begins like a token continues like one: with mixed letters and digits, or a long part."""
    return any(
        ((len(piece) >= 8 and not piece.isalpha() and not piece.isdigit()) or len(piece) >= 16)
        or (len(piece) >= 10 and not piece.islower() and not piece.isupper() and not piece.isdigit())
        for piece in _PIECES.findall(rest, 0, 400)
    )


def _masked_hex(found: re.Match[str]) -> str:
    return MASK if has_many_characters(found[0]) else found[0]


def _masked_random(found: re.Match[str]) -> str:
    pieces = found[0].split("/")
    is_path = len(pieces) > 1 and any(piece.islower() and piece.isalpha() for piece in pieces)
    if not is_path and is_random_key(found[0]):
        return MASK
    return "/".join(MASK if is_random_key(piece) else piece for piece in pieces)


def is_random_key(run: str) -> bool:
    """Whether a run of letters and digits is a key: long random text of upper case, lower case and digits."""
    if not looks_random(run) or _ALL_HEX.fullmatch(run):
        return False
    if len(run) >= 32:
        return True
    return run != run.lower() and run != run.upper() and sum(map(str.isdigit, ONE_CLASS.findall(run))) >= 3
