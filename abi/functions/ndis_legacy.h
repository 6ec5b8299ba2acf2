// SPDX-License-Identifier: GPL-2.0-only
// What ndis.sys exports to NDIS 5 miniport drivers besides what it exports to all.
#pragma once

#include "abi/types/ndis_legacy.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- The driver, its adapters
VOID NTAPI NdisInitializeWrapper(PNDIS_HANDLE NdisWrapperHandle, PVOID SystemSpecific1,
                                 PVOID SystemSpecific2, PVOID SystemSpecific3);
VOID NTAPI NdisTerminateWrapper(NDIS_HANDLE NdisWrapperHandle, PVOID SystemSpecific);
NDIS_STATUS NTAPI NdisMRegisterMiniport(NDIS_HANDLE NdisWrapperHandle,
                                        PVOID MiniportCharacteristics,
                                        NDIS_UINT CharacteristicsLength);
VOID NTAPI NdisMRegisterUnloadHandler(NDIS_HANDLE NdisWrapperHandle, PDRIVER_UNLOAD UnloadHandler);
VOID NTAPI NdisMSetAttributesEx(NDIS_HANDLE MiniportAdapterHandle,
                                NDIS_HANDLE MiniportAdapterContext,
                                NDIS_UINT CheckForHangTimeInSeconds, ULONG AttributeFlags,
                                ULONG AdapterType);
VOID NTAPI NdisMRegisterAdapterShutdownHandler(NDIS_HANDLE MiniportHandle, PVOID ShutdownContext,
                                               ADAPTER_SHUTDOWN_HANDLER ShutdownHandler);
VOID NTAPI NdisMDeregisterAdapterShutdownHandler(NDIS_HANDLE MiniportHandle);
NDIS_STATUS NTAPI NdisMRegisterDevice(NDIS_HANDLE NdisWrapperHandle, PNDIS_STRING DeviceName,
                                      PNDIS_STRING SymbolicName, PDRIVER_DISPATCH MajorFunctions[],
                                      PDEVICE_OBJECT* pDeviceObject, NDIS_HANDLE* NdisDeviceHandle);
NDIS_STATUS NTAPI NdisMDeregisterDevice(NDIS_HANDLE NdisDeviceHandle);
VOID NTAPI NdisOpenConfiguration(PNDIS_STATUS Status, PNDIS_HANDLE ConfigurationHandle,
                                 NDIS_HANDLE WrapperConfigurationContext);
VOID NTAPI NdisMIndicateStatus(NDIS_HANDLE MiniportAdapterHandle, NDIS_STATUS GeneralStatus,
                               PVOID StatusBuffer, NDIS_UINT StatusBufferSize);
VOID NTAPI NdisMIndicateStatusComplete(NDIS_HANDLE MiniportAdapterHandle);

// ---- Packets, buffers, memory
VOID NTAPI NdisAllocatePacketPool(PNDIS_STATUS Status, PNDIS_HANDLE PoolHandle,
                                  NDIS_UINT NumberOfDescriptors, NDIS_UINT ProtocolReservedLength);
VOID NTAPI NdisAllocatePacketPoolEx(PNDIS_STATUS Status, PNDIS_HANDLE PoolHandle,
                                    NDIS_UINT NumberOfDescriptors,
                                    NDIS_UINT NumberOfOverflowDescriptors,
                                    NDIS_UINT ProtocolReservedLength);
VOID NTAPI NdisFreePacketPool(NDIS_HANDLE PoolHandle);
NDIS_UINT NTAPI NdisPacketPoolUsage(NDIS_HANDLE PoolHandle);
VOID NTAPI NdisAllocatePacket(PNDIS_STATUS Status, PNDIS_PACKET* Packet, NDIS_HANDLE PoolHandle);
VOID NTAPI NdisFreePacket(PNDIS_PACKET Packet);
VOID NTAPI NdisDprAllocatePacket(PNDIS_STATUS Status, PNDIS_PACKET* Packet, NDIS_HANDLE PoolHandle);
VOID NTAPI NdisDprFreePacket(PNDIS_PACKET Packet);
VOID NTAPI NdisDprAllocatePacketNonInterlocked(PNDIS_STATUS Status, PNDIS_PACKET* Packet,
                                               NDIS_HANDLE PoolHandle);
VOID NTAPI NdisDprFreePacketNonInterlocked(PNDIS_PACKET Packet);
NDIS_HANDLE NTAPI NdisGetPoolFromPacket(PNDIS_PACKET Packet);
NDIS_UINT NTAPI NdisPacketSize(NDIS_UINT ProtocolReservedSize);
VOID NTAPI NdisAllocateBufferPool(PNDIS_STATUS Status, PNDIS_HANDLE PoolHandle,
                                  NDIS_UINT NumberOfDescriptors);
VOID NTAPI NdisFreeBufferPool(NDIS_HANDLE PoolHandle);
VOID NTAPI NdisAllocateBuffer(PNDIS_STATUS Status, PNDIS_BUFFER* Buffer, NDIS_HANDLE PoolHandle,
                              PVOID VirtualAddress, NDIS_UINT Length);
VOID NTAPI NdisCopyBuffer(PNDIS_STATUS Status, PNDIS_BUFFER* Buffer, NDIS_HANDLE PoolHandle,
                          PVOID MemoryDescriptor, NDIS_UINT Offset, NDIS_UINT Length);
ULONG NTAPI NDIS_BUFFER_TO_SPAN_PAGES(PNDIS_BUFFER Buffer);
VOID NTAPI NdisUnchainBufferAtFront(PNDIS_PACKET Packet, PNDIS_BUFFER* Buffer);
VOID NTAPI NdisUnchainBufferAtBack(PNDIS_PACKET Packet, PNDIS_BUFFER* Buffer);
VOID NTAPI NdisGetFirstBufferFromPacket(PNDIS_PACKET Packet, PNDIS_BUFFER* FirstBuffer,
                                        PVOID* FirstBufferVA, PNDIS_UINT FirstBufferLength,
                                        PNDIS_UINT TotalBufferLength);
VOID NTAPI NdisCopyFromPacketToPacket(PNDIS_PACKET Destination, NDIS_UINT DestinationOffset,
                                      NDIS_UINT BytesToCopy, PNDIS_PACKET Source,
                                      NDIS_UINT SourceOffset, PNDIS_UINT BytesCopied);
VOID NTAPI NdisCopyFromPacketToPacketSafe(PNDIS_PACKET Destination, NDIS_UINT DestinationOffset,
                                          NDIS_UINT BytesToCopy, PNDIS_PACKET Source,
                                          NDIS_UINT SourceOffset, PNDIS_UINT BytesCopied,
                                          LONG Priority);
NDIS_STATUS NTAPI NdisAllocateMemory(PVOID* VirtualAddress, NDIS_UINT Length, NDIS_UINT MemoryFlags,
                                     NDIS_PHYSICAL_ADDRESS HighestAcceptableAddress);
VOID NTAPI NdisFreeMemoryWithTag(PVOID VirtualAddress, ULONG Tag);

// ---- Timers
VOID NTAPI NdisInitializeTimer(PNDIS_TIMER Timer, PNDIS_TIMER_FUNCTION TimerFunction,
                               PVOID FunctionContext);
VOID NTAPI NdisSetTimer(PNDIS_TIMER Timer, NDIS_UINT MillisecondsToDelay);
VOID NTAPI NdisSetTimerEx(PNDIS_TIMER Timer, NDIS_UINT MillisecondsToDelay, PVOID FunctionContext);
VOID NTAPI NdisSetPeriodicTimer(PNDIS_TIMER Timer, NDIS_UINT MillisecondsPeriod);
VOID NTAPI NdisCancelTimer(PNDIS_TIMER Timer, PBOOLEAN TimerCancelled);
VOID NTAPI NdisMInitializeTimer(PNDIS_MINIPORT_TIMER Timer, NDIS_HANDLE MiniportAdapterHandle,
                                PNDIS_TIMER_FUNCTION TimerFunction, PVOID FunctionContext);
VOID NTAPI NdisMSetTimer(PNDIS_MINIPORT_TIMER Timer, NDIS_UINT MillisecondsToDelay);
VOID NTAPI NdisMSetPeriodicTimer(PNDIS_MINIPORT_TIMER Timer, NDIS_UINT MillisecondPeriod);
VOID NTAPI NdisMCancelTimer(PNDIS_MINIPORT_TIMER Timer, PBOOLEAN TimerCancelled);

// ---- Hardware
NDIS_STATUS NTAPI NdisMRegisterInterrupt(PNDIS_MINIPORT_INTERRUPT Interrupt,
                                         NDIS_HANDLE MiniportAdapterHandle,
                                         NDIS_UINT InterruptVector, NDIS_UINT InterruptLevel,
                                         BOOLEAN RequestIsr, BOOLEAN SharedInterrupt,
                                         KINTERRUPT_MODE InterruptMode);
VOID NTAPI NdisMDeregisterInterrupt(PNDIS_MINIPORT_INTERRUPT Interrupt);
BOOLEAN NTAPI NdisMSynchronizeWithInterrupt(PNDIS_MINIPORT_INTERRUPT Interrupt,
                                            PVOID SynchronizeFunction, PVOID SynchronizeContext);
VOID NTAPI NdisMQueryAdapterResources(PNDIS_STATUS Status, NDIS_HANDLE WrapperConfigurationContext,
                                      PNDIS_RESOURCE_LIST ResourceList, PNDIS_UINT BufferSize);
NDIS_STATUS NTAPI NdisMPciAssignResources(NDIS_HANDLE MiniportHandle, ULONG SlotNumber,
                                          PNDIS_RESOURCE_LIST* AssignedResources);
ULONG NTAPI NdisReadPciSlotInformation(NDIS_HANDLE NdisAdapterHandle, ULONG SlotNumber,
                                       ULONG Offset, PVOID Buffer, ULONG Length);
ULONG NTAPI NdisWritePciSlotInformation(NDIS_HANDLE NdisAdapterHandle, ULONG SlotNumber,
                                        ULONG Offset, PVOID Buffer, ULONG Length);
NDIS_STATUS NTAPI NdisMInitializeScatterGatherDma(NDIS_HANDLE MiniportAdapterHandle,
                                                  BOOLEAN Dma64BitAddresses,
                                                  ULONG MaximumPhysicalMapping);
NDIS_STATUS NTAPI NdisMAllocateMapRegisters(NDIS_HANDLE MiniportAdapterHandle, NDIS_UINT DmaChannel,
                                            UCHAR DmaSize, ULONG PhysicalMapRegistersNeeded,
                                            ULONG MaximumPhysicalMapping);
VOID NTAPI NdisMFreeMapRegisters(NDIS_HANDLE MiniportAdapterHandle);
VOID NTAPI NdisMStartBufferPhysicalMapping(NDIS_HANDLE MiniportAdapterHandle, PNDIS_BUFFER Buffer,
                                           ULONG PhysicalMapRegister, BOOLEAN WriteToDevice,
                                           PNDIS_PHYSICAL_ADDRESS_UNIT PhysicalAddressArray,
                                           PNDIS_UINT ArraySize);
VOID NTAPI NdisMCompleteBufferPhysicalMapping(NDIS_HANDLE MiniportAdapterHandle,
                                              PNDIS_BUFFER Buffer, ULONG PhysicalMapRegister);
NDIS_STATUS NTAPI NdisMAllocateSharedMemoryAsync(NDIS_HANDLE MiniportAdapterHandle, ULONG Length,
                                                 BOOLEAN Cached, PVOID Context);

// ---- Work items and others
NDIS_STATUS NTAPI NdisScheduleWorkItem(PNDIS_WORK_ITEM WorkItem);
VOID NTAPI NdisInitUnicodeString(PNDIS_STRING DestinationString, PCWSTR SourceString);
VOID NTAPI NdisGetSystemUpTime(PULONG pSystemUpTime);

#ifdef __cplusplus
}
#endif
