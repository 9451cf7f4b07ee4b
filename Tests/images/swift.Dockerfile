# What the tests use where no registry answers: Debian with the toolchain of this machine, which is in the context.
ARG BASE
FROM $BASE
RUN apt-get install -y -qq --no-install-recommends binutils git libc6-dev libgcc-12-dev libstdc++-12-dev \
    libcurl4 libedit2 libncurses6 libsqlite3-0 libxml2 zlib1g-dev tzdata
COPY usr /usr
LABEL waitfor.stand-in="for swift:6.3-bookworm: Debian 12 with the tests' own toolchain"
