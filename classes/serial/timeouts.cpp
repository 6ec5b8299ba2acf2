// SPDX-License-Identifier: GPL-2.0-only
#include "classes/serial/timeouts.hpp"

namespace rsl::serial {
namespace {

constexpr uint64_t kPerMs = 10'000;
constexpr ULONG kMax = 0xFFFFFFFF;

uint64_t later(uint64_t from, uint64_t ms) { return from + ms * kPerMs; }

/// The time that `multiplier` and `constant` allow; both zero: no limit.
uint64_t total(const Progress& request, ULONG multiplier, ULONG constant) {
    if (multiplier == 0 && constant == 0) return Verdict::kNever;
    // The product has less than 64 bits, its 10,000-fold may have more: as good as never.
    const uint64_t ms = uint64_t{request.wanted} * multiplier + constant;
    return ms > Verdict::kNever / kPerMs / 2 ? Verdict::kNever : later(request.started, ms);
}

Verdict until(uint64_t deadline, uint64_t now) {
    if (now >= deadline) return {Verdict::kTimedOut};
    return {Verdict::kWait, deadline};
}

}  // namespace

bool is_valid(const SERIAL_TIMEOUTS& timeouts) {
    return timeouts.ReadIntervalTimeout != kMax || timeouts.ReadTotalTimeoutConstant != kMax;
}

Verdict judge_read(const SERIAL_TIMEOUTS& timeouts, const Progress& read, uint64_t now) {
    if (read.done >= read.wanted) return {Verdict::kDone};
    const ULONG interval = timeouts.ReadIntervalTimeout,
                multiplier = timeouts.ReadTotalTimeoutMultiplier,
                constant = timeouts.ReadTotalTimeoutConstant;
    if (interval == kMax && multiplier == 0 && constant == 0)
        return {Verdict::kDone};  // whatever there was
    if (interval == kMax && multiplier == kMax && constant != 0) {
        if (read.done != 0) return {Verdict::kDone};  // the first byte ends it
        return until(later(read.started, constant), now);
    }
    uint64_t deadline = total(read, multiplier, constant);
    if (interval != 0 && read.done != 0) {
        const uint64_t next_byte = later(read.last_byte, interval);
        if (next_byte < deadline) deadline = next_byte;
    }
    return until(deadline, now);
}

Verdict judge_write(const SERIAL_TIMEOUTS& timeouts, const Progress& write, uint64_t now) {
    if (write.done >= write.wanted) return {Verdict::kDone};
    return until(
        total(write, timeouts.WriteTotalTimeoutMultiplier, timeouts.WriteTotalTimeoutConstant),
        now);
}

}  // namespace rsl::serial
