// SPDX-License-Identifier: GPL-2.0-only
// What a miniport asks about its adapter as a device, and says of it: device objects, resources,
// name, error log, that it is beyond repair.
#include <algorithm>
#include <cstdarg>
#include <cstring>

#include "abi/types/bus.h"
#include "classes/ndis/handles.hpp"

namespace rsl::ndis {
namespace {

constexpr ULONG kFirstBar = 0x10, kBars = PCI_TYPE0_ADDRESSES;
constexpr ULONG kIoBar = 1, kIoFlags = 3, kMemoryFlags = 15, kWideMemory = 4, kMemoryType = 6;

/// A text property of the device in pool memory; Buffer null: it has none.
NTSTATUS read_text(DEVICE_OBJECT* device, DEVICE_REGISTRY_PROPERTY property, UNICODE_STRING& out) {
    out = {};
    ULONG bytes = 0;
    if (IoGetDeviceProperty(device, property, 0, nullptr, &bytes) != STATUS_BUFFER_TOO_SMALL ||
        bytes <= sizeof(WCHAR) || bytes > UINT16_MAX)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    auto* text = static_cast<WCHAR*>(allocate(bytes, kTag));
    if (text == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS status = IoGetDeviceProperty(device, property, bytes, text, &bytes);
    if (status < 0) {
        release(text);
        return status;
    }
    out = {.Length = static_cast<USHORT>(bytes - sizeof(WCHAR)),
           .MaximumLength = static_cast<USHORT>(bytes),
           .Buffer = text};
    return STATUS_SUCCESS;
}

/// The size of the range that begins at a base address; 0: the device has none such.
ULONG64 size_at(const CM_PARTIAL_RESOURCE_LIST& resources, UCHAR type, ULONG64 base) {
    for (ULONG i = 0; i < resources.Count; ++i) {
        const CM_PARTIAL_RESOURCE_DESCRIPTOR& resource = resources.PartialDescriptors[i];
        if (resource.Type == type &&
            static_cast<ULONG64>(resource.u.Generic.Start.QuadPart) == base)
            return resource.u.Generic.Length;
    }
    return 0;
}

/// What the registers read after all ones were written to them: those address bits that the device
/// decodes, and the flags. From the sizes that the bus found so, without touching the device.
void probe(const CM_PARTIAL_RESOURCE_LIST& resources, const ULONG (&bars)[kBars], ULONG* out) {
    for (ULONG i = 0; i < kBars; ++i) {
        out[i] = 0;
        const bool port = (bars[i] & kIoBar) != 0;
        const ULONG flags = bars[i] & (port ? kIoFlags : kMemoryFlags);
        ULONG64 base = bars[i] - flags;
        const bool wide = !port && (flags & kMemoryType) == kWideMemory && i + 1 < kBars;
        if (wide) base |= ULONG64{bars[i + 1]} << 32;
        const ULONG64 size =
            base == 0 ? 0
                      : size_at(resources, port ? CmResourceTypePort : CmResourceTypeMemory, base);
        const ULONG64 decoded = size == 0 ? 0 : ~(size - 1);
        if (size != 0) out[i] = static_cast<ULONG>(decoded) | flags;
        if (wide) out[++i] = static_cast<ULONG>(decoded >> 32);
    }
}

}  // namespace
}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisMGetDeviceProperty (ndis.h) gets the devices and resources behind an adapter. Each output
/// may be NULL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    NDIS: the lists live until the adapter is halted
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismgetdeviceproperty
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMGetDeviceProperty(NDIS_HANDLE MiniportAdapterHandle,
                                             PDEVICE_OBJECT* PhysicalDeviceObject,
                                             PDEVICE_OBJECT* FunctionalDeviceObject,
                                             PDEVICE_OBJECT* NextDeviceObject,
                                             PCM_RESOURCE_LIST* AllocatedResources,
                                             PCM_RESOURCE_LIST* AllocatedResourcesTranslated) {
    const Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    if (PhysicalDeviceObject != nullptr) *PhysicalDeviceObject = adapter.physical;
    if (FunctionalDeviceObject != nullptr) *FunctionalDeviceObject = adapter.device;
    if (NextDeviceObject != nullptr) *NextDeviceObject = adapter.lower;
    if (AllocatedResources != nullptr) *AllocatedResources = adapter.raw;
    if (AllocatedResourcesTranslated != nullptr) *AllocatedResourcesTranslated = adapter.translated;
}

/// NdisMQueryAdapterInstanceName (ndis.h) gets an adapter's name for people.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, NDIS_STATUS_FAILURE: it has no name
///   Owner    the driver: NdisFreeMemory
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismqueryadapterinstancename
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMQueryAdapterInstanceName(PNDIS_STRING AdapterInstanceName,
                                                           NDIS_HANDLE NdisAdapterHandle) {
    DEVICE_OBJECT* const device = adapter_of(NdisAdapterHandle)->physical;
    NTSTATUS status = read_text(device, DevicePropertyFriendlyName, *AdapterInstanceName);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND)
        status = read_text(device, DevicePropertyDeviceDescription, *AdapterInstanceName);
    if (status >= 0) return NDIS_STATUS_SUCCESS;
    return status == STATUS_INSUFFICIENT_RESOURCES ? NDIS_STATUS_RESOURCES : NDIS_STATUS_FAILURE;
}

/// NdisMQueryProbedBars (ndis.h) gets what the bus driver found when it sized an adapter's base
/// address registers.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE: not on a PCI bus
///   Owner    BaseRegisterValues: PCI_TYPE0_ADDRESSES (6) values, 0 for a register that is none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismqueryprobedbars
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMQueryProbedBars(NDIS_HANDLE NdisMiniportHandle,
                                                  PULONG BaseRegisterValues) {
    const Adapter& adapter = *adapter_of(NdisMiniportHandle);
    ULONG bars[kBars];
    if (adapter.raw == nullptr || NdisMGetBusData(NdisMiniportHandle, PCI_WHICHSPACE_CONFIG,
                                                  kFirstBar, bars, sizeof(bars)) != sizeof(bars))
        return NDIS_STATUS_FAILURE;
    probe(adapter.raw->List[0].PartialResourceList, bars, BaseRegisterValues);
    return NDIS_STATUS_SUCCESS;
}

/// NdisMRemoveMiniport (ndis.h) gives an adapter up that cannot be repaired: the PnP manager
/// removes it.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismremoveminiport
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMRemoveMiniport(NDIS_HANDLE MiniportHandle) {
    Adapter& adapter = *adapter_of(MiniportHandle);
    adapter.failed.store(true, std::memory_order_release);  // pairs with dispatch_pnp
    IoInvalidateDeviceState(adapter.physical);
    return NDIS_STATUS_SUCCESS;
}

/// NdisWriteErrorLogEntry (ndis.h) writes to the system's error log.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing: an entry with more values than fit is not written
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiswriteerrorlogentry
///   Differs  nothing known
RSL_EXPORT VOID NdisWriteErrorLogEntry(NDIS_HANDLE NdisAdapterHandle, NDIS_ERROR_CODE ErrorCode,
                                       ULONG NumberOfErrorValues, ...) {
    constexpr size_t kHead = offsetof(IO_ERROR_LOG_PACKET, DumpData);
    if (NumberOfErrorValues > (ERROR_LOG_MAXIMUM_SIZE - kHead) / sizeof(ULONG)) return;
    const size_t bytes =
        std::max(kHead + NumberOfErrorValues * sizeof(ULONG), sizeof(IO_ERROR_LOG_PACKET));
    auto* packet = static_cast<IO_ERROR_LOG_PACKET*>(
        IoAllocateErrorLogEntry(adapter_of(NdisAdapterHandle)->device, static_cast<UCHAR>(bytes)));
    if (packet == nullptr) return;
    std::memset(packet, 0, bytes);
    packet->ErrorCode = static_cast<NTSTATUS>(ErrorCode);
    packet->DumpDataSize = static_cast<USHORT>(NumberOfErrorValues * sizeof(ULONG));
    va_list values;
    va_start(values, NumberOfErrorValues);
    for (ULONG i = 0; i < NumberOfErrorValues; ++i) packet->DumpData[i] = va_arg(values, ULONG);
    va_end(values);
    IoWriteErrorLogEntry(packet);
}
