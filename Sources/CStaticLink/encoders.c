// What writes keys: 0.18 MB of OpenSSL 3.5, of which a client that reads keys and certificates needs nothing. The provider's
// table of encoders stays as it is; a row without functions is one that OpenSSL does not take.
#include <openssl/core.h>

#define NONE(key, form) \
    extern const OSSL_DISPATCH ossl_##key##_to_##form##_encoder_functions[1]; \
    const OSSL_DISPATCH ossl_##key##_to_##form##_encoder_functions[1] = {{0, NULL}};
#define BOTH(key, form) NONE(key, form##_der) NONE(key, form##_pem)
#define KEY(key) \
    BOTH(key, PrivateKeyInfo) \
    BOTH(key, EncryptedPrivateKeyInfo) BOTH(key, SubjectPublicKeyInfo) NONE(key, text)

KEY(dh) BOTH(dh, DH) BOTH(dh, PKCS3) BOTH(dh, type_specific_params)
KEY(dhx) BOTH(dhx, DHX) BOTH(dhx, X9_42) BOTH(dhx, type_specific_params)
KEY(dsa) BOTH(dsa, DSA) BOTH(dsa, type_specific) NONE(dsa, msblob) NONE(dsa, pvk)
KEY(ec) BOTH(ec, EC) BOTH(ec, X9_62) BOTH(ec, type_specific_no_pub) NONE(ec, blob)
KEY(sm2) BOTH(sm2, SM2) BOTH(sm2, type_specific_no_pub) NONE(sm2, blob)
KEY(rsa) BOTH(rsa, PKCS1) BOTH(rsa, RSA) BOTH(rsa, type_specific_keypair) NONE(rsa, msblob) NONE(rsa, pvk)
KEY(rsapss) BOTH(rsapss, PKCS1)
KEY(ed25519) KEY(ed448) KEY(x25519) KEY(x448)
KEY(ml_dsa_44) KEY(ml_dsa_65) KEY(ml_dsa_87)
KEY(ml_kem_512) KEY(ml_kem_768) KEY(ml_kem_1024)
KEY(slh_dsa_sha2_128f) KEY(slh_dsa_sha2_128s) KEY(slh_dsa_sha2_192f) KEY(slh_dsa_sha2_192s)
KEY(slh_dsa_sha2_256f) KEY(slh_dsa_sha2_256s)
KEY(slh_dsa_shake_128f) KEY(slh_dsa_shake_128s) KEY(slh_dsa_shake_192f) KEY(slh_dsa_shake_192s)
KEY(slh_dsa_shake_256f) KEY(slh_dsa_shake_256s)
