// OpenSSL since 3.2 compresses certificates (RFC 8879), for which Debian's wants zlib and zstd: 0.7 MB of the program.
// These functions are those of an OpenSSL that was built without them: it knows no algorithm and offers none.
#include <openssl/bio.h>
#include <openssl/comp.h>
#include <openssl/opensslv.h>

#if OPENSSL_VERSION_NUMBER >= 0x30200000L
#define IS_NOT_THERE(algorithm)                                    \
    COMP_METHOD *COMP_##algorithm(void) { return NULL; }           \
    COMP_METHOD *COMP_##algorithm##_oneshot(void) { return NULL; } \
    const BIO_METHOD *BIO_f_##algorithm(void) { return NULL; }     \
    void ossl_comp_##algorithm##_cleanup(void) {}

IS_NOT_THERE(brotli)
IS_NOT_THERE(zlib)
IS_NOT_THERE(zstd)
#endif
