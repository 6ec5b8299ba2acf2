// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/inbox.hpp"

#include "abi/types/status.h"
#include "kernel/hal/pci/bus.hpp"
#include "kernel/pnp/device_node.hpp"
#include "kernel/pnp/driver_store.hpp"
#include "kernel/pnp/registry_key.hpp"

namespace rsl::pnp {
namespace {

struct SetupClass {
    std::u16string_view name, guid;
};
constexpr SetupClass kSystem = {u"System", u"{4d36e97d-e325-11ce-bfc1-08002be10318}"};
constexpr SetupClass kDiskDrive = {u"DiskDrive", u"{4d36e967-e325-11ce-bfc1-08002be10318}"};
constexpr SetupClass kVolume = {u"Volume", u"{71a27cdd-812a-11d0-bec7-08002be2092f}"};

/// In the database like an entry of any INF.
RegistryKey plant(std::u16string_view id, std::u16string_view service, std::u16string_view description, const SetupClass& setup = kSystem) {
    IdText name(id);
    name.replace(u'\\', u'#');
    RegistryKey entry = RegistryKey::make(PathText(kDatabasePath, name.view()));
    if (!service.empty()) entry.set_text(u"Service", service);
    if (!description.empty()) entry.set_text(u"DeviceDesc", description);
    entry.set_text(u"Mfg", u"RSL");
    entry.set_text(u"Class", setup.name);
    entry.set_text(u"ClassGUID", setup.guid);
    return entry;
}

void plant_root_device(std::u16string_view path, std::u16string_view id) {
    RegistryKey key = RegistryKey::make(PathText(kEnumPath, path));
    IdText list(id);
    list.add(u'\0').add(u'\0');
    key.set_list(u"HardwareID", list);
}

bool has_function(uint16_t vendor, uint16_t device) {
    for (int i = 0; i < hal::pci::Topology::kMaxFunctions; ++i) {
        const hal::pci::Function& function = hal::pci::topology().at(i);
        if (function.present && function.vendor == vendor && function.device == device) return true;
    }
    return false;
}

/// Its interrupts are messages.
void allow_messages(const RegistryKey& entry) {
    RegistryKey key = RegistryKey::make(PathText(entry.path(), u"\\Device\\Interrupt Management\\MessageSignaledInterruptProperties"));
    key.set_number(u"MSISupported", 1);
}

/// classes/disk: virtio-blk devices, and the partitions on them, which need no driver.
bool plant_disk() {
    constexpr uint16_t kVendor = 0x1AF4, kBlockDevice = 0x1042;
    if (!has_function(kVendor, kBlockDevice)) return false;
    allow_messages(plant(u"PCI\\VEN_1AF4&DEV_1042", u"disk", u"Host disk", kDiskDrive));
    plant(u"STORAGE\\Volume", {}, {}, kVolume);
    return true;
}

struct DeviceDriver {
    std::u16string_view service;
    bool (*plant)();  // whether the machine has a device for it
};
constexpr DeviceDriver kDeviceDrivers[] = {
    {u"disk", &plant_disk},
};

}  // namespace

void plant_bus_drivers() {
    plant(u"ROOT\\RSL_PCI", u"pci", u"PCI bus");
    plant(u"PCI\\CC_0604", u"pci", u"PCI-to-PCI bridge");
    for (const std::u16string_view id : {u"PCI\\CC_0600", u"PCI\\CC_0601"}) plant(id, {}, u"");  // nobody drives these
    plant_root_device(u"ROOT\\PCI\\0000", u"ROOT\\RSL_PCI");
}

Result<bool> keep_device_driver(std::u16string_view service, std::span<const std::byte> image) {
    for (const DeviceDriver& driver : kDeviceDrivers) {
        if (driver.service != service) continue;
        if (!driver.plant()) return false;
        RSL_TRY(keep_image(service, image));
        return true;
    }
    return Status::kNotFound;
}

}  // namespace rsl::pnp
