// SPDX-License-Identifier: GPL-2.0-only
// The client's own memory (docs/adr/0019-client-memory.md): here the VM asks and the client answers. A question is an
// entry of the completion ring, whose request_id is the loan's id; one loan at a time is unanswered. Contents travel in
// the part of the arena that hello named.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

inline constexpr uint64_t kPageBytes = 4096;
inline constexpr uint32_t kMaxLentPages = 64;  // as many as Lend::writable has bits

enum class FetchAccess : uint64_t { kRead = 0, kWrite = 1 };

/// What a reply of kind kFetch says: values 0 to 2.
struct Fetch {
    uint64_t address;  // page aligned
    uint64_t pages;    // at most; the first one is needed
    FetchAccess access;
    static Fetch of(const ReplyEntry& entry) {
        return {entry.values[0], entry.values[1], static_cast<FetchAccess>(entry.values[2])};
    }
};

/// One run of changed bytes, within a page; they follow, then zeroes up to 8 bytes' alignment. A reply of kind kGiveBack
/// has the bytes of all runs in `information`.
struct ChangedRun {
    uint64_t address;
    uint32_t bytes;
    uint32_t reserved;
    static constexpr uint64_t total_bytes(uint64_t bytes) { return sizeof(ChangedRun) + align_up<uint64_t>(bytes, 8); }
};
static_assert(sizeof(ChangedRun) == 16 && WireType<ChangedRun>);

/// The client's answer to either, under the loan's id; no reply comes. To kFetch: how many pages lie in the arena now, 0 if
/// the first cannot be had as asked, and a bit for each that the program could write to. To kGiveBack: nothing.
struct Lend {
    uint32_t pages;
    uint32_t reserved;
    uint64_t writable;
    constexpr bool check(uint64_t) const { return pages <= kMaxLentPages; }
};
static_assert(sizeof(Lend) == 16 && offsetof(Lend, writable) == 8);

}  // namespace rsl::protocol
