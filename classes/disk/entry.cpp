// SPDX-License-Identifier: GPL-2.0-only
#include "classes/disk/disk.hpp"

namespace rsl::disk {
namespace {

bool is_disk(PDEVICE_OBJECT device) { return extension_of(device).kind == Kind::kDisk; }
Disk& disk_of(PDEVICE_OBJECT device) { return static_cast<Disk&>(extension_of(device)); }
Volume& volume_of(PDEVICE_OBJECT device) { return static_cast<Volume&>(extension_of(device)); }

NTSTATUS NTAPI on_open_or_close(PDEVICE_OBJECT, PIRP irp) { return complete(irp, STATUS_SUCCESS); }

NTSTATUS NTAPI on_request(PDEVICE_OBJECT device, PIRP irp) {
    if (!is_disk(device)) return request_of_volume(volume_of(device), irp);
    Disk& disk = disk_of(device);
    if (!NT_SUCCESS(enter(disk.requests, irp))) return complete(irp, STATUS_NO_SUCH_DEVICE);
    return start_request(disk, irp);
}

NTSTATUS NTAPI on_control(PDEVICE_OBJECT device, PIRP irp) {
    if (!is_disk(device)) return control_of_volume(volume_of(device), irp);
    Disk& disk = disk_of(device);
    if (disk.state == State::kGone || !NT_SUCCESS(enter(disk.requests, irp)))
        return complete(irp, STATUS_NO_SUCH_DEVICE);
    const NTSTATUS status = control_of_disk(disk, irp);
    leave(disk.requests, irp);
    return status;
}

NTSTATUS NTAPI on_pnp(PDEVICE_OBJECT device, PIRP irp) {
    return is_disk(device) ? pnp_of_disk(disk_of(device), irp)
                           : pnp_of_volume(volume_of(device), irp);
}

NTSTATUS NTAPI on_power(PDEVICE_OBJECT device, PIRP irp) {
    if (is_disk(device)) return pass_down(disk_of(device).below, irp);
    const UCHAR minor = location_of(irp).MinorFunction;
    if (minor == IRP_MN_SET_POWER || minor == IRP_MN_QUERY_POWER)
        return complete(irp, STATUS_SUCCESS);
    return complete_unchanged(irp);
}

NTSTATUS NTAPI on_system_control(PDEVICE_OBJECT device, PIRP irp) {
    return is_disk(device) ? pass_down(disk_of(device).below, irp) : complete_unchanged(irp);
}

VOID NTAPI on_unload(PDRIVER_OBJECT) {}

}  // namespace

Name& Name::add(std::u16string_view text) {
    for (const char16_t c : text) {
        if (units_ < kMost) text_[units_++] = c;
    }
    return *this;
}

Name& Name::add_number(uint32_t number) {
    char16_t digits[10];
    size_t count = 0;
    do {
        digits[count++] = static_cast<char16_t>(u'0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count != 0) add({&digits[--count], 1});
    return *this;
}

Name& Name::add_hex(uint64_t number, int digits) {
    while (digits-- != 0) add({&u"0123456789ABCDEF"[number >> (4 * digits) & 15], 1});
    return *this;
}

}  // namespace rsl::disk

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING) {
    using namespace rsl::disk;
    driver->DriverExtension->AddDevice = &add_device;
    driver->DriverUnload = &on_unload;
    for (const int function : {IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE})
        driver->MajorFunction[function] = &on_open_or_close;
    for (const int function : {IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_SHUTDOWN})
        driver->MajorFunction[function] = &on_request;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = &on_control;
    driver->MajorFunction[IRP_MJ_PNP] = &on_pnp;
    driver->MajorFunction[IRP_MJ_POWER] = &on_power;
    driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = &on_system_control;
    return STATUS_SUCCESS;
}
