// SPDX-License-Identifier: GPL-2.0-only
// One event of a provider, and its text: a line of JSON, which is what travels to the host. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "abi/types/etw.h"
#include "kernel/ke/inspect.hpp"

namespace rsl::etw {

/// Longest payload that is kept; the rest of a longer one is cut off, and `bytes` tells its length.
constexpr size_t kMaxPayload = 768;
/// Room for any event's text.
constexpr size_t kMaxText = 3072;

struct Event {
    uint64_t sequence = 0;          // counts all events, kept or lost: a gap is what was lost
    std::string_view kind;          // "etw", "string", "wpp", "error-log", ...
    GUID provider = {};
    std::string_view provider_name; // of its traits; empty: it has none
    std::string_view name;          // of the event, for self-describing ones
    EVENT_DESCRIPTOR descriptor = {};
    uint64_t process = 0, thread = 0;
    uint32_t processor = 0;
    const GUID* activity = nullptr;
    const GUID* related = nullptr;
    uint32_t error = 0, final_status = 0;  // of an error log entry
    std::u16string_view text;       // what the event says itself, if it does
    std::span<const std::byte> payload;
    uint64_t payload_bytes = 0;     // all of it, kept or not
};

/// "{00112233-4455-6677-8899-aabbccddeeff}"
constexpr size_t kGuidChars = 38;
std::string_view guid_text(const GUID& guid, char (&out)[kGuidChars]);

/// Writes one JSON object. Any IRQL.
void write_event(const Event& event, ke::JsonWriter& out);

/// The event's name in a self-describing event's metadata (TraceLogging); empty when it is malformed.
std::string_view name_in_metadata(std::span<const std::byte> metadata);
/// The provider's name in its traits; empty when they are malformed.
std::string_view name_in_traits(std::span<const std::byte> traits);

}  // namespace rsl::etw
