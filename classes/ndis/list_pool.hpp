// SPDX-License-Identifier: GPL-2.0-only
// Pools of NET_BUFFER_LISTs and NET_BUFFERs. A list, the buffer that comes with it and its first
// context are one block.
#pragma once

#include <atomic>

#include "classes/ndis/memory.hpp"

namespace rsl::ndis {

enum class PoolKind : uint32_t { kLists = 0x4C504E52, kBuffers = 0x42504E52 };

/// What a pool's handle points to. Counts what is out, for whoever frees the pool too early.
struct BufferPool {
    PoolKind kind;
    ULONG tag;
    ULONG data_bytes;      // of memory that comes with each buffer
    USHORT context_bytes;  // of lists
    UCHAR protocol;
    bool with_buffer;  // lists have one NET_BUFFER in their block
    std::atomic<uint32_t> outstanding;
};

BufferPool* make_list_pool(const NET_BUFFER_LIST_POOL_PARAMETERS& parameters);
BufferPool* make_buffer_pool(const NET_BUFFER_POOL_PARAMETERS& parameters);
/// False when something of it is out: the pool stays.
bool free_pool(BufferPool& pool);

/// A list with `context_bytes` of used and `back_fill` of unused context space; with the pool's
/// buffer if it has such.
NET_BUFFER_LIST* allocate_list(BufferPool* pool, USHORT context_bytes, USHORT back_fill);
/// Frees the list, the buffer of its block and that buffer's memory if the pool gave it.
void free_list(NET_BUFFER_LIST* list);

NET_BUFFER* allocate_buffer(BufferPool* pool);
void free_buffer(NET_BUFFER* buffer);

/// A chain of partial MDLs that has exactly a buffer's data; nullptr: no memory, or no data.
MDL* clone_chain(NET_BUFFER& from);
void free_chain(MDL* chain);

/// A list that describes the same bytes, from the start of each window. Pools may be null: NDIS's
/// own.
NET_BUFFER_LIST* clone_list(NET_BUFFER_LIST& original, BufferPool* list_pool,
                            BufferPool* buffer_pool, bool same_mdls);
void free_clone(NET_BUFFER_LIST* clone, bool same_mdls);

}  // namespace rsl::ndis
