// SPDX-License-Identifier: GPL-2.0-only
// cng.sys: hashes and message authentication codes.
#include "classes/cng/objects.hpp"

namespace rsl::cng {

void HashState::start(const AlgorithmInfo& info, bool with_key, Bytes key) {
    keyed = with_key;
    if (keyed) {
        hmac.start(info.hash(), key);
    } else {
        plain.start(info.hash());
    }
}
void HashState::update(Bytes data) { keyed ? hmac.update(data) : plain.update(data); }
void HashState::finish(uint8_t* out) { keyed ? hmac.finish(out) : plain.finish(out); }

namespace {

/// A hash that takes data: one that was finished does not.
Hash* running_hash(BCRYPT_HASH_HANDLE handle) {
    auto* hash = object_of<Hash>(handle);
    return hash != nullptr && !hash->finished ? hash : nullptr;
}

/// A handle of a hash algorithm, with a key only if it takes one; else what to return.
NTSTATUS check_hash_algorithm(const Algorithm* algorithm, const void* secret, ULONG secret_bytes) {
    if (algorithm == nullptr || algorithm->info->kind != AlgorithmKind::kHash)
        return STATUS_INVALID_HANDLE;
    if (!has_bytes(secret, secret_bytes)) return STATUS_INVALID_PARAMETER;
    return secret_bytes != 0 && !algorithm->hmac ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

}  // namespace
}  // namespace rsl::cng

using namespace rsl::cng;

/// BCryptCreateHash (bcrypt.h) begins a hash or, with an algorithm opened for it, an HMAC.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER,
///   STATUS_BUFFER_TOO_SMALL, STATUS_NO_MEMORY Owner    the caller, until BCryptDestroyHash;
///   pbHashObject stays the caller's Source
///   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptcreatehash Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptCreateHash(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_HASH_HANDLE* phHash,
                                           PUCHAR pbHashObject, ULONG cbHashObject, PUCHAR pbSecret,
                                           ULONG cbSecret, ULONG dwFlags) {
    const auto* algorithm = object_of<Algorithm>(hAlgorithm);
    NTSTATUS status = check_hash_algorithm(algorithm, pbSecret, cbSecret);
    if (!NT_SUCCESS(status)) return status;
    if (phHash == nullptr || (dwFlags & ~static_cast<ULONG>(BCRYPT_HASH_REUSABLE_FLAG)) != 0)
        return STATUS_INVALID_PARAMETER;
    Hash* hash;
    status = make_object(pbHashObject, cbHashObject, &hash);
    if (!NT_SUCCESS(status)) return status;
    hash->info = algorithm->info;
    hash->provider = hAlgorithm;
    hash->reusable = algorithm->reusable || (dwFlags & BCRYPT_HASH_REUSABLE_FLAG) != 0;
    hash->state.start(*algorithm->info, algorithm->hmac, {pbSecret, cbSecret});
    if (hash->reusable) hash->start = hash->state;
    *phHash = hash;
    return STATUS_SUCCESS;
}

/// BCryptHashData (bcrypt.h) adds data to a hash.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE (also after BCryptFinishHash),
///   STATUS_INVALID_PARAMETER Source
///   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcrypthashdata Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptHashData(BCRYPT_HASH_HANDLE hHash, PUCHAR pbInput, ULONG cbInput,
                                         ULONG dwFlags) {
    Hash* hash = running_hash(hHash);
    if (hash == nullptr) return STATUS_INVALID_HANDLE;
    if (dwFlags != 0 || !has_bytes(pbInput, cbInput)) return STATUS_INVALID_PARAMETER;
    hash->state.update({pbInput, cbInput});
    return STATUS_SUCCESS;
}

/// BCryptFinishHash (bcrypt.h) gives the hash's value. A reusable hash begins again, with the same
/// key; others are over.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER (also for another
///   size than the value's) Source
///   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptfinishhash Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptFinishHash(BCRYPT_HASH_HANDLE hHash, PUCHAR pbOutput,
                                           ULONG cbOutput, ULONG dwFlags) {
    Hash* hash = running_hash(hHash);
    if (hash == nullptr) return STATUS_INVALID_HANDLE;
    if (pbOutput == nullptr || cbOutput != digest_bytes(hash->info->hash()) || dwFlags != 0)
        return STATUS_INVALID_PARAMETER;
    hash->state.finish(pbOutput);
    if (hash->reusable) {
        hash->state = hash->start;
    } else {
        wipe(&hash->state, sizeof(hash->state));
        hash->finished = true;
    }
    return STATUS_SUCCESS;
}

/// BCryptDuplicateHash (bcrypt.h) makes a second hash of the same data so far.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  as BCryptCreateHash
///   Owner    the caller, until BCryptDestroyHash; pbHashObject stays the caller's
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptduplicatehash
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptDuplicateHash(BCRYPT_HASH_HANDLE hHash,
                                              BCRYPT_HASH_HANDLE* phNewHash, PUCHAR pbHashObject,
                                              ULONG cbHashObject, ULONG dwFlags) {
    const Hash* hash = running_hash(hHash);
    if (hash == nullptr) return STATUS_INVALID_HANDLE;
    if (phNewHash == nullptr || dwFlags != 0) return STATUS_INVALID_PARAMETER;
    Hash* copy;
    const NTSTATUS status = make_object(pbHashObject, cbHashObject, &copy);
    if (!NT_SUCCESS(status)) return status;
    const bool in_pool = copy->in_pool;
    *copy = *hash;
    copy->in_pool = in_pool;
    *phNewHash = copy;
    return STATUS_SUCCESS;
}

/// BCryptDestroyHash (bcrypt.h) ends a hash, finished or not.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptdestroyhash
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptDestroyHash(BCRYPT_HASH_HANDLE hHash) {
    auto* hash = object_of<Hash>(hHash);
    if (hash == nullptr) return STATUS_INVALID_HANDLE;
    destroy_object(*hash, sizeof(*hash));
    return STATUS_SUCCESS;
}

/// BCryptHash (bcrypt.h) makes a hash or an HMAC of data in one call.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcrypthash
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptHash(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbSecret, ULONG cbSecret,
                                     PUCHAR pbInput, ULONG cbInput, PUCHAR pbOutput,
                                     ULONG cbOutput) {
    const auto* algorithm = object_of<Algorithm>(hAlgorithm);
    const NTSTATUS status = check_hash_algorithm(algorithm, pbSecret, cbSecret);
    if (!NT_SUCCESS(status)) return status;
    if (!has_bytes(pbInput, cbInput) || pbOutput == nullptr) return STATUS_INVALID_PARAMETER;
    if (cbOutput != digest_bytes(algorithm->info->hash())) return STATUS_INVALID_PARAMETER;
    HashState state;
    state.start(*algorithm->info, algorithm->hmac, {pbSecret, cbSecret});
    state.update({pbInput, cbInput});
    state.finish(pbOutput);
    wipe(&state, sizeof(state));
    return STATUS_SUCCESS;
}
