/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptHashData, AddsUp) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0);
    UCHAR out[32];
    CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "a", 1, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptHashData(hash, NULL, 0, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "bc", 2, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptFinishHash(hash, out, sizeof(out), 0), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_ABC));
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptHashData, Refuses) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0);
    UCHAR out[32];
    CHECK_STATUS(BCryptHashData(NULL, (PUCHAR) "a", 1, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptHashData(algorithm, (PUCHAR) "a", 1, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptHashData(hash, NULL, 1, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "a", 1, 1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptFinishHash(hash, out, sizeof(out), 0), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_NOTHING)); /* what was refused did not count */
    CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "a", 1, 0), STATUS_INVALID_HANDLE);
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}
