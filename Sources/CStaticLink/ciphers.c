// OpenSSL has all algorithms twice: what it knew by name before it had providers, too. Of those the digests are here
// that PostgreSQL and certificates name; the name of a cipher, in an encrypted key, is looked up in provider.c.
#include <openssl/err.h>
#include <openssl/evp.h>

void openssl_add_all_ciphers_int(void);
void openssl_add_all_digests_int(void);
const EVP_CIPHER *__wrap_EVP_get_cipherbyname(const char *name);

void openssl_add_all_ciphers_int(void) {}

void openssl_add_all_digests_int(void) {
    EVP_add_digest(EVP_md5());
    EVP_add_digest(EVP_md5_sha1());
    EVP_add_digest(EVP_sha1());
    EVP_add_digest(EVP_sha224());
    EVP_add_digest(EVP_sha256());
    EVP_add_digest(EVP_sha384());
    EVP_add_digest(EVP_sha512());
}

const EVP_CIPHER *__wrap_EVP_get_cipherbyname(const char *name) {
    ERR_set_mark();
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    ERR_pop_to_mark();
    // The library keeps it until the end.
    EVP_CIPHER_free(cipher);
    return cipher;
}
