/* SPDX-License-Identifier: GPL-2.0-only */
/* An adapter's life, the driver's, and the device that says what has happened. */
#include "loopback.h"

struct counts counts;
static NDIS_HANDLE wrapper, device;

static void read_parameters(struct adapter* adapter, NDIS_HANDLE context) {
    static const UCHAR kFirst[6] = {0x02, 0x52, 0x53, 0x4C, 0x00, 0x00};
    NDIS_STRING keyword = RTL_CONSTANT_STRING(L"Speed"), other = RTL_CONSTANT_STRING(L"FifthByte");
    PNDIS_CONFIGURATION_PARAMETER parameter;
    NDIS_HANDLE configuration;
    NDIS_STATUS status;
    NdisMoveMemory(adapter->address, kFirst, sizeof(kFirst));
    adapter->address[5] = (UCHAR)(adapter->slot + 1);
    NdisOpenConfiguration(&status, &configuration, context);
    if (status != NDIS_STATUS_SUCCESS) return;
    NdisReadConfiguration(&status, &parameter, configuration, &keyword, NdisParameterInteger);
    if (status == NDIS_STATUS_SUCCESS) counts.speed = (LONG)parameter->ParameterData.IntegerData;
    NdisReadConfiguration(&status, &parameter, configuration, &other, NdisParameterHexInteger);
    if (status == NDIS_STATUS_SUCCESS)
        adapter->address[4] = (UCHAR)parameter->ParameterData.IntegerData;
    NdisCloseConfiguration(configuration);
}

static VOID NTAPI shutdown(PVOID context) {
    struct adapter* adapter = context;
    DbgPrint("ndis5: adapter %d shuts down\n", adapter->slot);
}

static void free_adapter(struct adapter* adapter) {
#ifndef SERIALIZED
    free_packets(adapter);
#endif
    NdisFreeSpinLock(&adapter->lock);
    NdisFreeMemory(adapter, sizeof(*adapter), 0);
}

static NDIS_STATUS NTAPI initialize(PNDIS_STATUS open_error, PUINT selected, PNDIS_MEDIUM media,
                                    UINT count, NDIS_HANDLE handle, NDIS_HANDLE configuration) {
    struct adapter* adapter;
    UINT medium = 0;
    *open_error = NDIS_STATUS_SUCCESS;
    while (medium < count && media[medium] != NdisMedium802_3) ++medium;
    if (medium == count) return NDIS_STATUS_UNSUPPORTED_MEDIA;
    *selected = medium;
    if (NdisAllocateMemoryWithTag((PVOID*)&adapter, sizeof(*adapter), TAG) != NDIS_STATUS_SUCCESS)
        return NDIS_STATUS_RESOURCES;
    NdisZeroMemory(adapter, sizeof(*adapter));
    NdisAllocateSpinLock(&adapter->lock);
    adapter->handle = handle;
    adapter->last = &adapter->first;
    NdisMSetAttributesEx(handle, adapter, 1, ATTRIBUTES, NdisInterfaceInternal);
    NdisMInitializeTimer(&adapter->timer, handle, timer_due, adapter);
#ifndef SERIALIZED
    if (!make_packets(adapter)) {
        free_adapter(adapter);
        return NDIS_STATUS_RESOURCES;
    }
#endif
    if (!pair(adapter)) {
        free_adapter(adapter);
        return NDIS_STATUS_RESOURCES;
    }
    read_parameters(adapter, configuration);
    NdisMRegisterAdapterShutdownHandler(handle, adapter, shutdown);
    InterlockedIncrement(&counts.initialized);
    return NDIS_STATUS_SUCCESS;
}

static VOID NTAPI halt(NDIS_HANDLE context) {
    struct adapter* adapter = context;
    BOOLEAN cancelled;
    unpair(adapter);
    NdisMDeregisterAdapterShutdownHandler(adapter->handle);
    NdisAcquireSpinLock(&adapter->lock);
    adapter->halting = TRUE;
    NdisReleaseSpinLock(&adapter->lock);
    NdisMCancelTimer(&adapter->timer, &cancelled);
    KeFlushQueuedDpcs();
    while (adapter->first != NULL) {
        struct frame* frame = adapter->first;
        adapter->first = frame->next;
        NdisFreeMemory(frame, sizeof(*frame), 0);
    }
    if (adapter->completion_count != 0) InterlockedIncrement(&counts.violations);
    free_adapter(adapter);
    InterlockedIncrement(&counts.halted);
}

static BOOLEAN NTAPI check_for_hang(NDIS_HANDLE context) {
    struct adapter* adapter = context;
    BOOLEAN hangs;
    enter(adapter);
    hangs = adapter->hangs;
    adapter->hangs = FALSE;
    leave(adapter);
    return hangs;
}

/* Forgets the packet filter, which NDIS sets again. */
static NDIS_STATUS NTAPI reset(PBOOLEAN addressing, NDIS_HANDLE context) {
    struct adapter* adapter = context;
    enter(adapter);
    InterlockedIncrement(&counts.resets);
    *addressing = TRUE;
    adapter->filter = 0;
    NdisDprAcquireSpinLock(&adapter->lock);
    adapter->reset_pends = TRUE;
    wake(adapter);
    NdisDprReleaseSpinLock(&adapter->lock);
    leave(adapter);
    return NDIS_STATUS_PENDING;
}
static VOID NTAPI pnp_event(NDIS_HANDLE context, NDIS_DEVICE_PNP_EVENT event, PVOID buffer,
                            ULONG bytes) {
    (void)context, (void)event, (void)buffer, (void)bytes;
}

/* ---- The device that says what has happened */

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT object, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    NTSTATUS status = STATUS_SUCCESS;
    (void)object;
    irp->IoStatus.Information = 0;
    if (location->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        if (location->Parameters.DeviceIoControl.OutputBufferLength < sizeof(counts)) {
            status = STATUS_BUFFER_TOO_SMALL;
        } else {
            NdisMoveMemory(irp->AssociatedIrp.SystemBuffer, &counts, sizeof(counts));
            irp->IoStatus.Information = sizeof(counts);
        }
    }
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NDIS_STATUS make_device(void) {
    PDRIVER_DISPATCH majors[IRP_MJ_MAXIMUM_FUNCTION + 1] = {NULL};
    NDIS_STRING name = RTL_CONSTANT_STRING(L"\\Device\\" NAME),
                link = RTL_CONSTANT_STRING(L"\\DosDevices\\" NAME);
    PDEVICE_OBJECT object;
    majors[IRP_MJ_CREATE] = majors[IRP_MJ_CLEANUP] = majors[IRP_MJ_CLOSE] =
        majors[IRP_MJ_DEVICE_CONTROL] = dispatch;
    return NdisMRegisterDevice(wrapper, &name, &link, majors, &object, &device);
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) {
    (void)driver;
    NdisMDeregisterDevice(device);
    NdisFreeSpinLock(&pair_lock);
    DbgPrint("ndis5: unloaded, %d initialized, %d halted\n", counts.initialized, counts.halted);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    NDIS_STATUS status;
    NdisAllocateSpinLock(&pair_lock);
    NdisMInitializeWrapper(&wrapper, driver, path, NULL);
    if (wrapper == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    NdisZeroMemory(&characteristics, sizeof(characteristics));
    characteristics.MajorNdisVersion = NDIS_MINIPORT_MAJOR_VERSION;
    characteristics.MinorNdisVersion = NDIS_MINIPORT_MINOR_VERSION;
    characteristics.HaltHandler = halt;
    characteristics.InitializeHandler = initialize;
    characteristics.QueryInformationHandler = query_information;
    characteristics.SetInformationHandler = set_information;
    characteristics.CheckForHangHandler = check_for_hang;
    characteristics.ResetHandler = reset;
    characteristics.PnPEventNotifyHandler = pnp_event;
#ifdef SERIALIZED
    characteristics.SendHandler = send;
    characteristics.TransferDataHandler = transfer_data;
#else
    characteristics.SendPacketsHandler = send_packets;
    characteristics.ReturnPacketHandler = return_packet;
#endif
    status = NdisMRegisterMiniport(wrapper, &characteristics, sizeof(characteristics));
    if (status == NDIS_STATUS_SUCCESS) status = make_device();
    if (status != NDIS_STATUS_SUCCESS) {
        NdisTerminateWrapper(wrapper, NULL);
        return status;
    }
    NdisMRegisterUnloadHandler(wrapper, unload);
    return STATUS_SUCCESS;
}
