/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

/* FIPS 197, appendix C: the block 00112233... with the keys 000102... of each size */
static VOID Encrypts(const char* key_digits, const char* expected) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_ECB, key_digits);
    UCHAR block[16];
    ULONG bytes;
    Hex("00112233445566778899aabbccddeeff", block);
    CHECK_STATUS(BCryptEncrypt(key, block, 16, NULL, NULL, 0, block, 16, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(block, expected));
    CHECK_STATUS(BCryptDestroyKey(key), STATUS_SUCCESS);
}

CONFORMANCE(BCryptGenerateSymmetricKey, MakesKeysOfEachSize) {
    Encrypts("000102030405060708090a0b0c0d0e0f", "69c4e0d86a7b0430d8cdb78070b4c55a");
    Encrypts("000102030405060708090a0b0c0d0e0f1011121314151617", "dda97ca4864cdfe06eaf70a0ec0d7191");
    Encrypts("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "8ea2b7ca516745bfeafc49904b496089");
}

CONFORMANCE(BCryptGenerateSymmetricKey, UsesTheCallersMemory) {
    UCHAR secret[16] = {0}, *memory;
    ULONG length = 0, bytes;
    BCRYPT_KEY_HANDLE key = NULL;
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_AES_ALGORITHM, BCRYPT_PROV_DISPATCH);
    CHECK_SUCCESS(BCryptGetProperty(algorithm, BCRYPT_OBJECT_LENGTH, (PUCHAR)&length, sizeof(length), &bytes, 0));
    memory = ExAllocatePoolWithTag(NonPagedPool, length, CONFORMANCE_TAG);
    REQUIRE(memory != NULL);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK_STATUS(BCryptGenerateSymmetricKey(algorithm, &key, memory, length, secret, 16, 0), STATUS_SUCCESS);
        CHECK((ULONG_PTR)key >= (ULONG_PTR)memory && (ULONG_PTR)key < (ULONG_PTR)memory + length);
        CHECK_STATUS(BCryptDestroyKey(key), STATUS_SUCCESS);
    });
    CHECK_STATUS(BCryptGenerateSymmetricKey(algorithm, &key, memory, 16, secret, 16, 0), STATUS_BUFFER_TOO_SMALL);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptGenerateSymmetricKey, Refuses) {
    UCHAR secret[32] = {0};
    BCRYPT_KEY_HANDLE key = NULL;
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0), sha = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    CHECK_STATUS(BCryptGenerateSymmetricKey(NULL, &key, NULL, 0, secret, 16, 0), STATUS_INVALID_HANDLE);
    CHECK(!NT_SUCCESS(BCryptGenerateSymmetricKey(sha, &key, NULL, 0, secret, 16, 0)));
    CHECK_STATUS(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, secret, 17, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, NULL, 16, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptGenerateSymmetricKey(algorithm, NULL, NULL, 0, secret, 16, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, secret, 16, 1), STATUS_INVALID_PARAMETER);
    CHECK(key == NULL);
    BCryptCloseAlgorithmProvider(algorithm, 0);
    BCryptCloseAlgorithmProvider(sha, 0);
}
