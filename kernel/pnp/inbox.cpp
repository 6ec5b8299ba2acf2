// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/inbox.hpp"

#include "abi/types/resource.h"
#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
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
constexpr SetupClass kPorts = {u"Ports", u"{4d36e978-e325-11ce-bfc1-08002be10318}"};
constexpr SetupClass kVolume = {u"Volume", u"{71a27cdd-812a-11d0-bec7-08002be2092f}"};

/// In the database like an entry of any INF.
RegistryKey plant(std::u16string_view id, std::u16string_view service,
                  std::u16string_view description, const SetupClass& setup = kSystem) {
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
    RegistryKey key = RegistryKey::make(PathText(
        entry.path(), u"\\Device\\Interrupt Management\\MessageSignaledInterruptProperties"));
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

/// Whether a 16550 answers: its scratch register keeps what it is given.
bool has_uart(uint16_t port) {
    constexpr uint16_t kScratch = 7;
    for (const uint8_t pattern : {uint8_t{0x5A}, uint8_t{0xA5}}) {
        arch::port_write8(static_cast<uint16_t>(port + kScratch), pattern);
        if (arch::port_read8(static_cast<uint16_t>(port + kScratch)) != pattern) return false;
    }
    return true;
}

/// Eight ports, and a line of the ISA bus.
void set_boot_resources(std::u16string_view path, uint16_t port, uint32_t line) {
    struct {
        CM_RESOURCE_LIST head;
        CM_PARTIAL_RESOURCE_DESCRIPTOR second;
    } config = {};
    config.head.Count = 1;
    config.head.List[0].InterfaceType = Isa;
    CM_PARTIAL_RESOURCE_LIST& list = config.head.List[0].PartialResourceList;
    list.Version = list.Revision = 1;
    list.Count = 2;
    CM_PARTIAL_RESOURCE_DESCRIPTOR& ports = list.PartialDescriptors[0];
    ports.Type = CmResourceTypePort;
    ports.ShareDisposition = CmResourceShareDeviceExclusive;
    ports.Flags = CM_RESOURCE_PORT_IO | CM_RESOURCE_PORT_16_BIT_DECODE;
    ports.u.Port.Start.QuadPart = port;
    ports.u.Port.Length = 8;
    CM_PARTIAL_RESOURCE_DESCRIPTOR& interrupt = list.PartialDescriptors[1];
    interrupt.Type = CmResourceTypeInterrupt;
    interrupt.ShareDisposition = CmResourceShareDeviceExclusive;
    interrupt.Flags = CM_RESOURCE_INTERRUPT_LATCHED;
    interrupt.u.Interrupt.Level = static_cast<USHORT>(line);
    interrupt.u.Interrupt.Vector = line;
    interrupt.u.Interrupt.Affinity = ~KAFFINITY{0};
    RegistryKey::make(PathText(kEnumPath, path, u"\\LogConf"))
        .set(u"BootConfig", REG_RESOURCE_LIST, std::as_bytes(std::span(&config, 1)));
}

/// classes/serial: the UARTs beside the console's, which an ACPI table would name on other
/// machines.
bool plant_serial() {
    struct Place {
        std::u16string_view path, name;
        uint16_t port;
        uint32_t line;
    };
    constexpr Place kPlaces[] = {{u"ROOT\\SERIAL\\0000", u"COM1", 0x2F8, 3},
                                 {u"ROOT\\SERIAL\\0001", u"COM2", 0x3E8, 4}};
    constexpr std::u16string_view kId = u"ACPI\\PNP0501";
    bool any = false;
    for (const Place& place : kPlaces) {
        if (!has_uart(place.port)) {
            RegistryKey::open(PathText(kEnumPath, place.path))
                .remove_tree();  // of an earlier start of this VM
            continue;
        }
        any = true;
        plant_root_device(place.path, kId);
        set_boot_resources(place.path, place.port, place.line);
        RegistryKey::make(PathText(kEnumPath, place.path, u"\\Device Parameters"))
            .set_text(u"PortName", place.name);
        RegistryKey::make(PathText(kEnumPath, place.path))
            .set_text(u"FriendlyName", PathText(u"Host serial port (", place.name, u")"));
    }
    if (any) plant(kId, u"serial", u"Host serial port", kPorts);
    return any;
}

struct DeviceDriver {
    std::u16string_view service;
    bool (*plant)();  // whether the machine has a device for it
};
constexpr DeviceDriver kDeviceDrivers[] = {
    {u"disk", &plant_disk},
    {u"serial", &plant_serial},
};

}  // namespace

void plant_bus_drivers() {
    plant(u"ROOT\\RSL_PCI", u"pci", u"PCI bus");
    plant(u"PCI\\CC_0604", u"pci", u"PCI-to-PCI bridge");
    for (const std::u16string_view id : {u"PCI\\CC_0600", u"PCI\\CC_0601"})
        plant(id, {}, u"");  // nobody drives these
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
