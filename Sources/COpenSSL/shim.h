#pragma once
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// What OpenSSL has as macros only, which Swift does not see.
static inline int copenssl_set_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

static inline int copenssl_require_tls12(SSL_CTX *context) {
    return (int)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

// A peer could ask for another handshake without end.
static inline void copenssl_refuse_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

// A read from an empty memory BIO asks for more, and is not the end.
static inline void copenssl_never_ends(BIO *bio) {
    BIO_set_mem_eof_return(bio, -1);
}

// The subject of a certificate in one line; the caller frees it with copenssl_free.
static inline char *copenssl_name(const X509_NAME *name) {
    return X509_NAME_oneline(name, 0, 0);
}

static inline void copenssl_free(void *memory) {
    OPENSSL_free(memory);
}

// Seconds since the epoch of a certificate's end; -1 if it has none that can be read.
static inline long long copenssl_expiry(const X509 *certificate) {
    ASN1_TIME *epoch = ASN1_TIME_set(0, 0);
    int days = 0, seconds = 0;
    int known = epoch && ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(certificate));
    ASN1_TIME_free(epoch);
    return known ? (long long)days * 86400 + seconds : -1;
}

// The DNS names that a certificate is for, joined with blanks, cut at `size`.
static inline void copenssl_alternative_names(X509 *certificate, char *text, size_t size) {
    size_t used = 0;
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, 0, 0);
    for (int index = 0; index < sk_GENERAL_NAME_num(names); index++) {
        GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        if (name->type != GEN_DNS) continue;
        size_t length = (size_t)ASN1_STRING_length(name->d.dNSName);
        if (used + length + 2 > size) break;
        if (used) text[used++] = ' ';
        memcpy(text + used, ASN1_STRING_get0_data(name->d.dNSName), length);
        used += length;
    }
    text[used] = 0;
    GENERAL_NAMES_free(names);
}
