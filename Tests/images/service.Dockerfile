# Stands for every image of the stacks in Tests/stacks: servers and tools of Debian, and a script that becomes what a
# service is said to be.
ARG BASE
FROM $BASE
RUN apt-get install -y -qq --no-install-recommends postgresql-15 redis-server mariadb-server-core mariadb-client nginx-light \
    netcat-openbsd curl wget nodejs procps \
    && rm -f /etc/nginx/sites-enabled/default \
    && mkdir -p /run/mysqld && rm -rf /var/lib/mysql \
    && mariadb-install-db --no-defaults --user=root --skip-test-db --force --datadir=/var/lib/mysql >/dev/null
COPY postgres-entrypoint /usr/local/bin/docker-entrypoint.sh
COPY service-entrypoint /usr/local/bin/service-entrypoint
# What these print or ask is the script's, too.
RUN ln -s service-entrypoint /usr/local/bin/clickhouse-client && ln -s service-entrypoint /usr/local/bin/healthcheck.sh
ENV PATH=$PATH:/usr/lib/postgresql/15/bin LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data
RUN mkdir /docker-entrypoint-initdb.d && mkdir -p "$PGDATA" && chown postgres: "$PGDATA"
LABEL waitfor.stand-in="for the images of ten public stacks: servers of Debian 12"
ENTRYPOINT ["service-entrypoint"]
