/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

static VOID Opens(LPCWSTR name, ULONG flags) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    CHECK_STATUS(BCryptOpenAlgorithmProvider(&algorithm, name, NULL, flags), STATUS_SUCCESS);
    CHECK(algorithm != NULL);
    CHECK_STATUS(BCryptCloseAlgorithmProvider(algorithm, 0), STATUS_SUCCESS);
}

CONFORMANCE(BCryptOpenAlgorithmProvider, OpensHashesKeyedOrNot) {
    static const LPCWSTR names[] = {BCRYPT_MD5_ALGORITHM, BCRYPT_SHA1_ALGORITHM, BCRYPT_SHA256_ALGORITHM, BCRYPT_SHA384_ALGORITHM,
                                    BCRYPT_SHA512_ALGORITHM};
    for (ULONG i = 0; i < RTL_NUMBER_OF(names); ++i) {
        Opens(names[i], 0);
        Opens(names[i], BCRYPT_ALG_HANDLE_HMAC_FLAG | BCRYPT_PROV_DISPATCH);
        Opens(names[i], BCRYPT_HASH_REUSABLE_FLAG);
    }
}

CONFORMANCE(BCryptOpenAlgorithmProvider, OpensCiphersSignaturesAndRandomNumbers) {
    Opens(BCRYPT_AES_ALGORITHM, 0);
    Opens(BCRYPT_RNG_ALGORITHM, BCRYPT_PROV_DISPATCH);
    Opens(BCRYPT_ECDSA_P256_ALGORITHM, 0);
    Opens(BCRYPT_ECDSA_P384_ALGORITHM, 0);
    Opens(BCRYPT_RSA_ALGORITHM, 0);
}

CONFORMANCE(BCryptOpenAlgorithmProvider, TakesTheProvidersName) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    CHECK_STATUS(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_AES_ALGORITHM, MS_PRIMITIVE_PROVIDER, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptCloseAlgorithmProvider(algorithm, 0), STATUS_SUCCESS);
}

CONFORMANCE(BCryptOpenAlgorithmProvider, DoesNotFindWhatIsNotThere) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    CHECK_STATUS(BCryptOpenAlgorithmProvider(&algorithm, L"ROT13", NULL, 0), STATUS_NOT_FOUND);
    CHECK_STATUS(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_AES_ALGORITHM, L"Nobody's Provider", 0), STATUS_NOT_FOUND);
    CHECK(algorithm == NULL);
}

CONFORMANCE(BCryptOpenAlgorithmProvider, RefusesParameters) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    CHECK_STATUS(BCryptOpenAlgorithmProvider(NULL, BCRYPT_AES_ALGORITHM, NULL, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptOpenAlgorithmProvider(&algorithm, NULL, NULL, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_AES_ALGORITHM, NULL, 0x80000000), STATUS_INVALID_PARAMETER);
}
