// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/clock.hpp"

#include <cpuid.h>
#include <time.h>
#include <x86intrin.h>

#include <charconv>
#include <string>

#include "host/vm/boot_cache.hpp"

namespace rsl::vm {
namespace {

constexpr const char* kCacheName = "tsc_khz";

bool counter_is_constant() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) != 0 && (d & (1u << 8)) != 0;
}

struct Moment {
    uint64_t ns, ticks;
};
/// A pair read as close together as the machine allows.
Moment now() {
    Moment best{};
    uint64_t shortest = ~0ull;
    for (int i = 0; i < 5; ++i) {
        const uint64_t before = __rdtsc();
        timespec time;
        ::clock_gettime(CLOCK_MONOTONIC_RAW, &time);
        const uint64_t after = __rdtsc();
        if (after - before >= shortest) continue;
        shortest = after - before;
        best = {static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 +
                    static_cast<uint64_t>(time.tv_nsec),
                before + (after - before) / 2};
    }
    return best;
}

}  // namespace

uint64_t host_tsc_khz() {
    if (const auto cached = cached_since_boot(kCacheName)) {
        uint64_t khz = 0;
        std::from_chars(cached->data(), cached->data() + cached->size(), khz);
        return khz;
    }
    if (!counter_is_constant()) return 0;
    const Moment start = now();
    const timespec pause{0, 2'000'000};
    ::nanosleep(&pause, nullptr);
    const Moment end = now();
    if (end.ns <= start.ns || end.ticks <= start.ticks) return 0;
    const uint64_t khz = (end.ticks - start.ticks) * 1'000'000 / (end.ns - start.ns);
    cache_until_boot(kCacheName, std::to_string(khz));
    return khz;
}

}  // namespace rsl::vm
