/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptEncrypt, ChainsBlocksAndTheIv) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    UCHAR data[32], iv[16];
    ULONG bytes = 0;
    Hex(AES_PLAIN, data);
    Hex(AES_IV, iv);
    CHECK_STATUS(BCryptEncrypt(key, data, 16, NULL, iv, 16, data, 16, &bytes, 0), STATUS_SUCCESS);
    CHECK_EQ(bytes, 16u);
    CHECK(IsHex(iv, "7649abac8119b246cee98e9b12e9197d")); /* "the contents of this buffer are modified": the next IV */
    CHECK_STATUS(BCryptEncrypt(key, data + 16, 16, NULL, iv, 16, data + 16, 16, &bytes, 0), STATUS_SUCCESS);
    CHECK(IsHex(data, AES_CBC));
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptEncrypt, PadsTheLastBlock) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_ECB, AES_KEY);
    UCHAR data[48], plain[48];
    ULONG bytes = 0;
    for (ULONG size = 0; size <= 32; ++size) {
        Hex(AES_PLAIN, data);
        CHECK_STATUS(BCryptEncrypt(key, data, size, NULL, NULL, 0, NULL, 0, &bytes, BCRYPT_BLOCK_PADDING), STATUS_SUCCESS);
        CHECK_EQ(bytes, (size / 16 + 1) * 16);
        CHECK_STATUS(BCryptEncrypt(key, data, size, NULL, NULL, 0, data, bytes, &bytes, BCRYPT_BLOCK_PADDING), STATUS_SUCCESS);
        /* Without BCRYPT_BLOCK_PADDING, the padding is data: as many bytes as there are, each of that value. */
        CHECK_STATUS(BCryptDecrypt(key, data, bytes, NULL, NULL, 0, plain, sizeof(plain), &bytes, 0), STATUS_SUCCESS);
        for (ULONG i = size; i < bytes; ++i) CHECK_EQ(plain[i], (UCHAR)(bytes - size));
        Hex(AES_PLAIN, data);
        CHECK_BYTES(plain, data, size);
    }
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptEncrypt, TellsTheSizeItNeeds) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    UCHAR data[32] = {0}, iv[16] = {0}, out[32] = {0};
    ULONG bytes = 0;
    CHECK_STATUS(BCryptEncrypt(key, data, 32, NULL, iv, 16, NULL, 0, &bytes, 0), STATUS_SUCCESS);
    CHECK_EQ(bytes, 32u);
    CHECK(IsHex(iv, "00000000000000000000000000000000")); /* only asked */
    bytes = 0;
    CHECK_STATUS(BCryptEncrypt(key, data, 32, NULL, iv, 16, out, 31, &bytes, 0), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(bytes, 32u);
    CHECK(IsHex(out, "00000000000000000000000000000000"));
    BCryptDestroyKey(key);
}

/* McGrew and Viega, case 4 */
CONFORMANCE(BCryptEncrypt, SealsWithGcm) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_GCM, "feffe9928665731c6d6a8f9467308308");
    UCHAR nonce[12], more[20], tag[16], data[64];
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    ULONG bytes = 0, size;
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = nonce;
    info.cbNonce = Hex("cafebabefacedbaddecaf888", nonce);
    info.pbAuthData = more;
    info.cbAuthData = Hex("feedfacedeadbeeffeedfacedeadbeefabaddad2", more);
    info.pbTag = tag;
    info.cbTag = sizeof(tag);
    size = Hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
               "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
               data);
    CHECK_STATUS(BCryptEncrypt(key, data, size, &info, NULL, 0, data, size, &bytes, 0), STATUS_SUCCESS);
    CHECK_EQ(bytes, size);
    CHECK(IsHex(data, "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                      "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"));
    CHECK(IsHex(tag, "5bc94fbc3221a5db94fae95ae7121a47"));
    info.cbNonce = 11;
    CHECK_STATUS(BCryptEncrypt(key, data, size, &info, NULL, 0, data, size, &bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptEncrypt(key, data, size, NULL, NULL, 0, data, size, &bytes, 0), STATUS_INVALID_PARAMETER);
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptEncrypt, WorksAtDispatchLevel) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_ECB, AES_KEY);
    UCHAR data[32];
    ULONG bytes = 0;
    Hex(AES_PLAIN, data);
    AT_IRQL(DISPATCH_LEVEL, CHECK_STATUS(BCryptEncrypt(key, data, 32, NULL, NULL, 0, data, 32, &bytes, 0), STATUS_SUCCESS));
    CHECK(IsHex(data, AES_ECB));
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptEncrypt, Refuses) {
    BCRYPT_KEY_HANDLE key = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    BCRYPT_KEY_HANDLE curve = ImportPublic(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB);
    UCHAR data[32] = {0}, iv[16] = {0};
    ULONG bytes;
    CHECK_STATUS(BCryptEncrypt(NULL, data, 16, NULL, iv, 16, data, 16, &bytes, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptEncrypt(curve, data, 16, NULL, iv, 16, data, 16, &bytes, 0), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptEncrypt(key, data, 17, NULL, iv, 16, data, 32, &bytes, 0), STATUS_INVALID_BUFFER_SIZE);
    CHECK_STATUS(BCryptEncrypt(key, data, 16, NULL, iv, 15, data, 16, &bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptEncrypt(key, data, 16, NULL, iv, 16, data, 16, NULL, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptEncrypt(key, NULL, 16, NULL, iv, 16, data, 16, &bytes, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptEncrypt(key, data, 16, NULL, iv, 16, data, 16, &bytes, 0x80), STATUS_INVALID_PARAMETER);
    BCryptDestroyKey(key);
    BCryptDestroyKey(curve);
}
