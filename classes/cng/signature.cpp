// SPDX-License-Identifier: GPL-2.0-only
// cng.sys: verifying signatures.
#include "classes/cng/key_blob.hpp"
#include "classes/cng/objects.hpp"

namespace rsl::cng {
namespace {

NTSTATUS verify_with_curve(const PublicKey& key, const void* padding, Bytes hash, Bytes signature,
                           ULONG flags) {
    if (padding != nullptr || flags != 0) return STATUS_INVALID_PARAMETER;
    if (signature.size() != key.number_bytes) return STATUS_INVALID_SIGNATURE;
    const bool good = verify_ecdsa(key.info->curve(), key.numbers(), hash, signature.data());
    return good ? STATUS_SUCCESS : STATUS_INVALID_SIGNATURE;
}

/// The hash function that a padding names, with the length of its values.
NTSTATUS find_hash(const char16_t* name, Bytes hash, std::optional<HashKind>& out) {
    const AlgorithmInfo* info = find_algorithm(name);
    if (info == nullptr || info->kind != AlgorithmKind::kHash) return STATUS_NOT_SUPPORTED;
    if (hash.size() != digest_bytes(info->hash())) return STATUS_INVALID_PARAMETER;
    out = info->hash();
    return STATUS_SUCCESS;
}

NTSTATUS verify_with_rsa(const PublicKey& key, const void* padding, Bytes hash, Bytes signature,
                         ULONG flags) {
    if (padding == nullptr || (flags != BCRYPT_PAD_PKCS1 && flags != BCRYPT_PAD_PSS))
        return STATUS_INVALID_PARAMETER;
    const bool pss = flags == BCRYPT_PAD_PSS;
    const char16_t* name = pss ? static_cast<const BCRYPT_PSS_PADDING_INFO*>(padding)->pszAlgId
                               : static_cast<const BCRYPT_PKCS1_PADDING_INFO*>(padding)->pszAlgId;
    std::optional<HashKind> kind;
    if (name != nullptr) {
        const NTSTATUS status = find_hash(name, hash, kind);
        if (!NT_SUCCESS(status)) return status;
    } else if (pss) {
        return STATUS_INVALID_PARAMETER;
    }
    auto* work =
        static_cast<RsaWork*>(ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(RsaWork), kPoolTag));
    if (work == nullptr) return STATUS_NO_MEMORY;
    const Bytes numbers{key.numbers(), key.number_bytes};
    const RsaPublicKey rsa{.modulus = numbers.subspan(key.exponent_bytes),
                           .exponent = numbers.first(key.exponent_bytes)};
    bool good;
    if (pss) {
        const ULONG salt_bytes = static_cast<const BCRYPT_PSS_PADDING_INFO*>(padding)->cbSalt;
        good = verify_rsa_pss(*work, rsa, *kind, salt_bytes, hash, signature);
    } else {
        good = verify_rsa_pkcs1(*work, rsa, kind, hash, signature);
    }
    ExFreePoolWithTag(work, kPoolTag);
    return good ? STATUS_SUCCESS : STATUS_INVALID_SIGNATURE;
}

}  // namespace
}  // namespace rsl::cng

using namespace rsl::cng;

/// BCryptVerifySignature (bcrypt.h) tells whether a signature of a hash was made with the other
/// half of a key.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_SIGNATURE, STATUS_INVALID_HANDLE,
///   STATUS_INVALID_PARAMETER,
///            STATUS_NOT_SUPPORTED, STATUS_NO_MEMORY
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptverifysignature
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptVerifySignature(BCRYPT_KEY_HANDLE hKey, PVOID pPaddingInfo,
                                                PUCHAR pbHash, ULONG cbHash, PUCHAR pbSignature,
                                                ULONG cbSignature, ULONG dwFlags) {
    const auto* key = object_of<PublicKey>(hKey);
    if (key == nullptr)
        return object_of<SymmetricKey>(hKey) != nullptr ? STATUS_NOT_SUPPORTED
                                                        : STATUS_INVALID_HANDLE;
    if (pbHash == nullptr || cbHash == 0 || pbSignature == nullptr || cbSignature == 0)
        return STATUS_INVALID_PARAMETER;
    const Bytes hash{pbHash, cbHash}, signature{pbSignature, cbSignature};
    if (key->info->kind == AlgorithmKind::kRsa)
        return verify_with_rsa(*key, pPaddingInfo, hash, signature, dwFlags);
    return verify_with_curve(*key, pPaddingInfo, hash, signature, dwFlags);
}
