// SPDX-License-Identifier: GPL-2.0-only
// From a device's ids to its driver. The database is in the registry: one key an id, '\' written as '#',
// made by `rsl driver install` and at boot for the buses that we have ourselves.
//
//   DriverDatabase\DeviceIds\<id>     Service, Class, ClassGUID, DeviceDesc, Mfg, ProviderName, InfPath,
//                                     UpperFilters, LowerFilters: copied to the device's Enum key
//        \Device                      values for its hardware key ("Device Parameters")
//        \Driver                      values for its software key (Control\Class\{guid}\NNNN)
#include "abi/types/status.h"
#include "kernel/ke/log.hpp"
#include "kernel/pnp/registry_key.hpp"
#include "kernel/pnp/tree_actions.hpp"

namespace rsl::pnp {
namespace {

constexpr uint32_t kConfigDisabled = 0x1;  // CONFIGFLAG_DISABLED

RegistryKey entry_of(std::u16string_view id) {
    IdText name(id);
    name.replace(u'\\', u'#');
    return RegistryKey::open(PathText(kDatabasePath, name.view()));
}

/// The entry of the first id of a list that has one.
RegistryKey find_entry(const ValueData& ids) {
    auto rest = ids.list();
    for (;;) {
        const auto id = next_string(rest);
        if (id.empty()) return {};
        if (RegistryKey entry = entry_of(id)) return entry;
    }
}

/// Control\Class\{guid}\NNNN: the driver key of this device, the one that it has or a new one.
RegistryKey driver_key(RegistryKey& device, std::u16string_view class_guid) {
    if (const ValueData named = device.value(u"Driver")) return RegistryKey::make(PathText(kClassPath, named.text()));
    constexpr uint32_t kMost = 10000;
    for (uint32_t number = 0; number < kMost; ++number) {
        IdText name(class_guid, u"\\");
        name.add_number(number, 4);
        const PathText path(kClassPath, name.view());
        if (RegistryKey::open(path)) continue;
        RegistryKey key = RegistryKey::make(path);
        device.set_text(u"Driver", name);
        return key;
    }
    return {};
}

constexpr std::u16string_view kPortsClass = u"{4d36e978-e325-11ce-bfc1-08002be10318}";

/// What the class installer of ports does on Windows: a name COM3, COM4, ..., marked as taken in the COM port
/// database, a bit a number.
void name_port(RegistryKey& device, RegistryKey& parameters) {
    if (parameters.has(u"PortName")) return;
    RegistryKey arbiter = RegistryKey::make(PathText(kControlSet, u"Control\\COM Name Arbiter"));
    constexpr uint32_t kFirst = 3, kLast = 255;
    std::byte taken[(kLast + 1) / 8] = {};
    const ValueData known = arbiter.value(u"ComDB");
    for (size_t i = 0; i < sizeof(taken) && i < known.bytes().size(); ++i) taken[i] = known.bytes()[i];
    for (uint32_t number = kFirst; number <= kLast; ++number) {
        std::byte& group = taken[(number - 1) / 8];
        const auto bit = static_cast<std::byte>(1u << (number - 1) % 8);
        if ((group & bit) != std::byte{0}) continue;
        group |= bit;
        arbiter.set(u"ComDB", REG_BINARY, taken);
        IdText name(u"COM");
        name.add_number(number, 1);
        parameters.set_text(u"PortName", name);
        const ValueData description = device.value(u"DeviceDesc");
        device.set_text(u"FriendlyName", PathText(description.text(), u" (", name.view(), u")"));
        return;
    }
}

void apply_entry(DeviceNode& node, RegistryKey& device, const RegistryKey& entry) {
    device.copy_values(entry);
    RegistryKey parameters = RegistryKey::make(node.key_path(u"\\Device Parameters"));
    parameters.copy_tree(RegistryKey::open(PathText(entry.path(), u"\\Device")));
    const ValueData guid = entry.value(u"ClassGUID");
    const std::u16string_view class_guid = guid ? guid.text() : u"{4d36e97e-e325-11ce-bfc1-08002be10318}";  // Unknown
    if (same_text(class_guid, kPortsClass)) name_port(device, parameters);
    RegistryKey driver = driver_key(device, class_guid);
    driver.copy_tree(RegistryKey::open(PathText(entry.path(), u"\\Driver")));
    for (const std::u16string_view name : {u"DriverDesc", u"ProviderName", u"InfPath", u"InfSection"}) {
        if (const ValueData value = entry.value(name)) driver.set_text(name, value.text());
    }
    if (const ValueData name = entry.value(u"Class")) {
        RegistryKey setup_class = RegistryKey::make(PathText(kClassPath, class_guid));
        if (!setup_class.has(u"Class")) setup_class.set_text(u"Class", name.text());
    }
}

}  // namespace

bool match_driver(DeviceNode& node) {
    RegistryKey device = RegistryKey::make(node.key_path());
    if (!device.has(u"Service")) {
        RegistryKey entry = find_entry(device.value(u"HardwareID"));
        if (!entry) entry = find_entry(device.value(u"CompatibleIDs"));
        if (!entry) return false;
        apply_entry(node, device, entry);
    }
    ke::MutexGuard guard{tree_lock()};
    node.service.clear();
    node.service.add(device.value(u"Service").text());
    return true;  // without a service: a device that its INF installs no driver for (raw)
}

bool is_disabled(const DeviceNode& node) {
    return (RegistryKey::open(node.key_path()).number_or(u"ConfigFlags", 0) & kConfigDisabled) != 0;
}

}  // namespace rsl::pnp
