// SPDX-License-Identifier: GPL-2.0-only
// bcrypt.h as far as cng.sys goes: handles, property and algorithm names, flags, blobs, padding
// descriptions.
#pragma once

#include "abi/types/basic.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STATUS_AUTH_TAG_MISMATCH ((NTSTATUS)0xC000A002u)

typedef PVOID BCRYPT_HANDLE;
typedef PVOID BCRYPT_ALG_HANDLE;
typedef PVOID BCRYPT_KEY_HANDLE;
typedef PVOID BCRYPT_HASH_HANDLE;

// ---- Flags
#define BCRYPT_PROV_DISPATCH              0x00000001
#define BCRYPT_ALG_HANDLE_HMAC_FLAG       0x00000008
#define BCRYPT_HASH_REUSABLE_FLAG         0x00000020
#define BCRYPT_BLOCK_PADDING              0x00000001
#define BCRYPT_PAD_PKCS1                  0x00000002
#define BCRYPT_PAD_PSS                    0x00000008
#define BCRYPT_NO_KEY_VALIDATION          0x00000008
#define BCRYPT_RNG_USE_ENTROPY_IN_BUFFER  0x00000001
#define BCRYPT_USE_SYSTEM_PREFERRED_RNG   0x00000002
#define BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG 0x00000001
#define BCRYPT_SUPPORTED_PAD_PKCS1_SIG    0x00000004
#define BCRYPT_SUPPORTED_PAD_PSS          0x00000010

// ---- Blobs of keys
#define BCRYPT_KEY_DATA_BLOB_MAGIC     0x4d42444b
#define BCRYPT_KEY_DATA_BLOB_VERSION1  0x1
#define BCRYPT_ECDSA_PUBLIC_P256_MAGIC 0x31534345
#define BCRYPT_ECDSA_PUBLIC_P384_MAGIC 0x33534345
#define BCRYPT_RSAPUBLIC_MAGIC         0x31415352

typedef struct _BCRYPT_KEY_DATA_BLOB_HEADER {
    ULONG dwMagic;
    ULONG dwVersion;
    ULONG cbKeyData;
} BCRYPT_KEY_DATA_BLOB_HEADER;
RSL_ABI_SIZE(BCRYPT_KEY_DATA_BLOB_HEADER, 12);

typedef struct _BCRYPT_ECCKEY_BLOB {
    ULONG dwMagic;
    ULONG cbKey;
} BCRYPT_ECCKEY_BLOB;
RSL_ABI_SIZE(BCRYPT_ECCKEY_BLOB, 8);

typedef struct _BCRYPT_RSAKEY_BLOB {
    ULONG Magic;
    ULONG BitLength;
    ULONG cbPublicExp;
    ULONG cbModulus;
    ULONG cbPrime1;
    ULONG cbPrime2;
} BCRYPT_RSAKEY_BLOB;
RSL_ABI_SIZE(BCRYPT_RSAKEY_BLOB, 24);

// ---- What properties hold
typedef struct __BCRYPT_KEY_LENGTHS_STRUCT {
    ULONG dwMinLength;
    ULONG dwMaxLength;
    ULONG dwIncrement;
} BCRYPT_KEY_LENGTHS_STRUCT;
typedef BCRYPT_KEY_LENGTHS_STRUCT BCRYPT_AUTH_TAG_LENGTHS_STRUCT;
RSL_ABI_SIZE(BCRYPT_KEY_LENGTHS_STRUCT, 12);

// ---- pPaddingInfo
typedef struct _BCRYPT_PKCS1_PADDING_INFO {
    LPCWSTR pszAlgId;
} BCRYPT_PKCS1_PADDING_INFO;
RSL_ABI_SIZE(BCRYPT_PKCS1_PADDING_INFO, 8);

typedef struct _BCRYPT_PSS_PADDING_INFO {
    LPCWSTR pszAlgId;
    ULONG cbSalt;
} BCRYPT_PSS_PADDING_INFO;
RSL_ABI_SIZE(BCRYPT_PSS_PADDING_INFO, 16);

#define BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO_VERSION 1
typedef struct _BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO {
    ULONG cbSize;
    ULONG dwInfoVersion;
    PUCHAR pbNonce;
    ULONG cbNonce;
    PUCHAR pbAuthData;
    ULONG cbAuthData;
    PUCHAR pbTag;
    ULONG cbTag;
    PUCHAR pbMacContext;
    ULONG cbMacContext;
    ULONG cbAAD;
    ULONGLONG cbData;
    ULONG dwFlags;
} BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO;
RSL_ABI_SIZE(BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO, 88);

#ifdef __cplusplus
}
#endif
