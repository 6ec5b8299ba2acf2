// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/interfaces.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/io/driver.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/notify.hpp"
#include "kernel/pnp/worker.hpp"

namespace rsl::pnp {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PpIf");
constexpr std::u16string_view kPrefix = u"\\??\\";
constexpr std::u16string_view kLinks = u"\\GLOBAL??\\";

/// One registered instance that this run of the machine knows.
struct Interface {
    ListHook hook;
    GUID interface_class;
    PathText link;       // "\??\ROOT#COM0COM#0000#{guid}" and "\reference" behind it, if any
    size_t base_length;  // without the reference string
    IdText device;       // instance path
    bool enabled = false;
    std::u16string_view base() const { return link.view().substr(0, base_length); }
    std::u16string_view reference() const {
        return base_length == link.view().size() ? std::u16string_view() : link.view().substr(base_length + 1);
    }
};
constinit IntrusiveList<Interface, &Interface::hook> interfaces;  // guarded by tree_lock()

/// "\DosDevices\" and "\??\" mean the same; links of both kinds are compared without them.
std::u16string_view without_prefix(std::u16string_view link) {
    for (const std::u16string_view prefix : {kPrefix, std::u16string_view(u"\\DosDevices\\"), kLinks, std::u16string_view(u"\\\\?\\")}) {
        if (link.size() > prefix.size() && same_text(link.substr(0, prefix.size()), prefix)) return link.substr(prefix.size());
    }
    return link;
}

Interface* find(std::u16string_view link) {
    for (Interface& interface : interfaces) {
        if (same_text(without_prefix(interface.link), without_prefix(link))) return &interface;
    }
    return nullptr;
}

PathText key_path(const Interface& interface) {
    IdText guid;
    guid.add_guid(interface.interface_class);
    PathText path(kInterfacePath, guid.view(), u"\\##?#", without_prefix(interface.base()), u"\\#", interface.reference());
    return path;
}

void write_keys(const Interface& interface) {
    IdText guid;
    guid.add_guid(interface.interface_class);
    RegistryKey device = RegistryKey::make(PathText(kInterfacePath, guid.view(), u"\\##?#", without_prefix(interface.base())));
    device.set_text(u"DeviceInstance", interface.device);
    RegistryKey instance = RegistryKey::make(key_path(interface));
    // As programs see it: "\\?\..."
    instance.set_text(u"SymbolicLink", PathText(u"\\\\?\\", without_prefix(interface.link)));
}

/// How many enabled interfaces share a link (they differ in their reference strings only).
uint32_t users_of(std::u16string_view base) {
    uint32_t count = 0;
    for (Interface& interface : interfaces) {
        if (interface.enabled && same_text(interface.base(), base)) ++count;
    }
    return count;
}

/// What the notification needs, copied: the interface may be gone when it is sent.
struct Change {
    GUID interface_class;
    PathText link;
    InterfaceEvent event;
};
NTSTATUS tell(PDEVICE_OBJECT, void* context) {
    const mm::UniquePool<Change> change(static_cast<Change*>(context));
    UNICODE_STRING link = change->link.nt();
    notify_interface(change->event, change->interface_class, link);
    return STATUS_SUCCESS;
}
/// Later, in the PnP thread: after the IRP_MN_START_DEVICE that may be under way, as documented.
void announce(const GUID& interface_class, const PathText& link, InterfaceEvent event) {
    auto change = mm::make<Change>(kTag, interface_class, link, event);
    if (!change) return;
    if (!queue_action(&tell, nullptr, *change)) mm::destroy(*change);
}

struct Detached {
    GUID interface_class;
    PathText link;
};

/// Takes the link away when nobody else uses it. Under tree_lock().
void switch_off(Interface& interface) {
    interface.enabled = false;
    if (users_of(interface.base()) == 0) {
        ob::remove_symbolic_link(PathText(kLinks, without_prefix(interface.base()))).ignore("a driver may have taken it");
    }
    announce(interface.interface_class, interface.link, InterfaceEvent::kRemoval);
}

}  // namespace

NTSTATUS register_interface(DeviceNode& node, const GUID& interface_class, std::u16string_view reference, PathText& link) {
    if (reference.find(u'\\') != reference.npos || reference.find(u'/') != reference.npos) return STATUS_INVALID_DEVICE_REQUEST;
    IdText name(node.instance_path.view());
    name.replace(u'\\', u'#');
    link.clear();
    link.add(kPrefix).add(name.view()).add(u'#').add_guid(interface_class);
    const size_t base_length = link.view().size();
    if (!reference.empty()) link.add(u'\\').add(reference);
    if (link.overflowed()) return STATUS_INVALID_DEVICE_REQUEST;
    ke::MutexGuard guard{tree_lock()};
    if (find(link) != nullptr) return STATUS_OBJECT_NAME_EXISTS;
    auto made = mm::make<Interface>(kTag);
    if (!made) return STATUS_INSUFFICIENT_RESOURCES;
    Interface& interface = **made;
    interface.interface_class = interface_class;
    interface.link = link;
    interface.base_length = base_length;
    interface.device.add(node.instance_path.view());
    const bool known = static_cast<bool>(RegistryKey::open(key_path(interface)));
    write_keys(interface);
    interfaces.push_back(interface);
    return known ? STATUS_OBJECT_NAME_EXISTS : STATUS_SUCCESS;
}

NTSTATUS enable_interface(std::u16string_view link) {
    ke::MutexGuard guard{tree_lock()};
    Interface* const interface = find(link);
    if (interface == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    if (interface->enabled) return STATUS_OBJECT_NAME_EXISTS;
    DeviceNode* const node = find_node(interface->device);
    if (node == nullptr) return STATUS_INVALID_DEVICE_REQUEST;
    if (users_of(interface->base()) == 0) {
        char16_t target[64];
        const size_t length = ob::path_of(&node->pdo, target);
        if (length == 0 || length > 64) return STATUS_INVALID_DEVICE_REQUEST;  // the bus named no device
        const auto made = ob::insert_symbolic_link(PathText(kLinks, without_prefix(interface->base())), {target, length});
        if (!made) return made.failure().nt();
    }
    interface->enabled = true;
    announce(interface->interface_class, interface->link, InterfaceEvent::kArrival);
    return STATUS_SUCCESS;
}

NTSTATUS disable_interface(std::u16string_view link) {
    ke::MutexGuard guard{tree_lock()};
    Interface* const interface = find(link);
    if (interface == nullptr || !interface->enabled) return STATUS_OBJECT_NAME_NOT_FOUND;
    switch_off(*interface);
    return STATUS_SUCCESS;
}

void disable_interfaces(DeviceNode& node) {
    ke::MutexGuard guard{tree_lock()};
    for (Interface& interface : interfaces) {
        if (interface.enabled && same_text(interface.device, node.instance_path)) switch_off(interface);
    }
}

void each_enabled_interface(const GUID& interface_class, void (*visit)(void* context, UNICODE_STRING& link), void* context) {
    const auto list = list_interfaces(interface_class, nullptr, false);
    if (!list) return;
    for (char16_t* at = *list; *at != 0;) {
        const size_t length = std::u16string_view(at).size();
        UNICODE_STRING link = {static_cast<USHORT>(length * 2), static_cast<USHORT>(length * 2 + 2), at};
        visit(context, link);
        at += length + 1;
    }
    mm::free(*list);
}

Result<char16_t*> list_interfaces(const GUID& interface_class, const DEVICE_OBJECT* pdo, bool with_inactive) {
    ke::MutexGuard guard{tree_lock()};
    const DeviceNode* const node = node_of(const_cast<DEVICE_OBJECT*>(pdo));
    const auto wanted = [&](const Interface& interface) {
        if (!same_guid(interface.interface_class, interface_class) || (!interface.enabled && !with_inactive)) return false;
        return node == nullptr || same_text(interface.device, node->instance_path);
    };
    size_t units = 2;
    for (Interface& interface : interfaces) {
        if (wanted(interface)) units += interface.link.view().size() + 1;
    }
    auto* list = static_cast<char16_t*>(mm::allocate(units * sizeof(char16_t), kTag));
    if (list == nullptr) return Status::kInsufficientResources;
    std::memset(list, 0, units * sizeof(char16_t));
    char16_t* at = list;
    for (Interface& interface : interfaces) {
        if (wanted(interface)) at += interface.link.view().copy(at, interface.link.view().size()) + 1;
    }
    return list;
}

Result<void> alias_of(std::u16string_view link, const GUID& other_class, PathText& alias) {
    ke::MutexGuard guard{tree_lock()};
    const Interface* const from = find(link);
    if (from == nullptr) return Status::kObjectNameNotFound;
    for (Interface& interface : interfaces) {
        if (!same_guid(interface.interface_class, other_class) || !same_text(interface.device, from->device)) continue;
        if (!same_text(interface.reference(), from->reference())) continue;
        alias = interface.link;
        return {};
    }
    return Status::kObjectNameNotFound;
}

Result<RegistryKey> interface_key(std::u16string_view link) {
    ke::MutexGuard guard{tree_lock()};
    const Interface* const interface = find(link);
    if (interface == nullptr) return Status::kObjectNameNotFound;
    return RegistryKey::make(key_path(*interface));
}

DeviceNode* node_of_interface(std::u16string_view link) {
    ke::MutexGuard guard{tree_lock()};
    const Interface* const interface = find(link);
    return interface == nullptr ? nullptr : find_node(interface->device);
}

void visit_interfaces(void (*visit)(void* context, std::u16string_view link, bool enabled, std::u16string_view device), void* context) {
    for (Interface& interface : interfaces) visit(context, interface.link, interface.enabled, interface.device);
}

}  // namespace rsl::pnp
