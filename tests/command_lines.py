"""Command lines as they are met: 80 with a secret, which is between « and », and 45 with none."""

_TOKEN = "Zk9vQ2xhc3NpYzEyMzQ1Njc4OTBhYmNk"
_HEX = "3f786850e387550fdab836ed7e6dc881de23001b"
_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

SECRET = f"""
mysql -u root -p«hunter2sec» shop
mysqldump --user=root --password=«hunter2sec» shop
mysqldump --password «hunter2sec» shop
mysqladmin -p«hunter2sec» status
mariadb -h db -u app -p«hunter2sec»
psql postgresql://app:«hunter2sec»@db:5432/shop
pg_dump --dbname=postgres://app:«hunter2sec»@db/shop
env PGPASSWORD=«hunter2sec» psql -h db shop
sshpass -p «hunter2sec» ssh root@host
sshpass -p«hunter2sec» scp a b:
redis-cli -h cache -a «hunter2sec» info
redis-server --requirepass «hunter2sec»
mongodump --uri mongodb://admin:«hunter2sec»@mongo:27017/admin
mongosh -u admin -p «hunter2sec» --authenticationDatabase admin
curl -u admin:«hunter2sec» https://example.org/api
curl --user admin:«hunter2sec» https://example.org/api
curl --proxy-user me:«hunter2sec» -x proxy:3128 https://example.org
curl https://me:«hunter2sec»@example.org/
curl -H Authorization: Bearer «{_TOKEN}» https://example.org
curl -H Authorization:Basic«YWRtaW46aHVudGVyMg» https://example.org
curl -H X-Api-Key: «{_TOKEN}» https://example.org
curl -H X-Auth-Token: «{_TOKEN}» https://example.org
curl -H Cookie: session=«{_TOKEN}» https://example.org
curl --oauth2-bearer «{_TOKEN}» https://example.org
curl https://example.org/v1?api_key=«hunter2sec»&page=2
curl https://example.org/hook?token=«hunter2sec»
wget --password=«hunter2sec» --user=me ftp://example.org/f
wget --http-passwd=«hunter2sec» https://example.org/f
git clone https://oauth2:«glpat-AbCdEfGhIjKlMnOpQrSt»@gitlab.example/x.git
git clone https://«ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789»@github.example/x.git
git push https://x-access-token:«ghs_AbCdEfGhIjKlMnOpQrStUvWxYz0123»@host/x
docker login -u me -p «hunter2sec» registry.example
docker run -e MYSQL_ROOT_PASSWORD=«hunter2sec» mysql:8
docker run -e POSTGRES_PASSWORD=«hunter2sec» -p 5432:5432 postgres
podman run --env SECRET_KEY_BASE=«hunter2sec» app
helm install app --set auth.password=«hunter2sec» ./chart
kubectl create secret generic s --from-literal=password=«hunter2sec»
kubectl --token=«{_JWT}» get pods
vault login «hvs.CAESIJ1234567890abcdefghij»
vault server -dev -dev-root-token-id=«hunter2sec»
aws configure set aws_secret_access_key «wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY»
env AWS_SECRET_ACCESS_KEY=«wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY» aws s3 ls
env AWS_ACCESS_KEY_ID=«AKIAIOSFODNN7EXAMPLE» aws s3 ls
s3cmd --access_key=«AKIAIOSFODNN7EXAMPLE» ls
s3cmd --secret_key=«wJalrXUtnFEMIK7MDENG» ls
az login --service-principal -u app -p «hunter2sec» --tenant t
gcloud auth activate --access-token=«ya29AbCdEfGhIjKlMnOpQrSt»
java -Ddb.password=«hunter2sec» -jar app.jar
java -Djavax.net.ssl.keyStorePassword=«hunter2sec» -jar app.jar
java -jar app.jar --spring.datasource.password=«hunter2sec»
node server.js --jwt-secret=«hunter2sec»
node server.js --apiKey «hunter2sec» --port 80
python app.py --db-password «hunter2sec» --debug
python app.py SECRET_KEY=«hunter2sec»
python manage.py --dsn https://«{_HEX}»@sentry.example/1
gunicorn app --env DJANGO_SECRET_KEY=«hunter2sec»
celery -A app --broker=amqp://guest:«hunter2sec»@mq:5672//
rabbitmqctl add_user --password=«hunter2sec» app
php artisan --key=value --token «hunter2sec»
openssl enc -aes-256-cbc -pass pass:«hunter2sec» -in f
openssl rsa -passin pass:«hunter2sec» -in key.pem
openvpn --auth-user-pass-inline password=«hunter2sec»
ldapsearch -x -D cn=admin -w «hunter2sec» -b dc=x
smbclient //nas/share -U me%«hunter2sec»
mount.cifs //nas/share /mnt -o username=me,password=«hunter2sec»
rclone copy a b --sftp-pass=«hunter2sec»
restic --password-command echo -r repo --password «hunter2sec»
borg init --passphrase «my long pass phrase»
ipmitool -H bmc -U admin -P «hunter2sec» power status
snmpwalk -v3 -u me -A «hunter2sec» -X «private2sec» host
mosquitto_pub -h mq -u me -P «hunter2sec» -t x -m y
xfreerdp /u:me /p:«hunter2sec» /v:host
7z x -p«hunter2sec» file.7z
zip -P «hunter2sec» out.zip a
slack-notify --webhook-token «xoxb-123456789012-AbCdEfGhIjKl»
stripe listen --api-key «sk_live_AbCdEfGhIjKlMnOpQrSt»
terraform apply -var db_password=«hunter2sec»
ansible-playbook site.yml -e ansible_become_pass=«hunter2sec»
wg-tool --private-key «yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=»
agent --license-key={_HEX[:0]}«{_HEX}»
""".strip().splitlines()

PLAIN = """
/sbin/init
/usr/lib/systemd/systemd-journald
/usr/sbin/sshd -D -o MaxStartups=10:30:100
sshd: root@pts/0
postgres: checkpointer
postgres: app shop 10.0.0.7(51234) idle in transaction
nginx: worker process
/usr/bin/python3 -m http.server 8000 --bind 127.0.0.1
java -Xmx4g -XX:+UseG1GC -jar /opt/app/app.jar --server.port=8080
node /srv/app/dist/server.js --port 3000
/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock
kubelet --config=/var/lib/kubelet/config.yaml --node-ip=10.0.0.7
redis-server 127.0.0.1:6379
mysqld --datadir=/var/lib/mysql --pid-file=/run/mysqld/mysqld.pid
mysql -h db -u app shop
psql -h db -U app shop
git clone https://github.example/org/repo.git
git log --author=me --since=2024-01-01
curl -sSf https://example.org/install.sh
ssh -p 2222 me@host
ssh -i /home/me/.ssh/id_ed25519 host
rsync -av --delete /srv/ backup:/srv/
tar -czf /backup/2024-05-01.tar.gz /etc
find / -name core -type f -size +10M
grep -r pattern /var/log
vim /etc/passwd
less /etc/pam.d/common-password
cat /proc/1/status
ffmpeg -i in.mkv -c:v libx264 -preset slow out.mp4
make -j8 all
gcc -O2 -pthread -o prog main.c
cc1plus -quiet -imultiarch x86_64-linux-gnu main.cpp
bash -c while true; do date; sleep 1; done
cron -f
/usr/sbin/cupsd -l
tail -f /var/log/syslog
python train.py --epochs 10 --lr 0.001 --batch-size 64
openvpn --config /etc/openvpn/client.conf --auth-nocache
restic backup /home --password-file /root/.restic
vault server -config=/etc/vault.hcl
app --token-file /run/secrets/token
app --session-timeout 30
uuid 123e4567-e89b-12d3-a456-426614174000
[kworker/0:1-events]
docker run -p 8080:80 nginx:1.25
""".strip().splitlines()
