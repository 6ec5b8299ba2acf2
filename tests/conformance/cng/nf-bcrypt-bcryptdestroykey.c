/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

/* Keys live longer than the algorithm that they were made with: NewAesKey and ImportPublic have closed it. */
CONFORMANCE(BCryptDestroyKey, EndsKeysOfBothKinds) {
    CHECK_STATUS(BCryptDestroyKey(NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY)), STATUS_SUCCESS);
    CHECK_STATUS(BCryptDestroyKey(ImportPublic(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB)), STATUS_SUCCESS);
}

CONFORMANCE(BCryptDestroyKey, RefusesWhatIsNoKey) {
    ULONG64 noise[4] = {1, 2, 3, 4};
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0);
    CHECK_STATUS(BCryptDestroyKey(NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptDestroyKey(noise), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptDestroyKey(algorithm), STATUS_INVALID_HANDLE);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}
