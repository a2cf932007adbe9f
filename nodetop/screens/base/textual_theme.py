"""Our colours for what Textual draws itself."""

from textual.theme import Theme as TextualTheme

from nodetop.drawing.theme import Theme


def textual_theme(theme: Theme) -> TextualTheme:
    """Our colours for what Textual draws itself: input line, command palette, messages."""
    styles = theme.styles
    ink = {name: styles[name].ink or theme.ink for name in ("accent", "good", "warning", "critical", "key")}
    return TextualTheme(
        name=f"nodetop-{theme.name}",
        primary=ink["accent"],
        secondary=ink["key"],
        accent=ink["accent"],
        success=ink["good"],
        warning=ink["warning"],
        error=ink["critical"],
        foreground=theme.ink,
        background=theme.ground,
        surface=styles["input"].ground,
        panel=styles["selected"].ground,
        dark=theme.dark,
    )
