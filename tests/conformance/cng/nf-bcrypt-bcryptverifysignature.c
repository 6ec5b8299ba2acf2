/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

CONFORMANCE(BCryptVerifySignature, VerifiesEcdsa) {
    BCRYPT_KEY_HANDLE key = ImportPublic(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB);
    UCHAR hash[32], signature[64];
    Hex(SHA256_SAMPLE, hash);
    Hex(P256_SIGNATURE, signature);
    CHECK_STATUS(BCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0), STATUS_SUCCESS);
    AT_IRQL(DISPATCH_LEVEL, CHECK_STATUS(BCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0), STATUS_SUCCESS));
    hash[31] ^= 1;
    CHECK_STATUS(BCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0), STATUS_INVALID_SIGNATURE);
    hash[31] ^= 1;
    signature[63] ^= 1;
    CHECK_STATUS(BCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0), STATUS_INVALID_SIGNATURE);
    RtlZeroMemory(signature, sizeof(signature)); /* r and s are at least 1 */
    CHECK_STATUS(BCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0), STATUS_INVALID_SIGNATURE);
    CHECK_STATUS(BCryptVerifySignature(key, NULL, hash, 32, signature, 63, 0), STATUS_INVALID_SIGNATURE);
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptVerifySignature, VerifiesRsaWithPkcs1) {
    BCRYPT_KEY_HANDLE key = ImportPublic(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB);
    BCRYPT_PKCS1_PADDING_INFO padding = {BCRYPT_SHA256_ALGORITHM};
    UCHAR hash[32], signature[128];
    Hex(SHA256_SAMPLE, hash);
    Hex(RSA_PKCS1_SHA256, signature);
    CHECK_STATUS(BCryptVerifySignature(key, &padding, hash, 32, signature, 128, BCRYPT_PAD_PKCS1), STATUS_SUCCESS);
    hash[0] ^= 1;
    CHECK_STATUS(BCryptVerifySignature(key, &padding, hash, 32, signature, 128, BCRYPT_PAD_PKCS1), STATUS_INVALID_SIGNATURE);
    hash[0] ^= 1;
    signature[5] ^= 1;
    CHECK_STATUS(BCryptVerifySignature(key, &padding, hash, 32, signature, 128, BCRYPT_PAD_PKCS1), STATUS_INVALID_SIGNATURE);
    signature[5] ^= 1;
    padding.pszAlgId = NULL; /* a hash without an identifier in front of it */
    CHECK_STATUS(BCryptVerifySignature(key, &padding, hash, 32, signature, 128, BCRYPT_PAD_PKCS1), STATUS_INVALID_SIGNATURE);
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptVerifySignature, VerifiesRsaWithPss) {
    BCRYPT_KEY_HANDLE key = ImportPublic(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB);
    BCRYPT_PSS_PADDING_INFO padding = {BCRYPT_SHA256_ALGORITHM, 32};
    UCHAR hash[32], signature[128];
    Hex(SHA256_SAMPLE, hash);
    Hex(RSA_PSS_SHA256, signature);
    CHECK_STATUS(BCryptVerifySignature(key, &padding, hash, 32, signature, 128, BCRYPT_PAD_PSS), STATUS_SUCCESS);
    padding.cbSalt = 20;
    CHECK_STATUS(BCryptVerifySignature(key, &padding, hash, 32, signature, 128, BCRYPT_PAD_PSS), STATUS_INVALID_SIGNATURE);
    padding.cbSalt = 32;
    hash[0] ^= 1;
    CHECK_STATUS(BCryptVerifySignature(key, &padding, hash, 32, signature, 128, BCRYPT_PAD_PSS), STATUS_INVALID_SIGNATURE);
    BCryptDestroyKey(key);
}

CONFORMANCE(BCryptVerifySignature, Refuses) {
    BCRYPT_KEY_HANDLE curve = ImportPublic(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, P256_BLOB);
    BCRYPT_KEY_HANDLE rsa = ImportPublic(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, RSA_BLOB);
    BCRYPT_KEY_HANDLE aes = NewAesKey(BCRYPT_CHAIN_MODE_CBC, AES_KEY);
    BCRYPT_PKCS1_PADDING_INFO padding = {BCRYPT_SHA256_ALGORITHM};
    UCHAR hash[32] = {0}, signature[128] = {0};
    CHECK_STATUS(BCryptVerifySignature(NULL, NULL, hash, 32, signature, 64, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptVerifySignature(aes, NULL, hash, 32, signature, 64, 0), STATUS_NOT_SUPPORTED);
    CHECK_STATUS(BCryptVerifySignature(curve, NULL, NULL, 32, signature, 64, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptVerifySignature(curve, NULL, hash, 32, NULL, 64, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptVerifySignature(curve, &padding, hash, 32, signature, 64, BCRYPT_PAD_PKCS1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptVerifySignature(rsa, NULL, hash, 32, signature, 128, BCRYPT_PAD_PKCS1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptVerifySignature(rsa, &padding, hash, 31, signature, 128, BCRYPT_PAD_PKCS1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptVerifySignature(rsa, &padding, hash, 32, signature, 128, BCRYPT_PAD_OAEP), STATUS_INVALID_PARAMETER);
    BCryptDestroyKey(curve);
    BCryptDestroyKey(rsa);
    BCryptDestroyKey(aes);
}
