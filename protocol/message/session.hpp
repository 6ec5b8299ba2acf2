// SPDX-License-Identifier: GPL-2.0-only
// The beginning and end of a session, and cancelling.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

/// The first request of a client, exactly once. kDone: information is the server's kVersion,
/// values[0] the id of the client's process in the VM, values[1] how many requests may be unanswered.
struct Hello {
    uint32_t version;      // kVersion
    uint32_t client_pid;   // on Linux, for people
    ArenaSpan image_name;  // of the program, UTF-16LE; drivers see it as the process' image
    uint32_t windows_process;  // its id as its program knows it; 0: it is no Windows program
    uint32_t windows_parent;
    uint64_t reserved[3];
    constexpr bool check(uint64_t arena_bytes) const {
        return fits_text(image_name, arena_bytes, kMaxNameBytes);
    }
};
static_assert(sizeof(Hello) == 48 && offsetof(Hello, image_name) == 8);

/// A body of nothing: kGoodbye, kClose, kFlush.
struct Nothing {
    uint64_t reserved;
    constexpr bool check(uint64_t) const { return true; }
};

/// kDone: values[0] is the cookie.
struct Ping {
    uint64_t cookie;
    constexpr bool check(uint64_t) const { return true; }
};

enum class CancelScope : uint32_t {
    kRequest = 0,  // Cancel::request_id
    kHandle = 1,   // every request on the entry's handle
    kAll = 2,
};
/// NtCancelIoFileEx, also for waits. kDone: information counts the requests asked to cancel; their own
/// replies follow. STATUS_NOT_FOUND when there was none (any more).
struct Cancel {
    uint64_t request_id;
    CancelScope scope;
    uint32_t reserved;
    constexpr bool check(uint64_t) const { return scope <= CancelScope::kAll; }
};
static_assert(sizeof(Cancel) == 16);

}  // namespace rsl::protocol
