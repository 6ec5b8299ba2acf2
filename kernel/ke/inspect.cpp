// SPDX-License-Identifier: GPL-2.0-only
// Finding an inspector by its path, and ke's own ones.
#include "kernel/ke/inspect.hpp"

#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/inspectors.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/timer.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/thread.hpp"

namespace rsl::ke {
namespace {

__attribute__((section("rslins$a"), used)) const Inspector* const first_entry = nullptr;
__attribute__((section("rslins$z"), used)) const Inspector* const last_entry = nullptr;

template <typename Visit>
void each_inspector(Visit&& visit) {
    const Inspector* const volatile* begin = &first_entry;  // volatile: they are not one array to C++
    const Inspector* const volatile* end = &last_entry;
    for (auto entry = begin + 1; entry < end; ++entry) {
        if (*entry != nullptr) visit(**entry);  // the linker may pad
    }
}

/// Whether `path` is `prefix` or lies below it.
bool is_below(std::string_view path, std::string_view prefix) {
    if (prefix.empty() || path == prefix) return true;
    return path.starts_with(prefix) && path[prefix.size()] == '/';
}

std::string_view state_name(ThreadState state) {
    constexpr std::string_view kNames[] = {"initialized", "ready",   "standby",
                                           "running",     "waiting", "terminated"};
    return kNames[static_cast<int>(state)];
}

void write_processors(JsonWriter& out) {
    out.begin_array();
    const uint32_t count = processor_count.load(std::memory_order_acquire);
    for (uint32_t i = 0; i < count; ++i) {
        const Processor& processor = *processors[i];
        const Thread& idle = *processor.idle_thread;
        const uint64_t now = arch::now_ns();
        uint64_t idle_ns = idle_time_ns(processor);
        if (processor.current_thread == &idle) idle_ns += now - idle.switched_in_ns;
        out.begin_object();
        out.field("number", uint64_t{i});
        out.field("apic_id", uint64_t{processor.apic_id});
        out.field("interrupts", processor.interrupts);
        out.field("timer_interrupts", processor.timer_interrupts);
        out.field("dpcs", processor.dpcs);
        out.field("dpc_depth", uint64_t{processor.dpc_depth});
        out.field("switches", processor.switches);
        out.field("idle_ns", idle_ns);
        out.end_object();
    }
    out.end_array();
}

void write_thread(JsonWriter& out, const ps::Thread& thread) {
    out.begin_object();
    out.field("id", reinterpret_cast<uint64_t>(thread.client_id.UniqueThread));
    out.field("process", reinterpret_cast<uint64_t>(thread.client_id.UniqueProcess));
    out.field("state", state_name(thread.state));
    if (thread.state == ThreadState::kWaiting) {
        out.field("wait_reason", uint64_t{static_cast<uint32_t>(thread.wait_reason)});
    }
    out.field("priority", uint64_t{static_cast<uint8_t>(thread.priority)});
    out.field("processor", uint64_t{thread.processor});
    out.field("run_ns", thread.run_ns);
    out.field("switches", thread.switches);
    out.key("start");
    out.value_hex(reinterpret_cast<uint64_t>(thread.start_routine));
    out.end_object();
}

void write_threads(JsonWriter& out) {
    out.begin_array();
    ps::each_thread([](void* context, ps::Thread& thread) {
        write_thread(*static_cast<JsonWriter*>(context), thread);
    }, &out);
    out.end_array();
}

void write_timers(JsonWriter& out) {
    out.begin_object();
    out.field("running", uint64_t{running_timers()});
    out.field("uptime_ns", arch::now_ns());
    out.end_object();
}

RSL_INSPECTOR(processors, "kernel/ke/processors", write_processors);
RSL_INSPECTOR(threads, "kernel/ke/threads", write_threads);
RSL_INSPECTOR(timers, "kernel/ke/timers", write_timers);

}  // namespace

bool inspect(std::string_view path, JsonWriter& out) {
    const Inspector* exact = nullptr;
    uint32_t below = 0;
    each_inspector([&](const Inspector& inspector) {
        if (path == inspector.path) exact = &inspector;
        if (is_below(inspector.path, path)) ++below;
    });
    if (exact != nullptr) {
        exact->write(out);
        return true;
    }
    if (below == 0) return false;
    out.begin_array();
    each_inspector([&](const Inspector& inspector) {
        if (is_below(inspector.path, path)) out.value(std::string_view(inspector.path));
    });
    out.end_array();
    return true;
}

}  // namespace rsl::ke
