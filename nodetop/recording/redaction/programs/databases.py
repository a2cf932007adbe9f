"""Databases and their clients. The marks are explained in grammar.py."""

PROGRAMS = {
    "mysql|mysqldump|mysqladmin|mysqlimport|mysqlcheck|mysqlshow|mysqlslap|mysqlbinlog|mysqlpump|mysql_upgrade|mytop"
    "|mariadb|mariadb-dump|mariadb-admin|mariadb-check|mariadb-import|mariadb-backup|mariabackup|mydumper|myloader"
    "|xtrabackup|innobackupex|innotop|mysqltuner|mysqlsh|pt-query-digest|pt-table-checksum|pt-table-sync":
        "-p+ -hp? ~huPSDeo password@1 --login-path! --default-auth!",
    "mycli|pgcli|litecli|usql": "-p* ~uhPD",
    "psql|pg_dump|pg_restore|pg_dumpall|pg_basebackup|createdb|dropdb|createuser|pgbench|vacuumdb|pg_isready": "-U!",
    "redis-cli|keydb-cli|valkey-cli|redis-benchmark|memtier_benchmark":
        "-a* ~hpnui auth@1 AUTH@1 AUTH@2 auth@2 requirepass@1 masterauth@1 -u!",
    "mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport|mongostat|mongotop|mongofiles": "-p* ~uhdc",
    "sqlcmd|osql|bcp|tsql|sqsh|freebcp": "-P* ~SUdQqiHD -U!",
    "isql|iusql": "@3 -P* ~SU",
    "sqlplus|sqlplus64|rman|exp|imp|expdp|impdp|sqlldr|sqlcl|sql": "/",
    "db2": "using@1 USING@1",
    "cqlsh|cypher-shell|beeline": "-p* ~uandhk -u!",
    "nodetool|sstableloader": "-pw* ~uhp -u!",
    "influx|influxd": "-password -t",
    "vsql": "-w* ~hpUd",
    "nzsql": "-pw -W* ~hud",
    "hdbsql": "-p* ~ndui",
    "cbq|couchbase-cli|cbbackup|cbrestore|cbbackupmgr|cbc|cbimport|cbexport|cbtransfer": "-p* -P* ~uUc",
    "dbmate|migrate|flyway|liquibase|sqitch|gbak|gfix|gsec|nbackup|fbsvcmgr": "-password -pas -pass -pa",
    # Of other makers.
    "bsqldb|bsqlodbc|defncopy|fisql|mssql-cli|mssql-scripter": "-P* -U! ~SUdDiotJ",
    "datacopy": "-S -D",
    "sqlpackage": "/sp /tp",
    "pg_md5": "! @1 -u! -f! -i!",
    "pg_enc": "@1 -K* -u! -k! -i!",
    "wd_cli": "-k*",
    "nbackup|isql-fb|fbtracemgr": "-p* -P* -pas* -password",
    "arangosh|arangodump|arangorestore|arangoimport": "--server.password",
    "cbstats|cbepctl": "-p* -b!",
    "dolt|taos|taosdump|taosBenchmark|exaplus": "-p* -u! ~huP",
    "bteq|fastload|tpt": ".logon@1 .LOGON@1",
    "hdbuserstore": "set@4 SET@4 Set@4",
    "iredis|redli|redis-dump-go|redis-load|redis-shake": "-a*",
    "ldbsearch|ldbadd|ldbmodify|ldbedit|ldbdel": "-U%",
    "mclient|monetdb|vsql": "-P* -w*",
    "ij|derby": "password@1",
    "virtuoso|isql-v|isql-vt|isql-iodbc|iodbctest": "@3",
    "snowsql|impala-shell|trino|presto|drill": "-u! --user!",
    "db2move|db2look|db2batch|clpplus": "-p* -w* -u! ~dae",
    "dbisql|dbping|dbbackup|dbvalid|dblocate": "-c?",
    "ysqlsh|cockroach|edgedb|gel": "-U! -u!",
    "zkCli|zookeeper-shell": "addauth@2",
}  # fmt: skip
