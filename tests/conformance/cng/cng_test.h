/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of BCrypt's functions share: published vectors as they are printed, and the common beginnings. */
#ifndef RSL_CONFORMANCE_CNG_H
#define RSL_CONFORMANCE_CNG_H

#include "conformance.h"

/* mingw's declares what only programs can call, too, unless a kernel asks. */
#define KERNEL_MODE_CNG
#include <bcrypt.h>

#ifndef STATUS_AUTH_TAG_MISMATCH
#define STATUS_AUTH_TAG_MISMATCH ((NTSTATUS)0xC000A002L)
#endif

/* learn.microsoft.com/windows/win32/seccng/cng-algorithm-pseudo-handles: newer than mingw's header */
#define SHA256_PSEUDO_HANDLE ((BCRYPT_ALG_HANDLE)0x41)
#define HMAC_SHA256_PSEUDO_HANDLE ((BCRYPT_ALG_HANDLE)0xB1)
#define AES_ECB_PSEUDO_HANDLE ((BCRYPT_ALG_HANDLE)0x1B1)

static __inline__ UCHAR HexDigit(char digit) {
    return (UCHAR)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
}

/* Reads hexadecimal digits; returns how many bytes they are. */
static __inline__ ULONG Hex(const char* text, UCHAR* out) {
    ULONG count = 0;
    for (; text[0] != 0; text += 2) out[count++] = (UCHAR)(HexDigit(text[0]) << 4 | HexDigit(text[1]));
    return count;
}

/* Whether bytes are those that the digits say. */
static __inline__ BOOLEAN IsHex(const UCHAR* bytes, const char* text) {
    for (; text[0] != 0; text += 2) {
        if (*bytes++ != (UCHAR)(HexDigit(text[0]) << 4 | HexDigit(text[1]))) return FALSE;
    }
    return TRUE;
}

static __inline__ BCRYPT_ALG_HANDLE OpenAlgorithm(LPCWSTR name, ULONG flags) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    CHECK_SUCCESS(BCryptOpenAlgorithmProvider(&algorithm, name, NULL, flags));
    return algorithm;
}

static __inline__ BCRYPT_HASH_HANDLE NewHash(BCRYPT_ALG_HANDLE algorithm, ULONG flags) {
    BCRYPT_HASH_HANDLE hash = NULL;
    CHECK_SUCCESS(BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, flags));
    return hash;
}

/* FIPS 180's "abc" */
#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA256_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
/* SP 800-38A, F.1 and F.2: the key, the IV, two blocks */
#define AES_KEY "2b7e151628aed2a6abf7158809cf4f3c"
#define AES_IV "000102030405060708090a0b0c0d0e0f"
#define AES_PLAIN "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
#define AES_ECB "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
#define AES_CBC "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
#define AES_CFB8 "3b79424c9c0dd436bace9e0ed4586a4f32b9"
#define AES_CFB128 "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b"

/* A key of AES_KEY, or of other digits, in a chaining mode. */
static __inline__ BCRYPT_KEY_HANDLE NewAesKey(LPCWSTR mode, const char* digits) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0);
    BCRYPT_KEY_HANDLE key = NULL;
    UCHAR secret[32];
    ULONG bytes = Hex(digits, secret);
    CHECK_SUCCESS(BCryptSetProperty(algorithm, BCRYPT_CHAINING_MODE, (PUCHAR)mode, 16 * sizeof(WCHAR), 0));
    CHECK_SUCCESS(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, secret, bytes, 0));
    CHECK_SUCCESS(BCryptCloseAlgorithmProvider(algorithm, 0));
    return key;
}

/* RFC 6979, A.2.5: "ECS1", 32 bytes, x, y; then r and s for SHA-256 of "sample" */
#define P256_BLOB                                                                     \
    "4543533120000000"                                                                \
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"                \
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
#define P256_SIGNATURE                                                                \
    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"                \
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
#define SHA256_SAMPLE "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf"
/* A key of 1024 bits and signatures of "sample" that OpenSSL made: "RSA1", 1024 bits, lengths, 65537, the modulus */
#define RSA_BLOB \
    "525341310004000003000000800000000000000000000000010001e309d5efe9" \
    "e0ec3f5c595c46bdb89eb8987acc7bcb5ab84491e1ada8ba127e44bd4ea5c1f9" \
    "b15e33afd6e65b42170b8996d10aa6443a4e6de58600e135a0193a882f62fa1b" \
    "279d2fe18227cab5702bc5381b0b4a5cdb52f02c7198259355c101aa12a4757d" \
    "fb518d3bcde7ae3fee5f7ad914afb6f77dc119a5b9e94343b3d65b"
#define RSA_PKCS1_SHA256 \
    "6fcbdf3f1cf775cff4e74904e3f60e495eec0ac487cf0053a870d839536709bc" \
    "1fb9409f819a39200dee2f81858e42f0d2905daaa2d38510f68977a545341bfe" \
    "924b4840fcf5eb47a3d9c641013dbc21d5430821d8479fe1ed75ebf2e3a24641" \
    "0fd7e16b76c985a8ebd0616af3f4dbbcac4daaa89e0da3a4f73017390f69ae5a"
#define RSA_PSS_SHA256 \
    "2af5b2e662f3bb308bf93e2577ed746410f22e087131517e6d269796f68aeaf7" \
    "8b0a1e806828fa177fe8305025f6b135c9d2d93c3f750c79f650f5295dddc2aa" \
    "229e67f6251b139b8fb8b489525ebf8aaeb1550be4dfe554b7f458bc9791d6de" \
    "7ffa6109bcbe638b6133f5b49bab37b1e7026c602508545b152e588a55daaa14"

static __inline__ BCRYPT_KEY_HANDLE ImportPublic(LPCWSTR algorithm_name, LPCWSTR blob_type, const char* digits) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(algorithm_name, 0);
    BCRYPT_KEY_HANDLE key = NULL;
    UCHAR blob[512];
    ULONG bytes = Hex(digits, blob);
    CHECK_SUCCESS(BCryptImportKeyPair(algorithm, NULL, blob_type, &key, blob, bytes, 0));
    CHECK_SUCCESS(BCryptCloseAlgorithmProvider(algorithm, 0));
    return key;
}

#endif
