#include "test_support.h"

#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Sends what OpenSSL has written; 0 when the peer has gone.
static int send_all(int descriptor, BIO *outgoing) {
    static _Thread_local char piece[1 << 16];
    int count;
    while ((count = BIO_read(outgoing, piece, sizeof piece)) > 0) {
        for (int sent = 0; sent < count;) {
            ssize_t more = send(descriptor, piece + sent, (size_t)(count - sent), MSG_NOSIGNAL);
            if (more <= 0) return 0;
            sent += (int)more;
        }
    }
    return 1;
}

static int shake_hands(int descriptor, SSL *session, BIO *incoming, BIO *outgoing) {
    char piece[4096];
    for (;;) {
        int result = SSL_do_handshake(session);
        if (!send_all(descriptor, outgoing)) return 0;
        if (result == 1) return 1;
        if (SSL_get_error(session, result) != SSL_ERROR_WANT_READ) return 0;
        ssize_t count = recv(descriptor, piece, sizeof piece, 0);
        if (count <= 0) return 0;
        BIO_write(incoming, piece, (int)count);
    }
}

static void flood(SSL *session, int kind) {
    for (int number = 0; number < 256; number++) {
        switch (kind) {
        case 0: SSL_new_session_ticket(session); break;
        case 1: SSL_key_update(session, SSL_KEY_UPDATE_NOT_REQUESTED); SSL_do_handshake(session); break;
        default: SSL_write(session, "x", 1);
        }
    }
    SSL_do_handshake(session);
}

int support_tls_flood(
    int descriptor, const char *certificate, const char *key, const char *head, int kind, double seconds) {
    struct timeval patience = {2, 0};
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    int is_ready = SSL_CTX_use_certificate_chain_file(context, certificate) == 1
        && SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1;
    SSL *session = SSL_new(context);
    BIO *incoming = BIO_new(BIO_s_mem()), *outgoing = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(incoming, -1);
    SSL_set_bio(session, incoming, outgoing);
    SSL_set_accept_state(session);
    int is_up = is_ready && shake_hands(descriptor, session, incoming, outgoing);
    if (is_up) {
        if (head[0]) SSL_write(session, head, (int)strlen(head));
        double end = now() + seconds;
        do flood(session, kind);
        while (send_all(descriptor, outgoing) && now() < end);
    }
    SSL_free(session);
    SSL_CTX_free(context);
    return is_up;
}
