# What the tests use where no registry answers: Debian's nginx, with its files where the official image has them.
ARG BASE
FROM $BASE
RUN apt-get install -y -qq --no-install-recommends nginx-light \
    && rm -f /etc/nginx/sites-enabled/default && mkdir -p /usr/share/nginx/html \
    && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log \
    && echo 'server { listen 80; root /usr/share/nginx/html; }' >/etc/nginx/conf.d/default.conf
LABEL waitfor.stand-in="for nginx:1.28-alpine: nginx of Debian 12"
STOPSIGNAL SIGQUIT
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]
