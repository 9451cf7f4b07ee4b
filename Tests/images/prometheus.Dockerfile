# What the tests use where no registry answers: Debian's Prometheus.
ARG BASE
FROM $BASE
RUN apt-get install -y -qq --no-install-recommends prometheus
LABEL waitfor.stand-in="for prom/prometheus: Prometheus of Debian 12"
USER prometheus
EXPOSE 9090
ENTRYPOINT ["/usr/bin/prometheus"]
CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/tmp/prometheus"]
