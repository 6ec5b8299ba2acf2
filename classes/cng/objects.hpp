// SPDX-License-Identifier: GPL-2.0-only
// What stands behind BCrypt's handles: a handle is an object's address, and each object begins with
// a word that tells its type. Objects lie in the caller's memory or in nonpaged pool, point to
// nothing but constants, and may be used at DISPATCH_LEVEL. Not thread-safe, as documented: a
// handle has one user at a time.
#pragma once

#include <type_traits>

#include "abi/functions/bcrypt.h"
#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "classes/cng/cipher_modes.hpp"
#include "classes/cng/ecdsa.hpp"
#include "classes/cng/hmac.hpp"

namespace rsl::cng {

enum class AlgorithmKind : uint8_t { kHash, kRandom, kAes, kEcdsa, kRsa };

struct AlgorithmInfo {
    const char16_t* name;
    AlgorithmKind kind;
    uint8_t variant;  // HashKind or CurveKind

    HashKind hash() const { return static_cast<HashKind>(variant); }
    CurveKind curve() const { return static_cast<CurveKind>(variant); }
};
/// By BCrypt's identifier, "SHA256"; nullptr when RSL lacks it.
const AlgorithmInfo* find_algorithm(const char16_t* name);
bool same_text(const char16_t* a, const char16_t* b);

struct Object {
    uint32_t magic;
    bool in_pool;
};

struct Algorithm : Object {
    static constexpr uint32_t kMagic = 0x6C415243;  // "CRAl"
    const AlgorithmInfo* info;
    bool hmac, reusable;
    CipherMode mode;
};

/// A running hash, keyed or not.
struct HashState {
    bool keyed;
    union {
        Digest plain;
        Hmac hmac;
    };
    void start(const AlgorithmInfo& info, bool with_key, Bytes key);
    void update(Bytes data);
    void finish(uint8_t* out);
};

struct Hash : Object {
    static constexpr uint32_t kMagic = 0x61485243;  // "CRHa"
    const AlgorithmInfo* info;
    BCRYPT_ALG_HANDLE provider;
    bool reusable, finished;
    HashState state;
    HashState start;  // for a reusable hash: the key is in it
};

struct SymmetricKey : Object {
    static constexpr uint32_t kMagic = 0x654B5243;  // "CRKe"
    const AlgorithmInfo* info;
    BCRYPT_ALG_HANDLE provider;
    CipherMode mode;
    uint32_t segment_bytes;  // of CFB
    uint32_t secret_bytes;
    uint8_t secret[32];
    uint8_t iv[Aes::kBlockBytes];
    Aes aes;
};

/// The blob's numbers lie behind it: the point, or the exponent and the modulus.
struct PublicKey : Object {
    static constexpr uint32_t kMagic = 0x75505243;  // "CRPu"
    const AlgorithmInfo* info;
    BCRYPT_ALG_HANDLE provider;
    uint32_t exponent_bytes;  // RSA
    uint32_t number_bytes;    // all
    const uint8_t* numbers() const { return reinterpret_cast<const uint8_t*>(this + 1); }
    uint8_t* numbers() { return reinterpret_cast<uint8_t*>(this + 1); }
};

/// The constant that a pseudo-handle such as BCRYPT_SHA256_ALG_HANDLE stands for, or nullptr.
Algorithm* find_pseudo_algorithm(uintptr_t value);

/// The object behind a handle; nullptr when it is none of that type.
template <typename T>
T* object_of(PVOID handle) {
    constexpr uintptr_t kEndOfPseudoHandles = 0x1000;
    const auto address = reinterpret_cast<uintptr_t>(handle);
    if (address < kEndOfPseudoHandles) {
        if constexpr (std::is_same_v<T, Algorithm>) return find_pseudo_algorithm(address);
        return nullptr;
    }
    if (address % alignof(T) != 0 || !MmIsAddressValid(handle)) return nullptr;
    auto* object = static_cast<T*>(handle);
    return object->magic == T::kMagic ? object : nullptr;
}

constexpr ULONG kPoolTag = 0x676E4352;  // "RCng"
constexpr size_t kObjectAlignment = 16;

/// What BCRYPT_OBJECT_LENGTH says: room to align the object in.
template <typename T>
constexpr ULONG object_bytes() {
    return static_cast<ULONG>(sizeof(T) + kObjectAlignment - 1);
}

/// An object, all zeros, in the caller's memory, or in the pool if there is none.
template <typename T>
NTSTATUS make_object(PUCHAR memory, ULONG bytes, T** out) {
    void* place;
    if (memory == nullptr) {
        if (bytes != 0) return STATUS_INVALID_PARAMETER;
        place = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(T), kPoolTag);
        if (place == nullptr) return STATUS_NO_MEMORY;
    } else {
        if (bytes < object_bytes<T>()) return STATUS_BUFFER_TOO_SMALL;
        const auto address = reinterpret_cast<uintptr_t>(memory);
        place = reinterpret_cast<void*>((address + kObjectAlignment - 1) & ~(kObjectAlignment - 1));
    }
    std::memset(place, 0, sizeof(T));
    *out = static_cast<T*>(place);
    (*out)->magic = T::kMagic;
    (*out)->in_pool = memory == nullptr;
    return STATUS_SUCCESS;
}

/// Leaves no secret behind. `bytes` is the whole object's.
inline void destroy_object(Object& object, size_t bytes) {
    const bool in_pool = object.in_pool;
    wipe(&object, bytes);
    if (in_pool) ExFreePoolWithTag(&object, kPoolTag);
}

/// Gives an answer as all of BCrypt's functions do: its size in any case, itself if there is room.
inline NTSTATUS give(const void* answer, size_t bytes, PUCHAR output, ULONG room, ULONG* result) {
    *result = static_cast<ULONG>(bytes);
    if (output == nullptr) return STATUS_SUCCESS;
    if (room < bytes) return STATUS_BUFFER_TOO_SMALL;
    std::memcpy(output, answer, bytes);
    return STATUS_SUCCESS;
}

/// A pointer and a count of a caller's; false when there is a count and no pointer.
inline bool has_bytes(const void* data, ULONG bytes) { return data != nullptr || bytes == 0; }

}  // namespace rsl::cng
