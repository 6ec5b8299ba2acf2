// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/root_bus.hpp"

#include <cstring>

#include "abi/functions/io.h"
#include "abi/types/status.h"
#include "kernel/io/device.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/device_node.hpp"
#include "kernel/pnp/registry_key.hpp"

namespace rsl::pnp {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PpRt");
constexpr std::u16string_view kRoot = u"ROOT\\";
constexpr uint32_t kMaxRootDevices = 128;
constexpr GUID kBusTypeInternal = {0x1530ea73, 0x086b, 0x11d1, {0xa0, 0x9f, 0x00, 0xc0, 0x4f, 0xc3, 0x40, 0xb1}};

/// Of a PDO of ours; the root device itself has an empty path.
struct Extension {
    IdText path;      // "ROOT\COM0COM\0000"
    size_t instance;  // where the last component begins
};

constinit Ref<io::Driver>* driver_memory = nullptr;
constinit PDEVICE_OBJECT pdos[kMaxRootDevices] = {};  // guarded by tree_lock()

Extension& extension_of(PDEVICE_OBJECT device) { return *static_cast<Extension*>(device->DeviceExtension); }

NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information = 0) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    io::complete_irp(*irp, IO_NO_INCREMENT);
    return status;
}
/// What we do not handle goes back as it came.
NTSTATUS complete_unchanged(PIRP irp) {
    const NTSTATUS status = irp->IoStatus.Status;
    io::complete_irp(*irp, IO_NO_INCREMENT);
    return status;
}

/// Text for an IRP's Information: whoever asked frees it. `list`: one more NUL behind.
ULONG_PTR copy_out(std::u16string_view text, bool list) {
    const size_t units = text.size() + (list ? 2 : 1);
    auto* copy = static_cast<char16_t*>(mm::allocate(units * sizeof(char16_t), kTag));
    if (copy == nullptr) return 0;
    std::memset(copy, 0, units * sizeof(char16_t));
    text.copy(copy, text.size());
    return reinterpret_cast<ULONG_PTR>(copy);
}

NTSTATUS answer_text(PIRP irp, std::u16string_view text, bool list = false) {
    if (text.empty()) return complete_unchanged(irp);
    const ULONG_PTR copy = copy_out(text, list);
    return copy != 0 ? complete(irp, STATUS_SUCCESS, copy) : complete(irp, STATUS_INSUFFICIENT_RESOURCES);
}

NTSTATUS query_id(const Extension& extension, PIRP irp, BUS_QUERY_ID_TYPE type) {
    const std::u16string_view path = extension.path;
    const RegistryKey key = RegistryKey::open(PathText(kEnumPath, path));
    switch (type) {
        case BusQueryDeviceID: return answer_text(irp, path.substr(0, extension.instance - 1));
        case BusQueryInstanceID: return answer_text(irp, path.substr(extension.instance));
        case BusQueryHardwareIDs: {
            const ValueData ids = key.value(u"HardwareID");
            return ids ? answer_text(irp, ids.list(), true)
                       : answer_text(irp, path.substr(0, extension.instance - 1), true);
        }
        case BusQueryCompatibleIDs: return answer_text(irp, key.value(u"CompatibleIDs").list(), true);
        default: return complete_unchanged(irp);
    }
}

/// What a device's key says that it has: LogConf\BootConfig, a REG_RESOURCE_LIST. Who asked frees it.
NTSTATUS query_resources(const Extension& extension, PIRP irp) {
    const ValueData config = RegistryKey::open(PathText(kEnumPath, extension.path.view(), u"\\LogConf")).value(u"BootConfig");
    if (!config || config.type() != REG_RESOURCE_LIST || config.bytes().size() < sizeof(CM_RESOURCE_LIST)) return complete_unchanged(irp);
    void* const copy = mm::allocate(config.bytes().size(), kTag);
    if (copy == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    std::memcpy(copy, config.bytes().data(), config.bytes().size());
    const auto& list = *static_cast<const CM_RESOURCE_LIST*>(copy);
    const size_t most = (config.bytes().size() - offsetof(CM_RESOURCE_LIST, List[0].PartialResourceList.PartialDescriptors)) /
                        sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR);
    if (list.Count != 1 || list.List[0].PartialResourceList.Count > most) {
        mm::free(copy);
        return complete_unchanged(irp);
    }
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(copy));
}

NTSTATUS query_capabilities(PIRP irp, DEVICE_CAPABILITIES& capabilities) {
    capabilities.UniqueID = 1;
    capabilities.SilentInstall = 1;
    capabilities.Address = capabilities.UINumber = ~0u;
    capabilities.DeviceState[PowerSystemWorking] = PowerDeviceD0;
    for (int state = PowerSystemSleeping1; state < PowerSystemMaximum; ++state) {
        capabilities.DeviceState[state] = PowerDeviceD3;
    }
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS query_bus(PIRP irp) {
    auto* bus = static_cast<PNP_BUS_INFORMATION*>(mm::allocate(sizeof(PNP_BUS_INFORMATION), kTag));
    if (bus == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    *bus = {kBusTypeInternal, PNPBus, 0};
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(bus));
}

NTSTATUS target_relation(PDEVICE_OBJECT pdo, PIRP irp) {
    auto* relations = static_cast<DEVICE_RELATIONS*>(mm::allocate(sizeof(DEVICE_RELATIONS), kTag));
    if (relations == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    io::device_of(*pdo).add_reference();
    *relations = {1, {pdo}};
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(relations));
}

void delete_pdo(PDEVICE_OBJECT device) {
    {
        ke::MutexGuard guard{tree_lock()};
        for (PDEVICE_OBJECT& pdo : pdos) {
            if (pdo == device) pdo = nullptr;
        }
    }
    io::device_of(*device).request_deletion();
}

NTSTATUS remove(PDEVICE_OBJECT device, PIRP irp) {
    // As of any bus driver: the PDO stays while the device is there, that is, while its key is.
    const bool there = static_cast<bool>(RegistryKey::open(PathText(kEnumPath, extension_of(device).path.view())));
    const NTSTATUS status = complete(irp, STATUS_SUCCESS);
    if (!there) delete_pdo(device);
    return status;
}

NTSTATUS pnp_of_child(PDEVICE_OBJECT device, PIRP irp) {
    const IO_STACK_LOCATION& location = io::current_location(*irp);
    const Extension& extension = extension_of(device);
    switch (location.MinorFunction) {
        case IRP_MN_START_DEVICE:
        case IRP_MN_QUERY_STOP_DEVICE:
        case IRP_MN_STOP_DEVICE:
        case IRP_MN_CANCEL_STOP_DEVICE:
        case IRP_MN_QUERY_REMOVE_DEVICE:
        case IRP_MN_CANCEL_REMOVE_DEVICE:
        case IRP_MN_SURPRISE_REMOVAL:
        case IRP_MN_DEVICE_USAGE_NOTIFICATION: return complete(irp, STATUS_SUCCESS);
        case IRP_MN_REMOVE_DEVICE: return remove(device, irp);
        case IRP_MN_QUERY_ID: return query_id(extension, irp, location.Parameters.QueryId.IdType);
        case IRP_MN_QUERY_CAPABILITIES:
            return query_capabilities(irp, *location.Parameters.DeviceCapabilities.Capabilities);
        case IRP_MN_QUERY_BUS_INFORMATION: return query_bus(irp);
        case IRP_MN_QUERY_RESOURCES: return query_resources(extension, irp);
        case IRP_MN_QUERY_DEVICE_TEXT: {
            if (location.Parameters.QueryDeviceText.DeviceTextType != DeviceTextDescription) return complete_unchanged(irp);
            const RegistryKey key = RegistryKey::open(PathText(kEnumPath, extension.path.view()));
            return answer_text(irp, key.value(u"DeviceDesc").text());
        }
        case IRP_MN_QUERY_DEVICE_RELATIONS:
            if (location.Parameters.QueryDeviceRelations.Type != TargetDeviceRelation) return complete_unchanged(irp);
            return target_relation(device, irp);
        default: return complete_unchanged(irp);
    }
}

/// The PDO of a path in the table, or a free place. Under tree_lock().
PDEVICE_OBJECT* place_of(std::u16string_view path) {
    PDEVICE_OBJECT* free_place = nullptr;
    for (PDEVICE_OBJECT& pdo : pdos) {
        if (pdo == nullptr) {
            if (free_place == nullptr) free_place = &pdo;
        } else if (same_text(extension_of(pdo).path, path)) {
            return &pdo;
        }
    }
    return free_place;
}

/// The PDO of an instance, made if it is new; nullptr when that fails.
PDEVICE_OBJECT pdo_for(std::u16string_view path) {
    ke::MutexGuard guard{tree_lock()};
    PDEVICE_OBJECT* const place = place_of(path);
    if (place == nullptr) {
        ke::log(ke::LogLevel::kWarn, "more than %u root devices: one is left out", kMaxRootDevices);
        return nullptr;
    }
    if (*place != nullptr) return *place;
    auto made = io::Device::create(**driver_memory, {.type = FILE_DEVICE_CONTROLLER,
                                                     .characteristics = FILE_AUTOGENERATED_DEVICE_NAME,
                                                     .extension_bytes = sizeof(Extension)});
    if (!made) return nullptr;
    io::Device& device = *made->release();  // the first reference is the driver's, as of any device
    auto* extension = ::new (device.DeviceExtension) Extension{};
    extension->path.add(path);
    extension->instance = path.rfind(u'\\') + 1;
    device.DEVICE_OBJECT::Flags |= DO_POWER_PAGABLE;
    device.DEVICE_OBJECT::Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    *place = &device;
    return *place;
}

struct Found {
    PDEVICE_OBJECT devices[kMaxRootDevices];
    uint32_t count;
};

void collect(Found& found) {
    const RegistryKey root = RegistryKey::make(PathText(kEnumPath, u"ROOT"));
    IdText device, instance;
    for (uint32_t i = 0; root.subkey(i, device); ++i) {
        const RegistryKey key = RegistryKey::open(PathText(root.path(), u"\\", device.view()));
        for (uint32_t j = 0; key.subkey(j, instance) && found.count < kMaxRootDevices; ++j) {
            IdText path(kRoot, device.view(), u"\\", instance.view());
            path.make_upper();
            if (PDEVICE_OBJECT pdo = pdo_for(path)) found.devices[found.count++] = pdo;
        }
    }
}

NTSTATUS bus_relations(PIRP irp) {
    auto found = mm::make<Found>(kTag);
    if (!found) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    const mm::UniquePool<Found> owner(*found);
    owner->count = 0;
    collect(*owner);
    const size_t bytes = sizeof(DEVICE_RELATIONS) + owner->count * sizeof(PDEVICE_OBJECT);
    auto* relations = static_cast<DEVICE_RELATIONS*>(mm::allocate(bytes, kTag));
    if (relations == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    relations->Count = owner->count;
    for (uint32_t i = 0; i < owner->count; ++i) {
        relations->Objects[i] = owner->devices[i];
        io::device_of(*owner->devices[i]).add_reference();  // who gets the list drops it
    }
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(relations));
}

bool is_root(PDEVICE_OBJECT device) { return device->DeviceExtension == nullptr; }

NTSTATUS NTAPI on_pnp(PDEVICE_OBJECT device, PIRP irp) {
    if (!is_root(device)) return pnp_of_child(device, irp);
    const IO_STACK_LOCATION& location = io::current_location(*irp);
    if (location.MinorFunction == IRP_MN_QUERY_DEVICE_RELATIONS &&
        location.Parameters.QueryDeviceRelations.Type == BusRelations) {
        return bus_relations(irp);
    }
    return complete_unchanged(irp);
}

NTSTATUS NTAPI on_power(PDEVICE_OBJECT, PIRP irp) {
    const uint8_t minor = io::current_location(*irp).MinorFunction;
    if (minor == IRP_MN_SET_POWER || minor == IRP_MN_QUERY_POWER) return complete(irp, STATUS_SUCCESS);
    return complete_unchanged(irp);
}
NTSTATUS NTAPI on_system_control(PDEVICE_OBJECT, PIRP irp) { return complete_unchanged(irp); }

NTSTATUS NTAPI initialize(PDRIVER_OBJECT driver, PUNICODE_STRING) {
    driver->MajorFunction[IRP_MJ_PNP] = &on_pnp;
    driver->MajorFunction[IRP_MJ_POWER] = &on_power;
    driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = &on_system_control;
    return STATUS_SUCCESS;
}

}  // namespace

Result<void> start_root_bus() {
    driver_memory = RSL_TRY(mm::make<Ref<io::Driver>>(kTag));  // for ever
    if (const NTSTATUS status = io::start_internal_driver(u"\\Driver\\PnpManager", &initialize, driver_memory); status < 0) {
        return Status(status);
    }
    Ref<io::Device> root = RSL_TRY(io::Device::create(
        **driver_memory, {.type = FILE_DEVICE_CONTROLLER, .characteristics = FILE_AUTOGENERATED_DEVICE_NAME}));
    root->DEVICE_OBJECT::Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    create_root(*root.release());
    return {};
}

NTSTATUS add_root_instance(std::u16string_view hardware_ids, IdText& instance_path) {
    auto rest = hardware_ids;
    std::u16string_view first = next_string(rest);
    if (first.empty() || first.size() > 150) return STATUS_INVALID_PARAMETER;
    if (first.size() > kRoot.size() && same_text(first.substr(0, kRoot.size()), kRoot)) first.remove_prefix(kRoot.size());
    IdText name(first);
    name.replace(u'\\', u'_');
    name.replace(u'&', u'_');
    name.replace(u'*', u'_');
    name.make_upper();
    constexpr uint32_t kMostInstances = 10000;
    for (uint32_t number = 0; number < kMostInstances; ++number) {
        instance_path.clear();
        instance_path.add(kRoot).add(name.view()).add(u'\\').add_number(number, 4);
        const PathText path(kEnumPath, instance_path.view());
        if (path.overflowed()) return STATUS_INVALID_PARAMETER;
        if (RegistryKey::open(path)) continue;
        RegistryKey key = RegistryKey::make(path);
        return key.set_list(u"HardwareID", hardware_ids) ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_INSUFFICIENT_RESOURCES;
}

Result<PDEVICE_OBJECT> root_pdo(std::u16string_view instance_path) {
    PDEVICE_OBJECT pdo = pdo_for(instance_path);
    if (pdo == nullptr) return Status::kInsufficientResources;
    io::device_of(*pdo).add_reference();
    return pdo;
}

void forget_root_instance(std::u16string_view instance_path) {
    RegistryKey::open(PathText(kEnumPath, instance_path)).remove_tree();
}

}  // namespace rsl::pnp
