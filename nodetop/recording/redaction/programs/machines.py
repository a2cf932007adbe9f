"""Remote desktops, consoles, boards of servers, monitoring. The marks are explained in grammar.py."""

PROGRAMS = {
    "xfreerdp|xfreerdp3|wlfreerdp|sdl-freerdp|sfreerdp": "/p /gp /pth -p* /assistance /gat",
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
    "|snmpcheck": "-c* -A* -X* ~vulaxneCptmMLTE",
    "check_snmp|check_snmp_int|check_snmp_storage|check_snmp_load|check_snmp_mem|check_snmp_process|check_snmp_env":
        "-C* -A* -X* ~HPUopwcals",
    "check_http": "-a: -b: ~HIputwcleDdk",
    "check_mysql|check_mysql_query|check_pgsql|check_mssql|check_radius|check_rabbitmq": "-p ~HIutwcdP",
    "check_ldap|check_ldaps": "-P ~HpbD",
    "radtest": "@2 @5 -t! -P!",
    "radclient": "@3",
    "nmcli|iwctl|wpa_cli|connmanctl|iw|iwconfig": "password@1 psk@1 key@1 passphrase@1 wep-key0@1",
    # Boards, power, storage.
    "ipmi-sensors|ipmipower|ipmiconsole|ipmi-fru|ipmi-sel|ipmi-raw|ipmi-config|ipmi-dcmi|ipmi-pet|ipmi-chassis"
    "|ipmi-oem|bmc-info|bmc-device|bmc-config|bmc-watchdog|ipmi-chassis-config|ipmi-pef-config|ipmi-sensors-config"
    "|ipmiseld|ipmimonitoring": "-p* -k* ~huDIlab",
    "ipmievd": "-P* -k* -y* ~HUILCNRtbBTS",
    "ipmiutil|ialarms|icmd|iconfig|ifirewall|ifru|ifwum|igetevent|ihealth|ihpm|ilan|ipicmg|ireset|isel|iseltime"
    "|isensor|iserial|isol|iuser|iwdt|idcmi|idelloem|ismcoem|itsol": "-P* -R* ~NUJTVFY",
    "iconfig|ilan|iserial|iuser|itsol": "-p*",
    "ilan": "-C*",
    "ipmicfg|IPMICFG-Linux.x86_64": "setpwd@2 add@3",
    "sum|saa|SMCIPMITool|amtterm|wsman|amttool|wbemcli|redfish-finder": "-p* -u! ~uicPh",
    "SMCIPMITool": "@3",
    "onecli|OneCli|asu|asu64": "--bmc: --imm: --xcc:",
    "fence_*": "-p* -c? -P? -s? -k! -S! -A! -l! -a! -n! -o! ~lanokSAxud",
    "fence_apc_snmp|fence_ifmib|fence_ipdu|fence_eaton_snmp|fence_ibmblade|fence_tripplite_snmp|fence_emerson"
    "|fence_intelmodular|fence_lindypdu|fence_cisco_mds": "-c* -P*",
    "fence_aws|fence_aliyun": "-s* -a?",
    "nut-scanner": "-c* -W* -X* -B* ~tsmeklLuwxabdf",
    "upscmd|upsrw": "-p* ~usv",
    "lsmcli|iscsiadm|targetcli|sg_safte": "password@1 mutual_password@1",
    "VBoxManage|vboxmanage": "setvncpass@1 --newpassword! --oldpassword! --password",
    "sapcontrol": "-user@2",
    "bconsole|bareos-bconsole": "-p*",
    "nvme connect|nvme connect-all|nvme discover": "-S* -C*",
    "clogin|hlogin|jlogin|plogin|flogin|rancid-login|nlogin|alogin|blogin": "-p* -e* -v* ~ucstxy",
    "prlctl|prlsrvctl|vzctl": "--userpasswd",
    "oneuser": "create@2 passwd@2",
    "vmrun": "-vp -gp -vp ~T",
    # Monitoring.
    "snmp*": "-c* -A* -X* -3m -3M -3k -3K -a! -x! -l! -u! -v! ~vulaxneCptmMLTErtZz",
    "snmpusm": "passwd@1 passwd@2",
    "net-snmp-create-v3-user": "-A* -X* -a! -x!",
    "onesixtyone": "@2 ~cisdow",
    "check_snmp*|check_nwc_health|check_hpasm|check_ups_health|check_printer_health|check_cisco*|check_brocade*":
        "-C* -A* -X* ~HPUopwcalstLm",
    "check_nt": "-s* ~HpvwcldtuP",
    "check_mongodb|check_jmx4perl|check_wmi_plus|check_ilo2_health|check_rabbitmq*|check_vmware*|check_esx*|check_nsc*"
    "|check_netapp*|check_oracle_health|check_openmanage|check_dell*|check_hp*|check_ilo*|check_idrac*|check_ibm*":
        "-p? ~HuUPwcltDNT",
    "check_smtp|check_imap_receive|check_imap_send|check_email_delivery|check_smtp_send": "-P? -U! -A! ~HpwcteFfUCR",
    "check_ssh_faults|check_by_ssh": "-p!",
    "check_oracle": "--login@3",
    "send_nsca": "-p! -c!",
    "radsecproxy-hash": "-k*",
    "send_nrdp": "-t* ~uHSsoc",
    "mimirtool|cortextool|lokitool": "--key",
    "icinga2": "--ticket",
    "pd-send|pd": "-k*",
    "ntfy": "-u: -k*",
    "gotify|pushover|alerta|po-notify|nma": "-t* --key",
    "cypress": "-k* --key",
    "BrowserStackLocal": "@1 --key",
    # Consoles.
    "websockify|novnc_proxy|launch": "--auth-source: --token-source! --token-plugin!",
    "Xtigervnc|Xtightvnc|x0tigervncserver|tigervncserver|vncsession": "! -Password -PasswordFile! -rfbauth! -auth!",
    "vncpasswd": "! -f!",
    "xpra": "--auth? --tcp-auth? --password-file!",
    "pyhoca-cli|x2goclient": "--password --user!",
}  # fmt: skip
