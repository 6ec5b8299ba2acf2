// SPDX-License-Identifier: GPL-2.0-only
// Heaps: a set of blocks that share a limit and go together.
//   IRQL     < DISPATCH_LEVEL as documented
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-NAME (in lower case)
//   Differs  blocks are pool, so they are in every process; a heap on the caller's own memory
//   (HeapBase) is refused
#include <cstring>

#include "abi/functions/rtl_exception.h"
#include "abi/functions/rtl_heap.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pool.hpp"

namespace {

using namespace rsl;

constexpr mm::PoolTag kHeapTag = mm::pool_tag("Heap");
constexpr ULONG kGrowable = 0x2, kGenerateExceptions = 0x4, kZeroMemory = 0x8;
constexpr SIZE_T kPage = 4096, kDefaultReserve = 64 * kPage, kLargestFixedBlock = 0x7F000;

struct Heap;
/// In front of each block, which begins 16-aligned behind it.
struct alignas(16) Block {
    Heap* heap;
    Block* next;
    Block* previous;
    SIZE_T bytes;
};

struct Heap {
    ULONG flags = 0;
    SIZE_T limit = 0;  // bytes of blocks, headers included; ~0 for a growable heap
    ke::SpinLock lock{ke::LockRank::kObject};
    SIZE_T used RSL_GUARDED_BY(lock) = 0;
    Block* blocks RSL_GUARDED_BY(lock) = nullptr;

    /// False when the limit does not allow it.
    bool add(Block& block, SIZE_T bytes) RSL_EXCLUDES(lock) {
        ke::SpinLockGuard guard{lock};
        if (bytes > limit - used) return false;
        used += bytes;
        block = {this, blocks, nullptr, bytes};
        if (blocks != nullptr) blocks->previous = &block;
        blocks = &block;
        return true;
    }
    void remove(Block& block) RSL_EXCLUDES(lock) {
        ke::SpinLockGuard guard{lock};
        if (block.previous != nullptr)
            block.previous->next = block.next;
        else
            blocks = block.next;
        if (block.next != nullptr) block.next->previous = block.previous;
        used -= block.bytes;
    }
    Block* take_all() RSL_EXCLUDES(lock) {
        ke::SpinLockGuard guard{lock};
        Block* all = blocks;
        blocks = nullptr;
        return all;
    }
};

Block* allocate_block(Heap& heap, SIZE_T size) {
    const SIZE_T bytes = size + sizeof(Block);
    if (bytes < size || ((heap.flags & kGrowable) == 0 && size > kLargestFixedBlock))
        return nullptr;
    auto* block = static_cast<Block*>(mm::allocate(bytes, kHeapTag));
    if (block == nullptr || heap.add(*block, bytes)) return block;
    mm::free(block);
    return nullptr;
}

}  // namespace

/// RtlCreateHeap (ntifs.h) makes a heap.
///   Returns  its handle, or NULL
///   Owner    the caller, until RtlDestroyHeap
RSL_EXPORT PVOID NTAPI RtlCreateHeap(ULONG Flags, PVOID HeapBase, SIZE_T ReserveSize,
                                     SIZE_T CommitSize, PVOID Lock, PVOID Parameters) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (HeapBase != nullptr) return nullptr;
    auto made = mm::make<Heap>(kHeapTag);
    if (!made.ok()) return nullptr;
    Heap* heap = *made;
    const SIZE_T reserve = ReserveSize != 0  ? ReserveSize
                           : CommitSize != 0 ? CommitSize
                                             : kDefaultReserve;
    heap->flags = Flags;
    heap->limit = (Flags & kGrowable) != 0 ? ~SIZE_T{0} : (reserve + kPage - 1) & ~(kPage - 1);
    return heap;
}

/// RtlAllocateHeap (ntifs.h) takes a block of a heap.
///   Returns  its address, or NULL; with HEAP_GENERATE_EXCEPTIONS raises STATUS_NO_MEMORY instead
///   Owner    the caller, until RtlFreeHeap or RtlDestroyHeap
RSL_EXPORT PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto& heap = *static_cast<Heap*>(HeapHandle);
    Block* block = allocate_block(heap, Size);
    if (block == nullptr) {
        if (((Flags | heap.flags) & kGenerateExceptions) != 0) ExRaiseStatus(STATUS_NO_MEMORY);
        return nullptr;
    }
    if ((Flags & kZeroMemory) != 0) std::memset(block + 1, 0, Size);
    return block + 1;
}

/// RtlFreeHeap (ntifs.h) gives a block back.
///   Returns  TRUE, or FALSE when it is no block of this heap
RSL_EXPORT ULONG NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (BaseAddress == nullptr) return TRUE;
    Block& block = static_cast<Block*>(BaseAddress)[-1];
    if (block.heap != HeapHandle) return FALSE;
    static_cast<Heap*>(HeapHandle)->remove(block);
    block.heap = nullptr;
    mm::free(&block);
    return TRUE;
}

/// RtlDestroyHeap (ntifs.h) frees a heap and all its blocks.
///   Returns  NULL, or the handle of a heap that cannot be destroyed
RSL_EXPORT PVOID NTAPI RtlDestroyHeap(PVOID HeapHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto* heap = static_cast<Heap*>(HeapHandle);
    if (heap == nullptr) return nullptr;
    for (Block* block = heap->take_all(); block != nullptr;) {
        Block* next = block->next;
        mm::free(block);
        block = next;
    }
    mm::destroy(heap);
    return nullptr;
}

/// RtlSizeHeap gives the bytes that were asked for.
///   Returns  them, or ~0 for what is no block of this heap
RSL_EXPORT SIZE_T NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, const VOID* BaseAddress) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const Block& block = static_cast<const Block*>(BaseAddress)[-1];
    return block.heap == HeapHandle ? block.bytes - sizeof(Block) : ~SIZE_T{0};
}
