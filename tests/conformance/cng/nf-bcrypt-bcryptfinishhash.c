/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

static VOID Gives(LPCWSTR name, const char* expected, ULONG bytes) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(name, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0);
    UCHAR out[65];
    out[bytes] = 0x5A;
    CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "abc", 3, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptFinishHash(hash, out, bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(out, expected));
    CHECK_EQ(out[bytes], 0x5A);
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

/* RFC 1321, A.5, and FIPS 180's examples */
CONFORMANCE(BCryptFinishHash, GivesEachAlgorithmsValue) {
    Gives(BCRYPT_MD5_ALGORITHM, "900150983cd24fb0d6963f7d28e17f72", 16);
    Gives(BCRYPT_SHA1_ALGORITHM, "a9993e364706816aba3e25717850c26c9cd0d89d", 20);
    Gives(BCRYPT_SHA256_ALGORITHM, SHA256_ABC, 32);
    Gives(BCRYPT_SHA384_ALGORITHM,
          "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7", 48);
    Gives(BCRYPT_SHA512_ALGORITHM,
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
          64);
}

CONFORMANCE(BCryptFinishHash, IsTheEndUnlessReusable) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE once = NewHash(algorithm, 0), again = NewHash(algorithm, BCRYPT_HASH_REUSABLE_FLAG);
    UCHAR out[32];
    CHECK_STATUS(BCryptFinishHash(once, out, sizeof(out), 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptFinishHash(once, out, sizeof(out), 0), STATUS_INVALID_HANDLE);
    for (ULONG i = 0; i < 2; ++i) {
        CHECK_STATUS(BCryptHashData(again, (PUCHAR) "abc", 3, 0), STATUS_SUCCESS);
        CHECK_STATUS(BCryptFinishHash(again, out, sizeof(out), 0), STATUS_SUCCESS);
        CHECK(IsHex(out, SHA256_ABC));
    }
    CHECK_STATUS(BCryptDestroyHash(once), STATUS_SUCCESS);
    CHECK_STATUS(BCryptDestroyHash(again), STATUS_SUCCESS);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptFinishHash, AReusableHmacKeepsItsKey) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA1_ALGORITHM, BCRYPT_ALG_HANDLE_HMAC_FLAG | BCRYPT_HASH_REUSABLE_FLAG);
    BCRYPT_HASH_HANDLE hash = NULL;
    UCHAR out[20];
    CHECK_STATUS(BCryptCreateHash(algorithm, &hash, NULL, 0, (PUCHAR) "Jefe", 4, 0), STATUS_SUCCESS);
    for (ULONG i = 0; i < 2; ++i) {
        CHECK_STATUS(BCryptHashData(hash, (PUCHAR) "what do ya want for nothing?", 28, 0), STATUS_SUCCESS);
        CHECK_STATUS(BCryptFinishHash(hash, out, sizeof(out), 0), STATUS_SUCCESS);
        CHECK(IsHex(out, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
    }
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

/* "This size must exactly match the size of the hash or MAC value." */
CONFORMANCE(BCryptFinishHash, WantsTheExactSize) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0);
    BCRYPT_HASH_HANDLE hash = NewHash(algorithm, 0);
    UCHAR out[33];
    CHECK_STATUS(BCryptFinishHash(hash, out, 31, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptFinishHash(hash, out, 33, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptFinishHash(hash, NULL, 32, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptFinishHash(hash, out, 32, 1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptFinishHash(hash, out, 32, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptFinishHash(NULL, out, 32, 0), STATUS_INVALID_HANDLE);
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}
