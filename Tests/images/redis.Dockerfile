# What the tests use where no registry answers: Debian's Redis.
ARG BASE
FROM $BASE
RUN apt-get install -y -qq --no-install-recommends redis-server && mkdir -p /data && chown redis: /data
LABEL waitfor.stand-in="for redis:7-alpine: Redis 7.0 of Debian 12"
VOLUME /data
WORKDIR /data
EXPOSE 6379
# As in the official image, which has no configuration file either.
CMD ["redis-server", "--protected-mode", "no"]
