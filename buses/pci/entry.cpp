// SPDX-License-Identifier: GPL-2.0-only
#include "buses/pci/pci.hpp"

namespace rsl::pci {

namespace {

bool is_bus(PDEVICE_OBJECT device) { return extension_of(device).kind == Kind::kBus; }

NTSTATUS NTAPI on_pnp(PDEVICE_OBJECT device, PIRP irp) {
    if (is_bus(device)) return pnp_of_bus(static_cast<Bus&>(extension_of(device)), irp);
    return pnp_of_device(static_cast<Device&>(extension_of(device)), irp);
}

NTSTATUS NTAPI on_power(PDEVICE_OBJECT device, PIRP irp) {
    if (is_bus(device)) return power_of_bus(static_cast<Bus&>(extension_of(device)), irp);
    return power_of_device(static_cast<Device&>(extension_of(device)), irp);
}

NTSTATUS NTAPI on_system_control(PDEVICE_OBJECT device, PIRP irp) {
    if (!is_bus(device)) return complete_unchanged(irp);
    return pass_down(static_cast<Bus&>(extension_of(device)).below, irp);
}

}  // namespace
}  // namespace rsl::pci

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING) {
    rsl::pci::initialize_buses();
    driver->DriverExtension->AddDevice = &rsl::pci::add_device;
    driver->MajorFunction[IRP_MJ_PNP] = &rsl::pci::on_pnp;
    driver->MajorFunction[IRP_MJ_POWER] = &rsl::pci::on_power;
    driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = &rsl::pci::on_system_control;
    return RslWatchPci(&rsl::pci::functions_changed, nullptr);
}
