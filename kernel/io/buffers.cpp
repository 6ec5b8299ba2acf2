// SPDX-License-Identifier: GPL-2.0-only
// The three ways of a driver to the caller's data: a copy, locked pages, the bare addresses.
#include <utility>

#include "abi/functions/io.h"
#include "kernel/io/request.hpp"
#include "kernel/io/spares.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/mm/mdl.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl::io {
namespace {

constexpr mm::PoolTag kBufferTag = mm::pool_tag("IoSB");

bool is_user_address(const void* address) { return reinterpret_cast<intptr_t>(address) > 0; }

/// A user caller's buffers lie in user memory; what it can read or write there shows when it is done.
bool is_foreign(const IRP& irp, const void* buffer, uint32_t bytes) {
    return irp.RequestorMode != KernelMode && bytes != 0 && !rtl::is_user_range(buffer, bytes);
}

/// Spare buffers of one size, a page: what the pool does for one costs as much as the rest of a request.
constexpr uint32_t kSpareBytes = PAGE_SIZE, kSpareFrom = 1025;
struct alignas(64) SpareBuffers : Spares<void, 2> {};
constinit SpareBuffers spares[ke::kMaxProcessors] = {};

SpareBuffers& own_spares() { return spares[arch::processor().number]; }

/// The buffer behind the IRP when it is big enough, else a spare one, or one from the pool.
void* buffer_for(IRP& irp, uint32_t bytes) {
    IrpBlock* block = block_of(irp);
    // A driver frees the buffer of an IRP of its own with ExFreePool: that one comes from the pool.
    if (block->kind != IrpKind::kDriver && bytes <= block->inline_buffer_bytes) {
        return block->inline_buffer();
    }
    irp.Flags |= IRP_DEALLOCATE_BUFFER;
    if (block->kind == IrpKind::kDriver || bytes < kSpareFrom || bytes > kSpareBytes) return mm::allocate(bytes, kBufferTag);
    void* spare = own_spares().take();
    return block->spare_buffer = spare != nullptr ? spare : mm::allocate(kSpareBytes, kBufferTag);
}

}  // namespace

void free_system_buffer(IRP& irp) {
    void* buffer = std::exchange(irp.AssociatedIrp.SystemBuffer, nullptr);
    if (buffer == nullptr) return;
    IrpBlock* block = block_of(irp);
    const bool is_spare = block != nullptr && std::exchange(block->spare_buffer, nullptr) == buffer;
    if (!is_spare || !own_spares().keep(buffer)) mm::free(buffer);
}

[[gnu::always_inline]] Result<void> attach_system_buffer(IRP& irp, const void* input, uint32_t input_bytes, void* output,
                                  uint32_t output_bytes) {
    irp.Flags |= IRP_BUFFERED_IO;
    if (output != nullptr) {
        if (is_foreign(irp, output, output_bytes)) return Status::kAccessViolation;
        if (is_user_address(output)) RSL_TRY(rtl::touch_guarded(output, output_bytes));
        irp.UserBuffer = output;
        irp.Flags |= IRP_INPUT_OPERATION;
        block_of(irp)->output_bytes = output_bytes;
    }
    const uint32_t bytes = input_bytes > output_bytes ? input_bytes : output_bytes;
    if (bytes == 0) return {};
    if (is_foreign(irp, input, input_bytes)) return Status::kAccessViolation;
    void* buffer = buffer_for(irp, bytes);
    if (buffer == nullptr) return Status::kInsufficientResources;
    irp.AssociatedIrp.SystemBuffer = buffer;
    if (input_bytes != 0) {
        if (is_user_address(input)) {
            RSL_TRY(rtl::copy_from_user(buffer, input, input_bytes));
        } else {
            std::memcpy(buffer, input, input_bytes);
        }
    }
    // What the driver leaves unwritten must not be old memory of the kernel.
    if (output_bytes > input_bytes) {
        std::memset(static_cast<char*>(buffer) + input_bytes, 0, output_bytes - input_bytes);
    }
    return {};
}

Result<void> attach_pages(IRP& irp, void* buffer, uint32_t bytes, LOCK_OPERATION access) {
    if (bytes == 0) return {};
    if (is_foreign(irp, buffer, bytes)) return Status::kAccessViolation;
    PMDL mdl = mm::make_mdl(reinterpret_cast<uint64_t>(buffer), bytes);
    if (mdl == nullptr) return Status::kInsufficientResources;
    irp.MdlAddress = mdl;  // given back with the IRP from here on
    return mm::lock_mdl(*mdl, irp.RequestorMode, access);
}

[[gnu::always_inline]] Result<void> attach_control_buffers(IRP& irp, IO_STACK_LOCATION& location, uint32_t code,
                                    const void* input, uint32_t input_bytes, void* output,
                                    uint32_t output_bytes) {
    auto& parameters = location.Parameters.DeviceIoControl;
    parameters.IoControlCode = code;
    parameters.InputBufferLength = input_bytes;
    parameters.OutputBufferLength = output_bytes;
    switch (METHOD_FROM_CTL_CODE(code)) {
        case METHOD_BUFFERED:
            return attach_system_buffer(irp, input, input_bytes, output_bytes != 0 ? output : nullptr,
                                        output_bytes);
        case METHOD_NEITHER:
            parameters.Type3InputBuffer = const_cast<void*>(input);
            irp.UserBuffer = output;
            return {};
        default:
            RSL_TRY(attach_system_buffer(irp, input, input_bytes, nullptr, 0));
            return attach_pages(irp, output, output_bytes,
                                METHOD_FROM_CTL_CODE(code) == METHOD_IN_DIRECT ? IoReadAccess
                                                                              : IoWriteAccess);
    }
}

}  // namespace rsl::io
