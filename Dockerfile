# The image: the static program, certificates to trust, and nothing else.
#
#   docker build -t waitfor:0.1.0 .
#
# Builds for x86_64 and for aarch64, each on a machine (or an emulation, with --platform) of its own kind: nothing here
# names an architecture. Only x86_64 is built by this project's tests.

# The image that holds the Swift toolchain, and the Debian whose libraries are linked in: 13, because its OpenSSL is
# maintained until 2030. Swift has no image of that one.
ARG TOOLCHAIN_IMAGE=swift:6.3-bookworm
ARG DEBIAN_IMAGE=debian:trixie-slim
# hadolint ignore=DL3006 # the tag is in the argument
FROM ${TOOLCHAIN_IMAGE} AS toolchain
# What builds, without what an editor needs.
WORKDIR /usr
RUN mkdir -p /toolchain/usr && cp -a --parents bin/clang bin/clang++ bin/clang-[0-9]* bin/ld.lld bin/lld bin/llvm-ar \
    bin/swift bin/swiftc bin/swift-* lib/clang lib/swift lib/swift_static libexec/swift share/swift /toolchain/usr/

# hadolint ignore=DL3006 # the tag is in the argument
FROM ${DEBIAN_IMAGE} AS build
COPY --from=toolchain /toolchain /toolchain
ENV PATH=/toolchain/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /src
# What changes rarely comes first: the packages of the distribution, then what the dependencies of the build are
# made from, then the sources.
COPY dev ./
RUN ./dev setup --build
COPY LICENSE Package.swift ./
COPY Sources Sources
# What `version` says: --build-arg COMMIT="$(git rev-parse --short=12 HEAD)".
ARG COMMIT=unknown
RUN WAITFOR_COMMIT="$COMMIT" ./dev static

FROM scratch
ARG COMMIT=unknown
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# What is linked into the program: by name and version, for scanners, and its licences.
COPY --from=build /src/.build/static/waitfor.spdx.json /usr/share/doc/waitfor/waitfor.spdx.json
COPY --from=build /src/.build/static/waitfor.copyright.gz /usr/share/doc/waitfor/copyright.gz
COPY --from=build /src/.build/static/waitfor /waitfor
LABEL org.opencontainers.image.title="waitfor" \
      org.opencontainers.image.description="Knows whether PostgreSQL, Redis and other services are ready: gate, health check and sidecar" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$COMMIT" \
      org.opencontainers.image.licenses="Apache-2.0"
# A container's loopback is its own: here the agent answers on all addresses, and withholds what strangers
# should not know (`expose`).
ENV WAITFOR_AGENT_LISTEN=:8642
EXPOSE 8642
# A number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 65532:65532
ENTRYPOINT ["/waitfor"]
# Reads /etc/waitfor/waitfor.yaml.
CMD ["agent"]
# Whether the agent itself works: an orchestrator that restarted it would mend nobody's database.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
    CMD ["/waitfor", "check", "-t", "2.5s", "--agent", "--for", "liveness"]
