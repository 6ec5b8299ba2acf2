// SPDX-License-Identifier: GPL-2.0-only
// DMA adapters. Our machines have no I/O MMU: bus addresses are physical addresses, and a device
// reaches memory up to the width of its addresses. What lies above, and what a device without
// scatter/gather would get in pieces, is copied (map_registers.hpp). All versions of the operations
// are one set of functions: what versions 1 and 2 have is the same with less to choose.
//
//     operations.cpp        the table, the adapter's life, what tells of it, what is refused
//     common_buffer.cpp     common buffers, one by one, in vectors, of the driver's own memory
//     packet.cpp            AllocateAdapterChannel, MapTransfer, FlushAdapterBuffers,
//     FreeMapRegisters and their Ex list.cpp              GetScatterGatherList,
//     BuildScatterGatherList and their Ex
#pragma once

#include "abi/types/bus.h"
#include "base/core/result.hpp"
#include "kernel/hal/dma/channel.hpp"
#include "kernel/hal/dma/transfer.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::hal {

inline constexpr mm::PoolTag kDmaTag = mm::pool_tag("HaDm");

/// A common buffer of the driver's own memory (CreateCommonBufferFromMdl).
struct BorrowedBuffer {
    BorrowedBuffer* next;
    PVOID address;
};

struct Adapter {
    DMA_ADAPTER base;
    uint64_t highest;  // physical address that the device reaches
    bool one_piece;    // no scatter/gather: it takes one address for all of a transfer
    bool copies;       // some memory of this machine it cannot take as it lies: then there are map
                       // registers
    ULONG map_registers;
    Channel channel;
    ke::SpinLock lock{ke::LockRank::kIo};
    BorrowedBuffer* borrowed RSL_GUARDED_BY(lock) = nullptr;

    static Adapter& of(PDMA_ADAPTER adapter) { return *reinterpret_cast<Adapter*>(adapter); }
};

/// An adapter for a bus master; freed by its PutDmaAdapter. kNotSupported for slave devices and
/// unknown versions.
Result<PDMA_ADAPTER> make_dma_adapter(const DEVICE_DESCRIPTION& description, ULONG& map_registers);

/// The next piece for the device, as it lies or copied into the transfer's registers; 0 bytes:
/// there is no room.
uint32_t map_piece(const Adapter& adapter, Pages& pages, Transfer* transfer, bool write_to_device,
                   uint64_t& address);

/// Elements that a list of these pages has at most: neighbouring pages that are reached are one.
ULONG count_elements(const Adapter& adapter, Pages pages);
ULONG list_bytes(ULONG elements);
void add_element(SCATTER_GATHER_LIST& list, uint64_t address, ULONG bytes);

/// A driver's context; nullptr: it is none of this adapter's.
inline TransferContext* context_of(PDMA_ADAPTER adapter, PVOID context) {
    auto* given = static_cast<TransferContext*>(context);
    return given != nullptr && Channel::belongs_to(*given, adapter) ? given : nullptr;
}

namespace dma {

// ---- common_buffer.cpp
PVOID NTAPI allocate_common(PDMA_ADAPTER, ULONG length, PPHYSICAL_ADDRESS logical, BOOLEAN cached);
PVOID NTAPI allocate_common_ex(PDMA_ADAPTER, PPHYSICAL_ADDRESS maximum, ULONG length,
                               PPHYSICAL_ADDRESS logical, BOOLEAN cached, NODE_REQUIREMENT node);
PVOID NTAPI allocate_common_bounded(PDMA_ADAPTER, PPHYSICAL_ADDRESS minimum,
                                    PPHYSICAL_ADDRESS maximum, ULONG length, ULONG flags,
                                    MEMORY_CACHING_TYPE* caching, NODE_REQUIREMENT node,
                                    PPHYSICAL_ADDRESS logical);
VOID NTAPI free_common(PDMA_ADAPTER, ULONG length, PHYSICAL_ADDRESS logical, PVOID memory,
                       BOOLEAN cached);
NTSTATUS NTAPI allocate_vector(PDMA_ADAPTER, PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high,
                               MEMORY_CACHING_TYPE caching, ULONG node, ULONG flags, ULONG count,
                               ULONGLONG size, PDMA_COMMON_BUFFER_VECTOR* out);
VOID NTAPI get_from_vector(PDMA_ADAPTER, PDMA_COMMON_BUFFER_VECTOR, ULONG index, PVOID* memory,
                           PPHYSICAL_ADDRESS logical);
VOID NTAPI free_from_vector(PDMA_ADAPTER, PDMA_COMMON_BUFFER_VECTOR, ULONG index);
VOID NTAPI free_vector(PDMA_ADAPTER, PDMA_COMMON_BUFFER_VECTOR);
NTSTATUS NTAPI create_common(PDMA_ADAPTER, PMDL, PDMA_COMMON_BUFFER_EXTENDED_CONFIGURATION configs,
                             ULONG count, PPHYSICAL_ADDRESS logical);

// ---- packet.cpp
NTSTATUS NTAPI initialize_context(PDMA_ADAPTER, PVOID context);
NTSTATUS NTAPI allocate_channel(PDMA_ADAPTER, PDEVICE_OBJECT, ULONG registers,
                                PDRIVER_CONTROL routine, PVOID context);
NTSTATUS NTAPI allocate_channel_ex(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID transfer_context,
                                   ULONG registers, ULONG flags, PDRIVER_CONTROL routine,
                                   PVOID context, PVOID* base);
BOOLEAN NTAPI cancel_channel(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID transfer_context);
PHYSICAL_ADDRESS NTAPI map_transfer(PDMA_ADAPTER, PMDL, PVOID base, PVOID current, PULONG length,
                                    BOOLEAN write);
NTSTATUS NTAPI map_transfer_ex(PDMA_ADAPTER, PMDL, PVOID base, ULONGLONG offset,
                               ULONG device_offset, PULONG length, BOOLEAN write,
                               PSCATTER_GATHER_LIST list, ULONG bytes,
                               PDMA_COMPLETION_ROUTINE completion, PVOID context);
BOOLEAN NTAPI flush(PDMA_ADAPTER, PMDL, PVOID base, PVOID current, ULONG length, BOOLEAN write);
NTSTATUS NTAPI flush_ex(PDMA_ADAPTER, PMDL, PVOID base, ULONGLONG offset, ULONG length,
                        BOOLEAN write);
VOID NTAPI free_channel(PDMA_ADAPTER);
VOID NTAPI free_object(PDMA_ADAPTER, IO_ALLOCATION_ACTION action);
VOID NTAPI free_registers(PDMA_ADAPTER, PVOID base, ULONG count);

// ---- list.cpp
NTSTATUS NTAPI get_list(PDMA_ADAPTER, PDEVICE_OBJECT, PMDL, PVOID current, ULONG length,
                        PDRIVER_LIST_CONTROL, PVOID context, BOOLEAN write);
NTSTATUS NTAPI get_list_ex(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID transfer_context, PMDL,
                           ULONGLONG offset, ULONG length, ULONG flags, PDRIVER_LIST_CONTROL,
                           PVOID context, BOOLEAN write, PDMA_COMPLETION_ROUTINE,
                           PVOID completion_context, PSCATTER_GATHER_LIST* list);
NTSTATUS NTAPI build_list(PDMA_ADAPTER, PDEVICE_OBJECT, PMDL, PVOID current, ULONG length,
                          PDRIVER_LIST_CONTROL, PVOID context, BOOLEAN write, PVOID buffer,
                          ULONG bytes);
NTSTATUS NTAPI build_list_ex(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID transfer_context, PMDL,
                             ULONGLONG offset, ULONG length, ULONG flags, PDRIVER_LIST_CONTROL,
                             PVOID context, BOOLEAN write, PVOID buffer, ULONG bytes,
                             PDMA_COMPLETION_ROUTINE, PVOID completion_context, PVOID list);
VOID NTAPI put_list(PDMA_ADAPTER, PSCATTER_GATHER_LIST, BOOLEAN write);
NTSTATUS NTAPI calculate_list(PDMA_ADAPTER, PMDL, PVOID current, ULONG length, PULONG bytes,
                              PULONG registers);
NTSTATUS NTAPI transfer_info(PDMA_ADAPTER, PMDL, ULONGLONG offset, ULONG length, BOOLEAN write_only,
                             PDMA_TRANSFER_INFO info);
NTSTATUS NTAPI build_mdl(PDMA_ADAPTER, PSCATTER_GATHER_LIST, PMDL original, PMDL* target);

}  // namespace dma
}  // namespace rsl::hal
