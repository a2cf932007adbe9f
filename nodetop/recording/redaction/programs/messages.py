"""Mail, messages, telephones, media, games, coins. The marks are explained in grammar.py."""

PROGRAMS = {
    "swaks": "-ap ~tfspau -au!",
    "sendemail|sendEmail|email|blat|mailsend|smtp-cli": "-xp -pw -pass -xu! -u! ~ftsma",
    "mutt|neomutt|mail|mailx|s-nail|msmtp|sendmail": "! -u! -U!",
    "irssi|weechat|hexchat|sic|ii": "-w* -k ~cnhp",
    "sendxmpp|go-sendxmpp|xmpp-bot": "-p* ~ujtarcm -u!",
    "mosquitto_pub|mosquitto_sub|mosquitto_rr|mqttx|mqtt": "-P* -pw ~htpuimqAkIRCDfWFVLE -u!",
    "rabbitmqadmin": "-p* ~uHPV -u!",
    "rabbitmqctl|rabbitmq-diagnostics": "! add_user@2 change_password@2 authenticate_user@2 --vhost! --node! -n! -p!",
    "ejabberdctl|prosodyctl|metronomectl": "! register@3 change_password@3 check_password@3",
    "linphonec|sipp|pjsua|baresip": "-ap ",
    "murmurd": "-supw@1",
    # Games, media, coins.
    "mcrcon|rcon|rcon-cli|rconc": "-p* ~HPa",
    "steamcmd|steam": "+login@2 +login@3",
    "srcds_run|srcds_linux|hlds_run|cod4_lnxded|ioq3ded|q3ded":
        "+rcon_password +sv_password +password +sv_setsteamaccount",
    "spotifyd|librespot": "-p* ~unbBcd -u!",
    "ffmpeg|ffplay|ffprobe|mpv|mplayer|vlc|gst-launch-1.0": "! -pass! -passlogfile! -key! -u!",
    "expect": "! -c$",
    "send|exp_send": "! @1",
    "jq|yq|gojq": "!",
    "bfgminer|cgminer": "-O: --userpass:",
    "boinc|boinccmd|boincmgr": "--project_attach@2 --attach_project@2 --passwd",
    "rtmpdump": "-J* ~ryoWCsp",
    "sipcmd": "-c* ~uw",
    "xmrig|cgminer|bfgminer|ethminer|lolMiner|t-rex":
        "-p* -u! ~uoa",
    "bitcoin-cli|bitcoind|litecoin-cli|litecoind|dogecoind|dashd|zcashd|monerod|monero-wallet-cli|monero-wallet-rpc":
        "-rpcpassword --rpc-login: encryptwallet@1 -u!",
    # Mail, telephones, sound, less usual ones.
    "ssmtp": "-ap* -au! ~fF",
    "sipsak": "-a* -J* ~sulrHtCq",
    "register_new_matrix_user|synapse_register_new_matrix_user|synapse_register|hash_password": "-p* -k* -u! ~uct",
    "gammu|gammu-smsd": "entersecuritycode@2",
    "mpc|ncmpcpp|mpdscribble|ncmpc": "-h@ --host@ ~hp",
    "deluge-console|deluge": "-P* -U! ~dpUul",
    "amulecmd|amuleweb|ed2k": "-P* ~hpc",
    "mldonkey_command|mlnet": "-p* -u! ~u",
    "mumble-server|murmur": "-supw@1",
    "murmur-user-wrapper": "-p*",
    "ffmpeg|ffplay|ffprobe|gst-launch-1.0|Shaka|packager|mp4decrypt|mp4encrypt":
        "-decryption_key -encryption_key -cenc_decryption_key -cryptokey -cryptoiv! -passphrase -hls_enc_key --key",
    "streamlink|livestreamer":
        "--twitch-api-header= --http-header= --http-cookie= --http-query-param! --niconico-user-session",
    "asterisk|rasterisk": "secret@1 -r! ~rx",
    "twinkle|linphonecsh|pjsua|baresip|sipp": "--password -ap",
    "RustDedicated": "+rcon.password +server.password",
    "3proxy-auth|3proxy": "--users:",
    "lncli|lnd|lightning-cli|electrum|cleos|near|solana": "-p* -W* --macaroon --password --passphrase",
    "cleos wallet": "unlock@2 --password --private-key",
    "geth|erigon|nethermind": "--unlock! --authrpc.jwtsecret! --nodekeyhex",
    "minerd|cpuminer|ccminer|nbminer|gminer|miner|phoenixminer|teamredminer|srbminer": "-p* -pass -O: --userpass: ~uoa",
}  # fmt: skip
