// SPDX-License-Identifier: GPL-2.0-only
// What hosted unit tests of other parts find in ke's place: levels that are numbers, mutexes and events
// that spin, a log on standard error. No threads, no waits that end by a time-out.
#include "abi/types/status.h"
#include "base/core/check.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/thread.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace rsl::ke {

constinit Processor* processors[kMaxProcessors] = {};
constinit std::atomic<uint32_t> processor_count = 1;

KIRQL raise_irql(KIRQL level) {
    const KIRQL old = arch::irql();
    RSL_CHECK(level >= old);
    arch::set_irql(level);
    return old;
}
void lower_irql(KIRQL level) {
    RSL_CHECK(level <= arch::irql());
    arch::set_irql(level);
}
void irql_too_high(const char* function, KIRQL) { check_failed("IRQL too high", function, 0); }
void irql_too_low(const char* function, KIRQL) { check_failed("IRQL too low", function, 0); }

void bug_check(uint32_t code, uint64_t, uint64_t, uint64_t, uint64_t, const BugCheckDetail& detail) {
    std::fprintf(stderr, "bug check 0x%x: %s\n", code, detail.explanation ? detail.explanation : "");
    std::abort();
}

void log_line(LogLevel, std::string_view source, std::string_view line) {
    std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(source.size()), source.data(),
                 static_cast<int>(line.size()), line.data());
}
void log(LogLevel, const char* format, ...) {
    va_list list;
    va_start(list, format);
    std::vfprintf(stderr, format, list);
    va_end(list);
    std::fputc('\n', stderr);
}

Thread& current_thread() {
    static thread_local Thread self;
    return self;
}

Mutex::Mutex() { mutex_.Count = 1; }
void Mutex::acquire() RSL_NO_LOCK_ANALYSIS {
    while (__atomic_exchange_n(&mutex_.Count, 0, __ATOMIC_ACQUIRE) != 1) arch::pause();
}
void Mutex::release() RSL_NO_LOCK_ANALYSIS { __atomic_store_n(&mutex_.Count, 1, __ATOMIC_RELEASE); }

Event::Event(Kind kind) { event_.Header.Type = kind == Kind::kNotification ? 0 : 1; }
void Event::set() { __atomic_store_n(&event_.Header.SignalState, 1, __ATOMIC_RELEASE); }
void Event::reset() { __atomic_store_n(&event_.Header.SignalState, 0, __ATOMIC_RELEASE); }
bool Event::is_set() const { return __atomic_load_n(&event_.Header.SignalState, __ATOMIC_ACQUIRE) != 0; }
WaitOutcome Event::wait(Deadline deadline) {
    for (;;) {
        if (event_.Header.Type == 0 && is_set()) return STATUS_WAIT_0;
        if (event_.Header.Type != 0 && __atomic_exchange_n(&event_.Header.SignalState, 0, __ATOMIC_ACQUIRE))
            return STATUS_WAIT_0;
        if (deadline.ns != ~uint64_t{0} && arch::now_ns() >= deadline.ns) return STATUS_TIMEOUT;
        arch::pause();
    }
}

}  // namespace rsl::ke
