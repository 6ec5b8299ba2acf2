// SPDX-License-Identifier: GPL-2.0-only
// cng.sys: what objects tell of themselves, and what can be set.
// Names: learn.microsoft.com/windows/win32/seccng/cng-property-identifiers.
#include "classes/cng/objects.hpp"
#include "classes/cng/rsa.hpp"

namespace rsl::cng {
namespace {

/// Where an answer goes.
struct Reply {
    PUCHAR output;
    ULONG room;
    ULONG* result;
    NTSTATUS bytes(const void* data, size_t count) const {
        return give(data, count, output, room, result);
    }
    NTSTATUS number(size_t value) const {
        const auto word = static_cast<ULONG>(value);
        return bytes(&word, sizeof(word));
    }
    NTSTATUS text(const char16_t* value) const {
        size_t length = 0;
        while (value[length] != 0) ++length;
        return bytes(value, (length + 1) * sizeof(char16_t));
    }
    NTSTATUS lengths(ULONG least, ULONG most, ULONG step) const {
        const BCRYPT_KEY_LENGTHS_STRUCT value = {least, most, step};
        return bytes(&value, sizeof(value));
    }
};

struct ModeName {
    CipherMode mode;
    const char16_t* name;
};
constexpr ModeName kModeNames[] = {{CipherMode::kEcb, u"ChainingModeECB"},
                                   {CipherMode::kCbc, u"ChainingModeCBC"},
                                   {CipherMode::kCfb, u"ChainingModeCFB"},
                                   {CipherMode::kGcm, u"ChainingModeGCM"}};

NTSTATUS tell_mode(CipherMode mode, const Reply& reply) {
    return reply.text(kModeNames[static_cast<size_t>(mode)].name);
}

NTSTATUS set_mode(CipherMode& mode, Bytes value) {
    for (const ModeName& each : kModeNames) {
        constexpr size_t kNameBytes = 15 * sizeof(char16_t);
        if (value.size() < kNameBytes || std::memcmp(value.data(), each.name, kNameBytes) != 0)
            continue;
        // Its NUL belongs to it, and some callers count it and some do not.
        if (value.size() >= kNameBytes + 2 &&
            (value[kNameBytes] != 0 || value[kNameBytes + 1] != 0))
            continue;
        mode = each.mode;
        return STATUS_SUCCESS;
    }
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS tell_of_hash(const AlgorithmInfo& info, const char16_t* name, const Reply& reply) {
    if (same_text(name, u"HashDigestLength")) return reply.number(digest_bytes(info.hash()));
    if (same_text(name, u"HashBlockLength")) return reply.number(hash_block_bytes(info.hash()));
    if (same_text(name, u"ObjectLength")) return reply.number(object_bytes<Hash>());
    return STATUS_NOT_SUPPORTED;
}

/// What an AES algorithm and an AES key both tell.
NTSTATUS tell_of_aes(CipherMode mode, const char16_t* name, const Reply& reply) {
    if (same_text(name, u"BlockLength")) return reply.number(Aes::kBlockBytes);
    if (same_text(name, u"ChainingMode")) return tell_mode(mode, reply);
    if (same_text(name, u"AuthTagLength") && mode == CipherMode::kGcm)
        return reply.lengths(12, 16, 1);
    if (same_text(name, u"ObjectLength")) return reply.number(object_bytes<SymmetricKey>());
    if (same_text(name, u"KeyLengths")) return reply.lengths(128, 256, 64);
    if (same_text(name, u"BlockSizeList")) return reply.number(Aes::kBlockBytes);
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS tell_of_algorithm(const Algorithm& algorithm, const char16_t* name, const Reply& reply) {
    const AlgorithmInfo& info = *algorithm.info;
    switch (info.kind) {
        case AlgorithmKind::kHash:
            return tell_of_hash(info, name, reply);
        case AlgorithmKind::kAes:
            return tell_of_aes(algorithm.mode, name, reply);
        case AlgorithmKind::kEcdsa: {
            const auto bits = static_cast<ULONG>(curve_bytes(info.curve()) * 8);
            return same_text(name, u"KeyLengths") ? reply.lengths(bits, bits, 0)
                                                  : STATUS_NOT_SUPPORTED;
        }
        case AlgorithmKind::kRsa:
            if (same_text(name, u"KeyLengths"))
                return reply.lengths(kMinRsaBytes * 8, kMaxRsaBytes * 8, 64);
            if (same_text(name, u"PaddingSchemes"))
                return reply.number(BCRYPT_SUPPORTED_PAD_PKCS1_SIG | BCRYPT_SUPPORTED_PAD_PSS);
            return STATUS_NOT_SUPPORTED;
        case AlgorithmKind::kRandom:
            return STATUS_NOT_SUPPORTED;
    }
    return STATUS_NOT_SUPPORTED;
}

bool names_key_length(const char16_t* name) {
    return same_text(name, u"KeyLength") || same_text(name, u"KeyStrength");
}

NTSTATUS tell_of_symmetric_key(const SymmetricKey& key, const char16_t* name, const Reply& reply) {
    if (names_key_length(name)) return reply.number(key.secret_bytes * 8);
    if (same_text(name, u"IV") && key.mode != CipherMode::kGcm)
        return reply.bytes(key.iv, sizeof(key.iv));
    if (same_text(name, u"MessageBlockLength")) {
        return reply.number(key.mode == CipherMode::kCfb ? key.segment_bytes : Aes::kBlockBytes);
    }
    return tell_of_aes(key.mode, name, reply);
}

NTSTATUS tell_of_public_key(const PublicKey& key, const char16_t* name, const Reply& reply) {
    const bool rsa = key.info->kind == AlgorithmKind::kRsa;
    if (same_text(name, u"SignatureLength"))
        return reply.number(rsa ? key.number_bytes - key.exponent_bytes : key.number_bytes);
    if (!names_key_length(name) && !same_text(name, u"PublicKeyLength"))
        return STATUS_NOT_SUPPORTED;
    if (!rsa) return reply.number(key.number_bytes / 2 * 8);
    const size_t modulus_bits = (key.number_bytes - key.exponent_bytes) * size_t{8};
    return reply.number(modulus_bits -
                        static_cast<size_t>(std::countl_zero(key.numbers()[key.exponent_bytes])));
}

/// What all objects that were made with an algorithm tell.
template <typename T>
NTSTATUS tell_of_made(const T& object, const char16_t* name, const Reply& reply) {
    if (same_text(name, u"AlgorithmName")) return reply.text(object.info->name);
    if (same_text(name, u"ProviderHandle"))
        return reply.bytes(&object.provider, sizeof(object.provider));
    if constexpr (std::is_same_v<T, Hash>) {
        return tell_of_hash(*object.info, name, reply);
    } else if constexpr (std::is_same_v<T, SymmetricKey>) {
        return tell_of_symmetric_key(object, name, reply);
    } else {
        return tell_of_public_key(object, name, reply);
    }
}

NTSTATUS set_of_symmetric_key(SymmetricKey& key, const char16_t* name, Bytes value) {
    if (same_text(name, u"ChainingMode")) return set_mode(key.mode, value);
    if (same_text(name, u"IV")) {
        if (value.size() != sizeof(key.iv)) return STATUS_INVALID_PARAMETER;
        std::memcpy(key.iv, value.data(), sizeof(key.iv));
        return STATUS_SUCCESS;
    }
    if (!same_text(name, u"MessageBlockLength") || key.mode != CipherMode::kCfb)
        return STATUS_NOT_SUPPORTED;
    ULONG bytes = 0;
    if (value.size() == sizeof(bytes)) std::memcpy(&bytes, value.data(), sizeof(bytes));
    if (bytes != 1 && bytes != Aes::kBlockBytes) return STATUS_INVALID_PARAMETER;
    key.segment_bytes = bytes;
    return STATUS_SUCCESS;
}

}  // namespace
}  // namespace rsl::cng

using namespace rsl::cng;

/// BCryptGetProperty (bcrypt.h) reads a property of an algorithm, a hash or a key.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_NOT_SUPPORTED, STATUS_INVALID_HANDLE,
///   STATUS_INVALID_PARAMETER Source
///   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptgetproperty Differs  some
///   properties are not there: abi/exports/cng.tsv
RSL_EXPORT NTSTATUS NTAPI BCryptGetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty,
                                            PUCHAR pbOutput, ULONG cbOutput, ULONG* pcbResult,
                                            ULONG dwFlags) {
    if (hObject == nullptr) return STATUS_INVALID_HANDLE;
    if (pszProperty == nullptr || pcbResult == nullptr || dwFlags != 0)
        return STATUS_INVALID_PARAMETER;
    const Reply reply{pbOutput, cbOutput, pcbResult};
    if (const auto* algorithm = object_of<Algorithm>(hObject)) {
        if (same_text(pszProperty, u"AlgorithmName")) return reply.text(algorithm->info->name);
        return tell_of_algorithm(*algorithm, pszProperty, reply);
    }
    if (const auto* hash = object_of<Hash>(hObject)) return tell_of_made(*hash, pszProperty, reply);
    if (const auto* key = object_of<SymmetricKey>(hObject))
        return tell_of_made(*key, pszProperty, reply);
    if (const auto* key = object_of<PublicKey>(hObject))
        return tell_of_made(*key, pszProperty, reply);
    return STATUS_INVALID_HANDLE;
}

/// BCryptSetProperty (bcrypt.h) sets a property: the chaining mode of AES or of a key, a key's IV
/// and CFB segment.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_SUPPORTED, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptsetproperty
///   Differs  nothing known, for the algorithms that are there
RSL_EXPORT NTSTATUS NTAPI BCryptSetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty,
                                            PUCHAR pbInput, ULONG cbInput, ULONG dwFlags) {
    if (hObject == nullptr) return STATUS_INVALID_HANDLE;
    if (pszProperty == nullptr || pbInput == nullptr || dwFlags != 0)
        return STATUS_INVALID_PARAMETER;
    const Bytes value{pbInput, cbInput};
    if (auto* algorithm = object_of<Algorithm>(hObject)) {
        // Pseudo-handles are everybody's.
        const bool can_be_set = algorithm->in_pool && algorithm->info->kind == AlgorithmKind::kAes;
        if (!can_be_set || !same_text(pszProperty, u"ChainingMode")) return STATUS_NOT_SUPPORTED;
        return set_mode(algorithm->mode, value);
    }
    if (auto* key = object_of<SymmetricKey>(hObject))
        return set_of_symmetric_key(*key, pszProperty, value);
    if (object_of<Hash>(hObject) != nullptr || object_of<PublicKey>(hObject) != nullptr)
        return STATUS_NOT_SUPPORTED;
    return STATUS_INVALID_HANDLE;
}
