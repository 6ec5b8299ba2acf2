// SPDX-License-Identifier: GPL-2.0-only
// cng.sys: keys, made of secrets and of blobs.
#include "classes/cng/key_blob.hpp"
#include "classes/cng/objects.hpp"

namespace rsl::cng {
namespace {

constexpr const char16_t* kKeyDataBlob = u"KeyDataBlob";
constexpr const char16_t* kOpaqueBlob = u"OpaqueKeyBlob";
constexpr const char16_t* kPublicBlob = u"PUBLICBLOB";
constexpr const char16_t* kEccBlob = u"ECCPUBLICBLOB";
constexpr const char16_t* kRsaBlob = u"RSAPUBLICBLOB";

struct KeyMemory {
    PUCHAR object;
    ULONG bytes;
};

NTSTATUS make_symmetric_key(BCRYPT_ALG_HANDLE provider, const Algorithm& algorithm,
                            KeyMemory memory, Bytes secret, BCRYPT_KEY_HANDLE* out) {
    if (!Aes::takes_key_of(secret.size())) return STATUS_INVALID_PARAMETER;
    SymmetricKey* key;
    const NTSTATUS status = make_object(memory.object, memory.bytes, &key);
    if (!NT_SUCCESS(status)) return status;
    key->info = algorithm.info;
    key->provider = provider;
    key->mode = algorithm.mode;
    key->segment_bytes = 1;
    key->secret_bytes = static_cast<uint32_t>(secret.size());
    std::memcpy(key->secret, secret.data(), secret.size());
    key->aes.set_key(secret);
    *out = key;
    return STATUS_SUCCESS;
}

/// What the blob of a symmetric key begins with; 0 for another type of blob.
ULONG symmetric_magic(const char16_t* type) {
    if (same_text(type, kKeyDataBlob)) return BCRYPT_KEY_DATA_BLOB_MAGIC;
    return same_text(type, kOpaqueBlob) ? ULONG{kOpaqueMagic} : 0;
}

/// `first` and `second` are what the object keeps: a point and nothing, or an exponent and a
/// modulus.
NTSTATUS make_public_key(BCRYPT_ALG_HANDLE provider, const AlgorithmInfo& info, Bytes first,
                         Bytes second, BCRYPT_KEY_HANDLE* out) {
    const size_t bytes = first.size() + second.size();
    void* place = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(PublicKey) + bytes, kPoolTag);
    if (place == nullptr) return STATUS_NO_MEMORY;
    auto* key = static_cast<PublicKey*>(place);
    key->magic = PublicKey::kMagic;
    key->in_pool = true;
    key->info = &info;
    key->provider = provider;
    key->exponent_bytes = second.empty() ? 0 : static_cast<uint32_t>(first.size());
    key->number_bytes = static_cast<uint32_t>(bytes);
    std::memcpy(key->numbers(), first.data(), first.size());
    if (!second.empty()) std::memcpy(key->numbers() + first.size(), second.data(), second.size());
    *out = key;
    return STATUS_SUCCESS;
}

/// Behind a header of 8 or 24 bytes, the key's numbers.
template <typename Header>
NTSTATUS give_blob(const Header& header, const PublicKey& key, PUCHAR output, ULONG room,
                   ULONG* result) {
    *result = static_cast<ULONG>(sizeof(header)) + key.number_bytes;
    if (output == nullptr) return STATUS_SUCCESS;
    if (room < *result) return STATUS_BUFFER_TOO_SMALL;
    std::memcpy(output, &header, sizeof(header));
    std::memcpy(output + sizeof(header), key.numbers(), key.number_bytes);
    return STATUS_SUCCESS;
}

NTSTATUS export_public_key(const PublicKey& key, const char16_t* type, PUCHAR output, ULONG room,
                           ULONG* result) {
    const bool generic = same_text(type, kPublicBlob);
    if (key.info->kind == AlgorithmKind::kEcdsa) {
        if (!generic && !same_text(type, kEccBlob)) return STATUS_NOT_SUPPORTED;
        const bool p256 = key.info->curve() == CurveKind::kP256;
        const BCRYPT_ECCKEY_BLOB header = {
            p256 ? ULONG{BCRYPT_ECDSA_PUBLIC_P256_MAGIC} : ULONG{BCRYPT_ECDSA_PUBLIC_P384_MAGIC},
            key.number_bytes / 2};
        return give_blob(header, key, output, room, result);
    }
    if (!generic && !same_text(type, kRsaBlob)) return STATUS_NOT_SUPPORTED;
    const ULONG modulus_bytes = key.number_bytes - key.exponent_bytes;
    const auto unused_bits =
        static_cast<ULONG>(std::countl_zero(key.numbers()[key.exponent_bytes]));
    const BCRYPT_RSAKEY_BLOB header = {BCRYPT_RSAPUBLIC_MAGIC,
                                       modulus_bytes * 8 - unused_bits,
                                       key.exponent_bytes,
                                       modulus_bytes,
                                       0,
                                       0};
    return give_blob(header, key, output, room, result);
}

NTSTATUS export_symmetric_key(const SymmetricKey& key, const char16_t* type, PUCHAR output,
                              ULONG room, ULONG* result) {
    const ULONG magic = symmetric_magic(type);
    if (magic == 0) return STATUS_NOT_SUPPORTED;
    struct {
        BCRYPT_KEY_DATA_BLOB_HEADER header;
        uint8_t secret[sizeof(key.secret)];
    } blob = {{magic, BCRYPT_KEY_DATA_BLOB_VERSION1, key.secret_bytes}, {}};
    std::memcpy(blob.secret, key.secret, key.secret_bytes);
    const NTSTATUS status =
        give(&blob, sizeof(blob.header) + key.secret_bytes, output, room, result);
    wipe(&blob, sizeof(blob));
    return status;
}

/// An algorithm whose keys are secrets; nullptr for others.
const Algorithm* symmetric_algorithm(BCRYPT_ALG_HANDLE handle, NTSTATUS& failure) {
    const auto* algorithm = object_of<Algorithm>(handle);
    failure = algorithm == nullptr ? STATUS_INVALID_HANDLE : STATUS_NOT_SUPPORTED;
    return algorithm != nullptr && algorithm->info->kind == AlgorithmKind::kAes ? algorithm
                                                                                : nullptr;
}

}  // namespace
}  // namespace rsl::cng

using namespace rsl::cng;

/// BCryptGenerateSymmetricKey (bcrypt.h) makes a key of a secret.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER,
///   STATUS_BUFFER_TOO_SMALL, STATUS_NO_MEMORY,
///            STATUS_NOT_SUPPORTED (an algorithm without symmetric keys)
///   Owner    the caller, until BCryptDestroyKey; pbKeyObject stays the caller's
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptgeneratesymmetrickey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptGenerateSymmetricKey(BCRYPT_ALG_HANDLE hAlgorithm,
                                                     BCRYPT_KEY_HANDLE* phKey, PUCHAR pbKeyObject,
                                                     ULONG cbKeyObject, PUCHAR pbSecret,
                                                     ULONG cbSecret, ULONG dwFlags) {
    NTSTATUS failure;
    const Algorithm* algorithm = symmetric_algorithm(hAlgorithm, failure);
    if (algorithm == nullptr) return failure;
    if (phKey == nullptr || pbSecret == nullptr || dwFlags != 0) return STATUS_INVALID_PARAMETER;
    return make_symmetric_key(hAlgorithm, *algorithm, {pbKeyObject, cbKeyObject},
                              {pbSecret, cbSecret}, phKey);
}

/// BCryptImportKey (bcrypt.h) makes a symmetric key of a BCRYPT_KEY_DATA_BLOB or a
/// BCRYPT_OPAQUE_KEY_BLOB.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  as BCryptGenerateSymmetricKey; STATUS_NOT_SUPPORTED also for another type of blob
///   Owner    the caller, until BCryptDestroyKey; pbKeyObject stays the caller's
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptimportkey
///   Differs  other types of blobs are not there; opaque ones are RSL's own, not those that a
///   Windows made
RSL_EXPORT NTSTATUS NTAPI BCryptImportKey(BCRYPT_ALG_HANDLE hAlgorithm,
                                          BCRYPT_KEY_HANDLE hImportKey, LPCWSTR pszBlobType,
                                          BCRYPT_KEY_HANDLE* phKey, PUCHAR pbKeyObject,
                                          ULONG cbKeyObject, PUCHAR pbInput, ULONG cbInput,
                                          ULONG dwFlags) {
    NTSTATUS failure;
    const Algorithm* algorithm = symmetric_algorithm(hAlgorithm, failure);
    if (algorithm == nullptr) return failure;
    if (pszBlobType == nullptr || phKey == nullptr || pbInput == nullptr || dwFlags != 0)
        return STATUS_INVALID_PARAMETER;
    const ULONG magic = symmetric_magic(pszBlobType);
    if (hImportKey != nullptr || magic == 0) return STATUS_NOT_SUPPORTED;
    const auto secret = parse_key_data({pbInput, cbInput}, magic);
    if (!secret) return STATUS_INVALID_PARAMETER;
    return make_symmetric_key(hAlgorithm, *algorithm, {pbKeyObject, cbKeyObject}, *secret, phKey);
}

/// BCryptImportKeyPair (bcrypt.h) makes a public key of a BCRYPT_ECCPUBLIC_BLOB or a
/// BCRYPT_RSAPUBLIC_BLOB.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER (also for a blob that
///   is no key),
///            STATUS_NOT_SUPPORTED (another algorithm or type of blob), STATUS_NO_MEMORY
///   Owner    the caller, until BCryptDestroyKey
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptimportkeypair
///   Differs  private keys are not there; BCRYPT_NO_KEY_VALIDATION is accepted, and keys are
///   validated all the same
RSL_EXPORT NTSTATUS NTAPI BCryptImportKeyPair(BCRYPT_ALG_HANDLE hAlgorithm,
                                              BCRYPT_KEY_HANDLE hImportKey, LPCWSTR pszBlobType,
                                              BCRYPT_KEY_HANDLE* phKey, PUCHAR pbInput,
                                              ULONG cbInput, ULONG dwFlags) {
    const auto* algorithm = object_of<Algorithm>(hAlgorithm);
    if (algorithm == nullptr) return STATUS_INVALID_HANDLE;
    if (pszBlobType == nullptr || phKey == nullptr || pbInput == nullptr)
        return STATUS_INVALID_PARAMETER;
    if ((dwFlags & ~static_cast<ULONG>(BCRYPT_NO_KEY_VALIDATION)) != 0)
        return STATUS_INVALID_PARAMETER;
    if (hImportKey != nullptr) return STATUS_NOT_SUPPORTED;
    const AlgorithmInfo& info = *algorithm->info;
    const bool ecdsa = info.kind == AlgorithmKind::kEcdsa;
    if (!ecdsa && info.kind != AlgorithmKind::kRsa) return STATUS_NOT_SUPPORTED;
    if (!same_text(pszBlobType, kPublicBlob) &&
        !same_text(pszBlobType, ecdsa ? kEccBlob : kRsaBlob))
        return STATUS_NOT_SUPPORTED;
    if (ecdsa) {
        const auto point = parse_ecdsa_public(info.curve(), {pbInput, cbInput});
        return point ? make_public_key(hAlgorithm, info, *point, {}, phKey)
                     : STATUS_INVALID_PARAMETER;
    }
    const auto key = parse_rsa_public({pbInput, cbInput});
    return key ? make_public_key(hAlgorithm, info, key->exponent, key->modulus, phKey)
               : STATUS_INVALID_PARAMETER;
}

/// BCryptExportKey (bcrypt.h) gives the blob that a key can be made of again.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_NOT_SUPPORTED, STATUS_INVALID_HANDLE,
///   STATUS_INVALID_PARAMETER Source
///   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptexportkey Differs  other types of
///   blobs are not there
RSL_EXPORT NTSTATUS NTAPI BCryptExportKey(BCRYPT_KEY_HANDLE hKey, BCRYPT_KEY_HANDLE hExportKey,
                                          LPCWSTR pszBlobType, PUCHAR pbOutput, ULONG cbOutput,
                                          ULONG* pcbResult, ULONG dwFlags) {
    const auto* symmetric = object_of<SymmetricKey>(hKey);
    const auto* pair = symmetric != nullptr ? nullptr : object_of<PublicKey>(hKey);
    if (symmetric == nullptr && pair == nullptr) return STATUS_INVALID_HANDLE;
    if (pszBlobType == nullptr || pcbResult == nullptr || dwFlags != 0)
        return STATUS_INVALID_PARAMETER;
    if (hExportKey != nullptr) return STATUS_NOT_SUPPORTED;
    if (symmetric != nullptr)
        return export_symmetric_key(*symmetric, pszBlobType, pbOutput, cbOutput, pcbResult);
    return export_public_key(*pair, pszBlobType, pbOutput, cbOutput, pcbResult);
}

/// BCryptDestroyKey (bcrypt.h) ends a key.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptdestroykey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptDestroyKey(BCRYPT_KEY_HANDLE hKey) {
    if (auto* key = object_of<SymmetricKey>(hKey)) {
        destroy_object(*key, sizeof(*key));
    } else if (auto* pair = object_of<PublicKey>(hKey)) {
        destroy_object(*pair, sizeof(*pair) + pair->number_bytes);
    } else {
        return STATUS_INVALID_HANDLE;
    }
    return STATUS_SUCCESS;
}
