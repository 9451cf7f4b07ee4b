# A small machine for the unit: Debian with systemd as its first process.
ARG BASE
FROM $BASE
RUN apt-get install -y -qq --no-install-recommends systemd dbus procps redis-server \
    && rm -f /etc/systemd/system/multi-user.target.wants/*
ENV container=docker
STOPSIGNAL SIGRTMIN+3
CMD ["/lib/systemd/systemd"]
