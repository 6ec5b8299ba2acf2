// SPDX-License-Identifier: GPL-2.0-only
// The kernel's log: lines of kernel and drivers, kept in a ring until the server's sink takes them,
// and written to the emergency console when the machine stops.
#pragma once

#include <cstdint>
#include <string_view>

namespace rsl::ke {

enum class LogLevel : uint8_t { kDebug, kTrace, kInfo, kWarn, kError, kEvent };

/// One sentence, no newline. `source` is "kernel" or a driver's name. Any IRQL.
void log_line(LogLevel level, std::string_view source, std::string_view line);
/// The same, formatted: %s %S(wide, as in NT) %d %u %x %p %lld %llx %wZ ... (rtl's formatter).
void log(LogLevel level, const char* format, ...) __attribute__((format(printf, 2, 3)));

/// An event (docs/nt/events.md): a JSON object, kept apart from the lines. Any IRQL.
void log_event(std::string_view source, std::string_view json);
/// Events that were pushed out of the ring by others, which the sink has had all the same.
uint64_t events_pushed_out();

}  // namespace rsl::ke
