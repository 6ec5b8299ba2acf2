// SPDX-License-Identifier: GPL-2.0-only
// What hardware an NDIS 5 adapter has.
#include <cstring>

#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/miniport.hpp"

using namespace rsl::ndis;
using namespace rsl::ndis::legacy;

namespace {

constexpr ULONG kConfigurationSpace = 0;  // PCI_WHICHSPACE_CONFIG

}  // namespace

/// NdisMQueryAdapterResources (ndis.h) copies the list of an adapter's resources, translated.
///   IRQL     PASSIVE_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES: BufferSize is too small, and
///   is what is needed now; NDIS_STATUS_FAILURE: there are none Owner    - Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_init_parameters
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMQueryAdapterResources(PNDIS_STATUS Status,
                                                 NDIS_HANDLE WrapperConfigurationContext,
                                                 PNDIS_RESOURCE_LIST ResourceList,
                                                 PNDIS_UINT BufferSize) {
    const CM_PARTIAL_RESOURCE_LIST* const list = adapter_of(WrapperConfigurationContext)->resources;
    *Status = NDIS_STATUS_FAILURE;
    if (list == nullptr) return;
    const auto bytes =
        static_cast<NDIS_UINT>(offsetof(CM_PARTIAL_RESOURCE_LIST, PartialDescriptors) +
                               list->Count * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR));
    *Status = *BufferSize < bytes ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS;
    if (*Status == NDIS_STATUS_SUCCESS) std::memcpy(ResourceList, list, bytes);
    *BufferSize = bytes;
}

/// NdisMPciAssignResources (ndis.h) gets the list of an adapter's resources, translated.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE: there are none
///   Owner    NDIS, until the adapter is halted
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_init_parameters
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMPciAssignResources(NDIS_HANDLE MiniportHandle, ULONG,
                                                     PNDIS_RESOURCE_LIST* AssignedResources) {
    *AssignedResources = adapter_of(MiniportHandle)->resources;
    return *AssignedResources == nullptr ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
}

/// NdisReadPciSlotInformation (ndis.h) reads configuration space.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  how many bytes it read
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismgetbusdata
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI NdisReadPciSlotInformation(NDIS_HANDLE NdisAdapterHandle, ULONG,
                                                  ULONG Offset, PVOID Buffer, ULONG Length) {
    return NdisMGetBusData(NdisAdapterHandle, kConfigurationSpace, Offset, Buffer, Length);
}

/// NdisWritePciSlotInformation (ndis.h) writes configuration space.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  how many bytes it wrote
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsetbusdata
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI NdisWritePciSlotInformation(NDIS_HANDLE NdisAdapterHandle, ULONG,
                                                   ULONG Offset, PVOID Buffer, ULONG Length) {
    return NdisMSetBusData(NdisAdapterHandle, kConfigurationSpace, Offset, Buffer, Length);
}
