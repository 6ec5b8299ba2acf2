/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptHash, HashesInOneCall) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    UCHAR out[32];
    CHECK_STATUS(BCryptHash(algorithm, NULL, 0, (PUCHAR) "abc", 3, out, sizeof(out)), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_ABC));
    CHECK_STATUS(BCryptHash(algorithm, NULL, 0, NULL, 0, out, sizeof(out)), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_NOTHING));
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptHash, TakesPseudoHandles) {
    UCHAR out[32];
    CHECK_STATUS(BCryptHash(SHA256_PSEUDO_HANDLE, NULL, 0, (PUCHAR) "abc", 3, out, sizeof(out)), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_ABC));
    CHECK_STATUS(BCryptHash(HMAC_SHA256_PSEUDO_HANDLE, (PUCHAR) "Jefe", 4, (PUCHAR) "what do ya want for nothing?", 28, out,
                            sizeof(out)),
                 STATUS_SUCCESS);
    CHECK(IsHex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")); /* RFC 4231, case 2 */
}

CONFORMANCE(BCryptHash, WorksAtDispatchLevel) {
    UCHAR out[32] = {0};
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_STATUS(BCryptHash(SHA256_PSEUDO_HANDLE, NULL, 0, (PUCHAR) "abc", 3, out, sizeof(out)), STATUS_SUCCESS));
    CHECK(IsHex(out, SHA256_ABC));
}

CONFORMANCE(BCryptHash, Refuses) {
    BCRYPT_ALG_HANDLE aes = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0);
    UCHAR out[32];
    CHECK_STATUS(BCryptHash(NULL, NULL, 0, (PUCHAR) "abc", 3, out, sizeof(out)), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptHash(aes, NULL, 0, (PUCHAR) "abc", 3, out, sizeof(out)), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptHash(SHA256_PSEUDO_HANDLE, NULL, 0, (PUCHAR) "abc", 3, out, 31), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptHash(SHA256_PSEUDO_HANDLE, NULL, 0, NULL, 3, out, sizeof(out)), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptHash(SHA256_PSEUDO_HANDLE, NULL, 0, (PUCHAR) "abc", 3, NULL, sizeof(out)), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptHash(SHA256_PSEUDO_HANDLE, (PUCHAR) "Jefe", 4, NULL, 0, out, sizeof(out)), STATUS_INVALID_PARAMETER);
    BCryptCloseAlgorithmProvider(aes, 0);
}
