/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptSetProperty, AnAlgorithmsModeIsThatOfItsKeys) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_ECB, AES_KEY);
    UCHAR block[16];
    ULONG bytes;
    Hex("6bc1bee22e409f96e93d7e117393172a", block);
    CHECK_STATUS(BCryptEncrypt(key, block, 16, NULL, NULL, 0, block, 16, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(block, "3ad77bb40d7a3660a89ecaf32466ef97"));
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptSetProperty, AKeysModeCanBeChanged) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    UCHAR block[16];
    ULONG bytes;
    CHECK_STATUS(BCryptSetProperty(key, BCRYPT_CHAINING_MODE, (PUCHAR)BCRYPT_CHAIN_MODE_ECB, sizeof(BCRYPT_CHAIN_MODE_ECB), 0),
                 STATUS_SUCCESS);
    Hex("6bc1bee22e409f96e93d7e117393172a", block);
    CHECK_STATUS(BCryptEncrypt(key, block, 16, NULL, NULL, 0, block, 16, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(block, "3ad77bb40d7a3660a89ecaf32466ef97"));
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptSetProperty, AKeysIvIsUsedWithoutAnother) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    UCHAR data[32], iv[16];
    ULONG bytes;
    Hex(AES_PLAIN, data);
    Hex(AES_IV, iv);
    CHECK_STATUS(BCryptSetProperty(key, BCRYPT_INITIALIZATION_VECTOR, iv, 16, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptEncrypt(key, data, 32, NULL, NULL, 0, data, 32, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(data, AES_CBC));
    CHECK_STATUS(BCryptSetProperty(key, BCRYPT_INITIALIZATION_VECTOR, iv, 15, 0), STATUS_INVALID_PARAMETER);
    BCryptDestroyKey(key);
}

/* "This can be set on any key handle that has the CFB chaining mode set. By default, this property is set to 1" */
CONFORMANCE(BCryptSetProperty, CfbWorksOnBytesOrBlocks) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_CFB, AES_KEY), cbc = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    UCHAR data[32], iv[16];
    ULONG bytes, length = 16;
    Hex(AES_PLAIN, data);
    Hex(AES_IV, iv);
    CHECK_STATUS(BCryptEncrypt(key, data, 18, NULL, iv, 16, data, 18, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(data, AES_CFB8));
    CHECK_STATUS(BCryptSetProperty(key, BCRYPT_MESSAGE_BLOCK_LENGTH, (PUCHAR)&length, sizeof(length), 0), STATUS_SUCCESS);
    Hex(AES_PLAIN, data);
    Hex(AES_IV, iv);
    CHECK_STATUS(BCryptEncrypt(key, data, 32, NULL, iv, 16, data, 32, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(data, AES_CFB128));
    length = 17;
    CHECK_STATUS(BCryptSetProperty(key, BCRYPT_MESSAGE_BLOCK_LENGTH, (PUCHAR)&length, sizeof(length), 0), STATUS_INVALID_PARAMETER);
    length = 1;
    CHECK_STATUS(BCryptSetProperty(cbc, BCRYPT_MESSAGE_BLOCK_LENGTH, (PUCHAR)&length, sizeof(length), 0), STATUS_NOT_SUPPORTED);
    BCryptDestroyKey(key);
    BCryptDestroyKey(cbc);
}

CONFORMANCE(BCryptSetProperty, Refuses) {
    BCRYPT_ALG_HANDLE aes = OpenAlgorithm(BCRYPT_AES_ALGORITHM, 0), sha = OpenAlgorithm(BCRYPT_SHA1_ALGORITHM, 0);
    PUCHAR mode = (PUCHAR)BCRYPT_CHAIN_MODE_ECB;
    const ULONG bytes = sizeof(BCRYPT_CHAIN_MODE_ECB);
    CHECK_STATUS(BCryptSetProperty(aes, BCRYPT_CHAINING_MODE, (PUCHAR)L"ChainingModeXYZ", bytes, 0), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptSetProperty(aes, BCRYPT_BLOCK_LENGTH, mode, bytes, 0), STATUS_NOT_SUPPORTED); /* can be read only */
    CHECK_STATUS(BCryptSetProperty(sha, BCRYPT_CHAINING_MODE, mode, bytes, 0), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptSetProperty(NULL, BCRYPT_CHAINING_MODE, mode, bytes, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptSetProperty(aes, NULL, mode, bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptSetProperty(aes, BCRYPT_CHAINING_MODE, NULL, bytes, 0), STATUS_INVALID_PARAMETER);
    BCryptCloseAlgorithmProvider(aes, 0);
    BCryptCloseAlgorithmProvider(sha, 0);
}
