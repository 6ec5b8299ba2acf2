// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/list_pool.hpp"

#include <algorithm>
#include <new>

#include "classes/ndis/net_buffer.hpp"

namespace rsl::ndis {
namespace {

constexpr size_t kAlignment = 16;
constexpr size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) & ~(kAlignment - 1); }
constexpr size_t kListBytes = aligned(sizeof(NET_BUFFER_LIST)),
                 kBufferBytes = aligned(sizeof(NET_BUFFER));

BufferPool* make_pool(const BufferPool& model) {
    void* const memory = allocate(sizeof(BufferPool), kTag);
    if (memory == nullptr) return nullptr;
    auto* pool = ::new (memory) BufferPool{};
    pool->kind = model.kind;
    pool->tag = model.tag == 0 ? kTag : model.tag;
    pool->data_bytes = model.data_bytes;
    pool->context_bytes = model.context_bytes;
    pool->protocol = model.protocol;
    pool->with_buffer = model.with_buffer;
    return pool;
}

void count(BufferPool* pool, int change) {
    if (pool == nullptr) return;
    if (change > 0) {
        pool->outstanding.fetch_add(
            1, std::memory_order_relaxed);  // a count for people, orders nothing
    } else {
        pool->outstanding.fetch_sub(1, std::memory_order_relaxed);
    }
}

BufferPool* pool_of(NDIS_HANDLE handle) { return static_cast<BufferPool*>(handle); }

/// The buffer inside a list's own block; nullptr when it has none.
NET_BUFFER* own_buffer(NET_BUFFER_LIST* list) {
    const BufferPool* pool = pool_of(list->NdisPoolHandle);
    if (pool == nullptr || !pool->with_buffer) return nullptr;
    return reinterpret_cast<NET_BUFFER*>(reinterpret_cast<std::byte*>(list) + kListBytes);
}

/// Gives a fresh buffer the memory that its pool promises.
bool give_data(NET_BUFFER& buffer, const BufferPool& pool) {
    if (pool.data_bytes == 0) return true;
    void* const memory = allocate(pool.data_bytes, pool.tag);
    MDL* const mdl = memory == nullptr ? nullptr : make_mdl(memory, pool.data_bytes);
    if (mdl == nullptr) {
        release(memory);
        return false;
    }
    buffer.NdisReserved[1] = mdl;
    return set_window(buffer, mdl, 0, 0);
}

void take_data(NET_BUFFER& buffer) {
    auto* const mdl = static_cast<MDL*>(buffer.NdisReserved[1]);
    if (mdl == nullptr) return;
    void* const memory = address_of(*mdl);
    free_mdl(mdl);
    release(memory);
}

bool clone_buffer(NET_BUFFER& copy, NET_BUFFER& original, bool same_mdls) {
    MDL* const chain = same_mdls ? original.CurrentMdl : clone_chain(original);
    if (chain == nullptr && original.DataLength != 0) return false;
    return set_window(copy, chain, same_mdls && chain != nullptr ? original.CurrentMdlOffset : 0,
                      original.DataLength);
}

}  // namespace

MDL* clone_chain(NET_BUFFER& from) {
    MDL *first = nullptr, **link = &first;
    ULONG left = from.DataLength;
    size_t offset = from.CurrentMdlOffset;
    for (MDL* mdl = from.CurrentMdl; mdl != nullptr && left != 0; mdl = mdl->Next, offset = 0) {
        const auto here = static_cast<ULONG>(std::min<size_t>(left, mdl->ByteCount - offset));
        if (here == 0) continue;
        *link = make_partial_mdl(*mdl, offset, here);
        if (*link == nullptr) break;
        link = &(*link)->Next;
        left -= here;
    }
    if (left == 0) return first;
    free_chain(first);
    return nullptr;
}

void free_chain(MDL* chain) {
    while (chain != nullptr) {
        MDL* const next = chain->Next;
        free_mdl(chain);
        chain = next;
    }
}

BufferPool* make_list_pool(const NET_BUFFER_LIST_POOL_PARAMETERS& parameters) {
    return make_pool({.kind = PoolKind::kLists,
                      .tag = parameters.PoolTag,
                      .data_bytes = parameters.fAllocateNetBuffer ? parameters.DataSize : 0,
                      .context_bytes = parameters.ContextSize,
                      .protocol = parameters.ProtocolId,
                      .with_buffer = parameters.fAllocateNetBuffer != 0,
                      .outstanding = 0});
}

BufferPool* make_buffer_pool(const NET_BUFFER_POOL_PARAMETERS& parameters) {
    return make_pool({.kind = PoolKind::kBuffers,
                      .tag = parameters.PoolTag,
                      .data_bytes = parameters.DataSize,
                      .context_bytes = 0,
                      .protocol = 0,
                      .with_buffer = false,
                      .outstanding = 0});
}

bool free_pool(BufferPool& pool) {
    if (pool.outstanding.load(std::memory_order_relaxed) != 0) return false;  // see count()
    pool.~BufferPool();
    release(&pool);
    return true;
}

NET_BUFFER_LIST* allocate_list(BufferPool* pool, USHORT context_bytes, USHORT back_fill) {
    const size_t wanted = size_t{context_bytes} + back_fill;
    const size_t context =
        std::max(wanted, pool == nullptr ? size_t{0} : size_t{pool->context_bytes});
    const size_t buffer_bytes = pool != nullptr && pool->with_buffer ? kBufferBytes : 0;
    if (context > UINT16_MAX) return nullptr;
    const size_t context_space =
        context == 0 ? 0 : sizeof(NET_BUFFER_LIST_CONTEXT) + aligned(context);
    void* const memory =
        allocate(kListBytes + buffer_bytes + context_space, pool == nullptr ? kTag : pool->tag);
    if (memory == nullptr) return nullptr;
    auto* list = static_cast<NET_BUFFER_LIST*>(memory);
    list->NdisPoolHandle = pool;
    if (pool != nullptr)
        list->NetBufferListInfo[NetBufferListProtocolId] =
            reinterpret_cast<void*>(uintptr_t{pool->protocol});
    if (context != 0) {
        list->Context = reinterpret_cast<NET_BUFFER_LIST_CONTEXT*>(static_cast<std::byte*>(memory) +
                                                                   kListBytes + buffer_bytes);
        list->Context->Size = static_cast<USHORT>(context);
        list->Context->Offset = static_cast<USHORT>(context - context_bytes);
    }
    if (NET_BUFFER* const buffer = own_buffer(list)) {
        list->FirstNetBuffer = buffer;
        buffer->NdisPoolHandle = pool;
        if (!give_data(*buffer, *pool)) {
            release(memory);
            return nullptr;
        }
    }
    count(pool, 1);
    return list;
}

void free_list(NET_BUFFER_LIST* list) {
    if (NET_BUFFER* const buffer = own_buffer(list)) take_data(*buffer);
    count(pool_of(list->NdisPoolHandle), -1);
    release(list);
}

NET_BUFFER* allocate_buffer(BufferPool* pool) {
    void* const memory = allocate(sizeof(NET_BUFFER), pool == nullptr ? kTag : pool->tag);
    if (memory == nullptr) return nullptr;
    auto* buffer = static_cast<NET_BUFFER*>(memory);
    buffer->NdisPoolHandle = pool;
    if (pool != nullptr && !give_data(*buffer, *pool)) {
        release(memory);
        return nullptr;
    }
    count(pool, 1);
    return buffer;
}

void free_buffer(NET_BUFFER* buffer) {
    take_data(*buffer);
    count(pool_of(buffer->NdisPoolHandle), -1);
    release(buffer);
}

NET_BUFFER_LIST* clone_list(NET_BUFFER_LIST& original, BufferPool* list_pool,
                            BufferPool* buffer_pool, bool same_mdls) {
    NET_BUFFER_LIST* const clone = allocate_list(list_pool, 0, 0);
    if (clone == nullptr) return nullptr;
    NET_BUFFER* spare = own_buffer(clone);
    clone->FirstNetBuffer = nullptr;
    NET_BUFFER** link = &clone->FirstNetBuffer;
    for (NET_BUFFER* from = original.FirstNetBuffer; from != nullptr; from = from->Next) {
        NET_BUFFER* const copy = spare != nullptr ? spare : allocate_buffer(buffer_pool);
        spare = nullptr;
        if (copy == nullptr) {
            free_clone(clone, same_mdls);
            return nullptr;
        }
        *link = copy;
        link = &copy->Next;
        if (clone_buffer(*copy, *from, same_mdls)) continue;
        free_clone(clone, same_mdls);
        return nullptr;
    }
    clone->SourceHandle = original.SourceHandle;
    return clone;
}

void free_clone(NET_BUFFER_LIST* clone, bool same_mdls) {
    NET_BUFFER* const own = own_buffer(clone);
    for (NET_BUFFER* buffer = clone->FirstNetBuffer; buffer != nullptr;) {
        NET_BUFFER* const next = buffer->Next;
        for (MDL* mdl = same_mdls || buffer->MdlChain == buffer->NdisReserved[1] ? nullptr
                                                                                 : buffer->MdlChain;
             mdl != nullptr;) {
            MDL* const after = mdl->Next;
            free_mdl(mdl);
            mdl = after;
        }
        if (buffer != own) free_buffer(buffer);
        buffer = next;
    }
    free_list(clone);
}

}  // namespace rsl::ndis
