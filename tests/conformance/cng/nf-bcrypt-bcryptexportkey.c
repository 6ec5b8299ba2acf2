/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

static VOID Exports(BCRYPT_KEY_HANDLE key, LPCWSTR type, const char* digits) {
    UCHAR expected[512], blob[512];
    const ULONG wanted = Hex(digits, expected);
    ULONG bytes = 0;
    CHECK_STATUS(BCryptExportKey(key, NULL, type, NULL, 0, &bytes, 0), STATUS_SUCCESS); /* asks for the size */
    CHECK_EQ(bytes, wanted);
    CHECK_STATUS(BCryptExportKey(key, NULL, type, blob, wanted - 1, &bytes, 0), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(bytes, wanted);
    CHECK_STATUS(BCryptExportKey(key, NULL, type, blob, sizeof(blob), &bytes, 0), STATUS_SUCCESS);
    CHECK_EQ(bytes, wanted);
    CHECK_BYTES(blob, expected, wanted);
}

CONFORMANCE(BCryptExportKey, GivesTheBlobThatWasImported) {
    BCRYPT_KEY_HANDLE curve = ImportPublic(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB);
    BCRYPT_KEY_HANDLE rsa = ImportPublic(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB);
    BCRYPT_KEY_HANDLE aes = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    Exports(curve, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB);
    Exports(curve, BCRYPT_PUBLIC_KEY_BLOB, P256_BLOB);
    Exports(rsa, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB);
    Exports(aes, BCRYPT_KEY_DATA_BLOB, "4b44424d0100000010000000" AES_KEY);
    BCryptDestroyKey(curve);
    BCryptDestroyKey(rsa);
    BCryptDestroyKey(aes);
}

CONFORMANCE(BCryptExportKey, Refuses) {
    BCRYPT_KEY_HANDLE curve = ImportPublic(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB);
    ULONG bytes = 0;
    CHECK_STATUS(BCryptExportKey(NULL, NULL, BCRYPT_ECCPUBLIC_BLOB, NULL, 0, &bytes, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptExportKey(curve, NULL, BCRYPT_ECCPRIVATE_BLOB, NULL, 0, &bytes, 0), STATUS_NOT_SUPPORTED); /* it has none */
    CHECK_STATUS(BCryptExportKey(curve, NULL, NULL, NULL, 0, &bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptExportKey(curve, NULL, BCRYPT_ECCPUBLIC_BLOB, NULL, 0, NULL, 0), STATUS_INVALID_PARAMETER);
    BCryptDestroyKey(curve);
}
