// libpq computes the rounds of a SCRAM login in one piece, as many as the server says. This file computes them in
// slices, and once for each password and salt: a server has the same salt for every login.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "login.h"
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <pg_config.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { size = SHA256_DIGEST_LENGTH, remembered = 4, rounds_between_looks = 64 };
static const int64_t slice = 2000000;

struct salted_passwords {
    // Digests under the key of this process: of the password, and of a server's question (password, salt and rounds).
    unsigned char password[size];
    struct {
        unsigned char question[size], answer[size];
        bool is_known;
    } entries[remembered];
    unsigned next;
};

// HMAC-SHA-256 with a key that is set once, which saves two blocks in each round.
struct hmac {
    SHA256_CTX inner, outer;
};

static void hmac_start(struct hmac *hmac, const void *key, size_t length) {
    unsigned char block[SHA256_CBLOCK] = {0};
    if (length > sizeof block) {
        SHA256_CTX whole;
        SHA256_Init(&whole);
        SHA256_Update(&whole, key, length);
        SHA256_Final(block, &whole);
    } else {
        memcpy(block, key, length);
    }
    for (size_t index = 0; index < sizeof block; index++) block[index] ^= 0x36;
    SHA256_Init(&hmac->inner);
    SHA256_Update(&hmac->inner, block, sizeof block);
    for (size_t index = 0; index < sizeof block; index++) block[index] ^= 0x36 ^ 0x5C;
    SHA256_Init(&hmac->outer);
    SHA256_Update(&hmac->outer, block, sizeof block);
    OPENSSL_cleanse(block, sizeof block);
}

// Finishes the digest of a text that was begun with a copy of `inner`.
static void hmac_finish(const struct hmac *hmac, SHA256_CTX *text, unsigned char digest[size]) {
    SHA256_CTX outer = hmac->outer;
    SHA256_Final(digest, text);
    SHA256_Update(&outer, digest, size);
    SHA256_Final(digest, &outer);
}

// Digests a question under a random key of this process, without which the digest tells nothing. False while the
// kernel has no random numbers yet: then no salted password is remembered.
static bool digest(
    unsigned char result[size], const void *password, size_t length, const void *salt, size_t salt_length, int rounds) {
    static struct hmac keyed;
    static bool has_key;
    if (!has_key) {
        unsigned char key[size];
        if (getrandom(key, sizeof key, GRND_NONBLOCK) != sizeof key) return false;
        hmac_start(&keyed, key, sizeof key);
        OPENSSL_cleanse(key, sizeof key);
        has_key = true;
    }
    SHA256_CTX text = keyed.inner;
    SHA256_Update(&text, &length, sizeof length);
    SHA256_Update(&text, password, length);
    SHA256_Update(&text, &rounds, sizeof rounds);
    SHA256_Update(&text, salt, salt_length);
    hmac_finish(&keyed, &text, result);
    OPENSSL_cleanse(&text, sizeof text);
    return true;
}

struct salted_passwords *salted_passwords_new(void) {
    return calloc(1, sizeof(struct salted_passwords));
}

void salted_passwords_free(struct salted_passwords *salted) {
    OPENSSL_cleanse(salted, sizeof *salted);
    free(salted);
}

void salted_passwords_keep(struct salted_passwords *salted, const void *password, size_t length) {
    unsigned char mark[size] = {0};
    bool has_mark = digest(mark, password, length, "", 0, 0);
    if (has_mark && CRYPTO_memcmp(salted->password, mark, size) == 0) return;
    OPENSSL_cleanse(salted, sizeof *salted);
    memcpy(salted->password, mark, size);
}

// Computes RFC 5802's Hi(). False if a pause ended the login.
static bool compute(
    const char *password, const void *salt, size_t salt_length, int rounds, unsigned char result[size]) {
    struct hmac hmac;
    unsigned char last[size];
    int64_t began = login_clock(), slice_began = began;
    hmac_start(&hmac, password, strlen(password));
    SHA256_CTX text = hmac.inner;
    SHA256_Update(&text, salt, salt_length);
    SHA256_Update(&text, "\0\0\0\1", 4);
    hmac_finish(&hmac, &text, last);
    memcpy(result, last, size);
    bool goes_on = true;
    for (int left = rounds - 1; left > 0 && goes_on; left--) {
        text = hmac.inner;
        SHA256_Update(&text, last, size);
        hmac_finish(&hmac, &text, last);
        for (int index = 0; index < size; index++) result[index] ^= last[index];
        if (left % rounds_between_looks == 0 && login_clock() - slice_began >= slice) {
            goes_on = login_pause(rounds, began);
            slice_began = login_clock();
        }
    }
    OPENSSL_cleanse(&hmac, sizeof hmac);
    OPENSSL_cleanse(&text, sizeof text);
    OPENSSL_cleanse(last, sizeof last);
    return goes_on;
}

static int salt_password(
    const char *password, const void *salt, int salt_length, int rounds, unsigned char *result, const char **error) {
    struct salted_passwords *salted = login_memory();
    unsigned char question[size];
    bool can_remember = salted && digest(question, password, strlen(password), salt, (size_t)salt_length, rounds);
    for (int index = 0; can_remember && index < remembered; index++) {
        if (!salted->entries[index].is_known) continue;
        if (CRYPTO_memcmp(salted->entries[index].question, question, size) != 0) continue;
        memcpy(result, salted->entries[index].answer, size);
        return 0;
    }
    if (!compute(password, salt, (size_t)salt_length, rounds, result)) {
        OPENSSL_cleanse(result, size);
        *error = "no time for so many rounds";
        return -1;
    }
    if (can_remember) {
        unsigned index = salted->next;
        salted->next = (index + 1) % remembered;
        memcpy(salted->entries[index].question, question, size);
        memcpy(salted->entries[index].answer, result, size);
        salted->entries[index].is_known = true;
    }
    return 0;
}

// The replacements that `--wrap` links in the place of libpq's functions. The server's key is the last use of the
// salted password, which is wiped here: libpq would leave it in freed memory.
#if PG_VERSION_NUM >= 160000
int __real_scram_ServerKey(
    const unsigned char *salted, int hash, int key_length, unsigned char *result, const char **error);

int __wrap_scram_ServerKey(
    unsigned char *salted, int hash, int key_length, unsigned char *result, const char **error) {
    int outcome = __real_scram_ServerKey(salted, hash, key_length, result, error);
    OPENSSL_cleanse(salted, (size_t)key_length);
    return outcome;
}

int __wrap_scram_SaltedPassword(
    const char *password, int hash, int key_length, const void *salt, int salt_length, int rounds,
    unsigned char *result, const char **error) {
    (void)hash;
    if (key_length != size) {
        *error = "not SCRAM-SHA-256";
        return -1;
    }
#else
int __real_scram_ServerKey(const unsigned char *salted, unsigned char *result, const char **error);

int __wrap_scram_ServerKey(unsigned char *salted, unsigned char *result, const char **error) {
    int outcome = __real_scram_ServerKey(salted, result, error);
    OPENSSL_cleanse(salted, size);
    return outcome;
}

int __wrap_scram_SaltedPassword(
    const char *password, const void *salt, int salt_length, int rounds, unsigned char *result,
    const char **error) {
#endif
    return salt_password(password, salt, salt_length, rounds, result, error);
}
