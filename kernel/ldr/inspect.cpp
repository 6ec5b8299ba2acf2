// SPDX-License-Identifier: GPL-2.0-only
// `rsl inspect kernel/ldr/modules`: what is loaded where.
#include "kernel/ke/inspect.hpp"
#include "kernel/ldr/module.hpp"

namespace rsl::ldr {
namespace {

void write_module(void* context, Module& module) {
    auto& out = *static_cast<ke::JsonWriter*>(context);
    out.begin_object();
    out.field("name", module.narrow_name());
    out.key("base");
    out.value_hex(module.base());
    out.field("bytes", module.bytes());
    out.field("references", uint64_t{module.references()});
    out.field("exports", uint64_t{module.image().named_export_count()});
    out.field("functions", uint64_t{module.image().function_count()});
    out.end_object();
}

void write_modules(ke::JsonWriter& out) {
    out.begin_array();
    each_module(&write_module, &out);
    out.end_array();
}

RSL_INSPECTOR(ldr_modules, "kernel/ldr/modules", write_modules);

}  // namespace
}  // namespace rsl::ldr
