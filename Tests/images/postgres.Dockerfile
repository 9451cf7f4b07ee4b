# What the tests use where no registry answers: Debian's PostgreSQL, started as the official image starts it.
ARG BASE
FROM $BASE
RUN apt-get install -y -qq --no-install-recommends postgresql-15 busybox \
    && ln -s /bin/busybox /usr/local/bin/nc
COPY postgres-entrypoint /usr/local/bin/docker-entrypoint.sh
ENV PATH=$PATH:/usr/lib/postgresql/15/bin LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data
RUN mkdir /docker-entrypoint-initdb.d && mkdir -p "$PGDATA" && chown postgres: "$PGDATA"
LABEL waitfor.stand-in="for postgres:16-alpine: PostgreSQL 15 of Debian 12"
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
