// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/request.hpp"

#include "abi/functions/ke.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl::io {
namespace {

/// The caller's event, not signalled from now on. One reference.
Result<PKEVENT> take_event(HANDLE handle, KPROCESSOR_MODE mode) {
    void* body = RSL_TRY(ob::reference_handle(
        handle, &ob::kEventType, EVENT_MODIFY_STATE, mode));
    auto* event = static_cast<PKEVENT>(body);
    KeClearEvent(event);
    return event;
}

/// The sender's half of the race in IrpPhase. True: whoever completes the request finishes it, or wakes
/// the waiter; the block may be gone. False: it is complete, and the sender finishes it.
bool leave(IrpBlock& block) {
    return block.phase.exchange(IrpPhase::kLeft, std::memory_order_acq_rel) != IrpPhase::kComplete;
}

/// Waits for completion. An alert or a user APC makes us cancel first, on files opened for that.
void wait_until_done(IRP& irp, KEVENT& done, const File& file, KPROCESSOR_MODE mode) {
    const bool alertable = (file.Flags & FO_ALERTABLE_IO) != 0;
    const KPROCESSOR_MODE wait_mode = alertable ? mode : static_cast<KPROCESSOR_MODE>(KernelMode);
    const auto outcome = ke::wait_one(done.Header, ke::Deadline::never(), Executive, wait_mode, alertable);
    if (outcome == STATUS_SUCCESS) return;
    cancel_irp(irp);
    ke::wait_one(done.Header, ke::Deadline::never());
}

/// A driver that forgot to lower: everything that follows would fail somewhere else, and blame others.
[[noreturn]] void left_at_raised_level(const DEVICE_OBJECT& device, uint8_t major) {
    const auto routine = reinterpret_cast<uint64_t>(device.DriverObject->MajorFunction[major]);
    ke::bug_check(IRQL_GT_ZERO_AT_SYSTEM_SERVICE, routine, arch::irql(), 0, 0,
                  {.explanation = "a dispatch routine returned with the IRQL still raised", .guilty = routine});
}

}  // namespace

Request::Request(IrpTicket ticket, Ref<File> file, DEVICE_OBJECT& device, const Caller& caller,
                 bool wait, bool locked)
    : ticket_(std::move(ticket)),
      file_(std::move(file)),
      device_(&device),
      caller_(caller),
      wait_(wait),
      locked_(locked) {}

Request::Request(Request&& other) noexcept
    : ticket_(std::move(other.ticket_)),
      file_(std::move(other.file_)),
      device_(other.device_),
      caller_(other.caller_),
      wait_(other.wait_),
      locked_(std::exchange(other.locked_, false)) {}

void Request::withdraw() {
    release_buffers(*ticket_);
    if (ticket_.block().owns_event) ob::dereference(ticket_->UserEvent);
}

[[gnu::always_inline]] Result<Request> Request::begin_inline(Ref<File> file, const Caller& caller, Manner manner, uint8_t major,
                                                             uint8_t minor) {
    if (file->CompletionContext != nullptr && caller.apc != nullptr) {
        return Status::kInvalidParameter;  // the outcome goes to one place
    }
    const bool synchronous = file->is_synchronous();
    if (synchronous) {
        const NTSTATUS status = file->lock();
        if (status != STATUS_SUCCESS) return Status{STATUS_CANCELLED};
    } else if (manner == Manner::kAsTheFile && caller.event == nullptr) {
        file->Event.Header.SignalState = 0;  // set again when the request is finished
    }
    DEVICE_OBJECT& device = device_for(*file);
    auto ticket = IrpTicket::allocate(static_cast<int8_t>(device.StackSize));
    if (!ticket) {
        if (synchronous) file->unlock();
        return ticket.failure();
    }
    Request request(std::move(ticket).value(), std::move(file), device, caller,
                    synchronous || manner == Manner::kAlwaysWait, synchronous);
    IRP& irp = request.irp();
    if (caller.event != nullptr) {
        irp.UserEvent = RSL_TRY(take_event(caller.event, caller.mode));
        request.ticket_.block().owns_event = true;
    }
    irp.RequestorMode = caller.mode;
    irp.UserIosb = caller.status_block;
    irp.Overlay.AsynchronousParameters.UserApcRoutine = caller.apc;
    irp.Overlay.AsynchronousParameters.UserApcContext = caller.apc_context;
    irp.Tail.Overlay.OriginalFileObject = request.file_.get();
    irp.Tail.Overlay.Thread = ke::nt(ke::current_thread());
    if (manner == Manner::kAlwaysWait) irp.Flags |= IRP_SYNCHRONOUS_API;
    request.ticket_.block().mode = caller.mode;
    request.ticket_.block().kind = request.wait_ ? IrpKind::kWaited : IrpKind::kReported;
    IO_STACK_LOCATION& location = request.location();
    location.MajorFunction = major;
    location.MinorFunction = minor;
    location.FileObject = request.file_.get();
    return request;
}

Result<Request> Request::begin(Ref<File> file, const Caller& caller, Manner manner, uint8_t major, uint8_t minor) {
    return begin_inline(std::move(file), caller, manner, major, minor);
}

Result<void> Request::use_system_buffer(const void* input, uint32_t input_bytes, void* output,
                                        uint32_t output_bytes) {
    return attach_system_buffer(irp(), input, input_bytes, output, output_bytes);
}
Result<void> Request::use_pages(void* buffer, uint32_t bytes, LOCK_OPERATION access) {
    return attach_pages(irp(), buffer, bytes, access);
}

Result<void> Request::use_device_method(void* buffer, uint32_t bytes, LOCK_OPERATION access) {
    const bool reads = access == IoWriteAccess;  // the device writes to memory
    irp().Flags |= IRP_DEFER_IO_COMPLETION | (reads ? IRP_READ_OPERATION : IRP_WRITE_OPERATION);
    if ((device_->Flags & DO_BUFFERED_IO) != 0) {
        return reads ? use_system_buffer(nullptr, 0, buffer, bytes)
                     : use_system_buffer(buffer, bytes, nullptr, 0);
    }
    if ((device_->Flags & DO_DIRECT_IO) != 0) return use_pages(buffer, bytes, access);
    irp().UserBuffer = buffer;
    return {};
}

[[gnu::always_inline]] Result<void> Request::use_control_method(uint32_t code, const void* input, uint32_t input_bytes,
                                         void* output, uint32_t output_bytes) {
    return attach_control_buffers(irp(), location(), code, input, input_bytes, output, output_bytes);
}

[[gnu::always_inline]] NTSTATUS Request::send_inline() && {
    const uint8_t major = location().MajorFunction;
    IRP& irp = ticket_.release();
    IrpBlock& block = *block_of(irp);
    KEVENT done;
    block.done = &done;
    block.file = file_.get();
    if (!wait_) static_cast<void>(file_.release());  // the request's from here: it may outlive this call
    enter_driver(block, ps::current_thread());

    const NTSTATUS returned = call_driver(*device_, irp);
    if (arch::irql() != PASSIVE_LEVEL) [[unlikely]] left_at_raised_level(*device_, major);
    bool pended = returned == STATUS_PENDING;
    if (!wait_) {
        if (block.phase.load(std::memory_order_acquire) != IrpPhase::kComplete) leave_driver(block);
        if (leave(block)) return STATUS_PENDING;
        const NTSTATUS status = finish_sent(block, pended);
        return pended ? STATUS_PENDING : status;  // pending is pending, even if it is over by now
    }

    if (block.phase.load(std::memory_order_acquire) != IrpPhase::kComplete) {
        if (!pended) {
            ke::log(ke::LogLevel::kError, "%wZ returned 0x%08x for a request that it has not completed",
                    &device_->DriverObject->DriverName, static_cast<unsigned>(returned));
        }
        KeInitializeEvent(&done, NotificationEvent, FALSE);
        leave_driver(block);
        if (leave(block)) wait_until_done(irp, done, *file_, caller_.mode);
        pended = true;
    }
    return finish_sent(block, pended);
}
NTSTATUS Request::send() && { return std::move(*this).send_inline(); }

}  // namespace rsl::io
