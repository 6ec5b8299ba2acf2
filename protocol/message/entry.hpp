// SPDX-License-Identifier: GPL-2.0-only
// The ring protocol's frame: one 64-byte entry a request, one or two a reply. What does not fit into
// an entry lies in the channel's arena, and the entry says where. Version 1; a field's offset never
// changes once released. docs/architecture/protocol.md has the whole list.
#pragma once

#include <cstdint>

#include "protocol/codec/wire.hpp"

namespace rsl::protocol {

inline constexpr uint32_t kVersion = 1;
/// Bounds that both ends know.
inline constexpr uint32_t kMaxPathBytes = 65534;      // as long as a UNICODE_STRING can be
inline constexpr uint32_t kMaxNameBytes = 512;        // image and service names, UTF-16
inline constexpr uint32_t kMaxEaBytes = 65536;
inline constexpr uint32_t kMaxInspectPathBytes = 256;
inline constexpr uint64_t kMaxImageBytes = 256u << 20;

enum class MessageId : uint16_t {
    // session.hpp
    kHello = 1,
    kGoodbye = 2,
    kPing = 3,
    kCancel = 4,
    // object.hpp
    kClose = 16,
    kDuplicate = 17,
    kQueryObject = 18,
    kWait = 19,
    kCreateEvent = 20,
    kSignalEvent = 21,
    kOpenDirectory = 22,
    kQueryDirectory = 23,
    kOpenSymbolicLink = 24,
    kQuerySymbolicLink = 25,
    kQuerySystem = 26,
    // file.hpp
    kOpen = 32,
    kRead = 33,
    kWrite = 34,
    kIoControl = 35,
    kFsControl = 36,
    kFlush = 37,
    kQueryInformation = 38,
    kSetInformation = 39,
    kQueryVolume = 40,
    kSetVolume = 41,
    kQueryDirectoryFile = 42,
    // driver.hpp
    kLoadBegin = 64,
    kLoadData = 65,
    kLoadCommit = 66,
    kLoadAbort = 67,
    kUnloadDriver = 68,
    kListDrivers = 69,
    kInspect = 70,
    kVerifyDriver = 71,
    // device.hpp
    kStoreDriver = 80,
    kDeviceAction = 82,
    // process.hpp
    kProcessStarted = 96,
    kProcessEnded = 97,
    kThreadChanged = 98,
    kImageLoaded = 99,
    // registry.hpp
    kSetRegistryValue = 81,
    kQueryRegistryValue = 112,
    kWatchRegistry = 113,
    kRegistryChanges = 114,
    // memory.hpp
    kLend = 128,
    // own_object.hpp
    kLendObject = 129,
    kSignalOwnObject = 130,
};

enum RequestFlags : uint16_t {
    kNotifyPending = 1,  // send a kPending reply too, when the driver keeps the request
    kNoBell = 2,         // the final reply wakes nobody: the client finds it when it is awake anyway
    kLendsObjects = 4,   // of hello: the VM may ask what stands behind a handle of the program's (own_object.hpp)
};

inline constexpr size_t kBodyBytes = 48;

/// A request as it lies in the submission ring.
struct RequestEntry {
    uint64_t request_id;  // chosen by the client, not 0, unique among its unanswered requests
    MessageId message;
    uint16_t flags;       // RequestFlags
    uint32_t handle;      // what the request is on; the root directory of opens; 0: none
    std::byte body[kBodyBytes];
};
static_assert(sizeof(RequestEntry) == 64 && WireType<RequestEntry>);
static_assert(offsetof(RequestEntry, message) == 8 && offsetof(RequestEntry, flags) == 10);
static_assert(offsetof(RequestEntry, handle) == 12 && offsetof(RequestEntry, body) == 16);

enum class ReplyKind : uint16_t {
    kDone = 1,     // the last word on a request
    kPending = 2,  // the driver keeps it; kDone follows
    // Questions of the VM's about the client's memory (memory.hpp).
    kFetch = 3,
    kGiveBack = 4,
    // About objects of the client's own (own_object.hpp).
    kResolve = 5,
    kObjectsChanged = 6,
};

/// A reply as it lies in the completion ring.
struct ReplyEntry {
    uint64_t request_id;
    int32_t status;        // NTSTATUS
    ReplyKind kind;
    uint16_t reserved;
    uint64_t information;  // IO_STATUS_BLOCK.Information
    uint64_t values[5];    // by message
};
static_assert(sizeof(ReplyEntry) == 64 && WireType<ReplyEntry>);
static_assert(offsetof(ReplyEntry, status) == 8 && offsetof(ReplyEntry, kind) == 12);
static_assert(offsetof(ReplyEntry, information) == 16 && offsetof(ReplyEntry, values) == 24);

/// A body: T::kMessage says of which message, T::check() whether its fields are within bounds.
template <typename T>
concept RequestBody = WireType<T> && sizeof(T) <= kBodyBytes;

/// Whether a span lies in the arena and is at most `most` bytes long. Empty ones may lie anywhere.
constexpr bool fits(ArenaSpan span, uint64_t arena_bytes, uint64_t most = ~uint64_t{0}) {
    return span.bytes == 0 || (span.bytes <= most && in_bounds(span.offset, span.bytes, arena_bytes));
}
/// The same for UTF-16 text, whose length is even and whose address is aligned.
constexpr bool fits_text(ArenaSpan span, uint64_t arena_bytes, uint64_t most) {
    return fits(span, arena_bytes, most) && span.bytes % 2 == 0 && span.offset % 2 == 0;
}

/// Takes the body out of an entry that is our own copy already, and checks every field. The peer is
/// not trusted: errors, no asserts. The caller has looked at entry.message.
template <RequestBody T>
[[gnu::always_inline]] Result<T> decode(const RequestEntry& entry, uint64_t arena_bytes) {
    T body;
    __builtin_memcpy_inline(&body, entry.body, sizeof(T));  // a call would cost more
    if (entry.request_id == 0 || !body.check(arena_bytes)) return Status::kProtocolViolation;
    return body;
}

/// The body of an entry of our own that decode() or check_entry() has passed.
template <RequestBody T>
T body_of(const RequestEntry& entry) {
    T body;
    __builtin_memcpy_inline(&body, entry.body, sizeof(T));
    return body;
}

/// Makes an entry. Unused bytes are zero.
template <RequestBody T>
RequestEntry encode(uint64_t request_id, MessageId message, uint32_t handle, const T& body,
                    uint16_t flags = 0) {
    RequestEntry entry{};
    entry.request_id = request_id;
    entry.message = message;
    entry.flags = flags;
    entry.handle = handle;
    std::memcpy(entry.body, &body, sizeof(T));
    return entry;
}

}  // namespace rsl::protocol
