// SPDX-License-Identifier: GPL-2.0-only
// When a read or write of a serial port is done: the rules that SERIAL_TIMEOUTS' page gives. Times
// are in 100 ns, counted from anything that does not stop.
#pragma once

#include <cstdint>

#include "abi/types/serial.h"

namespace rsl::serial {

/// What becomes of a request now.
struct Verdict {
    enum Kind : uint8_t {
        kWait,      // until `deadline`, or for a byte
        kDone,      // STATUS_SUCCESS
        kTimedOut,  // STATUS_TIMEOUT, with what there is
    };
    static constexpr uint64_t kNever = ~uint64_t{0};
    Kind kind = kWait;
    uint64_t deadline = kNever;
};

/// How far a request is.
struct Progress {
    uint64_t started;    // when it came to the head of the queue
    uint64_t last_byte;  // when the last byte came; counts from the first byte on
    uint32_t wanted, done;
};

/// Whether IOCTL_SERIAL_SET_TIMEOUTS takes these.
bool is_valid(const SERIAL_TIMEOUTS& timeouts);
/// A read that has taken everything there was to take.
Verdict judge_read(const SERIAL_TIMEOUTS& timeouts, const Progress& read, uint64_t now);
Verdict judge_write(const SERIAL_TIMEOUTS& timeouts, const Progress& write, uint64_t now);

}  // namespace rsl::serial
