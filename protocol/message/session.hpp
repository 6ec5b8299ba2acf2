// SPDX-License-Identifier: GPL-2.0-only
// The beginning and end of a session, and cancelling.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

/// The first request of a client, exactly once. kDone: information is the server's kVersion,
/// values[0] the id of the client's process in the VM, values[1] how many requests may be unanswered, values[2] HelloFeatures.
enum HelloFeatures : uint64_t {
    kBorrowsMemory = 1,  // addresses of the client's are good: the VM asks for what lies there (memory.hpp)
};
struct Hello {
    uint32_t version;      // kVersion
    uint32_t client_pid;   // on Linux, for people
    ArenaSpan image_name;  // of the program, UTF-16LE; drivers see it as the process' image
    uint32_t windows_process;  // its id as its program knows it; 0: it is no Windows program
    uint32_t windows_parent;
    ArenaSpan lending;        // where the client lends pages of its memory: whole ones; empty: it lends none
    uint64_t arena_address;   // where the arena lies in the client's memory; 0: it does not matter
    uint64_t peb32;           // where its 32-bit process environment block lies; 0: it is no 32-bit program (WoW64)
    constexpr bool check(uint64_t arena_bytes) const {
        return peb32 < uint64_t{1} << 32 && fits_text(image_name, arena_bytes, kMaxNameBytes) && fits(lending, arena_bytes) &&
               lending.offset % 64 == 0 && lending.bytes % 4096 == 0 && arena_address % 4096 == 0;
    }
};
static_assert(sizeof(Hello) == 48 && offsetof(Hello, image_name) == 8);
static_assert(offsetof(Hello, lending) == 24 && offsetof(Hello, arena_address) == 32);

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
