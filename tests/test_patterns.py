"""Each regular expression takes twice the steps for twice the text: a name, a path or a command line of somebody else's
cannot make it run for long."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from nodetop.base.lazy_regex import LazyRegex
from tests.pattern_steps import StepCounter, TooManySteps, texts

PACKAGE = Path(__file__).parents[1] / "nodetop"
NOT_OF_OTHERS = {"nodetop.base.lazy_regex", "nodetop.base.pattern", "nodetop.base.terms", "nodetop.settings.file"}
"""What reads what is typed by who looks at the screen (that no expression typed there can run for long is tested with
base/pattern.py), or the message of a library."""


def modules_with_patterns() -> set[str]:
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if re.search(r"^import re$|import lazy_regex$", path.read_text(), re.M):
            found.add(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
    return found


def patterns_in(value: object) -> "list[re.Pattern[str] | re.Pattern[bytes]]":
    if isinstance(value, re.Pattern):
        return [value]
    if isinstance(value, LazyRegex):
        return [re.compile(value.pattern, value.flags)]
    if isinstance(value, (tuple, list)):
        return [pattern for each in value for pattern in patterns_in(each)]
    return []


def calls_of_re(module: str) -> list[ast.Call]:
    """The calls of functions of re in the functions and classes of a module."""
    tree = ast.parse(PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py").read_text())
    inside = [
        node for part in tree.body if isinstance(part, (ast.FunctionDef, ast.ClassDef)) for node in ast.walk(part)
    ]
    calls = [node for node in inside if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [call for call in calls if isinstance(call.func.value, ast.Name) and call.func.value.id == "re"]  # type: ignore[attr-defined]


def compiled_later(module: str) -> "dict[str, re.Pattern[str]]":
    """The constants that are given to re as texts, which compiles them when they are first used."""
    names = {call.args[0].id for call in calls_of_re(module) if isinstance(call.args[0], ast.Name)}
    values = vars(importlib.import_module(module))
    return {name: re.compile(values[name]) for name in names if isinstance(values.get(name), str)}


def patterns() -> "dict[str, re.Pattern[str] | re.Pattern[bytes]]":
    found = {}
    for name in sorted(modules_with_patterns() - NOT_OF_OTHERS):
        for variable, value in (vars(importlib.import_module(name)) | compiled_later(name)).items():
            for number, pattern in enumerate(patterns_in(value)):
                found[f"{name}.{variable}[{number}]"] = pattern
    return found


PATTERNS = patterns()


SEARCHING = {"search", "findall", "finditer", "sub", "subn", "split"}


def is_searched(name: str) -> bool:
    """Whether its module looks for an expression anywhere in a text, and does not only match it from its start."""
    module, _, variable = name.partition("[")[0].rpartition(".")
    source = PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py").read_text()
    used = set(re.findall(rf"\b{variable}\.(\w+)", source)) | set(re.findall(rf"\bre\.(\w+)\({variable},", source))
    return not SEARCHING.isdisjoint(used or re.findall(r"\.(\w+)\(", source))


def words_of(pattern: "re.Pattern[str] | re.Pattern[bytes]") -> list[str]:
    """Longer pieces of what an expression looks for: its own text without the signs, which holds its fixed words."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    words = re.findall(
        r"[\w/:=@.-]{2,}", re.sub(r"\\[a-zA-Z]|\{[\d,]*\}|\[[^]]*\]|\(\?.", " ", source).replace("\\", "")
    )
    return [*words, *(f"/{word}" for word in words)][:24]


@pytest.mark.parametrize("name", PATTERNS)
def test_twice_the_text_takes_twice_the_steps(name: str) -> None:
    pattern = PATTERNS[name]
    counter = StepCounter(pattern)
    steps = counter.searching if is_searched(name) else counter.matching
    times = max(16, 3 * min(counter.longest_repeat, 256))
    characters = counter.characters()[:6]
    shorter = texts(characters, words_of(pattern), times)
    longer = texts(characters, words_of(pattern), 2 * times)
    for short, long in zip(shorter, longer, strict=True):
        limit = 3 * max(steps(short, 10**6), 200)
        try:
            steps(long, limit)
        except TooManySteps:
            pytest.fail(f"{pattern.pattern!r} on {short[:24]!r}... repeated")


@pytest.mark.parametrize(
    ("slow", "beginning", "text"),
    [
        (r"a*b", "", "a"),  # to search: it begins anew at each a
        (r"(a+)+b", "", "a"),
        (r"\w*token\w*=", "", "token_"),
        (r"x[ab]*[bc]*d", "x", "b"),
        (r"kubepods[^\n]*[-/]pod([0-9a-f]{8})", "", "kubepods"),
    ],
)
def test_a_slow_one_would_be_found(slow: str, beginning: str, text: str) -> None:
    counter = StepCounter(re.compile(slow))
    with pytest.raises(TooManySteps):
        counter.searching(beginning + text * 24, 3 * counter.searching(beginning + text * 12, 10**5))


@pytest.mark.parametrize("name", ["nodetop.recording.redaction.values._STRUCTURED[0]", "nodetop.base.when._AGO[0]"])
@pytest.mark.parametrize("text", ["", "a", "abc12", "12abc", "-3d 4h", "v1a2", "- 5", "12abcde"])
def test_the_steps_are_those_of_a_true_engine(name: str, text: str) -> None:
    assert StepCounter(PATTERNS[name]).matches(text, 10**6) is bool(PATTERNS[name].fullmatch(text))


def test_no_expression_is_made_elsewhere() -> None:
    """Only those that stand at the head of a module are found above."""
    for name in modules_with_patterns() - NOT_OF_OTHERS:
        known = compiled_later(name)
        made = [
            call.lineno
            for call in calls_of_re(name)
            if call.func.attr != "escape"  # type: ignore[attr-defined]
            and not (isinstance(call.args[0], ast.Name) and call.args[0].id in known)
        ]
        assert made == [], f"{name}:{made}: compile it at the head of the module"
