// SPDX-License-Identifier: GPL-2.0-only
// The one trace session there is: it is always on, keeps what is at most informational whatever its
// keywords, and hands it to the log's way out (docs/nt/events.md).
#pragma once

#include "kernel/etw/event.hpp"

namespace rsl::etw {

/// What its trace handle and name are, for WmiQueryTraceInformation and WmiTraceMessage.
constexpr TRACEHANDLE kSessionHandle = 1;
constexpr uint32_t kSessionId = 1;
constexpr std::u16string_view kSessionName = u"RSL";
constexpr uint8_t kSessionLevel = TRACE_LEVEL_INFORMATION;
/// Who enables providers, as their callbacks are told.
extern const GUID kSessionGuid;

inline bool is_kept(uint8_t level) { return level <= kSessionLevel; }

/// Keeps an event: fills in sequence, process, thread and processor. `source`: the driver's name. Any IRQL.
void keep(Event event, std::string_view source);
/// The driver that has the code at `caller`, as log lines name it.
std::string_view source_of(const void* caller);

struct SessionCounts {
    uint64_t written;    // handed to keep()
    uint64_t truncated;  // of those, with a payload longer than kMaxPayload
    uint64_t refused;    // by level
};
SessionCounts session_counts();
void count_refused();

}  // namespace rsl::etw
