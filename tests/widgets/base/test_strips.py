"""The strips that Textual is handed: what they show must be what a stock strip would show."""

from rich.console import Console
from textual.strip import Strip

from nodetop.widgets.base import strips
from nodetop.widgets.base.strips import LazyStrip, segments

SGR = {"plain": "\x1b[0m", "loud": "\x1b[0;1;38;2;255;0;0m", "ground": "\x1b[0;48;2;0;0;9m"}
LINE = [("plain", "ab"), ("loud", "日本"), ("ground", "cd")]
ANSI = "".join(SGR[style] + text for style, text in LINE) + "\x1b[0m"


def lazy() -> LazyStrip:
    return LazyStrip(LINE, 8, ANSI, SGR)


def stock() -> Strip:
    return Strip(segments(LINE, SGR), 8)


def test_terminal_text_is_passed_through_as_it_is() -> None:
    strip = lazy()
    assert strip.render(Console(color_system="truecolor")) is ANSI
    assert strip.divide([8])[0].render(Console(color_system="truecolor")) is ANSI
    assert strip.crop(0, 8) is strip and strip.adjust_cell_length(8) is strip
    assert not strips._is_filled(strip)


def test_whatever_else_is_asked_gives_what_a_stock_strip_gives() -> None:
    assert lazy() == stock()
    assert lazy().text == "ab日本cd"
    assert lazy().crop(1, 5) == stock().crop(1, 5)
    assert [part.text for part in lazy().divide([2, 6, 8])] == ["ab", "日本", "cd"]
    assert Strip.join([lazy(), lazy()]) == Strip.join([stock(), stock()])
    assert len(lazy()) == 3 and bool(lazy()) and lazy().cell_count == 6


def test_styles_survive_the_way_through_the_sequence() -> None:
    _, loud, ground = (segment.style for segment in lazy())
    assert loud is not None and loud.bold and loud.color is not None and loud.color.triplet == (255, 0, 0)
    assert ground is not None and ground.bgcolor is not None and ground.bgcolor.triplet == (0, 0, 9)


def test_stock_strips_serve_where_lazy_ones_do_not(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(strips, "_LAZY", False)
    strip = strips.strip(LINE, 8, ANSI, SGR)
    assert type(strip) is Strip and strip == stock()
