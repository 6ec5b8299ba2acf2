/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptDuplicateHash, GoesOnFromTheSameState) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0), copy = NULL;
    UCHAR out[32];
    CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "ab", 2, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptDuplicateHash(hash, &copy, NULL, 0, 0), STATUS_SUCCESS);
    CHECK(copy != NULL && copy != hash);
    CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "x", 1, 0), STATUS_SUCCESS); /* not the copy's */
    CHECK_STATUS(BCryptHashData(copy, (PUCHAR) "c", 1, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptDestroyHash(hash), STATUS_SUCCESS);
    CHECK_STATUS(BCryptFinishHash(copy, out, sizeof(out), 0), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_ABC));
    CHECK_STATUS(BCryptDestroyHash(copy), STATUS_SUCCESS);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptDuplicateHash, UsesTheCallersMemory) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0), copy = NULL;
    ULONG length = 0, bytes;
    UCHAR out[32], *memory;
    CHECK_SUCCESS(BCryptGetProperty(algorithm, BCRYPT_OBJECT_LENGTH, (PUCHAR)&length, sizeof(length), &bytes, 0));
    memory = ExAllocatePoolWithTag(NonPagedPool, length, CONFORMANCE_TAG);
    REQUIRE(memory != NULL);
    CHECK_STATUS(BCryptDuplicateHash(hash, &copy, memory, length, 0), STATUS_SUCCESS);
    CHECK((ULONG_PTR)copy >= (ULONG_PTR)memory && (ULONG_PTR)copy < (ULONG_PTR)memory + length);
    CHECK_STATUS(BCryptFinishHash(copy, out, sizeof(out), 0), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_NOTHING));
    CHECK_STATUS(BCryptDestroyHash(copy), STATUS_SUCCESS);
    CHECK_STATUS(BCryptDuplicateHash(hash, &copy, memory, 16, 0), STATUS_BUFFER_TOO_SMALL);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptDuplicateHash, Refuses) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0), copy = NULL;
    CHECK_STATUS(BCryptDuplicateHash(NULL, &copy, NULL, 0, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptDuplicateHash(hash, NULL, NULL, 0, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptDuplicateHash(hash, &copy, NULL, 0, 1), STATUS_INVALID_PARAMETER);
    CHECK(copy == NULL);
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}
