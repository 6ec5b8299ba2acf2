// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/irp.hpp"
#include "kernel/io/request.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io {
namespace {

Result<IrpTicket> begin(const BuildTarget& target, uint8_t major) {
    IrpTicket ticket = RSL_TRY(IrpTicket::allocate(static_cast<int8_t>(target.device.StackSize)));
    ticket.block().kind = target.threaded ? IrpKind::kThreaded : IrpKind::kDriver;
    ticket->UserIosb = target.status_block;
    ticket->UserEvent = target.event;
    ticket->Tail.Overlay.Thread = ke::nt(ke::current_thread());
    ticket.location().MajorFunction = major;
    return ticket;
}

/// Gives the finished IRP to the driver, or gives back what a failed one holds.
IRP* hand_out(IrpTicket ticket, const Result<void>& buffers) {
    if (!buffers) {
        release_buffers(*ticket);
        return nullptr;
    }
    IRP& irp = ticket.release();
    IrpBlock& block = *block_of(irp);
    if (block.kind == IrpKind::kThreaded) {
        block.phase.store(IrpPhase::kLeft, std::memory_order_relaxed);  // nobody else knows it yet
        link_to_thread(block, ps::current_thread());
    }
    return &irp;
}

Result<void> attach_by_device(IRP& irp, const DEVICE_OBJECT& device, bool reads, void* buffer,
                              uint32_t bytes) {
    irp.Flags |= reads ? IRP_READ_OPERATION : IRP_WRITE_OPERATION;
    if ((device.Flags & DO_BUFFERED_IO) != 0) {
        return reads ? attach_system_buffer(irp, nullptr, 0, buffer, bytes)
                     : attach_system_buffer(irp, buffer, bytes, nullptr, 0);
    }
    if ((device.Flags & DO_DIRECT_IO) != 0) {
        return attach_pages(irp, buffer, bytes, reads ? IoWriteAccess : IoReadAccess);
    }
    irp.UserBuffer = buffer;
    return {};
}

}  // namespace

IRP* build_transfer(uint8_t major, void* buffer, uint32_t bytes, const LARGE_INTEGER* offset,
                    const BuildTarget& target) {
    auto ticket = begin(target, major);
    if (!ticket) return nullptr;
    Result<void> buffers;
    if (major == IRP_MJ_READ || major == IRP_MJ_WRITE) {
        auto& parameters = ticket->location().Parameters.Read;  // Write has the same members
        parameters.Length = bytes;
        if (offset != nullptr) parameters.ByteOffset = *offset;
        buffers = attach_by_device(**ticket, target.device, major == IRP_MJ_READ, buffer, bytes);
    }
    return hand_out(std::move(*ticket), buffers);
}

IRP* build_control(uint32_t code, uint8_t major, void* input, uint32_t input_bytes, void* output,
                   uint32_t output_bytes, const BuildTarget& target) {
    auto ticket = begin(target, major);
    if (!ticket) return nullptr;
    const auto buffers = attach_control_buffers(**ticket, ticket->location(), code, input, input_bytes,
                                                output, output_bytes);
    return hand_out(std::move(*ticket), buffers);
}

IRP* make_associated(IRP& master, int8_t stack_count) {
    IRP* irp = allocate_irp(stack_count);
    if (irp == nullptr) return nullptr;
    irp->Flags |= IRP_ASSOCIATED_IRP;
    irp->AssociatedIrp.MasterIrp = &master;
    irp->RequestorMode = master.RequestorMode;
    irp->Tail.Overlay.Thread = master.Tail.Overlay.Thread;
    return irp;
}

}  // namespace rsl::io
