// SPDX-License-Identifier: GPL-2.0-only
// Handles of any kind, events, object directories and symbolic links.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

/// NtDuplicateObject into the client's process. kDone: values[0] is the new handle.
struct Duplicate {
    uint32_t desired_access;
    uint32_t attributes;
    uint32_t options;         // DUPLICATE_*
    uint32_t source_process;  // whose handle it is: the id of a client's process in the VM; 0: the client's own
    constexpr bool check(uint64_t) const { return true; }
};

/// A class and a buffer: kQueryObject, kQueryInformation, kSetInformation, kQueryVolume, kSetVolume,
/// kQuerySystem.
/// Pointers in the answer (names of kQueryObject) are offsets from the buffer's beginning.
struct Information {
    uint32_t information_class;
    uint32_t reserved;
    ArenaSpan buffer;
    constexpr bool check(uint64_t arena_bytes) const { return fits(buffer, arena_bytes); }
};
static_assert(sizeof(Information) == 16);

enum WaitFlags : uint32_t { kHasTimeout = 1 };
/// NtWaitForSingleObject.
struct Wait {
    int64_t timeout_100ns;  // as in NT: negative is relative; without kHasTimeout: for ever
    uint32_t flags;         // WaitFlags
    uint32_t reserved;
    constexpr bool check(uint64_t) const { return true; }
};
static_assert(sizeof(Wait) == 16);

/// NtCreateEvent, unnamed. kDone: values[0] is the handle.
struct CreateEvent {
    uint32_t desired_access;
    uint16_t type;     // 0 notification, 1 synchronization
    uint16_t initial;  // 0 or 1
    constexpr bool check(uint64_t) const { return type <= 1 && initial <= 1; }
};
static_assert(sizeof(CreateEvent) == 8);

enum class SignalOperation : uint32_t { kSet = 0, kReset = 1 };
/// NtSetEvent, NtResetEvent. kDone: values[0] is the previous state.
struct SignalEvent {
    SignalOperation operation;
    uint32_t reserved;
    constexpr bool check(uint64_t) const { return operation <= SignalOperation::kReset; }
};

/// NtOpenDirectoryObject, NtOpenSymbolicLinkObject. kDone: values[0] is the handle.
struct OpenNamed {
    uint32_t desired_access;
    uint32_t attributes;  // OBJ_*
    ArenaSpan path;       // UTF-16LE
    constexpr bool check(uint64_t arena_bytes) const {
        return fits_text(path, arena_bytes, kMaxPathBytes);
    }
};
static_assert(sizeof(OpenNamed) == 16);

/// NtQueryDirectoryObject, as many entries as fit. The buffer gets DirectoryRecords. kDone:
/// information is the bytes used, values[0] the context to go on with; STATUS_NO_MORE_ENTRIES ends.
struct QueryDirectory {
    ArenaSpan buffer;
    uint32_t context;  // 0 at first
    uint32_t reserved;
    constexpr bool check(uint64_t arena_bytes) const { return fits(buffer, arena_bytes); }
};
/// One object: then its name and its type's name, UTF-16LE, then zeroes up to 8 bytes' alignment.
struct DirectoryRecord {
    uint32_t name_bytes;
    uint32_t type_bytes;
    constexpr uint64_t total_bytes() const {
        return align_up<uint64_t>(sizeof(DirectoryRecord) + uint64_t{name_bytes} + type_bytes, 8);
    }
};
static_assert(sizeof(DirectoryRecord) == 8);

/// NtQuerySymbolicLinkObject. kDone: information is the bytes of the target, UTF-16LE.
struct QuerySymbolicLink {
    ArenaSpan buffer;
    constexpr bool check(uint64_t arena_bytes) const {
        return fits_text(buffer, arena_bytes, ~uint64_t{0});
    }
};

}  // namespace rsl::protocol
