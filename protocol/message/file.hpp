// SPDX-License-Identifier: GPL-2.0-only
// Files and devices: every request is one Nt*File call.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

/// NtCreateFile. kDone: values[0] is the handle; information says what was done (FILE_OPENED, ...).
struct Open {
    uint32_t desired_access;
    uint32_t attributes;       // OBJ_*
    uint32_t file_attributes;  // FILE_ATTRIBUTE_*
    uint32_t options;          // FILE_*; without FILE_SYNCHRONOUS_IO_* requests can overlap
    uint16_t share_access;
    uint16_t disposition;
    uint32_t reserved;
    ArenaSpan path;  // UTF-16LE
    ArenaSpan ea;    // FILE_FULL_EA_INFORMATIONs
    uint64_t allocation_bytes;
    constexpr bool check(uint64_t arena_bytes) const {
        return fits_text(path, arena_bytes, kMaxPathBytes) && fits(ea, arena_bytes, kMaxEaBytes) &&
               (ea.bytes == 0 || ea.offset % 4 == 0);
    }
};
static_assert(sizeof(Open) == 48 && offsetof(Open, path) == 24 && offsetof(Open, ea) == 32);
static_assert(offsetof(Open, allocation_bytes) == 40);

enum TransferFlags : uint32_t {
    kHasOffset = 1,
    kHasKey = 2,
};
/// NtReadFile, NtWriteFile.
struct Transfer {
    ArenaSpan buffer;
    int64_t offset;  // with kHasOffset
    uint32_t key;    // with kHasKey
    uint32_t flags;  // TransferFlags
    constexpr bool check(uint64_t arena_bytes) const { return fits(buffer, arena_bytes); }
};
static_assert(sizeof(Transfer) == 24);

enum ControlFlags : uint32_t {
    kInputAtAddress = 1,   // the buffer is not in the arena but in the client's memory; its offset does not count
    kOutputAtAddress = 2,
    // With the one before: all the program's pages that the buffer touches lie in the arena as well, the buffer itself at its
    // offset. What is written there by the end of the request is seen by the client.
    kInputLent = 4,
    kOutputLent = 8,
};
/// NtDeviceIoControlFile, NtFsControlFile. METHOD_*_DIRECT and METHOD_NEITHER work on the client's
/// memory itself: nothing is copied on the way.
struct Control {
    uint32_t code;
    uint32_t flags;  // ControlFlags
    ArenaSpan input;
    ArenaSpan output;
    uint64_t input_address;   // with kInputAtAddress: any value, as a program may pass any pointer
    uint64_t output_address;  // with kOutputAtAddress
    [[gnu::always_inline]] constexpr bool check(uint64_t arena_bytes) const {
        return check_buffer(input, input_address, flags, arena_bytes) &&
               check_buffer(output, output_address, flags >> 1, arena_bytes);  // the output's flags, where the input's are
    }
    [[gnu::always_inline]] static constexpr bool check_buffer(ArenaSpan span, uint64_t address, uint32_t flags, uint64_t arena_bytes) {
        constexpr uint64_t kPage = 4096, kUserEnd = 0x00007FFFFFFF0000;
        if ((flags & kInputLent) == 0) return (flags & kInputAtAddress) != 0 || fits(span, arena_bytes);
        if ((flags & kInputAtAddress) == 0 || span.bytes == 0 || span.offset % kPage != address % kPage) return false;
        return address >= 0x10000 && in_bounds(address, span.bytes, kUserEnd) &&
               align_up<uint64_t>(uint64_t{span.offset} + span.bytes, kPage) <= arena_bytes;
    }
};
static_assert(sizeof(Control) == 40 && offsetof(Control, input) == 8 && offsetof(Control, input_address) == 24);

enum QueryDirectoryFlags : uint32_t { kSingleEntry = 1, kRestartScan = 2 };
/// NtQueryDirectoryFile.
struct QueryDirectoryFile {
    uint32_t information_class;
    uint32_t flags;  // QueryDirectoryFlags
    ArenaSpan buffer;
    ArenaSpan pattern;  // UTF-16LE; empty: all
    constexpr bool check(uint64_t arena_bytes) const {
        return fits(buffer, arena_bytes) && fits_text(pattern, arena_bytes, kMaxPathBytes);
    }
};
static_assert(sizeof(QueryDirectoryFile) == 24);

}  // namespace rsl::protocol
