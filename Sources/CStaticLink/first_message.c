// Bounds the key exchange of libpq's sessions from their first message on. libpq sends that message, and takes the
// answer if it is there already, before the program can bound the session: a quick server had its large field computed,
// and a server that prefers DHE would choose an offered cipher, and be refused for its choice.
#include "../COpenSSL/shim.h"

SSL_CTX *__real_SSL_CTX_new(const SSL_METHOD *method);
SSL_CTX *__wrap_SSL_CTX_new(const SSL_METHOD *method);

SSL_CTX *__wrap_SSL_CTX_new(const SSL_METHOD *method) {
    SSL_CTX *context = __real_SSL_CTX_new(method);
    if (!context) return NULL;
    copenssl_bound_key_exchange_of(context);
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
    // Nothing here could expand a certificate (compression.c).
    SSL_CTX_set_options(context, SSL_OP_NO_RX_CERTIFICATE_COMPRESSION | SSL_OP_NO_TX_CERTIFICATE_COMPRESSION);
#endif
    return context;
}
