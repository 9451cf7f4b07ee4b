# Puts waitfor into any image: two lines, and an argument for which one.
ARG IMAGE=postgres:16.10-alpine
# hadolint ignore=DL3006 # the tag is in the argument
FROM ${IMAGE}
COPY --from=waitfor:0.1.0 /waitfor /usr/local/bin/
