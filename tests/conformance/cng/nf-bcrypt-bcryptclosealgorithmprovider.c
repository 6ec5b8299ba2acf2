/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptCloseAlgorithmProvider, RefusesWhatIsNoAlgorithm) {
    ULONG64 noise[4] = {1, 2, 3, 4};
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0);
    CHECK_STATUS(BCryptCloseAlgorithmProvider(NULL, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptCloseAlgorithmProvider(noise, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptCloseAlgorithmProvider(hash, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptDestroyHash(hash), STATUS_SUCCESS);
    CHECK_STATUS(BCryptCloseAlgorithmProvider(algorithm, 1), STATUS_INVALID_PARAMETER); /* no flags are defined */
    CHECK_STATUS(BCryptCloseAlgorithmProvider(algorithm, 0), STATUS_SUCCESS);
}
