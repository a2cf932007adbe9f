"""HTTP headers that a user gives as one text."""


class BadHeaders(ValueError):
    """The text cannot be used. The message is one line that says how to write it."""


def parse_headers(text: str, flag: str) -> dict[str, str]:
    """`X-Scope-OrgID: team-a; X-Other: b`. Raises BadHeaders, which names the flag."""
    found = {}
    for each in filter(str.strip, text.split(";")):
        name, separator, value = each.partition(":")
        name, value = name.strip(), value.strip()
        is_name = name.isascii() and name.replace("-", "").isalnum()
        if not separator or not is_name or not value.isascii() or not value.isprintable():
            raise BadHeaders(f'{flag} must be like "X-Scope-OrgID: team-a; X-Other: b"')
        found[name] = value
    return found
