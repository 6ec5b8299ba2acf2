// SPDX-License-Identifier: GPL-2.0-only
// cng.sys: the algorithms there are, and their handles.
#include "classes/cng/objects.hpp"

#include "abi/types/io.h"

namespace rsl::cng {
namespace {

constexpr AlgorithmInfo hash_info(const char16_t* name, HashKind kind) {
    return {name, AlgorithmKind::kHash, static_cast<uint8_t>(kind)};
}
constexpr AlgorithmInfo curve_info(const char16_t* name, CurveKind kind) {
    return {name, AlgorithmKind::kEcdsa, static_cast<uint8_t>(kind)};
}
constexpr AlgorithmInfo kAlgorithms[] = {
    hash_info(u"MD5", HashKind::kMd5),
    hash_info(u"SHA1", HashKind::kSha1),
    hash_info(u"SHA256", HashKind::kSha256),
    hash_info(u"SHA384", HashKind::kSha384),
    hash_info(u"SHA512", HashKind::kSha512),
    {u"RNG", AlgorithmKind::kRandom, 0},
    {u"AES", AlgorithmKind::kAes, 0},
    curve_info(u"ECDSA_P256", CurveKind::kP256),
    curve_info(u"ECDSA_P384", CurveKind::kP384),
    {u"RSA", AlgorithmKind::kRsa, 0},
    {u"RSA_SIGN", AlgorithmKind::kRsa, 0},
};
enum : size_t {
    kMd5,
    kSha1,
    kSha256,
    kSha384,
    kSha512,
    kRandom,
    kAes,
    kP256,
    kP384,
    kRsa,
    kRsaSign
};

struct PseudoAlgorithm {
    uintptr_t value;
    Algorithm algorithm;
};
constexpr PseudoAlgorithm pseudo(uintptr_t value, size_t algorithm, bool hmac = false,
                                 CipherMode mode = CipherMode::kCbc) {
    return {value, {{Algorithm::kMagic, false}, &kAlgorithms[algorithm], hmac, false, mode}};
}
// learn.microsoft.com/windows/win32/seccng/cng-algorithm-pseudo-handles. Nobody writes to them: see
// BCryptSetProperty.
constinit PseudoAlgorithm pseudo_algorithms[] = {
    pseudo(0x21, kMd5),
    pseudo(0x31, kSha1),
    pseudo(0x41, kSha256),
    pseudo(0x51, kSha384),
    pseudo(0x61, kSha512),
    pseudo(0x81, kRandom),
    pseudo(0x91, kMd5, true),
    pseudo(0xA1, kSha1, true),
    pseudo(0xB1, kSha256, true),
    pseudo(0xC1, kSha384, true),
    pseudo(0xD1, kSha512, true),
    pseudo(0xE1, kRsa),
    pseudo(0x1A1, kAes, false, CipherMode::kCbc),
    pseudo(0x1B1, kAes, false, CipherMode::kEcb),
    pseudo(0x1C1, kAes, false, CipherMode::kCfb),
    pseudo(0x1E1, kAes, false, CipherMode::kGcm),
    pseudo(0x2E1, kP256),
    pseudo(0x2F1, kP384),
    pseudo(0x311, kRsaSign),
};

}  // namespace

bool same_text(const char16_t* a, const char16_t* b) {
    for (; *a == *b; ++a, ++b) {
        if (*a == 0) return true;
    }
    return false;
}

const AlgorithmInfo* find_algorithm(const char16_t* name) {
    for (const AlgorithmInfo& info : kAlgorithms) {
        if (same_text(info.name, name)) return &info;
    }
    return nullptr;
}

Algorithm* find_pseudo_algorithm(uintptr_t value) {
    for (PseudoAlgorithm& each : pseudo_algorithms) {
        if (each.value == value) return &each.algorithm;
    }
    return nullptr;
}

}  // namespace rsl::cng

using namespace rsl::cng;

/// BCryptOpenAlgorithmProvider (bcrypt.h) gives a handle of an algorithm.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND, STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY
///   Owner    the caller, until BCryptCloseAlgorithmProvider
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptopenalgorithmprovider
///   Differs  there are fewer algorithms; BCRYPT_PROV_DISPATCH changes nothing, as no memory is
///   paged here
RSL_EXPORT NTSTATUS NTAPI BCryptOpenAlgorithmProvider(BCRYPT_ALG_HANDLE* phAlgorithm,
                                                      LPCWSTR pszAlgId, LPCWSTR pszImplementation,
                                                      ULONG dwFlags) {
    constexpr ULONG kFlags =
        BCRYPT_PROV_DISPATCH | BCRYPT_ALG_HANDLE_HMAC_FLAG | BCRYPT_HASH_REUSABLE_FLAG;
    if (phAlgorithm == nullptr || pszAlgId == nullptr || (dwFlags & ~kFlags) != 0)
        return STATUS_INVALID_PARAMETER;
    if (pszImplementation != nullptr &&
        !same_text(pszImplementation, u"Microsoft Primitive Provider"))
        return STATUS_NOT_FOUND;
    const AlgorithmInfo* info = find_algorithm(pszAlgId);
    if (info == nullptr) return STATUS_NOT_FOUND;
    if (info->kind != AlgorithmKind::kHash &&
        (dwFlags & ~static_cast<ULONG>(BCRYPT_PROV_DISPATCH)) != 0) {
        return STATUS_INVALID_PARAMETER;
    }
    Algorithm* made;
    const NTSTATUS status = make_object<Algorithm>(nullptr, 0, &made);
    if (!NT_SUCCESS(status)) return status;
    made->info = info;
    made->hmac = (dwFlags & BCRYPT_ALG_HANDLE_HMAC_FLAG) != 0;
    made->reusable = (dwFlags & BCRYPT_HASH_REUSABLE_FLAG) != 0;
    made->mode = CipherMode::kCbc;
    *phAlgorithm = made;
    return STATUS_SUCCESS;
}

/// BCryptCloseAlgorithmProvider (bcrypt.h) closes it. What was made with it lives on.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptclosealgorithmprovider
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE hAlgorithm,
                                                       ULONG dwFlags) {
    auto* algorithm = object_of<Algorithm>(hAlgorithm);
    if (algorithm == nullptr || !algorithm->in_pool) return STATUS_INVALID_HANDLE;
    if (dwFlags != 0) return STATUS_INVALID_PARAMETER;
    destroy_object(*algorithm, sizeof(*algorithm));
    return STATUS_SUCCESS;
}

/// BCryptGetFipsAlgorithmMode (bcrypt.h) tells whether only algorithms that FIPS 140 approves are
/// to be used: no.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptgetfipsalgorithmmode
///   Differs  there is no policy that turns it on
RSL_EXPORT NTSTATUS NTAPI BCryptGetFipsAlgorithmMode(BOOLEAN* pfEnabled) {
    if (pfEnabled == nullptr) return STATUS_INVALID_PARAMETER;
    *pfEnabled = FALSE;
    return STATUS_SUCCESS;
}

/// Only when somebody loads it as a driver; as a library it is bound to and not called.
extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING) { return STATUS_SUCCESS; }
