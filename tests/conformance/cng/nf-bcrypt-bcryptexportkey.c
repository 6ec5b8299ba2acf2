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

/* What an opaque blob looks like is the business of its provider, which can make a key of it again. */
CONFORMANCE(BCryptExportKey, GivesAnOpaqueBlobThatCanBeImported) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_ECB, AES_KEY), again = NULL;
    UCHAR blob[128], data[32];
    ULONG bytes = 0;
    CHECK_STATUS(BCryptExportKey(key, NULL, BCRYPT_OPAQUE_KEY_BLOB, blob, sizeof(blob), &bytes, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptDestroyKey(key), STATUS_SUCCESS);
    CHECK_STATUS(BCryptImportKey(AES_ECB_PSEUDO_HANDLE, NULL, BCRYPT_KEY_DATA_BLOB, &again, NULL, 0, blob, bytes, 0),
                 STATUS_INVALID_PARAMETER);
    REQUIRE(NT_SUCCESS(BCryptImportKey(AES_ECB_PSEUDO_HANDLE, NULL, BCRYPT_OPAQUE_KEY_BLOB, &again, NULL, 0, blob, bytes, 0)));
    Hex(AES_PLAIN, data);
    CHECK_STATUS(BCryptEncrypt(again, data, 32, NULL, NULL, 0, data, 32, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(data, AES_ECB));
    BCryptDestroyKey(again);
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
