// SPDX-License-Identifier: GPL-2.0-only
// What Driver Verifier is asked to look for. The bits are those of Windows' `verifier /flags`.
#pragma once

#include <cstdint>

namespace rsl::vf {

enum Flag : uint32_t {
    kSpecialPool = 0x1,
    kForceIrql = 0x2,
    kLowResources = 0x4,
    kPoolTracking = 0x8,
    kIoChecks = 0x10,
    kDeadlock = 0x20,
    kDma = 0x80,
    kSecurity = 0x100,
    kMiscellaneous = 0x800,
};

/// Everything that only looks. kLowResources changes what the driver sees, and has to be asked for.
inline constexpr uint32_t kStandardFlags = kSpecialPool | kForceIrql | kPoolTracking | kIoChecks |
                                           kDeadlock | kDma | kSecurity | kMiscellaneous;
inline constexpr uint32_t kKnownFlags = kStandardFlags | kLowResources;

inline constexpr uint32_t kDefaultRate = 600;  // of 10,000 allocations: 6 %, as documented

struct Options {
    uint32_t flags = 0;  // 0: not verified
    uint32_t seed = 0;   // of the low-resource simulation
    uint32_t rate = kDefaultRate;
    bool has(Flag flag) const { return (flags & flag) != 0; }
};

/// The low-resource simulation's dice: the nth throw of a seed is always the same.
constexpr uint32_t throw_of(uint32_t seed, uint64_t n) {
    uint64_t x = (uint64_t{seed} << 32 | 0x5DEECE66) ^ (n + 1) * 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return static_cast<uint32_t>((x ^ (x >> 31)) % 10'000);
}
constexpr bool fails(const Options& options, uint64_t n) {
    return throw_of(options.seed, n) < options.rate;
}

}  // namespace rsl::vf
