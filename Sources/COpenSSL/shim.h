#pragma once
// The digests without a provider are deprecated, and so is nothing else that is used here.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>

// The functions that OpenSSL has only as macros, which Swift does not import.
static inline int copenssl_set_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

static inline int copenssl_require_tls12(SSL_CTX *context) {
    return (int)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

// Refuses renegotiation: a peer could ask for one handshake after another.
static inline void copenssl_refuse_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

// Makes SSL_read return after each message that is no data, whatever follows it.
static inline void copenssl_return_after_each_message(SSL_CTX *context) {
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
}

// The usual security callback, which also refuses finite fields of more than 3072 bits: ffdhe4096 to ffdhe8192
// (RFC 7919), as the two bytes of the protocol.
static inline int copenssl_refuse_large_fields(
    const SSL *session, const SSL_CTX *context, int operation, int bits, int number, void *other, void *usual) {
    const unsigned char *group = other;
    bool is_group = operation == SSL_SECOP_CURVE_SUPPORTED || operation == SSL_SECOP_CURVE_SHARED
        || operation == SSL_SECOP_CURVE_CHECK;
    if (is_group && group && group[0] == 1 && group[1] > 1) return 0;
    int (*callback)(const SSL *, const SSL_CTX *, int, int, int, void *, void *) = usual;
    return callback(session, context, operation, bits, number, other, 0);
}

// Keeps a server from choosing how long the client computes: a field of 8192 bits costs 180 ms in a single call. In
// TLS 1.2 the server would even choose the field itself, which nobody has needed since there are curves.
static inline void copenssl_bound_key_exchange(SSL *session) {
    // This session is bounded already.
    if (SSL_get0_security_ex_data(session)) return;
    SSL_set0_security_ex_data(session, (void *)SSL_get_security_callback(session));
    SSL_set_security_callback(session, copenssl_refuse_large_fields);
    SSL_set_cipher_list(session, "DEFAULT:!DHE");
}

// The same for every session that is made of this context.
static inline void copenssl_bound_key_exchange_of(SSL_CTX *context) {
    SSL_CTX_set0_security_ex_data(context, (void *)SSL_CTX_get_security_callback(context));
    SSL_CTX_set_security_callback(context, copenssl_refuse_large_fields);
    SSL_CTX_set_cipher_list(context, "DEFAULT:!DHE");
}

// Counts the received messages that are no data: handshake messages, alerts, changes of keys.
static inline void copenssl_count_message(
    int is_sent, int version, int type, const void *bytes, size_t size, SSL *session, void *count) {
    (void)version, (void)bytes, (void)size, (void)session;
    if (!is_sent && type <= SSL3_RT_HANDSHAKE) ++*(long *)count;
}

// `count` must live as long as the session.
static inline void copenssl_count_messages(SSL *session, long *count) {
    SSL_set_msg_callback(session, copenssl_count_message);
    SSL_set_msg_callback_arg(session, count);
}

// Refuses to ask for a pass phrase, where OpenSSL would ask the terminal or read stdin; notes that the key wants one.
static inline int copenssl_refuse_pass_phrase(char *buffer, int size, int is_for_writing, void *is_encrypted) {
    (void)buffer, (void)size, (void)is_for_writing;
    if (is_encrypted) *(bool *)is_encrypted = true;
    return -1;
}

// Adds the certificates and the revocation lists of a PEM text; returns how many were added.
static inline int copenssl_add_authorities(X509_STORE *store, const void *text, int size) {
    BIO *bio = BIO_new_mem_buf(text, size);
    STACK_OF(X509_INFO) *list = PEM_X509_INFO_read_bio(bio, 0, copenssl_refuse_pass_phrase, 0);
    int count = 0;
    for (int index = 0; index < sk_X509_INFO_num(list); index++) {
        const X509_INFO *entry = sk_X509_INFO_value(list, index);
        if (entry->x509) count += X509_STORE_add_cert(store, entry->x509);
        if (entry->crl) count += X509_STORE_add_crl(store, entry->crl);
    }
    sk_X509_INFO_pop_free(list, X509_INFO_free);
    BIO_free(bio);
    return count;
}

// Uses the first certificate of a PEM text as the client's own, and the following ones as its chain.
static inline bool copenssl_use_certificate_chain(SSL_CTX *context, const void *text, int size) {
    BIO *bio = BIO_new_mem_buf(text, size);
    X509 *own = PEM_read_bio_X509_AUX(bio, 0, copenssl_refuse_pass_phrase, 0);
    bool is_used = own && SSL_CTX_use_certificate(context, own) == 1;
    X509_free(own);
    while (is_used) {
        X509 *issuer = PEM_read_bio_X509(bio, 0, copenssl_refuse_pass_phrase, 0);
        if (!issuer) {
            is_used = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
            break;
        }
        is_used = SSL_CTX_add0_chain_cert(context, issuer) == 1;
        if (!is_used) X509_free(issuer);
    }
    BIO_free(bio);
    return is_used;
}

// Uses the private key of a PEM text for the client's certificate.
static inline bool copenssl_use_private_key(SSL_CTX *context, const void *text, int size, bool *is_encrypted) {
    BIO *bio = BIO_new_mem_buf(text, size);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, 0, copenssl_refuse_pass_phrase, is_encrypted);
    bool is_used = key && SSL_CTX_use_PrivateKey(context, key) == 1;
    EVP_PKEY_free(key);
    BIO_free(bio);
    return is_used;
}

// Makes a read from an empty memory BIO ask for more bytes instead of reporting the end.
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

// Seconds since the epoch of a certificate's end; -1 if the end cannot be read.
static inline long long copenssl_expiry(const X509 *certificate) {
    ASN1_TIME *epoch = ASN1_TIME_set(0, 0);
    int days = 0, seconds = 0;
    int known = epoch && ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(certificate));
    ASN1_TIME_free(epoch);
    return known ? (long long)days * 86400 + seconds : -1;
}

// The DNS names of a certificate, joined with blanks, as many as fit into `size`.
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

// The algorithm of the first signature of a chain whose keys or digest are not there; null if all are.
static inline const char *copenssl_unknown_signature(const STACK_OF(X509) *chain) {
    const char *unknown = 0;
    for (int index = 0; !unknown && index < sk_X509_num(chain); index++) {
        int algorithm = X509_get_signature_nid(sk_X509_value(chain, index)), digest = 0, key = 0;
        EVP_KEYMGMT *keys = 0;
        EVP_MD *digests = 0;
        if (OBJ_find_sigid_algs(algorithm, &digest, &key)) {
            keys = EVP_KEYMGMT_fetch(0, OBJ_nid2sn(key), 0);
            if (digest) digests = EVP_MD_fetch(0, OBJ_nid2sn(digest), 0);
        }
        if (!keys || (digest && !digests)) unknown = algorithm ? OBJ_nid2sn(algorithm) : "an algorithm";
        EVP_KEYMGMT_free(keys);
        EVP_MD_free(digests);
    }
    return unknown;
}

// Digests without OpenSSL's providers, whose tables are 2 MB and a millisecond for the first call.
static inline void copenssl_sha1(const void *bytes, size_t count, unsigned char *digest) {
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Update(&context, bytes, count);
    SHA1_Final(digest, &context);
}

static inline void copenssl_sha256(const void *bytes, size_t count, unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(digest, &context);
}

// The public RSA key of a PEM text, of at most so many bits; null if the text is none.
static inline EVP_PKEY *copenssl_rsa_key(const void *text, int size, int most_bits) {
    BIO *bio = BIO_new_mem_buf(text, size);
    EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, 0, copenssl_refuse_pass_phrase, 0) : 0;
    BIO_free(bio);
    if (key && EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) <= most_bits) return key;
    EVP_PKEY_free(key);
    return 0;
}

// Encrypts with the OAEP of PKCS #1 and SHA-1. `size` is the room of `result`, and then its size.
static inline bool copenssl_encrypt(
    EVP_PKEY *key, const void *bytes, size_t count, unsigned char *result, size_t *size) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, 0);
    bool is_done = context && EVP_PKEY_encrypt_init(context) == 1
        && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1
        && EVP_PKEY_encrypt(context, result, size, bytes, count) == 1;
    EVP_PKEY_CTX_free(context);
    return is_done;
}
