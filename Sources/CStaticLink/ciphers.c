// The ciphers that a client offers before anyone can look at its session: libpq's are OpenSSL's usual ones, and a
// server that likes DHE best would choose, and be refused for, what was offered to it (COpenSSL's shim.h says why).
#include <openssl/ssl.h>

SSL_CTX *__real_SSL_CTX_new(const SSL_METHOD *method);
SSL_CTX *__wrap_SSL_CTX_new(const SSL_METHOD *method);

SSL_CTX *__wrap_SSL_CTX_new(const SSL_METHOD *method) {
    SSL_CTX *context = __real_SSL_CTX_new(method);
    if (context) SSL_CTX_set_cipher_list(context, "DEFAULT:!DHE");
    return context;
}
