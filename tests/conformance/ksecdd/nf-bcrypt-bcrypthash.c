/* SPDX-License-Identifier: GPL-2.0-only */
/* This driver imports from ksecdd.sys and not from cng.sys: the older name for the same functions. */
#include "../cng/cng_test.h"

CONFORMANCE(BCryptHash, ComesFromKsecdd) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    UCHAR out[32];
    CHECK_STATUS(BCryptHash(algorithm, NULL, 0, (PUCHAR) "abc", 3, out, sizeof(out)), STATUS_SUCCESS);
    CHECK(IsHex(out, SHA256_ABC));
    CHECK_STATUS(BCryptHash(algorithm, NULL, 0, (PUCHAR) "abc", 3, out, 31), STATUS_INVALID_PARAMETER);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptVerifySignature, ComesFromKsecdd) {
    BCRYPT_KEY_HANDLE key = ImportPublic(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB);
    UCHAR hash[32], signature[64];
    Hex(SHA256_SAMPLE, hash);
    Hex(P256_SIGNATURE, signature);
    CHECK_STATUS(BCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, sizeof(signature), 0), STATUS_SUCCESS);
    hash[0] ^= 1;
    CHECK_STATUS(BCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, sizeof(signature), 0), STATUS_INVALID_SIGNATURE);
    BCryptDestroyKey(key);
}
