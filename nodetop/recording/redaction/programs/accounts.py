"""Directory services, accounts, Windows networks. The marks are explained in grammar.py."""

PROGRAMS = {
    "ldapsearch|ldapadd|ldapmodify|ldapdelete|ldapcompare|ldapwhoami|ldapmodrdn|ldapexop|ldapvi":
        "-w* ~HDbsfhpyYUXRIPlzdeEoOMS",
    "ldappasswd": "-w* -s* -a* ~HDbfhpyYUXRI",
    "smbclient": "@2 -U% --user% ~UWIpDcTmnsi",
    "rpcclient|smbget|smbtree|smbcacls|wmic|winexe|smbspool|net|samba-tool|pdbedit|smbpasswd|net ads|net rpc":
        "-U% --user% /password ~UWIDcmp setpassword@2",
    "wbinfo|ntlm_auth": "-a% --authenticate%",
    "smbmap": "-p* ~udH -u!",
    "samba-tool user": "create@2 add@2",
    "net user": "@2 ",
    "net use": "@2 @3",
    "kadmin|kadmin.local|kdb5_util": "-w* -pw -P* ~prsq",
    "ipa-client-install": "-w* -p!",
    "ipa-server-install|ipa-replica-install": "-p -a -w*",
    "crackmapexec|netexec|nxc|cme|evil-winrm|bloodhound-python|enum4linux|certipy|ldapdomaindump": "-p* -H ~udxi -u!",
    "secretsdump|wmiexec|psexec|smbexec|atexec|dcomexec|mssqlclient|ticketer": "-hashes -p -aeskey",
    "hydra|medusa|ncrack": "-p* ~ltsPLoMCue -u!",
    "psexec64|paexec|winrs|schtasks": "-p /p /rp /u! -u!",
    "cmdkey": "/pass",
    "rasdial": "@3",
    # Samba, FreeIPA, 389, AFS, Heimdal.
    "mdsearch|smbcquotas|samba-regedit|sharesec|profiles|smbtorture|masktest|locktest|smbinfo|wspsearch|regtree|gentest"
    "|regpatch|regdiff": "-U% --user% ~UWIDmp",
    "net rpc|net rap|net sam|net ads": "password@2 add@2",
    "smbtar": "-p* ~sxudbNt",
    "smbpasswd": "-w* -r! -R! -c! ~rRcUD",
    "mount.cifs|umount.cifs|cifscreds": "-u!",
    "curlftpfs|ftpfs": "-o:",
    "bos|klog|klog.krb5|kas": "-key -password -pa",
    "kstash|kdb5_ldap_util": "-w* -P* ~Dr",
    "ipa-join|ipa-getkeytab|ipa-rmkeytab|ipa-replica-conncheck": "-w* -p! ~sphDk",
    "ipa-replica-manage|ipa-csreplica-manage|ipa-dns-install|ipa-ca-install|ipa-kra-install|ipa-restore"
    "|ipa-cacert-manage|ipa-server-certinstall|ipa-compat-manage|ipa-nis-manage|ipa-managed-entries"
    "|ipa-replica-prepare|ipa-adtrust-install|ipa-pkinit-manage|ipa-server-upgrade": "-p* -w* -a* --pin",
    "dsconf|dsidm|dsctl|ldclt|ldif2db|db2ldif|adtool|shelldap": "-w* -p* -D! ~DbZ",
    "ldapsetpasswd": "@2",
    "smbldap-useradd|smbldap-usermod|smbldap-passwd": "-p!",
    "groupadd|groupmod": "-p* ~gK",
    "eapol_test": "-s* ~acpAMnrtNoiC",
    "tacc|tac_client|tactest": "-K* -k* -p* ~usrTSP",
    "radeapclient|radperf": "@3",
    "ConvertTo-SecureString|convertto-securestring": "@1 -String",
    "dscl": "-passwd@2 -passwd@3",
    "networksetup": "-setairportnetwork@3 -setwebproxy@6 -setsecurewebproxy@6",
    "ldifde|csvde": "-b@3 ~fdrsp",
    "authconfig": "--winbindjoin%",
    "bitsadmin": "/setcredentials@5",
    "dtexec|dtutil": "/De /de /dec /decrypt",
    "snmpusm": "-A* -X* -c* ~vulaxneCptmMLTE",
    "authtest": "@2 @3 ~s",
    "testsaslauthd": "-p* ~usrfR",
    "imtest|pop3test|smtptest|sivtest|nntptest|lmtptest|mupdatetest|httptest|cyradm": "-w* ~pmaurklnfto --user!",
    "cyradm": "--password",
    "newlist": "@3 ~lue",
    "change_pw": "-p* ~lda",
    "mmsitepass": "@1 ~c",
    # Tools of testers.
    "GetUserSPNs|GetNPUsers|getTGT|getST|getPac|lookupsid|samrdump|rpcdump|addcomputer|changepasswd|dacledit"
    "|findDelegation|raiseChild|goldenPac|secretsdump|wmiexec|psexec|smbexec|atexec|dcomexec|mssqlclient|smbserver"
    "|GetADUsers|netview|services|reg|wmiquery|ticketer|ntlmrelayx":
        ": -hashes -p -aesKey -aeskey -password -computer-pass -newpass",
    "lsassy|donpapi|coercer|windapsearch|adidnsdump|pywerview|rusthound|kerbrute|petitpotam|linwinpwn|bloodyAD|ldeep"
    "|certipy-ad|smbclient-ng|powerview|manspider|sprayhound": "-p* -H* ~udxi -u!",
    "wpa_cli|hostapd_cli": "wps_reg@2 sae_password@1 private_key_passwd@1 wep_key0@1 wpa_passphrase@1 otp@2 pin@2",
    "patator|crowbar|thc-hydra|brutespray|legba|kerberoast": "-c? -p?",
    # Windows.
    "sc": "password=@1 -k?",
    "netdom": "/pd /po /passwordd /passwordo",
    "dsadd|dsmod|dsquery|dsget|dsmove": "-pwd -p",
    "winrm|wevtutil|wecutil|tasklist|taskkill|systeminfo|driverquery|openfiles|getmac|gpresult|eventcreate|typeperf"
    "|logman|schtasks": "/p -p: /rp -rp: /pw -u!",
    "pskill|pslist|psinfo|psservice|psloglist|psshutdown|pssuspend|psfile|psloggedon": "-p* -u!",
}  # fmt: skip
