// SPDX-License-Identifier: GPL-2.0-only
// A bus's children: ids, capabilities, texts and resources of a new device, and its Enum key.
#include <cstring>

#include "abi/types/status.h"
#include "kernel/ke/log.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/registry_key.hpp"
#include "kernel/pnp/request.hpp"
#include "kernel/pnp/resources.hpp"
#include "kernel/pnp/tree_actions.hpp"

namespace rsl::pnp {
namespace {

/// A string or list that a driver allocated for us.
class DriverText {
  public:
    explicit DriverText(const Answer& answer)
        : text_(NT_SUCCESS(answer.status) ? reinterpret_cast<char16_t*>(answer.information) : nullptr) {}
    DriverText(const DriverText&) = delete;
    DriverText& operator=(const DriverText&) = delete;
    ~DriverText() { mm::free(text_); }
    explicit operator bool() const { return text_ != nullptr; }
    std::u16string_view text() const { return text_ == nullptr ? std::u16string_view() : std::u16string_view(text_); }
    std::u16string_view list() const { return {text_, list_length(text_)}; }

  private:
    char16_t* text_;
};

Answer query_id(DEVICE_OBJECT& pdo, BUS_QUERY_ID_TYPE type) {
    IO_STACK_LOCATION location = pnp_location(IRP_MN_QUERY_ID);
    location.Parameters.QueryId.IdType = type;
    return send(pdo, location);
}

Answer query_text(DEVICE_OBJECT& pdo, DEVICE_TEXT_TYPE type) {
    constexpr ULONG kEnglish = 0x409;
    IO_STACK_LOCATION location = pnp_location(IRP_MN_QUERY_DEVICE_TEXT);
    location.Parameters.QueryDeviceText.DeviceTextType = type;
    location.Parameters.QueryDeviceText.LocaleId = kEnglish;
    return send(pdo, location);
}

void query_capabilities(DeviceNode& node) {
    DEVICE_CAPABILITIES& capabilities = node.capabilities;
    capabilities = {};
    capabilities.Size = sizeof(capabilities);
    capabilities.Version = 1;
    capabilities.Address = capabilities.UINumber = ~0u;  // as documented: what the bus does not know
    IO_STACK_LOCATION location = pnp_location(IRP_MN_QUERY_CAPABILITIES);
    location.Parameters.DeviceCapabilities.Capabilities = &capabilities;
    send(node.pdo, location);
}

/// A number for instance ids that are unique on their bus only: made of the parent's path.
uint32_t hash_of(std::u16string_view text) {
    uint32_t hash = 2166136261u;
    for (const char16_t c : text) hash = (hash ^ upper(c)) * 16777619u;
    return hash;
}
uint32_t depth_of(const DeviceNode& node) {
    uint32_t depth = 0;
    for (const DeviceNode* at = node.parent; at != nullptr; at = at->parent) ++depth;
    return depth;
}

/// "DEVICE\ID\INSTANCE"; false when the bus gives no usable ids.
bool name_node(DeviceNode& parent, DeviceNode& node) {
    const DriverText device(query_id(node.pdo, BusQueryDeviceID));
    if (device.text().empty() || device.text().find(u'\\') == std::u16string_view::npos) return false;
    const DriverText instance(query_id(node.pdo, BusQueryInstanceID));
    node.instance_path.add(device.text()).add(u'\\');
    if (!node.capabilities.UniqueID) {
        node.instance_path.add_number(depth_of(parent) + 1, 1).add(u'&').add_hex(hash_of(parent.instance_path), 8);
        if (!instance.text().empty()) node.instance_path.add(u'&');
    }
    node.instance_path.add(instance.text());
    node.instance_path.make_upper();
    return !node.instance_path.overflowed();
}

template <typename T>
T* result_of(const Answer& answer) {
    return NT_SUCCESS(answer.status) ? reinterpret_cast<T*>(answer.information) : nullptr;
}

void query_resources(DeviceNode& node) {
    node.boot.reset(result_of<CM_RESOURCE_LIST>(send_pnp(node.pdo, IRP_MN_QUERY_RESOURCES)));
    if (node.boot && node.boot->Count == 0) node.boot.reset();
    query_requirements(node);
    const Answer bus = send_pnp(node.pdo, IRP_MN_QUERY_BUS_INFORMATION);
    auto* information = result_of<PNP_BUS_INFORMATION>(bus);
    if (information == nullptr) return;
    node.bus = *information;
    node.has_bus = true;
    mm::free(information);
}

uint32_t capability_bits(const DEVICE_CAPABILITIES& capabilities) {
    // CM_DEVCAP_* of cfgmgr32.h.
    return (capabilities.LockSupported ? 0x1u : 0) | (capabilities.EjectSupported ? 0x2u : 0) |
           (capabilities.Removable ? 0x4u : 0) | (capabilities.DockDevice ? 0x8u : 0) |
           (capabilities.UniqueID ? 0x10u : 0) | (capabilities.SilentInstall ? 0x20u : 0) |
           (capabilities.RawDeviceOK ? 0x40u : 0) | (capabilities.SurpriseRemovalOK ? 0x80u : 0) |
           (capabilities.HardwareDisabled ? 0x100u : 0) | (capabilities.NonDynamic ? 0x200u : 0);
}

void write_enum_key(DeviceNode& node) {
    RegistryKey key = RegistryKey::make(node.key_path());
    const DriverText hardware(query_id(node.pdo, BusQueryHardwareIDs));
    if (hardware) key.set_list(u"HardwareID", hardware.list());
    const DriverText compatible(query_id(node.pdo, BusQueryCompatibleIDs));
    if (compatible) key.set_list(u"CompatibleIDs", compatible.list());
    const DriverText container(query_id(node.pdo, BusQueryContainerID));
    if (container) key.set_text(u"ContainerID", container.text());
    const DriverText description(query_text(node.pdo, DeviceTextDescription));
    if (description && !key.has(u"DeviceDesc")) key.set_text(u"DeviceDesc", description.text());
    const DriverText location(query_text(node.pdo, DeviceTextLocationInformation));
    if (location) key.set_text(u"LocationInformation", location.text());
    key.set_number(u"Capabilities", capability_bits(node.capabilities));
    if (node.capabilities.UINumber != ~0u) key.set_number(u"UINumber", node.capabilities.UINumber);
    if (node.capabilities.Address != ~0u) key.set_number(u"Address", node.capabilities.Address);
}

/// A device that its bus reports for the first time. nullptr when it cannot have a node.
DeviceNode* take_in(DeviceNode& parent, DEVICE_OBJECT& pdo) {
    auto made = mm::make<DeviceNode>(mm::pool_tag("PpDn"), io::device_of(pdo));
    if (!made) return nullptr;
    DeviceNode& node = **made;
    node.parent = &parent;
    node.root_enumerated = &parent == &root_node();
    query_capabilities(node);
    if (!name_node(parent, node)) {
        ke::log(ke::LogLevel::kWarn, "a bus reported a device without ids below %s",
                Narrow(parent.instance_path).c_str());
        mm::destroy(&node);
        return nullptr;
    }
    if (find_node(node.instance_path) != nullptr) {
        ke::log(ke::LogLevel::kError, "a bus reported the device %s a second time",
                Narrow(node.instance_path).c_str());
        mm::destroy(&node);
        return nullptr;
    }
    write_enum_key(node);
    query_resources(node);
    node.state = NodeState::kInitialized;
    send_pnp(node.pdo, IRP_MN_DEVICE_ENUMERATED);
    ke::MutexGuard guard{tree_lock()};
    link_child(parent, node);
    return &node;
}

void remove_missing(DeviceNode& parent) {
    for (DeviceNode& child : parent.children) {
        if (child.reported || child.state == NodeState::kRemovePendingCloses) continue;
        child.missing = true;
        surprise_remove(child);
    }
}

}  // namespace

void query_requirements(DeviceNode& node) {
    auto* list = result_of<IO_RESOURCE_REQUIREMENTS_LIST>(send_pnp(node.pdo, IRP_MN_QUERY_RESOURCE_REQUIREMENTS));
    if (list != nullptr && list->ListSize < offsetof(IO_RESOURCE_REQUIREMENTS_LIST, List)) {
        mm::free(list);
        list = nullptr;
    }
    ke::MutexGuard guard{tree_lock()};
    node.requirements.reset(list);
}

void enumerate(DeviceNode& node) {
    IO_STACK_LOCATION location = pnp_location(IRP_MN_QUERY_DEVICE_RELATIONS);
    location.Parameters.QueryDeviceRelations.Type = BusRelations;
    const Answer answer = send(node.pdo, location);
    auto* relations = result_of<DEVICE_RELATIONS>(answer);
    if (!NT_SUCCESS(answer.status) && answer.status != STATUS_NOT_SUPPORTED) return;  // nothing is known
    for (DeviceNode& child : node.children) child.reported = false;
    const ULONG count = relations == nullptr ? 0 : relations->Count;
    for (ULONG i = 0; i < count; ++i) {
        DEVICE_OBJECT& pdo = *relations->Objects[i];
        DeviceNode* child = node_of(&pdo);
        if (child == nullptr) child = take_in(node, pdo);
        if (child != nullptr) child->reported = true;
        io::device_of(pdo).drop_reference();  // the driver's, for this list
    }
    mm::free(relations);
    remove_missing(node);
    for (DeviceNode& child : node.children) {
        if (child.state == NodeState::kInitialized && child.problem == Problem::kNone) configure(child);
    }
}

}  // namespace rsl::pnp
