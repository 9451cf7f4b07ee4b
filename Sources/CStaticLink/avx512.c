// OpenSSL since 3.1 has AES-GCM once more for processors with AVX-512: 0.7 MB for what a probe sends and receives. RSA
// has 0.04 MB (3.5) for them and AVX-IFMA; a client computes one signature. No processor has either here, so none of
// the other functions is ever called: a call would end the program.
#ifdef __x86_64__
int ossl_vaes_vpclmulqdq_capable(void) { return 0; }
int aesni_xts_avx512_eligible(void) { return 0; }
int ossl_rsaz_avx512ifma_eligible(void) { return 0; }
int ossl_rsaz_avxifma_eligible(void) { return 0; }

#define NEVER_CALLED(name) _Noreturn void name(void) { __builtin_trap(); }

NEVER_CALLED(aesni_xts_128_decrypt_avx512)
NEVER_CALLED(aesni_xts_128_encrypt_avx512)
NEVER_CALLED(aesni_xts_256_decrypt_avx512)
NEVER_CALLED(aesni_xts_256_encrypt_avx512)
NEVER_CALLED(ossl_aes_gcm_decrypt_avx512)
NEVER_CALLED(ossl_aes_gcm_encrypt_avx512)
NEVER_CALLED(ossl_aes_gcm_finalize_avx512)
NEVER_CALLED(ossl_aes_gcm_init_avx512)
NEVER_CALLED(ossl_aes_gcm_setiv_avx512)
NEVER_CALLED(ossl_aes_gcm_update_aad_avx512)
NEVER_CALLED(ossl_gcm_gmult_avx512)
NEVER_CALLED(ossl_rsaz_mod_exp_avx512_x2)
#endif
