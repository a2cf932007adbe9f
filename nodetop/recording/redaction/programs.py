"""How programs are told secrets, beyond options whose names say so. The marks are explained in grammar.py."""

PROGRAMS = {
    # Databases.
    "mysql|mysqldump|mysqladmin|mysqlimport|mysqlcheck|mysqlshow|mysqlslap|mysqlbinlog|mysqlpump|mysql_upgrade|mytop"
    "|mariadb|mariadb-dump|mariadb-admin|mariadb-check|mariadb-import|mariadb-backup|mariabackup|mydumper|myloader"
    "|xtrabackup|innobackupex|innotop|mysqltuner|mysqlsh|pt-query-digest|pt-table-checksum|pt-table-sync":
        "-p+ -hp? ~huPSDeo password@1 --login-path! --default-auth!",
    "mycli|pgcli|litecli|usql": "-p* ~uhPD",
    "psql|pg_dump|pg_restore|pg_dumpall|pg_basebackup|createdb|dropdb|createuser|pgbench|vacuumdb|pg_isready": "-U!",
    "redis-cli|keydb-cli|valkey-cli|redis-benchmark":
        "-a* ~hpnui auth@1 AUTH@1 AUTH@2 auth@2 requirepass@1 masterauth@1 -u!",
    "mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport|mongostat|mongotop|mongofiles": "-p* ~uhdc",
    "sqlcmd|osql|bcp|tsql|sqsh|freebcp": "-P* ~SUdQqiHD -U!",
    "isql|iusql": "@3 ",
    "sqlplus|sqlplus64|rman|exp|imp|expdp|impdp|sqlldr|sqlcl|sql": "/",
    "db2": "using@1 USING@1",
    "cqlsh|nodetool|dsetool|sstableloader": "-p* -pw* ~uk -u!",
    "cypher-shell|arangosh|arangodump|arangorestore|beeline|hive|impala-shell|presto|trino": "-p* ~uandh -u!",
    "influx|influxd": "-password -t",
    "snowsql|bteq|vsql|nzsql|gsql|hdbsql": "-w* -p* ~uadsnUhi",
    "cbq|couchbase-cli|cbbackup|cbrestore|cbbackupmgr|cbc|cbimport|cbexport|cbtransfer": "-p* -P* ~uUc",
    "dbmate|migrate|flyway|liquibase|sqitch|gbak|gfix|gsec|nbackup|fbsvcmgr": "-password -pas -pass -pa",
    # Archives, encryption, keys.
    "7z|7za|7zr|7zz|7zzs|p7zip|rar|unrar": "-p+ -hp+",
    "zip|unzip|zipcloak|funzip": "-P* -p? ~bntOix",
    "openssl": "-k -K -iv! -key! -cert! -CAkey! -macopt -challenge -passin -passout -pass",
    "openssl passwd": "@1 -salt! -in!",
    "gpg|gpg2|gpgsm": "! --passphrase -u! -r!",
    "ssh-keygen": "-N* -P* ~tfbCOmnzIsVDGJKMRFLSE",
    "keytool|jarsigner|apksigner": "-storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass -new",
    "signtool|signcode": "/p",
    "osslsigncode|certutil|pk12util|modutil|crlutil": "-pass -W -w -K",
    "pkcs11-tool|pkcs15-tool|pkcs15-init|softhsm2-util|piv-tool|p11tool": "-p* --pin --so-pin --new-pin ",
    "yubico-piv-tool|ykman|ykpersonalize": "-P* -N* -p -n -m",
    "ccrypt|ccencrypt|ccdecrypt|ccat|mcrypt": "-K* -k*",
    "aescrypt|veracrypt|truecrypt|zuluCrypt-cli": "-p* ~keo",
    "pdftk": "input_pw@1 user_pw@1 owner_pw@1 input_pw@2",
    "qpdf": "--encrypt",
    "pdftotext|pdfinfo|pdftoppm|pdftops|pdfimages": "-upw -opw",
    "steghide|outguess": "-p* -k*",
    "htpasswd|htdigest": "-b& ~Cr",
    "mosquitto_passwd": "-b& ~HI",
    "mkpasswd|grub-mkpasswd-pbkdf2": "@1 ~mSRP",
    "wpa_passphrase": "@2",
    "useradd|usermod|adduser|newusers": "-p* ~ugGcdskKuerlf -u!",
    "chpasswd|chgpasswd": "~cRs",
    "slappasswd|doveadm|doveadm pw": "-s -p -u!",
    "doveadm auth": "test@2 login@2",
    # Directory services, Windows networks.
    "ldapsearch|ldapadd|ldapmodify|ldapdelete|ldapcompare|ldapwhoami|ldapmodrdn|ldapexop|ldapvi":
        "-w* ~HDbsfhpyYUXRIPlzdeEoOMS",
    "ldappasswd": "-w* -s* -a* ~HDbfhpyYUXRI",
    "smbclient": "@2 -U% --user% ~UWIpDcTmnsi",
    "rpcclient|smbget|smbtree|smbcacls|wmic|winexe|smbspool|smbmap|net|samba-tool|pdbedit|smbpasswd|net ads|net rpc":
        "-U% --user% -u! -p* /password ~UWIDcm --newpassword --adminpass setpassword@2",
    "samba-tool user": "create@2 add@2",
    "net user": "@2 ",
    "net use": "@2 @3",
    "kadmin|kadmin.local|kdb5_util": "-w* -pw -P* ~prsq",
    "ktutil|msktutil|adcli|realm|ipa|ipa-client-install|ipa-server-install": "-w* -p -a ",
    "crackmapexec|netexec|nxc|cme|evil-winrm|bloodhound-python|enum4linux|certipy|ldapdomaindump": "-p* -H ~udxi -u!",
    "secretsdump|wmiexec|psexec|smbexec|atexec|dcomexec|mssqlclient|ticketer": "-hashes -p -aeskey",
    "hydra|medusa|ncrack": "-p* ~ltsPLoMCue -u!",
    "psexec64|paexec|winrs|schtasks": "-p /p /rp -p: /u! -u!",
    "cmdkey": "/pass",
    "rasdial": "@3",
    # Remote desktops, consoles, machines.
    "xfreerdp|xfreerdp3|wlfreerdp|sdl-freerdp|sfreerdp": "/p /gp /pth -p*",
    "rdesktop": "-p* ~ugdkr -u!",
    "vncviewer|xtightvncviewer|xtigervncviewer": "! -PasswordFile! -passwordFile!",
    "x11vnc|vncserver|Xvnc|wayvnc|x0vncserver": "! -passwd -viewpasswd -passwdfile! -rfbauth! -storepasswd@1 -auth!",
    "plink|pscp|psftp|putty|klink": "-pw ~lPi",
    "remmina|virt-viewer|remote-viewer|spicy": "-w",
    "vncdo|vncdotool|vncsnapshot": "-p* ~sd",
    "teamviewer": "passwd@1",
    "ipmitool|ipmi-sensors|ipmipower|ipmiutil|ipmiconsole|bmc-info|ipmi-fru|ipmi-sel":
        "-P* -k* -y* ~HUILCNRtbBTS password@2 -U!",
    "ipmi-oem|ipmi-chassis|racadm|hponcfg|ilorest|redfishtool": "-p* -P* ~rutU -u! password@1",
    "esxcli|vim-cmd|ovftool|vmrun": "-p -gp",
    "govc": "-u:",
    "fly login": "-p* -u!",
    "snmpwalk|snmpget|snmpbulkwalk|snmpset|snmpgetnext|snmpbulkget|snmptable|snmpstatus|snmptrap|snmpdf"
    "|snmpcheck|onesixtyone": "-c* -A* -X* ~vulaxneCptmMLTE",
    "check_snmp|check_snmp_int|check_snmp_storage|check_snmp_load|check_snmp_mem|check_snmp_process|check_snmp_env":
        "-C* -A* -X* -s* ~HPUopwcal",
    "check_http": "-a: -b: ~HIputwcleDdk",
    "check_mysql|check_pgsql|check_ldap|check_ldaps|check_imap|check_oracle|check_mssql|check_radius"
    "|check_rabbitmq|check_mysql_query": "-a: -p -s ~HIutwcleDdkP",
    "radtest": "@2 @5",
    "radclient": "@3",
    "nmcli|iwctl|wpa_cli|connmanctl|iw|iwconfig": "password@1 psk@1 key@1 passphrase@1 wep-key0@1",
    # Web.
    "curl|xcurl|curlie": "-u: --user: -U: --proxy-user: -b= --cookie= -E: --cert: --pass --key! --form!"
        " ~AbcCdDeEFHKmoPQrtTuUwxXyYz",
    "http|https|httpie|xh|xhs": "-a: --auth: --auth-type! ~A",
    "ab|siege|hey|oha|boom": "-A: -P: -a: -C= -u!",
    "aria2c|axel|lftp|ncftp|ncftpget|ncftpput|ncftpls|sftp|ftp|curlftpfs|yafc|tnftp": "-u, -p* ~Peoj",
    "youtube-dl|yt-dlp|gallery-dl|you-get|streamlink|svtplay-dl|instaloader": "-p* ~ufoxa --cookies-from-browser!",
    "transmission-remote|transmission-daemon|transmission-cli": "-n: --auth: -v* ~apu",
    "links|lynx|w3m|elinks": "-auth: -pauth:",
    "rclone obscure": "@1",
    "rclone config": "pass@1 password@1 secret_access_key@1 token@1 client_secret@1 access_key_id@1",
    "mc alias|mc config": "set@3 set@4 add@3 add@4",
    "mc admin": "add@3 add@4",
    "jenkins-cli": "-auth: ",
    "agent|remoting|slave": "-secret",
    # Sources, packages, builds.
    "git|hg|svn|bzr|fossil|cvs|tig|gitk": "! --message! -m! -u! --author! --grep! -S! -G! --user!",
    "git config": "user.password@1 user.token@1 github.token@1 http.extraheader@1",
    "gh|glab|hub|tea": "!",
    "npm|yarn|pnpm": "! --otp",
    "npm config|npm set|yarn config|pnpm config|npm config set":
        "! _authToken@1 _password@1 _auth@1 npmAuthToken@1",
    "twine|flit|poetry|uv": "-p* -t ~ur -u!",
    "poetry config": "http-basic@3",
    "cargo login|nuget setapikey|hex.user": "@1",
    "composer config|bundle config": ":",
    "mvn|gradle|mvnw|gradlew|sbt|lein|ant": "! -U! -u!",
    "gitlab-runner": "-r -t --url!",
    "buildkite-agent|drone|woodpecker-cli|circleci|circleci-agent|act|travis": "-t* -s",
    "sonar-scanner|snyk|sentry-cli|codecov|coveralls|codecovcli": "-t*",
    # Files over the network, backup.
    "rsync|scp|unison": "! -u! -U!",
    "b2|b2-linux": "authorize-account@2 authorize@2",
    "dsmc|dsmadmc|nbexec|acrocmd": "-pa -password",
    "s3fs|goofys|s3cmd|rclone|restic|borg|duplicity|kopia": "-u!",
    # Mail and messages.
    "swaks": "-ap ~tfspau -au!",
    "sendemail|sendEmail|email|blat|mailsend|smtp-cli": "-xp -pw -pass -xu! -u! ~ftsma",
    "mutt|neomutt|mail|mailx|s-nail|msmtp|sendmail": "! -u! -U!",
    "irssi|weechat|hexchat|sic|ii": "-w* -k ~cnhp",
    "sendxmpp|go-sendxmpp|xmpp-bot": "-p* ~ujtarcm -u!",
    "mosquitto_pub|mosquitto_sub|mosquitto_rr|mqttx|mqtt": "-P* -pw ~htpuimqAkIRCDfWFVLE -u!",
    "rabbitmqadmin": "-p* ~uHPV -u!",
    "rabbitmqctl|rabbitmq-diagnostics": "! add_user@2 change_password@2 authenticate_user@2",
    "ejabberdctl|prosodyctl|metronomectl": "! register@3 change_password@3 check_password@3",
    "linphonec|sipp|pjsua|baresip": "-ap ",
    "murmurd": "-supw@1",
    # Clouds and clusters.
    "docker login|podman login|nerdctl login|buildah login|skopeo login|crane auth|oras login|helm registry|helm repo"
    "|regctl registry": "-p* ~u -u!",
    "skopeo|buildah|podman|crane|oras|regctl": "--creds: --src-creds: --dest-creds: ",
    "ctr image|ctr images|ctr i": "-u: --user:",
    "oc login|az login|cf login|ibmcloud login|tsh login|argocd login|rancher login|bw login|astro login|octo login":
        "-p* -t* --apikey ~usn",
    "cf auth|bw login": "@2",
    "vault login|vault unseal|bw unlock|ngrok authtoken|heroku authorizations": "@1",
    "vault operator": "unseal@1",
    "vault kv|fly secrets|flyctl secrets|doppler secrets|railway variables|heroku config:set|kubectl create|oc create"
    "|convox env": "= --from-literal=",
    "consul kv": "put@2",
    "gh secret": "-b --body",
    "ansible-vault": "! encrypt_string@1",
    "security": "-w*",
    "security unlock-keychain|security create-keychain|security set-keychain-password|security import"
    "|security set-key-partition-list": "-p* -P* -k* ~kAtT",
    "vault|bao|consul|nomad|boundary|etcdctl": "! -token -password -auth-token --user: -secret",
    "ibmcloud|bx|ic": "-apikey",
    "aws": "! --secret-id! --secret-string --secret-binary --starting-token! --next-token! --serial-number!"
    " --client-request-token!",
    "aws ssm": "--value?",
    "aws configure": "aws_secret_access_key@1 aws_access_key_id@1 aws_session_token@1",
    "gcloud|gsutil|bq": "! --secret! --set-secrets! --update-secrets! -u!",
    "pm2 link": "@1 @2",
    "ttyd|gotty|webssh": "-c: ~pitu",
    "supervisorctl": "! -p* ~cus -u!",
    "pulumi config|pulumi stack": "set@2 --secret- --plaintext-",
    "az": "! --secret-permissions! --key-permissions! -u!",
    "az keyvault": "--value",
    "az acr|az sql|az vm|az mysql|az postgres|az webapp|az functionapp|az vmss": "-p",
    "ansible|ansible-playbook|ansible-pull|ansible-console": "! -u!",
    "salt|salt-ssh|salt-call|knife": "-P* ~uxi",
    "kubeadm|kubelet|kube-apiserver|kube-controller-manager|kube-proxy|kube-scheduler": "!",
    "etcd": "! --initial-cluster-token! --auth-token!",
    "helm|helmfile|kustomize|flux|argocd|velero|istioctl|linkerd": "! -u!",
    "k3s|rke2|k0s": "-t*",
    "heroku|flyctl|doctl|netlify|vercel|firebase|railway|surge|hcloud|wrangler|now": "-t*",
    "ngrok": "authtoken@1 add-authtoken@1 add-api-key@1",
    "tailscale|headscale|netbird|cloudflared|frpc|frps|chisel|bore|nebula": "-k* -t* --auth:",
    "openvpn": "! --auth-user-pass! --askpass! --auth! --tls-auth! --secret! --cipher!",
    "openconnect|vpnc|openfortivpn|snx|pppd|sstpc|pptp|charon-cmd": "-p* password@1 --cookie ~ucCsUg -u!",
    "wg|wg-quick|awg": "! private-key! preshared-key!",
    "ssserver|sslocal|ss-server|ss-local|ss-redir|ss-tunnel|ss-manager|ssservice": "-k* ~splmctubfn",
    "splunk|nessuscli": "-auth: ",
    "grafana-cli admin|grafana admin|grafana cli": "reset-admin-password@1",
    # Games, media, coins.
    "mcrcon|rcon|rcon-cli|rconc": "-p* ~HPa",
    "steamcmd|steam": "+login@2 +login@3",
    "srcds_run|srcds_linux|hlds_run|cod4_lnxded|ioq3ded|q3ded":
        "+rcon_password +sv_password +password +sv_setsteamaccount",
    "spotifyd|librespot|mopidy|ncmpcpp|mpc": "-p* ~unbBcd -u!",
    "ffmpeg|ffplay|ffprobe|mpv|mplayer|vlc|gst-launch-1.0": "! -pass! -passlogfile! -key! -u!",
    "expect": "! -c$",
    "send|exp_send": "! @1",
    "jq|yq|gojq": "! --arg@2",
    "bitcoin-cli|bitcoind|litecoind|monerod|monero-wallet-cli|geth|xmrig|cgminer|bfgminer|ethminer|lolMiner|t-rex":
        "-p* -rpcpassword --rpc-login: -u! ~uoa",
    # Those that only read, build or tell: `grep password FILE` holds no secret.
    "grep|egrep|fgrep|zgrep|rg|ag|ack|sed|awk|gawk|less|more|vim|vi|nvim|nano|emacs|cat|tail|head|sort|uniq|cut|tr|ls|rm"
    "|cp|mv|ln|stat|file|diff|wc|touch|mkdir|chmod|chown|logger|notify-send|wall|zenity|dialog|whiptail|kdialog|xdg-open"
    "|echo|printf|apt|apt-get|dnf|yum|pacman|zypper|apk|dpkg|rpm|brew|systemctl|journalctl|service|pytest|make|gcc|cc1"
    "|code|gedit|kate|pass|gopass|secret-tool|tee|tar|gzip|cpio|dd|bat|tree|evince|firefox|chrome|chromium|thunderbird"
    "|say|espeak|passwd|chage|getent|pwck|gpasswd|login|unix_chkpwd|man|apropos|which|whereis|locate|plocate|type|sops"
    "|age|ssh-add|keepassxc-cli|cryptsetup|zfs|zpool|mount|umount|crontab|at|batch|kinit|klist|lxc"
    "|incus|xauth|mdadm|lsof|ps|pgrep|pkill|kill|top|htop|id|groups|su|w|who|last|join":
        "! -u! -U! --user!",
}  # fmt: skip
