// SPDX-License-Identifier: GPL-2.0-only
// cng.sys: random numbers. The processor's RDRAND seeds a generator for each call, so that nothing
// is shared and nothing remains; in the VM, QEMU or the host's processor gives what RDRAND gives.
// Without it there are none.
#include "abi/functions/ex.h"
#include "classes/cng/drbg.hpp"
#include "classes/cng/objects.hpp"

namespace rsl::cng {
namespace {

constexpr ULONG kRdrandFeature = 28;  // PF_RDRAND_INSTRUCTION_AVAILABLE

/// A word of the processor's generator; false when it gives none, or gives the same one twice, as
/// broken ones do.
__attribute__((target("rdrnd"))) bool read_rdrand(unsigned long long& word,
                                                  unsigned long long previous) {
    constexpr uint32_t kTries = 10;  // Intel's advice
    for (uint32_t i = 0; i < kTries; ++i) {
        if (__builtin_ia32_rdrand64_step(&word) != 0) return word != previous;
    }
    return false;
}

/// Twice the generator's strength of 256 bits.
struct Seed {
    static constexpr size_t kWords = 8;
    unsigned long long words[kWords] = {};
    ~Seed() { wipe(words, sizeof(words)); }

    bool fill() {
        if (!ExIsProcessorFeaturePresent(kRdrandFeature)) return false;
        unsigned long long previous = 0;
        for (unsigned long long& word : words) {
            if (!read_rdrand(word, previous)) return false;
            previous = word;
        }
        return true;
    }
    operator Bytes() const { return {reinterpret_cast<const uint8_t*>(words), sizeof(words)}; }
};

/// `more` is a caller's own randomness, which can only add.
NTSTATUS fill_random(std::span<uint8_t> out, Bytes more) {
    Seed seed;
    if (!seed.fill()) return STATUS_UNSUCCESSFUL;
    HmacDrbg drbg{seed};
    if (!more.empty()) drbg.reseed(more);
    while (!out.empty()) {
        const size_t taken =
            out.size() < HmacDrbg::kMaxRequestBytes ? out.size() : HmacDrbg::kMaxRequestBytes;
        drbg.generate(out.first(taken));
        out = out.subspan(taken);
        if (out.empty()) break;
        if (!seed.fill()) return STATUS_UNSUCCESSFUL;
        drbg.reseed(seed);
    }
    return STATUS_SUCCESS;
}

}  // namespace
}  // namespace rsl::cng

using namespace rsl::cng;

/// BCryptGenRandom (bcrypt.h) fills a buffer with random bytes.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_UNSUCCESSFUL
///   (the processor gives none) Source
///   learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcryptgenrandom Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI BCryptGenRandom(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbBuffer,
                                          ULONG cbBuffer, ULONG dwFlags) {
    constexpr ULONG kFlags = BCRYPT_RNG_USE_ENTROPY_IN_BUFFER | BCRYPT_USE_SYSTEM_PREFERRED_RNG;
    const bool systems = (dwFlags & BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0;
    if (!systems) {
        const auto* algorithm = object_of<Algorithm>(hAlgorithm);
        if (algorithm == nullptr || algorithm->info->kind != AlgorithmKind::kRandom)
            return STATUS_INVALID_HANDLE;
    }
    if ((dwFlags & ~kFlags) != 0 || (systems && hAlgorithm != nullptr))
        return STATUS_INVALID_PARAMETER;
    if (!has_bytes(pbBuffer, cbBuffer)) return STATUS_INVALID_PARAMETER;
    const bool with_buffer = (dwFlags & BCRYPT_RNG_USE_ENTROPY_IN_BUFFER) != 0;
    const NTSTATUS status =
        fill_random({pbBuffer, cbBuffer}, with_buffer ? Bytes{pbBuffer, cbBuffer} : Bytes{});
    if (!NT_SUCCESS(status) && cbBuffer != 0) wipe(pbBuffer, cbBuffer);
    return status;
}
