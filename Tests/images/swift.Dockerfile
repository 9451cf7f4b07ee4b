# What the tests use where no registry answers: the toolchain of this machine, which is in the context, where the published
# image has it.
ARG BASE
FROM $BASE
COPY usr /usr
LABEL waitfor.stand-in="for swift:6.3-bookworm: the tests' own toolchain on Debian 12"
