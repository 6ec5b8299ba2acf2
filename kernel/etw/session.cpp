// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/etw/session.hpp"

#include <atomic>

#include "kernel/arch/arch.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::etw {
namespace {

// Statistics only: nothing is published by them.
constinit std::atomic<uint64_t> written = 0, truncated = 0, refused = 0;

}  // namespace

constinit const GUID kSessionGuid = {0x3d6fa8d0, 0x5253, 0x4c4c, {0x80, 0x4c, 0x6f, 0x67, 0x45, 0x76, 0x74, 0x73}};

std::string_view source_of(const void* caller) {
    const ldr::Module* const module = ldr::module_of(reinterpret_cast<uint64_t>(caller));
    return module != nullptr ? module->narrow_name() : std::string_view("unknown");
}

void keep(Event event, std::string_view source) {
    const auto& thread = ps::current_thread();
    event.sequence = written.fetch_add(1, std::memory_order_relaxed);
    event.process = reinterpret_cast<uint64_t>(thread.client_id.UniqueProcess);
    event.thread = reinterpret_cast<uint64_t>(thread.client_id.UniqueThread);
    event.processor = arch::processor().number;
    if (event.payload_bytes > event.payload.size() + event.text.size() * sizeof(char16_t)) truncated.fetch_add(1, std::memory_order_relaxed);
    char text[kMaxText];
    ke::JsonWriter out(text, sizeof(text));
    write_event(event, out);
    ke::log_event(source, {text, out.needed() < sizeof(text) ? out.needed() : sizeof(text)});
}

SessionCounts session_counts() {
    return {written.load(std::memory_order_relaxed), truncated.load(std::memory_order_relaxed),
            refused.load(std::memory_order_relaxed)};
}

void count_refused() { refused.fetch_add(1, std::memory_order_relaxed); }

}  // namespace rsl::etw
