// SPDX-License-Identifier: GPL-2.0-only
// Windows programs' processes, threads and images, which the supervisor tells drivers of on the
// control channel. Other channels' are refused with STATUS_ACCESS_DENIED.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

/// A process has been made and does not run yet. kDone's status: what a driver's notify routine
/// refuses it with.
struct ProcessStarted {
    uint32_t process;  // ids as Windows programs know them
    uint32_t thread;   // its first
    uint32_t parent;
    uint32_t creator_process;  // the thread that made it; 0: unknown
    uint32_t creator_thread;
    uint32_t reserved;
    ArenaSpan image;         // its path in NT form, UTF-16LE
    ArenaSpan command_line;  // UTF-16LE
    constexpr bool check(uint64_t arena_bytes) const {
        return process != 0 && fits_text(image, arena_bytes, kMaxPathBytes) &&
               fits_text(command_line, arena_bytes, kMaxPathBytes);
    }
};
static_assert(sizeof(ProcessStarted) == 40 && offsetof(ProcessStarted, image) == 24);

/// It has ended, and with it what it had open.
struct ProcessEnded {
    uint32_t process;
    int32_t exit_status;
    constexpr bool check(uint64_t) const { return process != 0; }
};

struct ThreadChanged {
    uint32_t process;
    uint32_t thread;
    uint32_t created;  // 1: it is about to run; 0: it ends
    uint32_t reserved;
    constexpr bool check(uint64_t) const { return process != 0 && created <= 1; }
};

/// An image has been mapped.
struct ImageLoaded {
    uint64_t base;  // in the program's memory
    uint64_t bytes;
    uint32_t process;
    uint32_t reserved;
    ArenaSpan path;  // UTF-16LE
    constexpr bool check(uint64_t arena_bytes) const {
        return process != 0 && fits_text(path, arena_bytes, kMaxPathBytes);
    }
};
static_assert(sizeof(ImageLoaded) == 32);

}  // namespace rsl::protocol
