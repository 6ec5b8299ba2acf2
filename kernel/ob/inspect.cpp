// SPDX-License-Identifier: GPL-2.0-only
// `rsl inspect kernel/ob/...`: the namespace, the types, who has which handles.
#include "kernel/ke/inspect.hpp"

#include "kernel/ob/access.hpp"
#include "kernel/ob/directory.hpp"
#include "kernel/ob/symbolic_link.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ob {
namespace {

constexpr uint32_t kMaxDepth = 16;
constexpr size_t kMaxName = 128;

void write_directory(ke::JsonWriter& out, Directory& directory, uint32_t depth);

void write_child(ke::JsonWriter& out, std::u16string_view name, void* body, uint32_t depth) {
    out.begin_object();
    out.field("name", name);
    out.field("type", std::u16string_view(header_of(body).type->name));
    if (is_a<SymbolicLink>(body)) out.field("target", static_cast<SymbolicLink*>(body)->target());
    if (is_a<Directory>(body) && depth < kMaxDepth) {
        out.key("children");
        write_directory(out, *static_cast<Directory*>(body), depth + 1);
    }
    out.end_object();
}

void write_directory(ke::JsonWriter& out, Directory& directory, uint32_t depth) {
    out.begin_array();
    char16_t name[kMaxName];
    for (uint32_t n = 0;; ++n) {
        const auto child = directory.child(n, name);
        if (child.body == nullptr) break;
        const auto held = adopt(child.body);
        write_child(out, {name, std::min(child.name_length, kMaxName)}, child.body, depth);
    }
    out.end_array();
}

void write_namespace(ke::JsonWriter& out) {
    publish_types();
    write_directory(out, root_directory(), 0);
}

void write_types(ke::JsonWriter& out) {
    out.begin_array();
    for (const ObjectType* type = first_type(); type != nullptr; type = type->next_listed) {
        out.begin_object();
        out.field("name", std::u16string_view(type->name));
        out.field("objects", uint64_t{type->objects.load(std::memory_order_relaxed)});
        out.field("handles", uint64_t{type->handles.load(std::memory_order_relaxed)});
        out.end_object();
    }
    out.end_array();
}

void write_handle(const HandleTable::Entry& entry, void* context) {
    auto& out = *static_cast<ke::JsonWriter*>(context);
    out.begin_object();
    out.key("handle");
    out.value_hex(reinterpret_cast<uint64_t>(entry.handle));
    out.key("object");
    out.value_hex(reinterpret_cast<uint64_t>(entry.body));
    out.key("access");
    out.value_hex(entry.granted_access);
    if ((entry.attributes & OBJ_INHERIT) != 0) {
        out.key("inherit");
        out.value_bool(true);
    }
    // The object may go at any moment: only a reference through the handle makes it safe to look
    // at.
    out.end_object();
}

void write_handles(ke::JsonWriter& out) {
    out.begin_array();
    ps::each_process(
        [](void* context, ps::Process& process) {
            auto& writer = *static_cast<ke::JsonWriter*>(context);
            writer.begin_object();
            writer.field("process", process.id);
            writer.field("image", std::u16string_view(process.image_name));
            writer.field("count", uint64_t{process.handles->count()});
            writer.key("handles");
            writer.begin_array();
            process.handles->for_each(&write_handle, context);
            writer.end_array();
            writer.end_object();
        },
        &out);
    out.end_array();
}

RSL_INSPECTOR(ob_namespace, "kernel/ob/namespace", write_namespace);
RSL_INSPECTOR(ob_types, "kernel/ob/types", write_types);
RSL_INSPECTOR(ob_handles, "kernel/ob/handles", write_handles);

}  // namespace
}  // namespace rsl::ob
