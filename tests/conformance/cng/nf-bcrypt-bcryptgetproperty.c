/* SPDX-License-Identifier: GPL-2.0-only */
/* Names and contents: learn.microsoft.com/windows/win32/seccng/cng-property-identifiers */
#include "cng_test.h"

static ULONG Number(BCRYPT_HANDLE object, LPCWSTR name) {
    ULONG value = 0, bytes = 0;
    CHECK_STATUS(BCryptGetProperty(object, name, (PUCHAR)&value, sizeof(value), &bytes, 0), STATUS_SUCCESS);
    CHECK_EQ(bytes, sizeof(value));
    return value;
}

static BOOLEAN TextIs(BCRYPT_HANDLE object, LPCWSTR name, LPCWSTR expected) {
    WCHAR text[40];
    UNICODE_STRING got, wanted;
    ULONG bytes = 0;
    CHECK_STATUS(BCryptGetProperty(object, name, (PUCHAR)text, sizeof(text), &bytes, 0), STATUS_SUCCESS);
    RtlInitUnicodeString(&got, text);
    RtlInitUnicodeString(&wanted, expected);
    return RtlEqualUnicodeString(&got, &wanted, FALSE) && bytes == wanted.Length + sizeof(WCHAR);
}

CONFORMANCE(BCryptGetProperty, TellsOfHashes) {
    BCRYPT_ALG_HANDLE sha256 = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0), sha512 = OpenAlgorithm(BCRYPT_SHA512_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(sha512, 0);
    CHECK_EQ(Number(sha256, BCRYPT_HASH_LENGTH), 32u);
    CHECK_EQ(Number(sha256, BCRYPT_HASH_BLOCK_LENGTH), 64u);
    CHECK_EQ(Number(sha512, BCRYPT_HASH_LENGTH), 64u);
    CHECK_EQ(Number(sha512, BCRYPT_HASH_BLOCK_LENGTH), 128u);
    CHECK(Number(sha256, BCRYPT_OBJECT_LENGTH) > 0);
    CHECK_EQ(Number(hash, BCRYPT_HASH_LENGTH), 64u);
    CHECK(TextIs(sha256, BCRYPT_ALGORITHM_NAME, L"SHA256"));
    CHECK(TextIs(hash, BCRYPT_ALGORITHM_NAME, L"SHA512"));
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(sha256, 0);
    BCryptCloseAlgorithmProvider(sha512, 0);
}

CONFORMANCE(BCryptGetProperty, TellsOfAes) {
    BCRYPT_ALG_HANDLE aes = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0);
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_ECB, AES_KEY);
    BCRYPT_KEY_LENGTHS_STRUCT lengths;
    ULONG bytes;
    CHECK_EQ(Number(aes, BCRYPT_BLOCK_LENGTH), 16u);
    CHECK_EQ(Number(aes, BCRYPT_BLOCK_SIZE_LIST), 16u);
    CHECK(Number(aes, BCRYPT_OBJECT_LENGTH) > 0);
    CHECK(TextIs(aes, BCRYPT_CHAINING_MODE, BCRYPT_CHAIN_MODE_CBC));
    CHECK_STATUS(BCryptGetProperty(aes, BCRYPT_KEY_LENGTHS, (PUCHAR)&lengths, sizeof(lengths), &bytes, 0), STATUS_SUCCESS);
    CHECK(lengths.dwMinLength == 128 && lengths.dwMaxLength == 256 && lengths.dwIncrement == 64);
    CHECK_EQ(Number(key, BCRYPT_KEY_LENGTH), 128u);
    CHECK_EQ(Number(key, BCRYPT_KEY_STRENGTH), 128u);
    CHECK_EQ(Number(key, BCRYPT_BLOCK_LENGTH), 16u);
    CHECK(TextIs(key, BCRYPT_CHAINING_MODE, BCRYPT_CHAIN_MODE_ECB));
    BCryptDestroyKey(key);
    BCryptCloseAlgorithmProvider(aes, 0);
}

CONFORMANCE(BCryptGetProperty, TellsOfPublicKeys) {
    BCRYPT_KEY_HANDLE curve = ImportPublic(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB);
    BCRYPT_KEY_HANDLE rsa = ImportPublic(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB);
    CHECK_EQ(Number(curve, BCRYPT_KEY_LENGTH), 256u);
    CHECK_EQ(Number(curve, BCRYPT_SIGNATURE_LENGTH), 64u);
    CHECK_EQ(Number(curve, BCRYPT_PUBLIC_KEY_LENGTH), 256u);
    CHECK_EQ(Number(rsa, BCRYPT_KEY_LENGTH), 1024u);
    CHECK_EQ(Number(rsa, BCRYPT_SIGNATURE_LENGTH), 128u);
    BCryptDestroyKey(curve);
    BCryptDestroyKey(rsa);
}

CONFORMANCE(BCryptGetProperty, NamesTheProviderOfAnObject) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA1_ALGORITHM, 0), provider = NULL;
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0);
    ULONG bytes;
    CHECK_STATUS(BCryptGetProperty(hash, BCRYPT_PROVIDER_HANDLE, (PUCHAR)&provider, sizeof(provider), &bytes, 0), STATUS_SUCCESS);
    CHECK(provider == algorithm);
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptGetProperty, TellsTheSizeItNeeds) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    ULONG bytes = 0;
    UCHAR little[3];
    CHECK_STATUS(BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, NULL, 0, &bytes, 0), STATUS_SUCCESS);
    CHECK_EQ(bytes, sizeof(ULONG));
    bytes = 0;
    CHECK_STATUS(BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, little, sizeof(little), &bytes, 0), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(bytes, sizeof(ULONG));
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptGetProperty, Refuses) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    ULONG value, bytes;
    CHECK_STATUS(BCryptGetProperty(algorithm, L"Taste", (PUCHAR)&value, sizeof(value), &bytes, 0), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptGetProperty(algorithm, BCRYPT_BLOCK_LENGTH, (PUCHAR)&value, sizeof(value), &bytes, 0), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptGetProperty(NULL, BCRYPT_HASH_LENGTH, (PUCHAR)&value, sizeof(value), &bytes, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptGetProperty(algorithm, NULL, (PUCHAR)&value, sizeof(value), &bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, (PUCHAR)&value, sizeof(value), NULL, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, (PUCHAR)&value, sizeof(value), &bytes, 1), STATUS_INVALID_PARAMETER);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}
