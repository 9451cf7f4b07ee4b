// What no algorithm of provider.c calls, and OpenSSL's tables of keys and curves name nevertheless: 0.13 MB of 3.0,
// 0.2 MB of 3.5. These functions fail, or do the same more slowly. They are weak, so that an OpenSSL that asks for more
// has its own.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/core_dispatch.h>
#include <openssl/ec.h>

#define WEAK __attribute__((weak))
#define FAILS(name) WEAK long name(void) { return 0; }
#define NOTHING(name) WEAK void name(void) {}
#define NO_TABLE(name) \
    extern const OSSL_DISPATCH name[1]; \
    WEAK const OSSL_DISPATCH name[1] = {{0, NULL}};

// Curve448.
FAILS(ossl_x448) FAILS(ossl_x448_public_from_private)
FAILS(ossl_ed448_public_from_private) FAILS(ossl_ed448_sign) FAILS(ossl_ed448_verify)

// One object decodes all kinds of keys, DSA, ML-DSA and SLH-DSA among them.
#define KEY(name) NO_TABLE(ossl_##name##_keymgmt_functions)
#define SLH_DSA(hash) \
    KEY(slh_dsa_##hash##_128f) KEY(slh_dsa_##hash##_128s) KEY(slh_dsa_##hash##_192f) KEY(slh_dsa_##hash##_192s) \
    KEY(slh_dsa_##hash##_256f) KEY(slh_dsa_##hash##_256s)
KEY(dsa) KEY(ml_dsa_44) KEY(ml_dsa_65) KEY(ml_dsa_87) SLH_DSA(sha2) SLH_DSA(shake)
FAILS(ossl_ml_dsa_d2i_PKCS8) FAILS(ossl_ml_dsa_d2i_PUBKEY) NOTHING(ossl_ml_dsa_key_free)
FAILS(ossl_slh_dsa_key_new) NOTHING(ossl_slh_dsa_key_free) FAILS(ossl_slh_dsa_key_get_name)
FAILS(ossl_slh_dsa_key_get_pub_len) FAILS(ossl_slh_dsa_set_priv) FAILS(ossl_slh_dsa_set_pub)

// prime256v1 is computed in assembly, and secp224r1 like any other curve.
WEAK const EC_METHOD *EC_GFp_nistp224_method(void) { return EC_GFp_mont_method(); }
FAILS(EC_nistp224_pre_comp_dup) NOTHING(EC_nistp224_pre_comp_free)
FAILS(EC_nistp256_pre_comp_dup) NOTHING(EC_nistp256_pre_comp_free)

// Certificates are never fetched.
FAILS(OSSL_HTTP_get)
