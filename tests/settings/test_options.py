import os
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from nodetop.cli import _command
from nodetop.server.settings import SERVER_TABLES
from nodetop.settings import file as settings_file
from nodetop.settings.click_types import options_of
from nodetop.settings.file import SettingsFileError
from nodetop.settings.home import settings_file as settings_path
from nodetop.settings.options import Settings, from_options, options
from nodetop.settings.tables import TABLES

OPTIONS = [option for option in _command.params if option.name in Settings.__struct_fields__]


NAMES = sorted(options(Settings))


def read(path: Path, text: str) -> dict[str, object]:
    path.write_text(text)
    options, tables = settings_file.read(path, OPTIONS, tables=TABLES)
    return options | tables


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(SettingsFileError) as caught:
        read(tmp_path / "s.toml", text)
    message = caught.value.message
    assert "\n" not in message
    return message.removeprefix(f"{tmp_path}/")


def seen(arguments: list[str], env: dict[str, str]) -> Settings:
    """The settings that the real options make of arguments and environment."""
    found: list[Settings] = []

    @click.command(context_settings={"auto_envvar_prefix": "NODETOP"})
    @options_of(Settings)
    @click.option("--config", type=click.Path(path_type=Path), is_eager=True, callback=_command_config())
    def probe(config: None, **options: object) -> None:
        found.append(from_options(options))

    result = CliRunner().invoke(probe, arguments, env=env, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return found[0]


def _command_config() -> object:
    return next(parameter for parameter in _command.params if parameter.name == "config").callback


def test_without_anything_the_defaults_hold() -> None:
    settings = seen([], {})
    assert settings == Settings()
    assert settings.interval == 2.0
    assert settings.theme == "dark"
    assert settings.ascii is None
    assert settings.history
    assert settings.data_dir == Path(os.environ["HOME"], ".local/state/nodetop")


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('interval = 3\ntheme = "light"\nhistory = false\nnetwork_bits = true\n')
    config = ["--config", str(file)]
    assert seen(config, {}) == Settings(interval=3.0, theme="light", history=False, network_bits=True)
    env = {"NODETOP_INTERVAL": "4", "NODETOP_HISTORY": "1"}
    assert seen(config, env) == Settings(interval=4.0, theme="light", history=True, network_bits=True)
    flags = ["--interval", "5", "--no-bits", "--no-history"]
    assert seen([*config, *flags], env) == Settings(interval=5.0, theme="light", history=False, network_bits=False)


def test_the_file_in_the_users_configuration_folder_is_read(home: Path) -> None:
    folder = home / ".config" / "nodetop"
    folder.mkdir(parents=True)
    (folder / "nodetop.toml").write_text("fahrenheit = true")
    assert settings_path() == folder / "nodetop.toml"
    assert seen([], {}).fahrenheit


def test_environment_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("interval = 9")
    assert seen([], {"NODETOP_CONFIG": str(file)}).interval == 9


@pytest.mark.parametrize("name", NAMES)
def test_each_setting_has_a_flag_with_help_and_a_place_in_the_file(name: str, tmp_path: Path) -> None:
    option = next(option for option in _command.params if option.name == name)
    assert isinstance(option, click.Option)
    assert option.help
    if option.name == "keys":
        return  # the preset stands in the table [keys]
    value = "true" if option.is_flag else "1.5" if option.name == "interval" else '"dark"'
    if option.name == "columns":
        value = '["user", "pid"]'
    if option.name == "ignore_units":
        value = '["run-*"]'
    if option.name == "workload_columns":
        value = '["tasks", "cpu"]'
    if isinstance(option.type, click.Choice):
        value = f'"{option.type.choices[-1]}"'
    if option.name in ("proc_root", "sys_root", "host_root"):
        value = f'"{tmp_path}"'
    assert read(tmp_path / "s.toml", f"{option.name} = {value}").keys() == {option.name}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\ninterval = 1\nthme = "x"', "s.toml:3: unknown key 'thme'; did you mean 'theme'?"),
        ("cpu-of-machine = true", "s.toml:1: unknown key 'cpu-of-machine'; did you mean 'cpu_of_machine'?"),
        (
            "[display]\ninterval = 1",
            "s.toml:1: unknown key 'display'; known keys: act_token_file, alert_bell, all",
        ),
        ("# x\ninterval = 0.1", "s.toml:2: interval: 0.1 is not in the range 0.25 to 86400."),
        ("interval = nan", "s.toml:1: interval: nan is not a number of seconds."),
        ("interval = true", "s.toml:1: interval must be a number"),
        ('interval = "2"', "s.toml:1: interval must be a number"),
        ('columns = "pid"', 's.toml:1: columns must be a list of names: ["pid", "user"]'),
        (
            'columns = ["pid", "size"]',
            "s.toml:1: columns: 'size' is not a column; known columns: pid, ppid, user, cpu,",
        ),
        ("columns = [1]", "s.toml:1: columns: 1 is not a column; known columns: pid,"),
        ('columns = ["pid", "pid"]', "s.toml:1: columns: 'pid' is listed twice."),
        ("history = 1", "s.toml:1: history must be true or false"),
        ("theme = 3", "s.toml:1: theme must be a string in quotes"),
        ('theme = "pink"', "s.toml:1: theme: 'pink' is not a theme; known themes: "),
        ('proc_root = "/no/such"', "s.toml:1: proc_root: Directory '/no/such' does not exist."),
        ("interval = 1\ninterval = 2", "s.toml:2: not valid TOML: Cannot overwrite a value"),
        ("interval = = 1\ntheme = 2", "s.toml:1: not valid TOML: Invalid value"),
        (f"interval = {'[' * 100_000}", "s.toml: not valid TOML: "),
        ("interval", "s.toml:1: not valid TOML: "),
        ('note = """\ninterval = 1\n"""\ninterval = 0', "s.toml:3: unknown key 'note'"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text).startswith(message)


def test_the_line_of_a_key_is_not_that_of_its_name_in_a_text(tmp_path: Path) -> None:
    text = 'node_name = """\ninterval = 1\n"""\ninterval = 0'
    assert refusal(tmp_path, text).startswith("s.toml:4: interval: 0.0 is not in the range")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_bytes(b"interval = 1\n\xff\xfe")
    with pytest.raises(SettingsFileError, match=r"s\.toml:2: not UTF-8 text"):
        settings_file.read(file, OPTIONS)


def test_the_servers_table_is_passed_over_and_can_be_read_alone(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("interval = 1\n[server]\ninterval = 7\nlisten = 1")
    assert settings_file.read(file, OPTIONS)[0] == {"interval": 1}
    with pytest.raises(SettingsFileError, match=r"s\.toml:4: unknown key 'listen'"):
        settings_file.read(file, OPTIONS, settings_file.SERVER)
    file.write_text("[server]\ninterval = 7")
    assert settings_file.read(file, OPTIONS, settings_file.SERVER)[0] == {"interval": 7}
    file.write_text("theme = 'dark'\nserver = 3")
    with pytest.raises(SettingsFileError, match=r"s\.toml:2: server must be a table: \[server\]"):
        settings_file.read(file, OPTIONS, settings_file.SERVER)


def test_columns_come_from_flag_environment_and_file(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('columns = ["age", "pid"]')
    assert seen(["--config", str(file)], {}).columns == ("age", "pid")
    assert seen([], {"NODETOP_COLUMNS": "pid, cpu"}).columns == ("pid", "cpu")
    assert seen(["--columns", "user,container"], {"NODETOP_COLUMNS": "pid"}).columns == ("user", "container")
    assert seen(["--columns", ""], {}).columns == ()
    assert seen(["--columns", "+virt,-nice"], {}).columns == ("+virt", "-nice")
    assert seen([], {}).columns is None


def test_keys_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    found = read(tmp_path / "s.toml", '[keys]\npreset = "vim"\ntrends = "Q"\nfollow = ["F11", "f"]\nzoom = ""')
    assert found == {"keys": "vim", "key_changes": {"trends": "Q", "follow": "F11 f", "zoom": ""}}
    assert read(tmp_path / "s.toml", '[keys]\ntrends = "Q"').keys() == {"key_changes"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('interval = 1\n[keys]\n\ntrends = "p"', "s.toml:4: p would be both trends and pause on the node screen"),
        ('[keys]\npreset = "emacs"', "s.toml:2: 'emacs' is not a key preset; known presets: htop, btop, vim"),
        ('[keys]\nzoom = "z"\ntrend = "y"', "s.toml:3: there is no action 'trend'; did you mean 'trends'?"),
        ("[keys]\ntrends = 3", "s.toml:2: trends must be keys in quotes"),
        ('[keys]\ntrends = "F99"', "s.toml:2: trends: 'F99' is not a key: write a character"),
        ("keys = 3", "s.toml:1: keys must be a table: [keys]"),
    ],
)
def test_wrong_keys_name_their_line(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text).startswith(message)


def test_alerts_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    found = read(tmp_path / "s.toml", '[alerts]\ncpu = "50/40 for 1m"\nswap = false')
    assert found == {"alerts": {"cpu": "50/40 for 1m", "swap": False}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[alerts]\n\ncpu = "90/95"', "s.toml:3: cpu: the alert cannot clear above its threshold: 90/95"),
        (
            "[alerts]\nmemory = 90",
            's.toml:2: memory must be a string like "90/80 for 1m, critical 98/90", or false to turn it off',
        ),
        ("[alerts]\ndisc = false", "s.toml:2: unknown alert 'disc'; known alerts: cpu, iowait, steal, memory,"),
        ("alerts = true", "s.toml:1: alerts must be a table: [alerts]"),
    ],
)
def test_wrong_alerts_name_their_line(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text).startswith(message)


@pytest.mark.parametrize("document", ["README.md", "docs/alerts.md"])
def test_what_the_documents_show_can_be_used(tmp_path: Path, document: str) -> None:
    text = (Path(__file__).parents[2] / document).read_text()
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert examples
    file = tmp_path / "s.toml"
    for example in examples:
        file.write_text(example)
        for_server = "[notify" in example or "[maintenance" in example or "[heartbeat" in example
        assert settings_file.read_tables(file, SERVER_TABLES) if for_server else read(file, example)


def test_a_home_in_a_path_is_the_users(tmp_path: Path, home: Path) -> None:
    assert seen(["--data-dir", "~/kept"], {}).data_dir == home / "kept"


def test_a_mark_at_the_start_of_the_file_is_no_key(tmp_path: Path) -> None:
    assert read(tmp_path / "s.toml", "\ufeffinterval = 3\n")["interval"] == 3
