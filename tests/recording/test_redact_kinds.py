"""Each kind of place where a command line can have a secret, with a plain word and with random text, alone and within
other commands. And words in the same places that are no secrets."""

import shlex

import pytest

from nodetop.recording.redact import redact
from tests.command_lines import command_line

SECRETS = ("pelican", "Rk7vQ2mzT9x")
KINDS = {
    "an option whose name ends in a word for password": "unknownd --smtpPwrd {} --verbose",
    "a secret of a cluster": "unknownd --cluster-secret={} --nodes 3",
    "a short option right after the user": "unknownctl -u ann -k {} list",
    "an option with = beside a user": "unknownctl -u=ann -p={} list",
    "Windows options with a colon": "unknown.exe /u:ann /p:{} /v:host",
    "the same with a minus": "unknown.exe -r:host -u:ann -p:{} dir",
    "Windows options with a blank": "unknown.exe /p {} /u ann",
    "a named Windows option with a blank": "unknown.exe /pass {} /v",
    "a password after the user that it is set for": "x-change-user-password ann {}",
    "the same as an option": "unknownuser --setpw ann {}",
    "a new user": "unknownctl add-user ann {}",
    "a new user, in two words": "unknownctl users add ann {}",
    "a login": "unknownctl login ann {}",
    "the value of a named setting": "unknownctl config:set mail_smtppassword --value {}",
    "the value of a parameter of a secret type": "aws ssm put-parameter --name /a/b --type SecureString --value {}",
    "a variable's name in upper case, then its value": "unknownctl variable set TOKEN {}",
    "a list of settings with a login": "socat - PROXY:host:80,proxyauth=ann:{}",
    "a setting that takes a login": "beat -E cloud.auth=ann:{} run",
    "a login at a host of one word": "unknownctl ann:{}@gateway 22",
    "a login at no host": "glider -listen ann:{}@:8443",
    "a login with a slash": "unknownctl SYSDBA/{}@localhost:5236",
    "a header's token": "http --auth-type bearer --auth {} host",
    "a call": "mongosh --eval \"db.auth('root','{}')\"",
    "a keyword argument": "rails runner \"User.create(name: 'a', password: '{}')\"",
    "a call of PowerShell": "pwsh -c \"ConvertTo-SecureString '{}' -AsPlainText\"",
    "an object in JSON": 'office --convert-to \'pdf:x:{{"DocumentPassword":{{"type":"string","value":"{}"}}}}\'',
    "a signature in a URL": "azcopy copy a 'https://x.example.org/c?sv=2020&sig={}'",
    "what a script types": 'expect -c \'expect "assword:" {{ send "{}\\r" }}\'',
    "a command that prints it": "gocryptfs -extpass 'echo {}' /c /p",
    "the same with an equals sign and an option": "unknownctl --password_cmd='echo -n {}'",
    "a command inside an option of a container": "docker run --health-cmd 'mysqladmin ping -p{}' mysql",
    "a variable of a container": "docker exec --env OC_PASS={} web occ user:add",
    "a text that sed writes": "sed -i s/password=.*/password={}/ app.conf",
    "a driver's settings in capital letters": "unknownctl 'Driver=x;Server=h;UID=ann;PWD={}'",
    "a login for Go's driver": "unknownctl 'ann:{}@tcp(host:3306)/shop'",
    "a header in small letters": "curl -sH apikey:{} https://example.org",
    "the key of a database file": "sqlcipher a.db \"PRAGMA key='{}'\"",
    "a router's command": "plink host 'enable secret {}'",
    "a server's setting with a plus": "unknownserver +admin_password {} +map x",
    "a letter that mostly means a password": "unknownctl -P {} start",
    "a bare key": "unknownctl --key {} start",
    "the only value of authentication": "unknownctl --auth {} start",
    "a login at a host": "unknownctl connect host ann {}",
    "a login at a URL": "unknownctl https://example.org/dav ann {}",
    "JSON with blanks around its colons": 'curl -d \'{{"password" : "{}", "x":1}}\' host',
    "a user and a percent sign in a setting": "mount.cifs //host/share /mnt -o user=ann%{}",
    "a type that is told later": "aws ssm put-parameter --name /a/b --value {} --type SecureString",
    "-p after the user, of a program whose -p no table has": "az vm user update -u ann -p {} -n web",
    "a password joined to -p after the user": "unknownctl -u ann -p{}",
    "a token before x-oauth-basic": "git clone https://{}:x-oauth-basic@example.org/a.git",
    "a repository of CVS": "cvs -d :pserver:ann:{}@host:/r co x",
    "a token of a registry, in two words": "npm publish --//host/:_authToken {}",
    "a key of a disk": "virt-cat -a x.img --key /dev/sda2:key:{} /etc/fstab",
    "a value of the registry of Windows": "reg add HKLM /v DefaultPassword /d {}",
    "an object of PowerShell": "pwsh -c \"irm -Headers @{{Authorization='Bearer {}'}} host\"",
    "a function of SQL": "mysql -e \"update user set x=PASSWORD('{}')\"",
    "two words in one": "unknownctl --sharedkey {}",
    "a login at a host with a path": "unknownctl --dsn=ann:{}@db/shop",
    "a named argument of jq": "jq --arg token {} .x",
    "a variable of a console": "msfconsole -q -x 'use x; set PASSWORD {}; run'",
    "an option of basic authentication": "unknownctl --auth-basic ann:{}",
    "a password of an account that the command names": "unknownctl set-admin-password {}",
    "-p of a check that may be a port": "check_mongodb -H host -u ann -p {}",
    "two letters for a secret key": "unknownctl --sk {} --ak x",
    "a program's own place": "hadoop credential create x -value {} -provider y",
}
IN_SHELLS = {
    "a string on standard input": "unknownctl set-it <<< {}",
    "a login on standard input": "ftp -n host <<< 'user ann {}'",
    "a pipe to a program that is told to read it": "echo {} | sshfs ann@h:/ /m -o password_stdin",
    "a string on another descriptor": "gpg --passphrase-fd 3 3<<< {}",
    "a repeated answer": "yes {} | head -2 | passwd ann",
    "a line for a file of secrets": "echo ann:{} >> /etc/ppp/chap-secrets",
    "a file that is the output of a command": "rsync --password-file=<(echo {}) a rsync://host/b",
    "the output of a command": "wg set wg0 peer x preshared-key <(echo {})",
}
WRAPPERS = {
    "alone": lambda words: words,
    "sudo": lambda words: ("sudo", "-u", "ops", *words),
    "env, nohup, timeout": lambda words: ("env", "A=b", "nohup", "timeout", "-k", "5", "60", *words),
    "a shell": lambda words: ("bash", "-lc", shlex.join(words)),
    "a shell in a container": lambda words: ("docker", "exec", "web", "sh", "-c", shlex.join(words)),
    "another machine": lambda words: ("ssh", "ann@host", shlex.join(words)),
}
ENCODED = (
    "YW5uOnBlbGljYW4=",  # ann:pelican
    "MTIzNDU2Nzg5MDEy.YAbcDe.fGhIjKlMnOpQrStUv",  # a bot's token begins with the number of its account
)
HARMLESS = (
    "useradd -m -p '*' ann",
    "bw get password example.org",
    "manage.py drf_create_token ann",
    "ngrep -d any password port 80",
    "mencoder -x264encopts pass=1:bitrate=800 a",
    "qemu-img create -o encrypt.format=luks,encrypt.key-secret=sec0 d 10G",
    "dnssec-keygen -a ECDSAP256SHA256 -f KSK example.org",
    "age -r age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p -o a b",
    "etcd --initial-cluster-token etcd-cluster-1",
    "op item get login --fields username",
    "sqlite3 a.db 'select login from user'",
    "gradle -Pa=com.example:library:1.0@aar x:build@latest",
    "kubectl exec --user=1000:1000 web",
    "echo done | mail -s 'password report' ops@example.org",
    "unknownctl add-user ann admins",
    "unknownctl -u ann -g staff -d /srv",
    "bc <<< 1+2",
    "unknownctl user add ann editors",
    "vault token capabilities secret/data/x",
    "minisign -Vm x -P RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
    "jq --arg key name '.[$key]' f",
    "train.py --special-tokens cls,sep --tokens 1000000",
    "mysql -e 'alter user ann password expire'",
    "mount -t cifs -o credentials=/c //host/share /mnt",
    "restic -r /r -p /pw forget",
    "rclone mount secret: /mnt",
    "kdialog --password text",
    "docker-containerd-shim 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 /run/x",
    "curl -H 'X-Request-Id: 7f3b9c1d2e' host",
    "env PWD=/srv OLDPWD=/root/secret make",
    "gunicorn -w 4 -k gevent app:app",
    "celery -A proj worker -P gevent",
    "unknownctl --auth keyring --key id --session main",
    "systemd-cryptsetup attach luks-0a1b2c3d-1234-5678-9abc-def012345678 /dev/sda3",
    "unknownctl connect host",
    "rclone config password r",
)


def cases() -> list[str]:
    return [form.format(secret) for form in KINDS.values() for secret in SECRETS]


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_secret_of_each_kind_is_masked_within_other_commands(wrapper: str) -> None:
    for line in cases():
        shown = redact(command_line(*WRAPPERS[wrapper](tuple(shlex.split(line)))))
        assert not any(secret in shown for secret in SECRETS), f"{line} -> {shown}"
        assert shlex.split(line)[0] in shown, f"{line} -> {shown}"


def test_the_same_as_text_without_arguments() -> None:
    for line in cases():
        shown = redact(line)
        assert not any(secret in shown for secret in SECRETS), f"{line} -> {shown}"


@pytest.mark.parametrize("form", IN_SHELLS.values(), ids=IN_SHELLS)
def test_what_a_shell_passes_on(form: str) -> None:
    for secret in SECRETS:
        assert secret not in redact(command_line("bash", "-c", form.format(secret)))


@pytest.mark.parametrize("token", ENCODED)
@pytest.mark.parametrize("form", ["unknownctl {}", "unknownctl --x={}", "A={} unknownctl"])
def test_encoded_logins_are_masked_wherever_they_are(form: str, token: str) -> None:
    assert token not in redact(command_line(*form.format(token).split()))


def test_a_word_of_mixed_letters_and_digits_is_masked_wherever_an_unknown_program_has_it() -> None:
    assert redact("unknownctl ann pelicanR7k host") == "unknownctl ann *** host"
    assert redact("unknownctl run Debian12 node20alpine x86") == "unknownctl run Debian12 node20alpine x86"


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_no_secret_stays_in_the_same_places(line: str) -> None:
    arguments = command_line(*shlex.split(line))
    assert redact(arguments) == str(arguments)
