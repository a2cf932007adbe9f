"""Names of options by what they take, where no table of programs knows better."""

STAGES = frozenset((
    "production", "development", "staging", "testing", "release", "daily", "weekly", "monthly", "hourly", "profile",
    "project", "parallel", "primary", "secondary", "master", "replica", "localhost", "tcp-udp", "normal", "compute",
    "parameters", "params", "config", "settings", "gevent", "eventlet", "uvicorn", "prefork", "threads", "process",
    "processes", "graceful", "restart", "reload", "status", "service", "client", "server", "default", "global",
    "system", "public", "private", "always", "warning", "verbose", "strict", "simple", "number", "keyword", "width",
    "debug", "local", "stage", "build", "basic", "plain", "short", "human", "query", "value", "table", "quick", "start",
    "async", "input", "output", "write", "never",
))  # fmt: skip
"""Words after -p that are no passwords."""
LOGINS = frozenset(("-u", "-U"))
LOGIN_WORDS = frozenset((
    "user", "username", "login", "auth", "userpwd", "credentials", "creds", "basicauth", "userpass", "account",
    "credential",
))  # fmt: skip
USERS = frozenset((
    "-u", "-U", "--user", "--username", "-user", "-username", "--user-name", "--login", "-l", "-login", "--db-user",
    "--dbuser", "--account", "--email", "--usr", "-au", "-xu", "-gu", "--u",
))  # fmt: skip
NAME_OPTIONS = frozenset(("-n", "--name", "-name", "--key", "--setting"))
CERTAIN_VALUE_OPTIONS = frozenset(("--value", "-value", "--val"))
VALUE_OPTIONS = CERTAIN_VALUE_OPTIONS | {"-v"}
"""--name db.password --value SECRET"""
NAMELESS = ("-p", "-P", "-w", "-W")
"""For an unknown program, the value of these may be a password."""
PASSWORD_LETTERS = (*NAMELESS, "-k", "-K")
"""Of these, a word of some length is taken for a password: of what else it may be, little is as long."""
PERHAPS = ("-k", "-K", "-a", "-A", "-t", "-T", "-s", "-S")
"""The same, but only a value that looks like one: these are used for many things."""
AFTER_USER = frozenset((*NAMELESS, "-a", "-A", "-k", "-K", "-pa", "-pas", "-ap", "-pp", "-clp", "--p"))
"""Right after the option with the user, the value of these is most likely the password."""
LOGIN_SIGNS = frozenset(":%,/")
