/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

static ULONG ObjectLength(BCRYPT_ALG_HANDLE algorithm) {
    ULONG value = 0, bytes;
    CHECK_SUCCESS(BCryptGetProperty(algorithm, BCRYPT_OBJECT_LENGTH, (PUCHAR)&value, sizeof(value), &bytes, 0));
    return value;
}

CONFORMANCE(BCryptCreateHash, UsesTheCallersMemory) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NULL;
    const ULONG length = ObjectLength(algorithm);
    UCHAR out[32], *memory = ExAllocatePoolWithTag(NonPagedPool, length + 2, CONFORMANCE_TAG);
    REQUIRE(memory != NULL);
    /* At an odd address, with a byte behind it that has to stay. */
    memory[length + 1] = 0x5A;
    CHECK_STATUS(BCryptCreateHash(algorithm, &hash, memory + 1, length, NULL, 0, 0), STATUS_SUCCESS);
    CHECK((ULONG_PTR)hash >= (ULONG_PTR)memory && (ULONG_PTR)hash < (ULONG_PTR)memory + length);
    CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "abc", 3, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptFinishHash(hash, out, sizeof(out), 0), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_ABC));
    CHECK_STATUS(BCryptDestroyHash(hash), STATUS_SUCCESS);
    CHECK_EQ(memory[length + 1], 0x5A);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptCreateHash, RefusesLittleMemory) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NULL;
    UCHAR memory[16];
    CHECK_STATUS(BCryptCreateHash(algorithm, &hash, memory, sizeof(memory), NULL, 0, 0), STATUS_BUFFER_TOO_SMALL);
    CHECK(hash == NULL);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

/* RFC 4231, case 2 */
CONFORMANCE(BCryptCreateHash, TakesAKeyForAnHmac) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, BCRYPT_ALG_HANDLE_HMAC_FLAG);
    BCRYPT_HASH_HANDLE hash = NULL;
    UCHAR out[32];
    CHECK_STATUS(BCryptCreateHash(algorithm, &hash, NULL, 0, (PUCHAR) "Jefe", 4, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "what do ya want for nothing?", 28, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptFinishHash(hash, out, sizeof(out), 0), STATUS_SUCCESS);
    CHECK(IsHex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptCreateHash, WorksAtDispatchLevel) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, BCRYPT_PROV_DISPATCH);
    BCRYPT_HASH_HANDLE hash = NULL;
    UCHAR out[32] = {0};
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK_STATUS(BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0), STATUS_SUCCESS);
        CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "abc", 3, 0), STATUS_SUCCESS);
        CHECK_STATUS(BCryptFinishHash(hash, out, sizeof(out), 0), STATUS_SUCCESS);
        CHECK_STATUS(BCryptDestroyHash(hash), STATUS_SUCCESS);
    });
    CHECK(IsHex(out, SHA256_ABC));
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptCreateHash, TakesAPseudoHandle) {
    BCRYPT_HASH_HANDLE hash = NULL;
    UCHAR out[32];
    CHECK_STATUS(BCryptCreateHash(SHA256_PSEUDO_HANDLE, &hash, NULL, 0, NULL, 0, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptFinishHash(hash, out, sizeof(out), 0), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_NOTHING));
    BCryptDestroyHash(hash);
}

CONFORMANCE(BCryptCreateHash, Refuses) {
    BCRYPT_ALG_HANDLE plain = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0), aes = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NULL;
    CHECK_STATUS(BCryptCreateHash(NULL, &hash, NULL, 0, NULL, 0, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptCreateHash(aes, &hash, NULL, 0, NULL, 0, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptCreateHash(plain, NULL, NULL, 0, NULL, 0, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptCreateHash(plain, &hash, NULL, 0, (PUCHAR) "Jefe", 4, 0), STATUS_INVALID_PARAMETER); /* not opened for HMAC */
    CHECK_STATUS(BCryptCreateHash(plain, &hash, NULL, 0, NULL, 0, 0x1000), STATUS_INVALID_PARAMETER);
    CHECK(hash == NULL);
    BCryptCloseAlgorithmProvider(plain, 0);
    BCryptCloseAlgorithmProvider(aes, 0);
}
