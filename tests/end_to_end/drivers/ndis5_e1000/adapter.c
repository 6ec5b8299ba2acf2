/* SPDX-License-Identifier: GPL-2.0-only */
/* An adapter's life; the driver's entry. */
#include "e1000.h"

static NDIS_STATUS map_registers(struct adapter* adapter, NDIS_HANDLE configuration, ULONG* vector,
                                 ULONG* level) {
    UCHAR room_for_list[512];
    PNDIS_RESOURCE_LIST list = (PNDIS_RESOURCE_LIST)room_for_list;
    UINT bytes = sizeof(room_for_list);
    NDIS_STATUS status;
    NdisMQueryAdapterResources(&status, configuration, list, &bytes);
    if (status != NDIS_STATUS_SUCCESS) return status;
    status = NDIS_STATUS_RESOURCE_CONFLICT;
    for (ULONG i = 0; i < list->Count; ++i) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR resource = &list->PartialDescriptors[i];
        if (resource->Type == CmResourceTypeInterrupt) {
            *vector = resource->u.Interrupt.Vector;
            *level = resource->u.Interrupt.Level;
        } else if (resource->Type == CmResourceTypeMemory && adapter->registers == NULL) {
            adapter->register_bytes = resource->u.Memory.Length;
            status = NdisMMapIoSpace((PVOID*)&adapter->registers, adapter->handle,
                                     resource->u.Memory.Start, resource->u.Memory.Length);
        }
    }
    return status;
}

static NDIS_STATUS find_device(struct adapter* adapter) {
    ULONG id = 0;
    USHORT command = 0;
    if (NdisReadPciSlotInformation(adapter->handle, 0, 0, &id, sizeof(id)) != sizeof(id) ||
        id != (DEVICE_82540EM << 16 | 0x8086))
        return NDIS_STATUS_ADAPTER_NOT_FOUND;
    NdisReadPciSlotInformation(adapter->handle, 0, 4, &command, sizeof(command));
    command |= BUS_MASTER_AND_MEMORY;
    NdisWritePciSlotInformation(adapter->handle, 0, 4, &command, sizeof(command));
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS share(struct adapter* adapter, struct shared* shared, ULONG bytes) {
    NdisMAllocateSharedMemory(adapter->handle, bytes, TRUE, &shared->memory, &shared->physical);
    if (shared->memory == NULL) return NDIS_STATUS_RESOURCES;
    NdisZeroMemory(shared->memory, bytes);
    shared->bytes = bytes;
    return NDIS_STATUS_SUCCESS;
}
static void unshare(struct adapter* adapter, struct shared* shared) {
    if (shared->memory != NULL)
        NdisMFreeSharedMemory(adapter->handle, shared->bytes, TRUE, shared->memory,
                              shared->physical);
}

static NDIS_STATUS make_packets(struct adapter* adapter) {
    NDIS_STATUS status;
    NdisAllocatePacketPoolEx(&status, &adapter->packet_pool, BUFFERS, 0, 4 * sizeof(PVOID));
    if (status == NDIS_STATUS_SUCCESS)
        NdisAllocateBufferPool(&status, &adapter->buffer_pool, BUFFERS);
    for (ULONG i = 0; i < BUFFERS && status == NDIS_STATUS_SUCCESS; ++i) {
        PUCHAR memory = (PUCHAR)adapter->receive_memory.memory + i * BUFFER;
        PNDIS_PACKET packet;
        PNDIS_BUFFER buffer;
        NdisAllocateBuffer(&status, &buffer, adapter->buffer_pool, memory, BUFFER);
        if (status != NDIS_STATUS_SUCCESS) break;
        NdisAllocatePacket(&status, &packet, adapter->packet_pool);
        if (status != NDIS_STATUS_SUCCESS) {
            NdisFreeBuffer(buffer);
            break;
        }
        NdisChainBufferAtFront(packet, buffer);
        *(PUCHAR*)packet->MiniportReservedEx = memory;
        put_free(adapter, packet);
    }
    return status;
}

static void free_adapter(struct adapter* adapter) {
    if (adapter->has_interrupt) NdisMDeregisterInterrupt(&adapter->interrupt);
    take_back(adapter);
    while (adapter->free_count != 0) {
        PNDIS_PACKET packet = adapter->free[--adapter->free_count];
        PNDIS_BUFFER buffer;
        NdisUnchainBufferAtFront(packet, &buffer);
        NdisFreeBuffer(buffer);
        NdisFreePacket(packet);
    }
    if (adapter->buffer_pool != NULL) NdisFreeBufferPool(adapter->buffer_pool);
    if (adapter->packet_pool != NULL) NdisFreePacketPool(adapter->packet_pool);
    unshare(adapter, &adapter->receive_memory);
    unshare(adapter, &adapter->receive_ring);
    unshare(adapter, &adapter->send_ring);
    if (adapter->registers != NULL)
        NdisMUnmapIoSpace(adapter->handle, adapter->registers, adapter->register_bytes);
    NdisFreeMemory(adapter, sizeof(*adapter), 0);
}

static NDIS_STATUS set_up(struct adapter* adapter, NDIS_HANDLE configuration) {
    ULONG vector = 0, level = 0, low, high;
    NDIS_STATUS status = find_device(adapter);
    if (status == NDIS_STATUS_SUCCESS)
        status = map_registers(adapter, configuration, &vector, &level);
    if (status == NDIS_STATUS_SUCCESS)
        status = NdisMInitializeScatterGatherDma(adapter->handle, TRUE, LONGEST);
    if (status == NDIS_STATUS_SUCCESS)
        status = share(adapter, &adapter->send_ring, ENTRIES * sizeof(struct send_descriptor));
    if (status == NDIS_STATUS_SUCCESS)
        status =
            share(adapter, &adapter->receive_ring, ENTRIES * sizeof(struct receive_descriptor));
    if (status == NDIS_STATUS_SUCCESS)
        status = share(adapter, &adapter->receive_memory, BUFFERS * BUFFER);
    if (status == NDIS_STATUS_SUCCESS) status = make_packets(adapter);
    if (status != NDIS_STATUS_SUCCESS) return status;
    reset_hardware(adapter);
    low = read_register(adapter, REG_RAL);
    high = read_register(adapter, REG_RAH);
    if (!(high & RAH_VALID)) return NDIS_STATUS_DEVICE_FAILED;
    NdisMoveMemory(adapter->address, &low, 4);
    NdisMoveMemory(adapter->address + 4, &high, 2);
    start_hardware(adapter);
    status = NdisMRegisterInterrupt(&adapter->interrupt, adapter->handle, vector, level, TRUE, TRUE,
                                    NdisInterruptLevelSensitive);
    if (status != NDIS_STATUS_SUCCESS) return status;
    adapter->has_interrupt = TRUE;
    enable_interrupt(adapter);
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI initialize(PNDIS_STATUS open_error, PUINT selected, PNDIS_MEDIUM media,
                                    UINT count, NDIS_HANDLE handle, NDIS_HANDLE configuration) {
    struct adapter* adapter;
    NDIS_STATUS status;
    *open_error = NDIS_STATUS_SUCCESS;
    for (*selected = 0; *selected < count && media[*selected] != NdisMedium802_3; ++*selected) {
    }
    if (*selected == count) return NDIS_STATUS_UNSUPPORTED_MEDIA;
    if (NdisAllocateMemoryWithTag((PVOID*)&adapter, sizeof(*adapter), TAG) != NDIS_STATUS_SUCCESS)
        return NDIS_STATUS_RESOURCES;
    NdisZeroMemory(adapter, sizeof(*adapter));
    adapter->handle = handle;
    NdisMSetAttributesEx(handle, adapter, 2, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
    status = set_up(adapter, configuration);
    if (status != NDIS_STATUS_SUCCESS) free_adapter(adapter);
    return status;
}

static VOID NTAPI halt(NDIS_HANDLE context) {
    struct adapter* adapter = context;
    NdisMSynchronizeWithInterrupt(&adapter->interrupt, (PVOID)stop_interrupts, adapter);
    reset_hardware(adapter);
    complete_sends(adapter, TRUE);
    free_adapter(adapter);
}

static NDIS_STATUS NTAPI reset(PBOOLEAN addressing, NDIS_HANDLE context) {
    struct adapter* adapter = context;
    *addressing = FALSE;
    reset_hardware(adapter);
    complete_sends(adapter, TRUE);
    start_hardware(adapter);
    enable_interrupt(adapter);
    return NDIS_STATUS_SUCCESS;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    NDIS_HANDLE wrapper;
    NDIS_STATUS status;
    NdisMInitializeWrapper(&wrapper, driver, path, NULL);
    if (wrapper == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    NdisZeroMemory(&characteristics, sizeof(characteristics));
    characteristics.MajorNdisVersion = NDIS_MINIPORT_MAJOR_VERSION;
    characteristics.MinorNdisVersion = NDIS_MINIPORT_MINOR_VERSION;
    characteristics.HaltHandler = halt;
    characteristics.InitializeHandler = initialize;
    characteristics.ISRHandler = isr;
    characteristics.HandleInterruptHandler = handle_interrupt;
    characteristics.EnableInterruptHandler = enable_interrupt;
    characteristics.QueryInformationHandler = query_information;
    characteristics.SetInformationHandler = set_information;
    characteristics.ResetHandler = reset;
    characteristics.SendPacketsHandler = send_packets;
    characteristics.ReturnPacketHandler = return_packet;
    status = NdisMRegisterMiniport(wrapper, &characteristics, sizeof(characteristics));
    if (status != NDIS_STATUS_SUCCESS) NdisTerminateWrapper(wrapper, NULL);
    return status;
}
