"""Programs that only read, build or print: `grep password FILE` has no secret.

The marks are explained in grammar.py."""

PROGRAMS = {
    "grep|egrep|fgrep|zgrep|rg|ag|ack|sed|awk|gawk|less|more|vim|vi|nvim|nano|emacs|cat|tail|head|sort|uniq|cut|tr|ls|rm"
    "|cp|mv|ln|stat|file|diff|wc|touch|mkdir|chmod|chown|logger|notify-send|wall|zenity|dialog|whiptail|kdialog|xdg-open"
    "|echo|printf|apt|apt-get|dnf|yum|pacman|zypper|apk|dpkg|rpm|brew|systemctl|journalctl|service|pytest|make|gcc|cc1"
    "|code|gedit|kate|pass|gopass|secret-tool|tee|tar|gzip|cpio|dd|bat|tree|evince|firefox|chrome|chromium|thunderbird"
    "|say|espeak|passwd|chage|getent|pwck|gpasswd|login|unix_chkpwd|man|apropos|which|whereis|locate|plocate|type|sops"
    "|age|ssh-add|keepassxc-cli|cryptsetup|zfs|zpool|mount|umount|crontab|at|batch|kinit|klist|lxc"
    "|bc|dc|read|incus|xauth|mdadm|lsof|ps|pgrep|pkill|kill|top|htop|id|groups|su|w|who|last|join":
        "! -u! -U! --user!",
    # The -p of these is something else.
    "add-apt-repository|affcat|agetty|aircrack-ng|aireplay-ng|alpine|apache2|apt-cache|aria2c|arpd|avahi-browse|"
    "badblocks|barman|bazel|besside-ng|bgpd|biber|bird|black|blkdiscard|blkid|bluetoothd|borg|bsub|btmon|btop|"
    "buildkite-agent|busctl|capnp|cargo|ccache|ceph-authtool|certmonger|certmonger-scep-submit|chattr|chcpu|"
    "chronyc|cmake|collectd-tg|column|conan|ctest|cupsaccept|cupsdisable|cupsenable|dar_xform|dcb|"
    "debconf-copydb|devlink|dircolors|distcc|dmesg|dnsdist|dovecot-lda|doxygen|dpkg-buildpackage|dpkg-query|"
    "dropbear|dsniff|ebtables|ebtables-nft|ecryptfs-verify|eslint|esmtp|ewfacquire|ewfacquirestream|ewfexport|"
    "ewfrecover|ewfverify|exiftool|exim|ezstream|ezstream-file|fallocate|fdisk|fetchmail|filesnarf|findmnt|"
    "fio2gnuplot|flake8|flatc|frr|gatsby|gcov|gio|git-pull|go|gpgsplit|gprof|grops|groupmems|halt|"
    "hardlink|heaptrack_print|hpialarms|hpiel|hping3|hpipower|http-server|hugo|imapfilter|install|iostat|"
    "ip6tables|ipcmk|iptables|isort|jekyll|jest|kadmin.heimdal|kdc|kdestroy|keepalived|kinit.heimdal|kresd|"
    "kswitch|l2test|latexmk|lcov|ldattach|lerna|lighttpd|live-server|loginctl|lpadmin|lpinfo|lpoptions|lpq|lpr|"
    "lprm|lpstat|lsblk|lscpu|mailsnarf|makeivs-ng|mandb|mdb-sql|memusage|meson|mii-tool|mkdocs|mkfs|mkswap|"
    "mktemp|mocha|monit|mpstat|mtr|mypy|nc|ncat|netstat|networkctl|nfsd|nft|ng|nginx|ninja|nm-initrd-generator|"
    "nmap|nomad|nox|nsd|ntpq|nvme|nx|openapi-generator|ospfd|ovs-ofctl|ovsdb-client|ovsdb-server|packer|"
    "packetforge-ng|pandoc|parallel-rsync|parallel-scp|parallel-ssh|parted|pg_virtualenv|php-fpm|piconv|pidstat|"
    "ping|pkcon|pkgdata|pmap|pnpm|pppoe|pppoe-server|pre-commit|prettier|protoc|puma|py3clean|py3compile|pylint|"
    "pyright|pzstd|qstat|qsub|rails|rake|rbd-replay|rdma|readprofile|readtags|redsocks|rmdir|rotatelogs|rsyncd|"
    "rtacct|ruff|runsvdir|sacct|sacctmgr|salloc|sar|sar.sysstat|saslpluginviewer|sbatch|sbcast|scancel|serve|"
    "sgdisk|sinfo|sphinx-build|sprio|sprof|sqlmap|squeue|squid|sreport|ss|sshare|sshd|sshow|sslh|sstat|strigger|"
    "strongswan|stunnel3|sulogin|supervisord|swagger|swanctl|swapon|sysctl|systemd-analyze|systemd-cgtop|"
    "systemd-id128|systemd-stdio-bridge|tc|tcpdump|tempfile|terraform|terragrunt|thrift|timedatectl|tox|tput|"
    "traceroute|tsc|tsung-recorder|ucf|ucfr|udevadm|uname|unbound|uptime|urlsnarf|uvicorn|vcpkg|vdpa|"
    "virtfs-proxy-helper|vite|vitest|vmstat|wdctl|webpack|wesside-ng|whois|wipefs|xdotool|xgettext|xl2tpd|xxd|"
    "yarn|zabbix_agentd|zebra": "! -p!",
    "check_raid": "-p!",
    # The -k, -w or -W of these, too.
    "gunicorn|httpd|apache2|apachectl|auditd|auditctl|ausearch|aureport|kcat|kafkacat|setxkbmap|named"
    "|ntpd|keyd|udevadm|wpa_supplicant|hostapd|systemd-nspawn|sar|fping|arping|iperf|iperf3|tcpdump|tshark|dumpcap":
        "-k! -K! -w! -W!",
    "zenity|kdialog|dialog|whiptail|yad|systemd-ask-password": "--password! --passwordbox! --newpassword!",
    "celery|snort|suricata": "-P! -k!",
}  # fmt: skip
