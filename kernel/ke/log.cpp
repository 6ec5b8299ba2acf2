// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/log.hpp"

#include <cstdarg>

#include "kernel/ke/log_ring.hpp"
#include "kernel/ke/log_sink.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/rtl/format.hpp"

namespace rsl::ke {
namespace {

constexpr uint32_t kRingBytes = 32 * 1024;
constexpr uint32_t kEventRingBytes = 64 * 1024;
constexpr size_t kMaxEventLine = 3072;
using LineRing = LogRing<kRingBytes>;
using EventRing = LogRing<kEventRingBytes, kMaxEventLine>;
constexpr uint32_t kNobody = ~0u;

constinit SpinLock log_lock{LockRank::kLog};
constinit LineRing ring RSL_GUARDED_BY(log_lock);
constinit EventRing events RSL_GUARDED_BY(log_lock);
constinit PRSL_LOG_SINK sink RSL_GUARDED_BY(log_lock) = nullptr;
constinit void* sink_context RSL_GUARDED_BY(log_lock) = nullptr;
constinit std::atomic<uint32_t> writer = kNobody;  // the processor that holds log_lock
constinit std::atomic<bool> echo = false;

void write_to_console(const LogRecord& record) {
    char text[LineRing::kMaxLine + 80];
    const std::string_view line = rtl::print_text(
        text, sizeof(text), "@log %.*s: %.*s\n", static_cast<int>(record.source.size()),
        record.source.data(), static_cast<int>(record.line.size()), record.line.data());
    arch::console_write(line.data(), line.size());
}

template <size_t kMaxLine>
void hand_to_sink(const LogRecord& record) RSL_REQUIRES(log_lock) {
    // The sink's strings end with NUL.
    char source[LineRing::kMaxSource + 1] = {};
    char line[kMaxLine + 1];
    record.source.copy(source, sizeof(source) - 1);
    const size_t bytes = record.line.copy(line, kMaxLine);
    line[bytes] = '\0';
    sink(sink_context, record.time_ns, static_cast<ULONG>(record.level), source, line,
         static_cast<ULONG>(bytes));
}

/// Keeps a record in its ring and hands it on, unless it is the sink's own.
template <typename Ring>
void keep(Ring& kept, const LogRecord& record) RSL_NO_LOCK_ANALYSIS {
    const bool were_on = arch::disable_interrupts();
    const uint32_t here = arch::processor().number;
    const bool is_line = record.level != LogLevel::kEvent;
    if (writer.load(std::memory_order_relaxed) == here) {  // our own store: the sink itself logs
        if (is_line) write_to_console(record);
    } else {
        log_lock.acquire();
        writer.store(here, std::memory_order_relaxed);
        kept.push(record);
        if (sink != nullptr) hand_to_sink<Ring::kMaxLine>(record);
        if (is_line && echo.load(std::memory_order_relaxed)) write_to_console(record);
        writer.store(kNobody, std::memory_order_relaxed);
        log_lock.release();
    }
    arch::restore_interrupts(were_on);
}

}  // namespace

void log_line(LogLevel level, std::string_view source, std::string_view line) RSL_NO_LOCK_ANALYSIS {
    keep(ring, {arch::now_ns(), level, source, line});
}

void log_event(std::string_view source, std::string_view json) RSL_NO_LOCK_ANALYSIS {
    keep(events, {arch::now_ns(), LogLevel::kEvent, source, json});
}

uint64_t events_pushed_out() {
    InterruptLockGuard guard{log_lock};
    return events.dropped();
}

void log(LogLevel level, const char* format, ...) {
    char text[512];
    va_list list;
    va_start(list, format);
    const std::string_view line = rtl::format_text(text, sizeof(text), format, list);
    va_end(list);
    log_line(level, "kernel", line);
}

void set_log_sink(PRSL_LOG_SINK new_sink, void* context) RSL_NO_LOCK_ANALYSIS {
    InterruptLockGuard guard{log_lock};
    writer.store(arch::processor().number, std::memory_order_relaxed);
    sink = new_sink;
    sink_context = context;
    if (sink != nullptr) {
        ring.each([](const LogRecord& record) RSL_NO_LOCK_ANALYSIS { hand_to_sink<LineRing::kMaxLine>(record); });
        events.each([](const LogRecord& record) RSL_NO_LOCK_ANALYSIS { hand_to_sink<EventRing::kMaxLine>(record); });
    }
    writer.store(kNobody, std::memory_order_relaxed);
}

void echo_log_to_console() { echo.store(true, std::memory_order_relaxed); }

void write_kept_log() RSL_NO_LOCK_ANALYSIS {
    // The others are stopped, perhaps with the lock: a torn last line is better than none.
    const bool locked = log_lock.try_acquire();
    if (!echo.load(std::memory_order_relaxed)) ring.each(write_to_console);
    if (locked) log_lock.release();
}

}  // namespace rsl::ke
