// SPDX-License-Identifier: GPL-2.0-only
// `rsl tree devices` and `rsl inspect kernel/pnp/...`.
#include "kernel/ke/inspect.hpp"

#include "kernel/pnp/device_node.hpp"
#include "kernel/pnp/interfaces.hpp"
#include "kernel/pnp/manager.hpp"
#include "kernel/pnp/registry_key.hpp"
#include "kernel/pnp/resources.hpp"
#include "kernel/po/device_power.hpp"

namespace rsl::pnp {
namespace {

constexpr uint32_t kPatienceMs = 2000;

std::string_view type_name(uint8_t type) {
    switch (type) {
        case CmResourceTypePort: return "port";
        case CmResourceTypeInterrupt: return "interrupt";
        case CmResourceTypeMemory:
        case CmResourceTypeMemoryLarge: return "memory";
        case CmResourceTypeBusNumber: return "bus";
        default: return "other";
    }
}

void write_descriptor(ke::JsonWriter& out, const CM_PARTIAL_RESOURCE_DESCRIPTOR& raw,
                      const CM_PARTIAL_RESOURCE_DESCRIPTOR* translated) {
    out.begin_object();
    out.field("type", type_name(raw.Type));
    if (raw.Type == CmResourceTypePort || raw.Type == CmResourceTypeMemory || raw.Type == CmResourceTypeMemoryLarge) {
        out.key("start");
        out.value_hex(static_cast<uint64_t>(raw.u.Generic.Start.QuadPart));
        out.key("bytes");
        out.value_hex(raw.u.Generic.Length);
    } else if (raw.Type == CmResourceTypeInterrupt) {
        const bool message = (raw.Flags & CM_RESOURCE_INTERRUPT_MESSAGE) != 0;
        out.field("kind", std::string_view(message ? "message" : "line"));
        if (!message) out.field("line", uint64_t{raw.u.Interrupt.Vector});
        if (translated != nullptr) {
            out.key("vector");
            out.value_hex(translated->u.Interrupt.Vector);
            out.field("irql", uint64_t{translated->u.Interrupt.Level});
        }
    }
    out.end_object();
}

void write_resources(ke::JsonWriter& out, const DeviceNode& node) {
    out.begin_array();
    const uint32_t count = descriptor_count(node.raw_resources.get());
    for (uint32_t i = 0; i < count; ++i) {
        const auto* translated = i < descriptor_count(node.translated.get())
                                     ? &node.translated->List[0].PartialResourceList.PartialDescriptors[i]
                                     : nullptr;
        write_descriptor(out, node.raw_resources->List[0].PartialResourceList.PartialDescriptors[i], translated);
    }
    out.end_array();
}

void write_stack(ke::JsonWriter& out, DeviceNode& node) {
    // Top first, as requests travel. A device that comes or goes meanwhile is shown or not.
    Ref<io::Device> devices[8];
    size_t count = 0;
    {
        ke::SpinLockGuard guard{io::database_lock};
        for (DEVICE_OBJECT* at = &node.pdo; at != nullptr && count < 8; at = at->AttachedDevice) {
            devices[count++] = Ref<io::Device>(io::device_of(*at));
        }
    }
    out.begin_array();
    while (count > 0) out.value(devices[--count]->driver.name());
    out.end_array();
}

void write_text(ke::JsonWriter& out, std::string_view name, const RegistryKey& key, std::u16string_view value) {
    const ValueData data = key.value(value);
    if (!data) return;
    out.key(name);
    out.value(data.text());
}

void write_ids(ke::JsonWriter& out, std::string_view name, const ValueData& ids) {
    out.key(name);
    out.begin_array();
    for (auto rest = ids.list();;) {
        const auto id = next_string(rest);
        if (id.empty()) break;
        out.value(id);
    }
    out.end_array();
}

void write_node(ke::JsonWriter& out, DeviceNode& node) {
    out.begin_object();
    out.field("id", node.instance_path.view());
    out.field("state", std::string_view(name_of(node.state)));
    out.field("problem", uint64_t{static_cast<uint32_t>(node.problem)});
    if (node.problem != Problem::kNone) {
        out.field("problem_name", std::string_view(name_of(node.problem)));
        out.key("problem_status");
        out.value_hex(static_cast<uint32_t>(node.problem_status));
    }
    if (!node.service.empty()) out.field("service", node.service.view());
    const RegistryKey key = RegistryKey::open(node.key_path());
    write_text(out, "description", key, u"DeviceDesc");
    write_text(out, "location", key, u"LocationInformation");
    write_ids(out, "hardware_ids", key.value(u"HardwareID"));
    write_ids(out, "compatible_ids", key.value(u"CompatibleIDs"));
    out.field("power", uint64_t{static_cast<uint32_t>(node.power.load(std::memory_order_relaxed))});
    out.key("stack");
    write_stack(out, node);
    out.key("resources");
    write_resources(out, node);
    out.key("children");
    out.begin_array();
    for (DeviceNode& child : node.children) write_node(out, child);
    out.end_array();
    out.end_object();
}

void write_devices(ke::JsonWriter& out) {
    settle_tree(kPatienceMs);  // what was reported before is shown, unless a driver holds the thread up
    ke::MutexGuard guard{tree_lock()};
    write_node(out, root_node());
}

void write_interface(void* context, std::u16string_view link, bool enabled, std::u16string_view device) {
    auto& out = *static_cast<ke::JsonWriter*>(context);
    out.begin_object();
    out.field("link", link);
    out.field("device", device);
    out.key("enabled");
    out.value_bool(enabled);
    out.end_object();
}

void write_interfaces(ke::JsonWriter& out) {
    settle_tree(kPatienceMs);
    ke::MutexGuard guard{tree_lock()};
    out.begin_array();
    visit_interfaces(&write_interface, &out);
    out.end_array();
}

}  // namespace

RSL_INSPECTOR(pnp_devices, "kernel/pnp/devices", write_devices);
RSL_INSPECTOR(pnp_interfaces, "kernel/pnp/interfaces", write_interfaces);

}  // namespace rsl::pnp
