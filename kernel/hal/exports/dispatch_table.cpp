// SPDX-License-Identifier: GPL-2.0-only
// HalDispatchTable and HalPrivateDispatchTable (ntddk.h): tables of functions that drivers read and
// old ones call.
//   Source   ntddk.h; learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-halexaminembr
//   Differs  no bus handlers, partition tables or mirroring: each function refuses
#include "abi/functions/export.h"
#include "abi/types/basic.h"
#include "abi/types/status.h"

namespace {

NTSTATUS NTAPI query_information(ULONG, ULONG, PVOID, PULONG returned) {
    if (returned != nullptr) *returned = 0;
    return STATUS_INVALID_LEVEL;
}
NTSTATUS NTAPI set_information(ULONG, ULONG, PVOID) { return STATUS_INVALID_LEVEL; }
NTSTATUS NTAPI refuse() { return STATUS_NOT_SUPPORTED; }
PVOID NTAPI nothing() { return nullptr; }
VOID NTAPI examine_mbr(PVOID, ULONG, ULONG, PVOID* buffer) { *buffer = nullptr; }
VOID NTAPI do_nothing() {}

/// HAL_DISPATCH of the WDK, which has no HalIoAssignDriveLetters any more.
struct HalDispatch {
    ULONG Version;
    NTSTATUS(NTAPI* HalQuerySystemInformation)(ULONG, ULONG, PVOID, PULONG);
    NTSTATUS(NTAPI* HalSetSystemInformation)(ULONG, ULONG, PVOID);
    NTSTATUS(NTAPI* HalQueryBusSlots)();
    ULONG Spare1;
    VOID(NTAPI* HalExamineMBR)(PVOID, ULONG, ULONG, PVOID*);
    NTSTATUS(NTAPI* HalIoReadPartitionTable)();
    NTSTATUS(NTAPI* HalIoSetPartitionInformation)();
    NTSTATUS(NTAPI* HalIoWritePartitionTable)();
    PVOID(NTAPI* HalReferenceHandlerForBus)();
    VOID(NTAPI* HalReferenceBusHandler)();
    VOID(NTAPI* HalDereferenceBusHandler)();
    NTSTATUS(NTAPI* HalInitPnpDriver)();
    NTSTATUS(NTAPI* HalInitPowerManagement)();
    PVOID(NTAPI* HalGetDmaAdapter)();
    NTSTATUS(NTAPI* HalGetInterruptTranslator)();
    NTSTATUS(NTAPI* HalStartMirroring)();
    NTSTATUS(NTAPI* HalEndMirroring)();
    NTSTATUS(NTAPI* HalMirrorPhysicalMemory)();
    VOID(NTAPI* HalEndOfBoot)();
    NTSTATUS(NTAPI* HalMirrorVerify)();
    PVOID(NTAPI* HalGetCachedAcpiTable)();
    VOID(NTAPI* HalSetPciErrorHandlerCallback)();
};
static_assert(offsetof(HalDispatch, HalExamineMBR) == 0x28);

}  // namespace

extern "C" {
// Written to by drivers that hook it.
constinit HalDispatch HalDispatchTable = {
    .Version = 4,  // HAL_DISPATCH_VERSION
    .HalQuerySystemInformation = query_information,
    .HalSetSystemInformation = set_information,
    .HalQueryBusSlots = refuse,
    .Spare1 = 0,
    .HalExamineMBR = examine_mbr,
    .HalIoReadPartitionTable = refuse,
    .HalIoSetPartitionInformation = refuse,
    .HalIoWritePartitionTable = refuse,
    .HalReferenceHandlerForBus = nothing,
    .HalReferenceBusHandler = do_nothing,
    .HalDereferenceBusHandler = do_nothing,
    .HalInitPnpDriver = refuse,
    .HalInitPowerManagement = refuse,
    .HalGetDmaAdapter = nothing,
    .HalGetInterruptTranslator = refuse,
    .HalStartMirroring = refuse,
    .HalEndMirroring = refuse,
    .HalMirrorPhysicalMemory = refuse,
    .HalEndOfBoot = do_nothing,
    .HalMirrorVerify = refuse,
    .HalGetCachedAcpiTable = nothing,
    .HalSetPciErrorHandlerCallback = do_nothing,
};
// Its layout is nobody's but the HAL's and the kernel's; empty.
constinit PVOID HalPrivateDispatchTable[128] = {};
}
