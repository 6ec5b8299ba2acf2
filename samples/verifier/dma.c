// SPDX-License-Identifier: GPL-2.0-only
// Mistakes with DMA adapters. No device is there: nothing is ever transferred.
#include "verifier.h"

static UCHAR Buffer[4096];

static IO_ALLOCATION_ACTION NTAPI KeepChannel(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID MapRegisterBase, PVOID Context) {
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    *(PVOID*)Context = MapRegisterBase;
    return KeepObject;
}

static VOID CommonBuffers(PDMA_ADAPTER Adapter, enum VerifierBug Bug) {
    PHYSICAL_ADDRESS address;
    PUCHAR memory = Adapter->DmaOperations->AllocateCommonBuffer(Adapter, 100, &address, TRUE);
    if (memory == NULL) return;
    if (Bug == DmaBufferLeak) return;
    if (Bug == DmaBufferOverrun) memory[100] = 1;
    Adapter->DmaOperations->FreeCommonBuffer(Adapter, 100, address, memory, TRUE);
    if (Bug == DmaBufferFreedTwice) Adapter->DmaOperations->FreeCommonBuffer(Adapter, 100, address, memory, TRUE);
}

static VOID Channels(PDEVICE_OBJECT DeviceObject, PDMA_ADAPTER Adapter, ULONG Registers, enum VerifierBug Bug) {
    PDMA_OPERATIONS operations = Adapter->DmaOperations;
    ULONG length = Bug == DmaZeroLength ? 0 : 512;
    PMDL mdl = IoAllocateMdl(Buffer, sizeof(Buffer), FALSE, FALSE, NULL);
    PVOID base = NULL;
    KIRQL old;
    if (mdl == NULL) return;
    if (Bug != DmaNotLocked) MmBuildMdlForNonPagedPool(mdl);
    if (Bug == DmaWrongLevel) operations->AllocateAdapterChannel(Adapter, DeviceObject, 1, KeepChannel, &base);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    operations->AllocateAdapterChannel(Adapter, DeviceObject, Bug == DmaTooManyRegisters ? Registers + 1 : 1, KeepChannel, &base);
    if (Bug == DmaTwoChannels) operations->AllocateAdapterChannel(Adapter, DeviceObject, 1, KeepChannel, &base);
    if (Bug == DmaFlushUnmapped) operations->FlushAdapterBuffers(Adapter, mdl, base, Buffer, 512, TRUE);
    operations->MapTransfer(Adapter, mdl, base, Bug == DmaOutsideMdl ? Buffer - 4096 : Buffer, &length, TRUE);
    if (Bug != DmaNotFlushed) operations->FlushAdapterBuffers(Adapter, mdl, base, Buffer, length, TRUE);
    operations->FreeAdapterChannel(Adapter);
    if (Bug == DmaChannelFreedTwice) operations->FreeAdapterChannel(Adapter);
    KeLowerIrql(old);
    IoFreeMdl(mdl);
}

NTSTATUS DmaBug(PDEVICE_OBJECT DeviceObject, PIRP Irp, PBOOLEAN Finished) {
    enum VerifierBug bug = BugOf(Irp);
    DEVICE_DESCRIPTION description;
    PDMA_ADAPTER adapter;
    ULONG registers;
    UNREFERENCED_PARAMETER(Finished);
    RtlZeroMemory(&description, sizeof(description));
    description.Version = DEVICE_DESCRIPTION_VERSION;
    description.Master = TRUE;
    description.ScatterGather = TRUE;
    description.Dma32BitAddresses = TRUE;
    description.InterfaceType = PCIBus;
    description.MaximumLength = 65536;
    adapter = IoGetDmaAdapter(DeviceObject, &description, &registers);
    if (adapter == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    if (bug == DmaAdapterLeft) return STATUS_SUCCESS;
    if (bug >= DmaWrongLevel) {
        Channels(DeviceObject, adapter, registers, bug);
    } else {
        CommonBuffers(adapter, bug);
    }
    adapter->DmaOperations->PutDmaAdapter(adapter);
    if (bug == DmaUsedAfterPut) adapter->DmaOperations->GetDmaAlignment(adapter);
    return STATUS_SUCCESS;
}
