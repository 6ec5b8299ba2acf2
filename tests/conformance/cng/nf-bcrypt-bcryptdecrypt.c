/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptDecrypt, IsTheWayBackInEachMode) {
    static const struct {
        LPCWSTR Mode;
        const char* Cipher;
        ULONG Bytes;
    } modes[] = {{BCRYPT_CHAIN_MODE_ECB, AES_ECB, 32}, {BCRYPT_CHAIN_MODE_CBC, AES_CBC, 32}, {BCRYPT_CHAIN_MODE_CFB, AES_CFB8, 18}};
    for (ULONG i = 0; i < RTL_NUMBER_OF(modes); ++i) {
        BCRYPT_KEY_HANDLE key = NewAesKey(modes[i].Mode, AES_KEY);
        UCHAR data[32], plain[32], iv[16];
        ULONG bytes = 0;
        Hex(modes[i].Cipher, data);
        Hex(AES_IV, iv);
        Hex(AES_PLAIN, plain);
        PUCHAR given = i == 0 ? NULL : iv; /* ECB has none */
        CHECK_STATUS(BCryptDecrypt(key, data, modes[i].Bytes, NULL, given, given ? 16 : 0, data, sizeof(data), &bytes, 0),
                     STATUS_SUCCESS);
        CHECK_EQ(bytes, modes[i].Bytes);
        CHECK_BYTES(data, plain, bytes);
        BCryptDestroyKey(key);
    }
}

CONFORMANCE(BCryptDecrypt, TakesThePaddingOff) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    UCHAR data[48], plain[32], iv[16], before[16];
    ULONG bytes = 0;
    for (ULONG size = 0; size <= 32; ++size) {
        Hex(AES_PLAIN, data);
        Hex(AES_IV, iv);
        CHECK_STATUS(BCryptEncrypt(key, data, size, NULL, iv, 16, data, sizeof(data), &bytes, BCRYPT_BLOCK_PADDING), STATUS_SUCCESS);
        RtlCopyMemory(before, iv, sizeof(before));
        Hex(AES_IV, iv);
        CHECK_STATUS(BCryptDecrypt(key, data, bytes, NULL, iv, 16, data, sizeof(data), &bytes, BCRYPT_BLOCK_PADDING), STATUS_SUCCESS);
        CHECK_EQ(bytes, size);
        Hex(AES_PLAIN, plain);
        CHECK_BYTES(data, plain, size);
        CHECK_BYTES(iv, before, sizeof(iv)); /* both end with the last block of what was encrypted */
    }
    BCryptDestroyKey(key);
}

/* Which status that is, no page says. */
CONFORMANCE(BCryptDecrypt, RefusesWhatIsNoPadding) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_ECB, AES_KEY);
    UCHAR data[32], out[32] = {0};
    ULONG bytes = 0;
    Hex(AES_ECB, data); /* ends with 0x51 */
    CHECK(!NT_SUCCESS(BCryptDecrypt(key, data, 32, NULL, NULL, 0, out, sizeof(out), &bytes, BCRYPT_BLOCK_PADDING)));
    BCryptDestroyKey(key);
}

/* McGrew and Viega, case 2 */
CONFORMANCE(BCryptDecrypt, OpensWithGcmWhatTheTagIsOf) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_GCM, "00000000000000000000000000000000");
    UCHAR nonce[12] = {0}, tag[16], data[16], out[16];
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    ULONG bytes = 0;
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = nonce;
    info.cbNonce = sizeof(nonce);
    info.pbTag = tag;
    info.cbTag = Hex("ab6e47d42cec13bdf53a67b21257bddf", tag);
    Hex("0388dace60b6a392f328c2b971b2fe78", data);
    CHECK_STATUS(BCryptDecrypt(key, data, 16, &info, NULL, 0, out, 16, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(out, "00000000000000000000000000000000"));
    info.cbTag = 12; /* a short one is its beginning */
    CHECK_STATUS(BCryptDecrypt(key, data, 16, &info, NULL, 0, out, 16, &bytes, 0), STATUS_SUCCESS);
    tag[11] ^= 1;
    CHECK_STATUS(BCryptDecrypt(key, data, 16, &info, NULL, 0, out, 16, &bytes, 0), STATUS_AUTH_TAG_MISMATCH);
    info.cbTag = 11;
    CHECK_STATUS(BCryptDecrypt(key, data, 16, &info, NULL, 0, out, 16, &bytes, 0), STATUS_INVALID_PARAMETER);
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptDecrypt, WorksAtDispatchLevel) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_ECB, AES_KEY);
    UCHAR data[32];
    ULONG bytes = 0;
    Hex(AES_ECB, data);
    AT_IRQL(DISPATCH_LEVEL, CHECK_STATUS(BCryptDecrypt(key, data, 32, NULL, NULL, 0, data, 32, &bytes, 0), STATUS_SUCCESS));
    CHECK(IsHex(data, AES_PLAIN));
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptDecrypt, Refuses) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    BCRYPT_KEY_HANDLE rsa = ImportPublic(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB);
    UCHAR data[32] = {0}, iv[16] = {0};
    ULONG bytes;
    CHECK_STATUS(BCryptDecrypt(NULL, data, 16, NULL, iv, 16, data, 16, &bytes, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptDecrypt(rsa, data, 16, NULL, iv, 16, data, 16, &bytes, 0), STATUS_NOT_SUPPORTED); /* a public key cannot */
    CHECK_STATUS(BCryptDecrypt(key, data, 15, NULL, iv, 16, data, 16, &bytes, 0), STATUS_INVALID_BUFFER_SIZE);
    CHECK_STATUS(BCryptDecrypt(key, data, 15, NULL, iv, 16, data, 16, &bytes, BCRYPT_BLOCK_PADDING), STATUS_INVALID_BUFFER_SIZE);
    CHECK_STATUS(BCryptDecrypt(key, data, 32, NULL, iv, 16, data, 16, &bytes, 0), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(bytes, 32u);
    CHECK_STATUS(BCryptDecrypt(key, data, 16, NULL, iv, 16, data, 16, NULL, 0), STATUS_INVALID_PARAMETER);
    BCryptDestroyKey(key);
    BCryptDestroyKey(rsa);
}
