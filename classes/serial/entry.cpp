// SPDX-License-Identifier: GPL-2.0-only
#include <cstring>

#include "classes/serial/serial.hpp"

namespace rsl::serial {
namespace {

NTSTATUS open(Port& port, PIRP irp) {
    const IO_STACK_LOCATION& location = location_of(irp);
    if ((location.Parameters.Create.Options & FILE_DIRECTORY_FILE) != 0)
        return STATUS_NOT_A_DIRECTORY;
    if (location.FileObject != nullptr && location.FileObject->FileName.Length != 0)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    Locked locked(port);
    if (port.gone || !port.started) return STATUS_INVALID_DEVICE_STATE;
    if (port.open) return STATUS_ACCESS_DENIED;
    port.open = true;
    port.timeouts = {};
    port.wait_mask = port.events = 0;
    port.wrote = false;
    port.uart.open();
    return STATUS_SUCCESS;
}

void close(Port& port) {
    Locked locked(port);
    port.open = false;
    if (port.started) port.uart.close();
}

NTSTATUS NTAPI on_open(PDEVICE_OBJECT device, PIRP irp) {
    Port& port = port_of(device);
    if (!NT_SUCCESS(enter(port.requests, irp))) return complete(irp, STATUS_NO_SUCH_DEVICE);
    const NTSTATUS status = complete(irp, open(port, irp));
    leave(port.requests, irp);
    return status;
}

NTSTATUS NTAPI on_cleanup(PDEVICE_OBJECT device, PIRP irp) {
    abort_all(port_of(device), STATUS_CANCELLED);  // only one file is open: all of them are its
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS NTAPI on_close(PDEVICE_OBJECT device, PIRP irp) {
    close(port_of(device));
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS NTAPI on_transfer(PDEVICE_OBJECT device, PIRP irp) {
    Port& port = port_of(device);
    if (!NT_SUCCESS(enter(port.requests, irp))) return complete(irp, STATUS_NO_SUCH_DEVICE);
    const IO_STACK_LOCATION& location = location_of(irp);
    if (location.MajorFunction != IRP_MJ_FLUSH_BUFFERS && location.Parameters.Read.Length == 0) {
        complete(irp, STATUS_SUCCESS);
        leave(port.requests, irp);
        return STATUS_SUCCESS;
    }
    return start_transfer(port, irp);
}

NTSTATUS NTAPI on_control(PDEVICE_OBJECT device, PIRP irp) {
    Port& port = port_of(device);
    if (!NT_SUCCESS(enter(port.requests, irp))) return complete(irp, STATUS_NO_SUCH_DEVICE);
    return control(port, irp);
}

/// A port has no length and no position; who asks gets zeros.
NTSTATUS NTAPI on_query_information(PDEVICE_OBJECT, PIRP irp) {
    const auto& query = location_of(irp).Parameters.QueryFile;
    ULONG bytes = 0;
    if (query.FileInformationClass == FileStandardInformation)
        bytes = sizeof(FILE_STANDARD_INFORMATION);
    if (query.FileInformationClass == FilePositionInformation)
        bytes = sizeof(FILE_POSITION_INFORMATION);
    if (bytes == 0) return complete(irp, STATUS_INVALID_PARAMETER);
    if (query.Length < bytes) return complete(irp, STATUS_BUFFER_TOO_SMALL);
    std::memset(irp->AssociatedIrp.SystemBuffer, 0, bytes);
    return complete(irp, STATUS_SUCCESS, bytes);
}

NTSTATUS NTAPI on_pnp(PDEVICE_OBJECT device, PIRP irp) { return pnp(port_of(device), irp); }
NTSTATUS NTAPI on_other(PDEVICE_OBJECT device, PIRP irp) { return pass_down(port_of(device).below, irp); }
VOID NTAPI on_unload(PDRIVER_OBJECT) {}

}  // namespace

}  // namespace rsl::serial

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING) {
    using namespace rsl::serial;
    driver->DriverExtension->AddDevice = &add_device;
    driver->DriverUnload = &on_unload;
    driver->MajorFunction[IRP_MJ_CREATE] = &on_open;
    driver->MajorFunction[IRP_MJ_CLEANUP] = &on_cleanup;
    driver->MajorFunction[IRP_MJ_CLOSE] = &on_close;
    for (const int function : {IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_FLUSH_BUFFERS})
        driver->MajorFunction[function] = &on_transfer;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = &on_control;
    driver->MajorFunction[IRP_MJ_QUERY_INFORMATION] = &on_query_information;
    driver->MajorFunction[IRP_MJ_PNP] = &on_pnp;
    driver->MajorFunction[IRP_MJ_POWER] = &on_other;
    driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = &on_other;
    return STATUS_SUCCESS;
}
