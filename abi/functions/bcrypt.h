// SPDX-License-Identifier: GPL-2.0-only
// What cng.sys exports, and ksecdd.sys forwards to it (classes/cng).
#pragma once

#include "abi/types/bcrypt.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- classes/cng/algorithm.cpp, property.cpp, random.cpp
NTSTATUS NTAPI BCryptOpenAlgorithmProvider(BCRYPT_ALG_HANDLE* phAlgorithm, LPCWSTR pszAlgId,
                                           LPCWSTR pszImplementation, ULONG dwFlags);
NTSTATUS NTAPI BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE hAlgorithm, ULONG dwFlags);
NTSTATUS NTAPI BCryptGetFipsAlgorithmMode(BOOLEAN* pfEnabled);
NTSTATUS NTAPI BCryptGetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty, PUCHAR pbOutput,
                                 ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags);
NTSTATUS NTAPI BCryptSetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty, PUCHAR pbInput,
                                 ULONG cbInput, ULONG dwFlags);
NTSTATUS NTAPI BCryptGenRandom(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbBuffer, ULONG cbBuffer,
                               ULONG dwFlags);

// ---- classes/cng/hash.cpp
NTSTATUS NTAPI BCryptCreateHash(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_HASH_HANDLE* phHash,
                                PUCHAR pbHashObject, ULONG cbHashObject, PUCHAR pbSecret,
                                ULONG cbSecret, ULONG dwFlags);
NTSTATUS NTAPI BCryptHashData(BCRYPT_HASH_HANDLE hHash, PUCHAR pbInput, ULONG cbInput,
                              ULONG dwFlags);
NTSTATUS NTAPI BCryptFinishHash(BCRYPT_HASH_HANDLE hHash, PUCHAR pbOutput, ULONG cbOutput,
                                ULONG dwFlags);
NTSTATUS NTAPI BCryptDuplicateHash(BCRYPT_HASH_HANDLE hHash, BCRYPT_HASH_HANDLE* phNewHash,
                                   PUCHAR pbHashObject, ULONG cbHashObject, ULONG dwFlags);
NTSTATUS NTAPI BCryptDestroyHash(BCRYPT_HASH_HANDLE hHash);
NTSTATUS NTAPI BCryptHash(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbSecret, ULONG cbSecret,
                          PUCHAR pbInput, ULONG cbInput, PUCHAR pbOutput, ULONG cbOutput);

// ---- classes/cng/key.cpp, cipher.cpp, signature.cpp
NTSTATUS NTAPI BCryptGenerateSymmetricKey(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE* phKey,
                                          PUCHAR pbKeyObject, ULONG cbKeyObject, PUCHAR pbSecret,
                                          ULONG cbSecret, ULONG dwFlags);
NTSTATUS NTAPI BCryptImportKey(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE hImportKey,
                               LPCWSTR pszBlobType, BCRYPT_KEY_HANDLE* phKey, PUCHAR pbKeyObject,
                               ULONG cbKeyObject, PUCHAR pbInput, ULONG cbInput, ULONG dwFlags);
NTSTATUS NTAPI BCryptImportKeyPair(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE hImportKey,
                                   LPCWSTR pszBlobType, BCRYPT_KEY_HANDLE* phKey, PUCHAR pbInput,
                                   ULONG cbInput, ULONG dwFlags);
NTSTATUS NTAPI BCryptExportKey(BCRYPT_KEY_HANDLE hKey, BCRYPT_KEY_HANDLE hExportKey,
                               LPCWSTR pszBlobType, PUCHAR pbOutput, ULONG cbOutput,
                               ULONG* pcbResult, ULONG dwFlags);
NTSTATUS NTAPI BCryptDestroyKey(BCRYPT_KEY_HANDLE hKey);
NTSTATUS NTAPI BCryptEncrypt(BCRYPT_KEY_HANDLE hKey, PUCHAR pbInput, ULONG cbInput,
                             PVOID pPaddingInfo, PUCHAR pbIV, ULONG cbIV, PUCHAR pbOutput,
                             ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags);
NTSTATUS NTAPI BCryptDecrypt(BCRYPT_KEY_HANDLE hKey, PUCHAR pbInput, ULONG cbInput,
                             PVOID pPaddingInfo, PUCHAR pbIV, ULONG cbIV, PUCHAR pbOutput,
                             ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags);
NTSTATUS NTAPI BCryptVerifySignature(BCRYPT_KEY_HANDLE hKey, PVOID pPaddingInfo, PUCHAR pbHash,
                                     ULONG cbHash, PUCHAR pbSignature, ULONG cbSignature,
                                     ULONG dwFlags);

#ifdef __cplusplus
}
#endif
