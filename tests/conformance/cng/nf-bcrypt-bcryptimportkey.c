/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

typedef struct _KEY_DATA {
    BCRYPT_KEY_DATA_BLOB_HEADER Header;
    UCHAR Key[16];
} KEY_DATA;

static KEY_DATA Blob(VOID) {
    KEY_DATA blob = {{BCRYPT_KEY_DATA_BLOB_MAGIC, BCRYPT_KEY_DATA_BLOB_VERSION1, 16}, {0}};
    Hex(AES_KEY, blob.Key);
    return blob;
}

CONFORMANCE(BCryptImportKey, MakesAKeyOfItsData) {
    KEY_DATA blob = Blob();
    BCRYPT_KEY_HANDLE key = NULL;
    UCHAR data[32];
    ULONG bytes;
    CHECK_STATUS(BCryptImportKey(AES_ECB_PSEUDO_HANDLE, NULL, BCRYPT_KEY_DATA_BLOB, &key, NULL, 0, (PUCHAR)&blob, sizeof(blob), 0),
                 STATUS_SUCCESS);
    Hex(AES_PLAIN, data);
    CHECK_STATUS(BCryptEncrypt(key, data, 32, NULL, NULL, 0, data, 32, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(data, AES_ECB));
    BCryptDestroyKey(key);
}

static VOID Refused(BCRYPT_ALG_HANDLE algorithm, KEY_DATA blob, ULONG bytes, NTSTATUS expected) {
    BCRYPT_KEY_HANDLE key = NULL;
    CHECK_STATUS(BCryptImportKey(algorithm, NULL, BCRYPT_KEY_DATA_BLOB, &key, NULL, 0, (PUCHAR)&blob, bytes, 0), expected);
    CHECK(key == NULL);
}

CONFORMANCE(BCryptImportKey, RefusesBlobsThatAreNone) {
    BCRYPT_ALG_HANDLE algorithm = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0);
    KEY_DATA blob = Blob();
    Refused(algorithm, blob, sizeof(blob) - 1, STATUS_INVALID_PARAMETER);
    Refused(algorithm, blob, sizeof(blob.Header) - 1, STATUS_INVALID_PARAMETER);
    blob.Header.dwMagic ^= 1;
    Refused(algorithm, blob, sizeof(blob), STATUS_INVALID_PARAMETER);
    blob = Blob();
    blob.Header.dwVersion = 2;
    Refused(algorithm, blob, sizeof(blob), STATUS_INVALID_PARAMETER);
    blob = Blob();
    blob.Header.cbKeyData = 15;
    Refused(algorithm, blob, sizeof(blob) - 1, STATUS_INVALID_PARAMETER); /* whole, but AES has no such key */
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptImportKey, Refuses) {
    BCRYPT_ALG_HANDLE aes = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0), rsa = OpenAlgorithm(BCRYPT_RSA_ALGORITHM, 0);
    KEY_DATA blob = Blob();
    BCRYPT_KEY_HANDLE key = NULL;
    Refused(NULL, blob, sizeof(blob), STATUS_INVALID_HANDLE);
    Refused(rsa, blob, sizeof(blob), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptImportKey(aes, NULL, L"Fleece", &key, NULL, 0, (PUCHAR)&blob, sizeof(blob), 0), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptImportKey(aes, NULL, BCRYPT_KEY_DATA_BLOB, NULL, NULL, 0, (PUCHAR)&blob, sizeof(blob), 0),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptImportKey(aes, NULL, BCRYPT_KEY_DATA_BLOB, &key, NULL, 0, NULL, sizeof(blob), 0), STATUS_INVALID_PARAMETER);
    BCryptCloseAlgorithmProvider(aes, 0);
    BCryptCloseAlgorithmProvider(rsa, 0);
}
