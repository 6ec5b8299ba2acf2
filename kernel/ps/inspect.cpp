// SPDX-License-Identifier: GPL-2.0-only
// `rsl inspect kernel/ps/processes`.
#include "kernel/ke/inspect.hpp"

#include "kernel/ps/process.hpp"

namespace rsl::ps {
namespace {

void write_thread(void* context, Thread& thread) {
    auto& out = *static_cast<ke::JsonWriter*>(context);
    out.value(reinterpret_cast<uint64_t>(thread.client_id.UniqueThread));
}

void write_process(void* context, Process& process) {
    auto& out = *static_cast<ke::JsonWriter*>(context);
    out.begin_object();
    out.field("id", process.id);
    out.field("image", std::u16string_view(process.image_name));
    out.field("client_pid", process.client_pid);
    out.field("session", uint64_t{process.session_id});
    out.field("handles", uint64_t{process.handles->count()});
    out.key("exiting");
    out.value_bool(process.exiting.load(std::memory_order_relaxed));
    out.key("threads");
    out.begin_array();
    each_thread(process, &write_thread, context);
    out.end_array();
    out.end_object();
}

void write_processes(ke::JsonWriter& out) {
    out.begin_array();
    each_process(&write_process, &out);
    out.end_array();
}

RSL_INSPECTOR(ps_processes, "kernel/ps/processes", write_processes);

}  // namespace
}  // namespace rsl::ps
