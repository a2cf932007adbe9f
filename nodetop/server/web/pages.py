"""The pages of the site: login, terminal, logout, and a message. None has inline scripts or anything from elsewhere."""

from html import escape

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; background: #0f1116; color: #d6d9e0; font-family: monospace; }}
form {{ max-width: 28em; margin: 20vh auto 0; padding: 0 1em; }}
input, button {{ font: inherit; padding: .5em; width: 100%; box-sizing: border-box; margin-top: .5em; }}
p.problem {{ color: #ff8f8f; }}
</style>
"""


def _page(title: str, content: str, head: str = "") -> str:
    return _HEAD.format(title=escape(title)) + f"{head}</head>\n<body>\n{content}</body>\n</html>\n"


def _form(title: str, method: str, action: str, content: str) -> str:
    """A page with a form alone."""
    return _page(title, f'<main>\n<form method="{method}" action="{action}">\n{content}</form>\n</main>\n')


def login_page(title: str, problem: str = "") -> str:
    shown = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return _form(
        title,
        "post",
        "/login",
        f"""<label for="token">Read token of {escape(title)}</label>
<input id="token" name="token" type="password" autocomplete="current-password" autofocus required>
<button>Log in</button>
{shown}
""",
    )


def logout_page(title: str) -> str:
    return _form(
        title,
        "post",
        "/logout",
        f"""<p>Ends this session of {escape(title)} and its monitors.</p>
<button>Log out</button>
""",
    )


def message_page(title: str, text: str) -> str:
    return _form(
        title,
        "get",
        "/",
        f"""<p class="problem" role="alert">{escape(text)}</p>
<button>Try again</button>
""",
    )


def terminal_page(title: str, websocket: str, font_size: int) -> str:
    return _page(
        title,
        f"""<div id="terminal" class="textual-terminal" data-session-websocket-url="{escape(websocket)}"
 data-font-size="{font_size}"></div>
""",
        head="""<link rel="stylesheet" href="/static/css/xterm.css">
<script src="/static/js/textual.js"></script>
""",
    )
