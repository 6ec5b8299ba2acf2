/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptDestroyHash, OutlivesItsAlgorithm) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_MD5_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0);
    UCHAR out[16];
    CHECK_STATUS(BCryptCloseAlgorithmProvider(algorithm, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptFinishHash(hash, out, sizeof(out), 0), STATUS_SUCCESS);
    CHECK(IsHex(out, "d41d8cd98f00b204e9800998ecf8427e"));
    CHECK_STATUS(BCryptDestroyHash(hash), STATUS_SUCCESS);
}

CONFORMANCE(BCryptDestroyHash, RefusesWhatIsNoHash) {
    ULONG64 noise[4] = {1, 2, 3, 4};
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_MD5_ALGORITHM, 0);
    CHECK_STATUS(BCryptDestroyHash(NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptDestroyHash(noise), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptDestroyHash(algorithm), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptDestroyHash(SHA256_PSEUDO_HANDLE), STATUS_INVALID_HANDLE);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}
