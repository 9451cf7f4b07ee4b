// The algorithms that a probe may need, in place of OpenSSL's own list of them all: what servers in the field use, and
// what opens the key of a client. Any other is one that OpenSSL was built without: no server is offered it, and a
// certificate or a key that has it is refused. OpenSSL makes an object of each row, so TLS is ready sooner, too.
#include <openssl/bio.h>
#include <openssl/core_dispatch.h>
#include <openssl/opensslv.h>

#if OPENSSL_VERSION_NUMBER >= 0x30500000L
#define SINCE_3_5(rows) rows
#else
#define SINCE_3_5(rows)
#endif

// Of MD5, MySQL and PostgreSQL have a use; of SHA-3, ML-KEM.
#define DIGESTS(ROW)                                                      \
    ROW("SHA1:SHA-1:SSL3-SHA1:1.3.14.3.2.26", sha1)                       \
    ROW("SHA2-224:SHA-224:SHA224:2.16.840.1.101.3.4.2.4", sha224)         \
    ROW("SHA2-256:SHA-256:SHA256:2.16.840.1.101.3.4.2.1", sha256)         \
    ROW("SHA2-384:SHA-384:SHA384:2.16.840.1.101.3.4.2.2", sha384)         \
    ROW("SHA2-512:SHA-512:SHA512:2.16.840.1.101.3.4.2.3", sha512)         \
    ROW("MD5:SSL3-MD5:1.2.840.113549.2.5", md5)                           \
    ROW("MD5-SHA1", md5_sha1)                                             \
    SINCE_3_5(ROW("SHA3-256:2.16.840.1.101.3.4.2.8", sha3_256)            \
              ROW("SHA3-512:2.16.840.1.101.3.4.2.10", sha3_512)           \
              ROW("SHAKE-128:SHAKE128:2.16.840.1.101.3.4.2.11", shake_128) \
              ROW("SHAKE-256:SHAKE256:2.16.840.1.101.3.4.2.12", shake_256))

// AES-192 and DES open keys only, CTR and ECB are for random numbers.
#define CIPHERS(ROW)                                                  \
    ROW("AES-256-GCM:id-aes256-GCM:2.16.840.1.101.3.4.1.46", aes256gcm) \
    ROW("AES-128-GCM:id-aes128-GCM:2.16.840.1.101.3.4.1.6", aes128gcm) \
    ROW("AES-256-CBC:AES256:2.16.840.1.101.3.4.1.42", aes256cbc)      \
    ROW("AES-192-CBC:AES192:2.16.840.1.101.3.4.1.22", aes192cbc)      \
    ROW("AES-128-CBC:AES128:2.16.840.1.101.3.4.1.2", aes128cbc)       \
    ROW("AES-256-CTR", aes256ctr)                                     \
    ROW("AES-256-ECB:2.16.840.1.101.3.4.1.41", aes256ecb)             \
    ROW("ChaCha20-Poly1305", chacha20_ossl_poly1305)                  \
    ROW("DES-EDE3-CBC:DES3:1.2.840.113549.3.7", tdes_ede3_cbc)

#define MACS(ROW) ROW("HMAC", hmac)

#define DERIVATIONS(ROW)                                   \
    ROW("HKDF", kdf_hkdf)                                  \
    ROW("TLS13-KDF", kdf_tls1_3_kdf)                       \
    ROW("TLS1-PRF", kdf_tls1_prf)                          \
    ROW("PBKDF2:1.2.840.113549.1.5.12", kdf_pbkdf2)        \
    ROW("PKCS12KDF", kdf_pkcs12)                           \
    ROW("SCRYPT:id-scrypt:1.3.6.1.4.1.11591.4.11", kdf_scrypt)

#define RANDOM_NUMBERS(ROW) ROW("CTR-DRBG", drbg_ctr) ROW("SEED-SRC", seed_src)

#define KEYS(ROW)                                                                                    \
    ROW("RSA:rsaEncryption:1.2.840.113549.1.1.1", rsa_keymgmt)                                       \
    ROW("RSA-PSS:RSASSA-PSS:1.2.840.113549.1.1.10", rsapss_keymgmt)                                  \
    ROW("EC:id-ecPublicKey:1.2.840.10045.2.1", ec_keymgmt)                                           \
    ROW("ED25519:1.3.101.112", ed25519_keymgmt)                                                      \
    ROW("X25519:1.3.101.110", x25519_keymgmt)                                                        \
    ROW("DH:dhKeyAgreement:1.2.840.113549.1.3.1", dh_keymgmt)                                        \
    ROW("HMAC", mac_legacy_keymgmt)                                                                  \
    SINCE_3_5(ROW("ML-KEM-768:MLKEM768:id-alg-ml-kem-768:2.16.840.1.101.3.4.4.2", ml_kem_768_keymgmt) \
              ROW("ML-KEM-1024:MLKEM1024:id-alg-ml-kem-1024:2.16.840.1.101.3.4.4.3", ml_kem_1024_keymgmt) \
              ROW("X25519MLKEM768", mlx_x25519_kem_kmgmt)                                            \
              ROW("SecP256r1MLKEM768", mlx_p256_kem_kmgmt)                                           \
              ROW("SecP384r1MLKEM1024", mlx_p384_kem_kmgmt))

#define EXCHANGES(ROW)                               \
    ROW("ECDH", ecdh_keyexch)                        \
    ROW("X25519:1.3.101.110", x25519_keyexch)        \
    ROW("DH:dhKeyAgreement:1.2.840.113549.1.3.1", dh_keyexch)

#define ENCAPSULATIONS(ROW)                                                                                 \
    SINCE_3_5(ROW("ML-KEM-768:MLKEM768:id-alg-ml-kem-768:2.16.840.1.101.3.4.4.2", ml_kem_asym_kem)          \
              ROW("ML-KEM-1024:MLKEM1024:id-alg-ml-kem-1024:2.16.840.1.101.3.4.4.3", ml_kem_asym_kem)       \
              ROW("X25519MLKEM768", mlx_kem_asym_kem)                                                       \
              ROW("SecP256r1MLKEM768", mlx_kem_asym_kem)                                                    \
              ROW("SecP384r1MLKEM1024", mlx_kem_asym_kem))

#define SIGNATURES(ROW)                                            \
    ROW("RSA:rsaEncryption:1.2.840.113549.1.1.1", rsa_signature)   \
    ROW("ECDSA", ecdsa_signature)                                  \
    ROW("ED25519:1.3.101.112", ed25519_signature)                  \
    ROW("HMAC", mac_legacy_hmac_signature)

#define ENCRYPTIONS(ROW) ROW("RSA:rsaEncryption:1.2.840.113549.1.1.1", rsa_asym_cipher)

// A key, the structure that it is written in, and the word for both in the table's name.
#define DECODERS(ROW)                                                                    \
    ROW("RSA", "PrivateKeyInfo", PrivateKeyInfo_der_to_rsa)                              \
    ROW("RSA", "SubjectPublicKeyInfo", SubjectPublicKeyInfo_der_to_rsa)                  \
    ROW("RSA", "type-specific", type_specific_keypair_der_to_rsa)                        \
    ROW("RSA", "rsa", RSA_der_to_rsa)                                                    \
    ROW("RSA-PSS", "PrivateKeyInfo", PrivateKeyInfo_der_to_rsapss)                       \
    ROW("RSA-PSS", "SubjectPublicKeyInfo", SubjectPublicKeyInfo_der_to_rsapss)           \
    ROW("EC", "PrivateKeyInfo", PrivateKeyInfo_der_to_ec)                                \
    ROW("EC", "SubjectPublicKeyInfo", SubjectPublicKeyInfo_der_to_ec)                    \
    ROW("EC", "type-specific", type_specific_no_pub_der_to_ec)                           \
    ROW("EC", "ec", EC_der_to_ec)                                                        \
    ROW("ED25519", "PrivateKeyInfo", PrivateKeyInfo_der_to_ed25519)                      \
    ROW("ED25519", "SubjectPublicKeyInfo", SubjectPublicKeyInfo_der_to_ed25519)          \
    ROW("DER", "SubjectPublicKeyInfo", SubjectPublicKeyInfo_der_to_der)                  \
    ROW("DER", "EncryptedPrivateKeyInfo", EncryptedPrivateKeyInfo_der_to_der)

#define DECLARE(name, table) extern const OSSL_DISPATCH ossl_##table##_functions[];
#define ALGORITHM(name, table) {name, "provider=default", ossl_##table##_functions, 0},
#define DECLARE_DECODER(name, structure, table) DECLARE(name, table##_decoder)
#define DECODER(name, structure, table) \
    {name, "provider=default,input=der,structure=" structure, ossl_##table##_decoder_functions, 0},
#define TABLE(rows, ROWS) \
    ROWS(DECLARE)         \
    static const OSSL_ALGORITHM rows[] = {ROWS(ALGORITHM){0, 0, 0, 0}};

TABLE(digests, DIGESTS)
TABLE(ciphers, CIPHERS)
TABLE(macs, MACS)
TABLE(derivations, DERIVATIONS)
TABLE(random_numbers, RANDOM_NUMBERS)
TABLE(keys, KEYS)
TABLE(exchanges, EXCHANGES)
TABLE(encapsulations, ENCAPSULATIONS)
TABLE(signatures, SIGNATURES)
TABLE(encryptions, ENCRYPTIONS)

DECODERS(DECLARE_DECODER)
DECLARE(0, pem_to_der_decoder)
static const OSSL_ALGORITHM decoders[] = {
    DECODERS(DECODER){"DER", "provider=default,input=pem", ossl_pem_to_der_decoder_functions, 0}, {0, 0, 0, 0}};

static const OSSL_ALGORITHM *query(void *provider, int operation, int *is_never_kept) {
    (void)provider;
    *is_never_kept = 0;
    switch (operation) {
        case OSSL_OP_DIGEST: return digests;
        case OSSL_OP_CIPHER: return ciphers;
        case OSSL_OP_MAC: return macs;
        case OSSL_OP_KDF: return derivations;
        case OSSL_OP_RAND: return random_numbers;
        case OSSL_OP_KEYMGMT: return keys;
        case OSSL_OP_KEYEXCH: return exchanges;
        case OSSL_OP_SIGNATURE: return signatures;
        case OSSL_OP_ASYM_CIPHER: return encryptions;
        case OSSL_OP_KEM: return encapsulations;
        case OSSL_OP_DECODER: return decoders;
        default: return NULL;
    }
}

// OpenSSL's own, of which no header is installed.
void *ossl_prov_ctx_new(void);
void ossl_prov_ctx_free(void *context);
void ossl_prov_ctx_set0_libctx(void *context, void *library);
void ossl_prov_ctx_set0_handle(void *context, const OSSL_CORE_HANDLE *handle);
void ossl_prov_ctx_set0_core_bio_method(void *context, BIO_METHOD *method);
BIO_METHOD *ossl_prov_ctx_get0_core_bio_method(void *context);
BIO_METHOD *ossl_bio_prov_init_bio_method(void);
int ossl_prov_bio_from_dispatch(const OSSL_DISPATCH *core);
int ossl_prov_seeding_from_dispatch(const OSSL_DISPATCH *core);
int ossl_prov_get_capabilities(void *context, const char *capability, OSSL_CALLBACK *callback, void *argument);

static void tear_down(void *context) {
    BIO_meth_free(ossl_prov_ctx_get0_core_bio_method(context));
    ossl_prov_ctx_free(context);
}

static const OSSL_DISPATCH functions[] = {
    {OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))tear_down},
    {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query},
    {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))ossl_prov_get_capabilities},
    {0, NULL},
};

int ossl_default_provider_init(
    const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *core, const OSSL_DISPATCH **out, void **context);

int ossl_default_provider_init(
    const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *core, const OSSL_DISPATCH **out, void **context) {
    if (!ossl_prov_bio_from_dispatch(core) || !ossl_prov_seeding_from_dispatch(core)) return 0;
    while (core->function_id != OSSL_FUNC_CORE_GET_LIBCTX)
        if (core++->function_id == 0) return 0;
    *context = ossl_prov_ctx_new();
    BIO_METHOD *method = *context ? ossl_bio_prov_init_bio_method() : NULL;
    if (!method) {
        ossl_prov_ctx_free(*context);
        *context = NULL;
        return 0;
    }
    ossl_prov_ctx_set0_libctx(*context, OSSL_FUNC_core_get_libctx(core)(handle));
    ossl_prov_ctx_set0_handle(*context, handle);
    ossl_prov_ctx_set0_core_bio_method(*context, method);
    *out = functions;
    return 1;
}

// Without a configuration file nobody asks for the provider that only reads and writes keys.
int ossl_base_provider_init(
    const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *core, const OSSL_DISPATCH **out, void **context);

int ossl_base_provider_init(
    const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *core, const OSSL_DISPATCH **out, void **context) {
    (void)handle, (void)core, (void)out, (void)context;
    return 0;
}
