/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

static VOID Imports(LPCWSTR algorithm_name, LPCWSTR type, const char* digits) {
    BCRYPT_KEY_HANDLE key = ImportPublic(algorithm_name, type, digits);
    CHECK(key != NULL);
    CHECK_STATUS(BCryptDestroyKey(key), STATUS_SUCCESS);
}

CONFORMANCE(BCryptImportKeyPair, TakesPublicKeys) {
    Imports(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB);
    Imports(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_PUBLIC_KEY_BLOB, P256_BLOB);
    Imports(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB);
}

/* The good blob with one byte changed. */
static VOID RefusesChange(LPCWSTR algorithm_name, LPCWSTR type, const char* digits, ULONG at) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(algorithm_name, 0);
    BCRYPT_KEY_HANDLE key = NULL;
    UCHAR blob[512];
    const ULONG bytes = Hex(digits, blob);
    blob[at] ^= 1;
    CHECK_STATUS(BCryptImportKeyPair(algorithm, NULL, type, &key, blob, bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK(key == NULL);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptImportKeyPair, RefusesBlobsThatAreNone) {
    RefusesChange(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB, 0);  /* the magic number */
    RefusesChange(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB, 4);  /* the size */
    RefusesChange(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB, 50); /* y: not on the curve */
    RefusesChange(BCRYPT_ECDSA_P384_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB, 50); /* another curve's */
    RefusesChange(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB, 0);
    RefusesChange(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB, 8);  /* the exponent's size */
    RefusesChange(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB, 26); /* 65536: even */
}

CONFORMANCE(BCryptImportKeyPair, Refuses) {
    BCRYPT_ALG_HANDLE curve = OpenAlgorithm(BCRYPT_ECDSA_P256_ALGORITHM, 0), aes = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0);
    BCRYPT_KEY_HANDLE key = NULL;
    UCHAR blob[512];
    const ULONG bytes = Hex(P256_BLOB, blob);
    CHECK_STATUS(BCryptImportKeyPair(NULL, NULL, BCRYPT_ECCPUBLIC_BLOB, &key, blob, bytes, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptImportKeyPair(aes, NULL, BCRYPT_ECCPUBLIC_BLOB, &key, blob, bytes, 0), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptImportKeyPair(curve, NULL, BCRYPT_RSAPUBLIC_BLOB, &key, blob, bytes, 0), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptImportKeyPair(curve, NULL, NULL, &key, blob, bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptImportKeyPair(curve, NULL, BCRYPT_ECCPUBLIC_BLOB, NULL, blob, bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptImportKeyPair(curve, NULL, BCRYPT_ECCPUBLIC_BLOB, &key, NULL, bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptImportKeyPair(curve, NULL, BCRYPT_ECCPUBLIC_BLOB, &key, blob, bytes - 1, 0), STATUS_INVALID_PARAMETER);
    CHECK(key == NULL);
    BCryptCloseAlgorithmProvider(curve, 0);
    BCryptCloseAlgorithmProvider(aes, 0);
}
