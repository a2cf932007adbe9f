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


def login_page(title: str, problem: str = "") -> str:
    shown = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return (
        _HEAD.format(title=escape(title))
        + f"""</head>
<body>
<main>
<form method="post" action="/login">
<label for="token">Read token of {escape(title)}</label>
<input id="token" name="token" type="password" autocomplete="current-password" autofocus required>
<button>Log in</button>
{shown}
</form>
</main>
</body>
</html>
"""
    )


def logout_page(title: str) -> str:
    return (
        _HEAD.format(title=escape(title))
        + f"""</head>
<body>
<main>
<form method="post" action="/logout">
<p>Ends this session of {escape(title)} and its monitors.</p>
<button>Log out</button>
</form>
</main>
</body>
</html>
"""
    )


def message_page(title: str, text: str) -> str:
    return (
        _HEAD.format(title=escape(title))
        + f"""</head>
<body>
<main>
<form method="get" action="/">
<p class="problem" role="alert">{escape(text)}</p>
<button>Try again</button>
</form>
</main>
</body>
</html>
"""
    )


def terminal_page(title: str, websocket: str, font_size: int) -> str:
    return (
        _HEAD.format(title=escape(title))
        + f"""<link rel="stylesheet" href="/static/css/xterm.css">
<script src="/static/js/textual.js"></script>
</head>
<body>
<div id="terminal" class="textual-terminal" data-session-websocket-url="{escape(websocket)}"
 data-font-size="{font_size}"></div>
</body>
</html>
"""
    )
