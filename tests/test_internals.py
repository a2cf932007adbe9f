"""The insides of other packages that nodetop relies on: should an update change them, this says which file to mend.

`pyproject.toml` pins these packages to the minor version whose insides these are.
"""

import asyncio
import functools
import importlib.metadata
import inspect
import re
import string
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from rich.console import Console
from textual import constants, events, messages
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.binding import BindingsMap
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.layout import Layout
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from tinydb.table import Table
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from nodetop.drawing.rect import Rect
from nodetop.history.storage import PointTable
from nodetop.keys.keymap import keymap
from nodetop.keys.names import textual_name
from nodetop.keys.node import NODE
from nodetop.screens.base.screen import PanelScreen
from nodetop.server.base import limits
from nodetop.server.http.address_limits import ConnectionLimits
from nodetop.server.http.connections import LimitedProtocol
from nodetop.server.http.uvicorn_server import HttpServer
from nodetop.terminal.driver import KeyParser, TtyDriver
from nodetop.terminal.tty import Tty
from nodetop.widgets.base import strips
from nodetop.widgets.base.actions import bind, bindings_of, offer
from nodetop.widgets.base.panel_layout import PanelLayout

ROOT = Path(__file__).parents[1]
PINNED = ("textual", "tinydb", "uvicorn")


def assert_has(thing: object, names: str, mend: str) -> None:
    missing = [name for name in names.split() if not hasattr(thing, name)]
    assert not missing, f"{thing} has no {', '.join(missing)} any more: mend {mend}"


def assert_no_clash(ours: type[Any], theirs: type[Any], stock: object, mend: str) -> None:
    """The private names of our class must not be names of theirs, whose `stock` is an object."""
    names = {name for name in vars(ours) if re.match("_(?!_|abc_impl)", name)}
    names |= set(re.findall(r"self\.(_[a-z]\w*)", inspect.getsource(ours.__init__)))
    clashes = sorted(name for name in names if hasattr(stock, name))
    assert not clashes, f"{theirs.__name__} has got {', '.join(clashes)}, which are names of ours: mend {mend}"


@pytest.mark.parametrize("package", PINNED)
def test_the_installed_version_is_the_one_whose_insides_are_known(package: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (pin,) = [each for each in project["dependencies"] if re.match(rf"{package}\b", each)]
    match = re.fullmatch(rf"{package}>=(\d+)\.(\d+),<(\d+)\.(\d+)", pin)
    assert match, f"{pin}: pin {package} to one minor version, as >=1.2,<1.3"
    low, high = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    assert high == (low[0], low[1] + 1)
    installed = importlib.metadata.version(package).split(".")
    assert (int(installed[0]), int(installed[1])) == low, f"{package} {'.'.join(installed)} is not the one of {pin}"


# Textual: strips


def test_strips_are_taken_and_returned_as_they_are() -> None:
    mend = "nodetop/widgets/base/strips.py (stock strips serve meanwhile)"
    assert {"_cell_length", "_render_cache", "_segments"} <= set(Strip.__slots__), f"Strip changed: mend {mend}"
    assert strips.lazy_strips_work() and strips._LAZY, f"Strip changed: mend {mend}"
    ansi = "\x1b[1mab\x1b[0m"
    strip = strips.strip([("a", "ab")], 2, ansi, {"a": "\x1b[1m"})
    assert isinstance(strip, strips.LazyStrip)
    for whole in (strip, strip.divide([2])[0], strip.crop(0, 2), strip.adjust_cell_length(2)):
        assert whole.render(Console(color_system="truecolor")) is ansi, f"Strip.render changed: mend {mend}"
    assert not strips._is_filled(strip), f"Strip makes its segments to be rendered: mend {mend}"


async def test_the_compositor_sends_a_strip_as_it_is() -> None:
    """As when one panel of many is painted: nothing but its terminal text may be asked for."""
    ansi = "\x1b[1mab\x1b[0m"
    made = strips.LazyStrip([("a", "ab")], 2, ansi, {"a": "\x1b[1m"})

    class Panel(Widget):
        DEFAULT_CSS = "Panel { width: 2; height: 1; }"

        def render_lines(self, crop: Any) -> list[Strip]:
            return [made]

    class OnePanel(App[None]):
        def compose(self) -> Iterable[Widget]:
            yield Panel()

    mend = "nodetop/widgets/base/strips.py and panel_widget.py"
    async with OnePanel().run_test(size=(2, 1)) as pilot:
        compositor = pilot.app.screen._compositor
        assert_has(compositor, "render_strips render_update", f"{mend}, tests/screens/scripted.py")
        first = compositor.render_strips()[0]
        assert first.text == "ab", f"the compositor changed: mend {mend}"
        assert first.render(pilot.app.console) == ansi, f"the compositor changed: mend {mend}"


# Textual: the driver


def test_the_parser_of_keys_is_the_one_that_ours_extends() -> None:
    mend = "nodetop/terminal/driver.py (KeyParser)"
    assert_has(XTermParser, "_sequence_to_key_events feed tick", mend)
    parameters = list(inspect.signature(XTermParser._sequence_to_key_events).parameters)
    assert parameters == ["self", "sequence", "alt"], f"XTermParser changed: mend {mend}"
    parser = KeyParser(False)
    keys = [each.key for each in parser.feed("\x1b5x\x1b[15~") if isinstance(each, events.Key)]
    assert keys == ["alt+5", "x", "f5"], f"XTermParser changed: mend {mend}"
    (answer,) = parser.feed("\x1b[?2026;1$y")
    assert isinstance(answer, messages.TerminalSupportsSynchronizedOutput), f"XTermParser changed: mend {mend}"
    assert constants.ESCAPE_DELAY > 0, f"mend {mend}"
    assert not [*parser.feed("\x1b")] and [key.key for key in parser.time_out()] == ["escape"], (
        f"the parser's waiting changed: mend {mend}"
    )


async def test_the_driver_is_the_one_that_ours_extends() -> None:
    mend = "nodetop/terminal/driver.py (TtyDriver)"
    assert_no_clash(TtyDriver, Driver, HeadlessDriver(App()), mend)
    methods = (
        "write flush send_message process_message start_application_mode stop_application_mode "
        "disable_input suspend_application_mode resume_application_mode can_suspend SignalResume"
    )
    assert_has(Driver, methods, mend)
    driver = type("Bound", (TtyDriver,), {"tty": _Terminal(0, 1)})(App())
    assert_has(driver, "_app _loop _auto_restart", mend)
    assert_has(App, "batch_update post_message screen_stack size", mend)
    assert_has(Screen, "check_idle refresh", mend)
    assert_has(App(), "_driver", "nodetop/app.py")
    assert_has(Screen(), "_result_callbacks _push_result_callback", "nodetop/app.py")


class _Terminal(Tty):
    def size(self) -> tuple[int, int]:
        return 80, 24


# Textual: keys and layout


async def test_bindings_are_kept_where_ours_are_put() -> None:
    mend = "nodetop/widgets/base/actions.py"
    ours = keymap()
    async with App[None]().run_test() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen._bindings, BindingsMap), f"DOMNode._bindings changed: mend {mend}"
        bind(screen, bindings_of(NODE, ours))
        found = {key: active.binding.action for key, active in screen.active_bindings.items()}
        wanted = {textual_name(key): action.do for action in NODE if "." not in action.do for key in ours.of(action)}
        assert wanted.items() <= found.items(), f"DOMNode._bindings is not where keys are looked up: mend {mend}"


async def test_an_action_may_be_a_method_of_another_object() -> None:
    found: list[float] = []
    async with App[None]().run_test() as pilot:
        offer(pilot.app.screen, {"page": lambda pages: found.append(pages)})
        await pilot.app.screen.run_action("page(-0.5)")
    assert found == [-0.5], "App._dispatch_action changed: mend nodetop/widgets/base/actions.py"


@pytest.mark.parametrize("character", [*string.punctuation, *string.ascii_letters, *string.digits, *"äß€"])
def test_characters_are_called_as_textual_calls_them(character: str) -> None:
    assert textual_name(character) == _character_to_key(character), "mend nodetop/keys/names.py"


def test_a_layout_is_the_one_that_ours_extends() -> None:
    mend = "nodetop/widgets/base/panel_layout.py"
    assert list(inspect.signature(Layout.arrange).parameters) == ["self", "parent", "children", "size", "greedy"], (
        f"Layout.arrange changed: mend {mend}"
    )
    assert_has(Widget, "pre_layout render_lines outer_size", f"{mend} and panel_widget.py")
    child = Widget(id="one")
    (placed,) = PanelLayout(lambda width, height: {"one": Rect(1, 2, 3, 4)}).arrange(Widget(), [child], Size(9, 9))
    assert (placed.widget, placed.region.width, placed.order) == (child, 3, 0), f"mend {mend}"


async def test_what_our_screens_are_made_of_has_names_of_its_own() -> None:
    mend = "nodetop/screens/base/screen.py"
    async with App[None]().run_test() as pilot:
        ours = {name for name, value in vars(PanelScreen).items() if inspect.isfunction(value) and name[:2] != "__"}
        taken = {name for name in ours if hasattr(pilot.app.screen, name)}
        assert taken <= {"compose", "on_key"}, f"Screen changed: mend {mend}"
        parts = set(re.findall(r"self\.([a-z_]\w*)(?:: [^=]+)? =", inspect.getsource(PanelScreen.__init__)))
        assert {"hints", "prompts", "menus", "panels"} <= parts
        clashes = sorted(name for name in parts if hasattr(pilot.app.screen, name))
        assert not clashes, f"Screen has got {', '.join(clashes)}: mend {mend}"


# uvicorn


def test_the_server_is_the_one_that_ours_extends() -> None:
    mend = "nodetop/server/http/uvicorn_server.py"
    assert_has(uvicorn.Server, "startup capture_signals serve shutdown", mend)
    assert list(inspect.signature(uvicorn.Server.startup).parameters) == ["self", "sockets"], f"mend {mend}"
    config = uvicorn.Config(_no_app, lifespan="off", log_config=None)
    config.load()
    assert_has(config, "http_protocol_class ssl backlog loaded_app", mend)
    assert_has(HttpServer(config), "server_state config started should_exit", mend)
    assert_has(config.lifespan_class(config), "startup state", mend)


async def test_the_protocol_is_the_one_that_ours_extends() -> None:
    mend = "nodetop/server/http/connections.py"
    callbacks = (
        "connection_made connection_lost data_received handle_events pause_writing resume_writing send_400_response"
    )
    assert_has(H11Protocol, callbacks, mend)
    config = uvicorn.Config(
        _answers, http=functools.partial(LimitedProtocol, connection_limits=ConnectionLimits(9)),  # type: ignore[arg-type]
        lifespan="off", log_config=None, h11_max_incomplete_event_size=limits.HEADER_BYTES,
    )  # fmt: skip
    config.load()
    factory: Any = config.http_protocol_class
    protocol = factory(config=config, server_state=ServerState(), app_state={})
    assert_no_clash(LimitedProtocol, H11Protocol, H11Protocol(config, ServerState(), {}), mend)
    assert_has(protocol, "loop transport conn client scope cycle", mend)
    transport = _Transport()
    protocol.connection_made(transport)
    assert protocol._request_timer is not None, f"mend {mend}"
    protocol.data_received(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
    assert protocol._request_timer is None, f"handle_events is not called for a complete head: mend {mend}"
    assert callable(protocol.scope["mark_authenticated"]) and callable(protocol.scope["abort"]), f"mend {mend}"
    assert protocol.cycle.conn is protocol.conn, f"the reply goes by another h11 connection: mend {mend}"
    assert_has(protocol.cycle, "response_complete", mend)
    await asyncio.gather(*protocol.tasks)
    assert protocol.cycle.response_complete and transport.written.endswith(b"there"), f"mend {mend}"
    assert protocol.conn.trailing_data == (b"", False), f"h11's Connection changed: mend {mend}"
    protocol.data_received(b"x" * (limits.HEADER_BYTES + 1))
    assert b" 431 " in transport.written and transport.closed, f"send_400_response is not called: mend {mend}"
    protocol.connection_lost(None)


async def _no_app(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("nobody asks")


async def _answers(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"there"})


class _Transport(asyncio.Transport):
    """Takes what is written."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 5), "sockname": ("192.0.2.2", 80)})
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert high == limits.WRITE_BUFFER_BYTES


# TinyDB


def test_a_table_is_the_one_that_ours_extends() -> None:
    mend = "nodetop/history/storage.py (PointTable)"
    assert_has(Table, "_update_table _get_next_id storage", mend)
    assert list(inspect.signature(Table._update_table).parameters) == ["self", "updater"], f"mend {mend}"
    overridden = {name for name in vars(PointTable) if re.match("_[a-z]", name)}
    assert overridden == {"_get_next_id"}, f"mend {mend}"
