// Removes DHE from the ciphers that libpq offers in its first message, before the program can bound its session
// (COpenSSL's shim.h): a server that prefers DHE would choose an offered cipher, and be refused for its choice.
#include <openssl/ssl.h>

SSL_CTX *__real_SSL_CTX_new(const SSL_METHOD *method);
SSL_CTX *__wrap_SSL_CTX_new(const SSL_METHOD *method);

SSL_CTX *__wrap_SSL_CTX_new(const SSL_METHOD *method) {
    SSL_CTX *context = __real_SSL_CTX_new(method);
    if (context) SSL_CTX_set_cipher_list(context, "DEFAULT:!DHE");
    return context;
}
