// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/irp.hpp"

#include "base/core/bytes.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/io/request.hpp"
#include "kernel/io/spares.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::io {
namespace {

constexpr mm::PoolTag kIrpTag = mm::pool_tag("Irp ");
constexpr uint8_t kNoClass = 0xff;
constexpr int8_t kClassStack[] = {2, 4, 8};  // stack locations that a block of each class holds
constexpr uint32_t kClasses = sizeof(kClassStack);
constexpr uint16_t kInlineBufferBytes = 256;
constexpr uint32_t kSlots = 4;  // a request through a stack of drivers that build their own IRPs

struct alignas(64) SpareBlocks {
    Spares<IrpBlock, kSlots> classes[kClasses];
};
constinit SpareBlocks spares[ke::kMaxProcessors] = {};

Spares<IrpBlock, kSlots>& spares_of(uint8_t size_class) { return spares[arch::processor().number].classes[size_class]; }

uint8_t class_for(int8_t stack_count) {
    for (uint8_t i = 0; i < kClasses; ++i) {
        if (stack_count <= kClassStack[i]) return i;
    }
    return kNoClass;
}

constexpr size_t block_bytes(int8_t stack_count, size_t inline_bytes) {
    return align_up<size_t>(
               sizeof(IrpBlock) + sizeof(IRP) + stack_count * sizeof(IO_STACK_LOCATION), 16) +
           inline_bytes;
}

IRP& prepare_block(IrpBlock& block, uint8_t size_class, int8_t stack_count) {
    __builtin_memset_inline(static_cast<void*>(&block), 0, sizeof(IrpBlock));
    block.magic = IrpBlock::kMagic;
    block.size_class = size_class;
    block.pins.store(1, std::memory_order_relaxed);
    block.inline_buffer_bytes = size_class == kNoClass ? 0 : kInlineBufferBytes;
    IRP& irp = block.irp();
    initialize_irp(irp, IO_SIZE_OF_IRP(stack_count), stack_count);
    irp.AllocationFlags = kHasIrpBlock;
    return irp;
}

}  // namespace

[[gnu::always_inline]] std::byte* IrpBlock::inline_buffer() {
    return reinterpret_cast<std::byte*>(this) + block_bytes(irp().StackCount, 0);
}

IRP* allocate_irp(int8_t stack_count) {
    if (stack_count < 0) return nullptr;
    const uint8_t size_class = class_for(stack_count);
    IrpBlock* block = size_class == kNoClass ? nullptr : spares_of(size_class).take();
    if (block == nullptr) {
        const size_t bytes = size_class == kNoClass
                                 ? block_bytes(stack_count, 0)
                                 : block_bytes(kClassStack[size_class], kInlineBufferBytes);
        block = static_cast<IrpBlock*>(mm::allocate(bytes, kIrpTag));
        if (block == nullptr) return nullptr;
    }
    return &prepare_block(*block, size_class, stack_count);
}

size_t irp_block_bytes(int8_t stack_count) { return block_bytes(stack_count, 0); }

IRP& place_irp(void* memory, int8_t stack_count) {
    return prepare_block(*static_cast<IrpBlock*>(memory), kNoClass, stack_count);
}

[[gnu::always_inline]] void free_irp_inline(IRP& irp) {
    // Not block_of(): a driver that called IoInitializeIrp on an IRP of ours has cleared the flag,
    // which Windows forgives.
    auto& block = reinterpret_cast<IrpBlock*>(&irp)[-1];
    if (irp.Type != IO_TYPE_IRP || block.magic != IrpBlock::kMagic) {
        ke::bug_check(BAD_POOL_CALLER, 0x53, reinterpret_cast<uintptr_t>(&irp), irp.Type, 0,
                      {.explanation = "IoFreeIrp was given something that IoAllocateIrp did not make, "
                                      "or the same IRP twice"});
    }
    if (block.thread != nullptr) unlink_from_thread(block);
    irp.Type = 0;
    unpin(block);
}

void free_irp(IRP& irp) { free_irp_inline(irp); }

void pin(IrpBlock& block) { block.pins.fetch_add(1, std::memory_order_relaxed); }

void unpin(IrpBlock& block) {
    // Pairs with itself: whoever frees sees what the others wrote.
    if (block.pins.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    block.magic = 0;
    if (block.size_class != kNoClass && spares_of(block.size_class).keep(&block)) return;
    mm::free(&block);
}

}  // namespace rsl::io
