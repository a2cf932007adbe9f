"""The completion scripts of the shells, as click makes them. They ask the program itself for its words."""

from click.shell_completion import get_completion_class
from commands import PROGRAMS

PATHS = {
    "bash": "share/bash-completion/completions/{}",
    "zsh": "share/zsh/site-functions/_{}",
    "fish": "share/fish/vendor_completions.d/{}.fish",
}


def completions() -> dict[str, str]:
    found = {}
    for program in PROGRAMS:
        name = str(program.name)
        for shell, path in PATHS.items():
            kind = get_completion_class(shell)
            assert kind is not None
            script = kind(program, {}, name, f"_{name.upper().replace('-', '_')}_COMPLETE")
            found[path.format(name)] = script.source_template % script.source_vars()
    return {path: text.strip() + "\n" for path, text in found.items()}
