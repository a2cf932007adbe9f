"""Programs that only read, build or print: `grep password FILE` has no secret.

The marks are explained in grammar.py."""

PROGRAMS = {
    "grep|egrep|fgrep|zgrep|rg|ag|ack|sed|awk|gawk|less|more|vim|vi|nvim|nano|emacs|cat|tail|head|sort|uniq|cut|tr|ls|rm"
    "|cp|mv|ln|stat|file|diff|wc|touch|mkdir|chmod|chown|logger|notify-send|wall|zenity|dialog|whiptail|kdialog|xdg-open"
    "|echo|printf|apt|apt-get|dnf|yum|pacman|zypper|apk|dpkg|rpm|brew|systemctl|journalctl|service|pytest|make|gcc|cc1"
    "|code|gedit|kate|pass|gopass|secret-tool|tee|tar|gzip|cpio|dd|bat|tree|evince|firefox|chrome|chromium|thunderbird"
    "|say|espeak|passwd|chage|getent|pwck|gpasswd|login|unix_chkpwd|man|apropos|which|whereis|locate|plocate|type|sops"
    "|age|ssh-add|keepassxc-cli|cryptsetup|zfs|zpool|mount|umount|crontab|at|batch|kinit|klist|lxc"
    "|incus|xauth|mdadm|lsof|ps|pgrep|pkill|kill|top|htop|id|groups|su|w|who|last|join":
        "! -u! -U! --user!",
}  # fmt: skip
