// SPDX-License-Identifier: GPL-2.0-only
// The second half of completion: data and outcome go to the thread that asked. Runs in the sending
// thread when it is still there to do it, in any context when only kernel memory is concerned, and
// else as a special kernel APC in the thread whose memory it is.
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "kernel/io/completion_queue.hpp"
#include "kernel/io/request.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl::io {
namespace {

bool is_user_address(const void* address) { return reinterpret_cast<intptr_t>(address) > 0; }

void write_status_block(IO_STATUS_BLOCK* to, const IO_STATUS_BLOCK& outcome) {
    if (to == nullptr) return;
    if (is_user_address(to)) {
        return rtl::copy_to_user(to, &outcome, sizeof(outcome)).ignore("the caller took it away");
    }
    to->Information = outcome.Information;
    __atomic_store_n(&to->Status, outcome.Status, __ATOMIC_RELEASE);  // pairs with a poller's read
}

/// Nobody is left to tell: the thread ended meanwhile.
void NTAPI drop_apc(PKAPC apc) { free_irp(*CONTAINING_RECORD(apc, IRP, Tail.Apc)); }
void NTAPI free_after_apc(PKAPC apc, PKNORMAL_ROUTINE*, PVOID*, PVOID*, PVOID*) { drop_apc(apc); }

/// Queues the caller's APC; the IRP goes when it has run.
void queue_caller_apc(IrpBlock& block, ps::Thread& thread) {
    IRP& irp = block.irp();
    const auto routine = __builtin_bit_cast(  // the same but for the width of its last argument
        PKNORMAL_ROUTINE, irp.Overlay.AsynchronousParameters.UserApcRoutine);
    void* context = irp.Overlay.AsynchronousParameters.UserApcContext;
    KeInitializeApc(&irp.Tail.Apc, ke::nt(thread), CurrentApcEnvironment, free_after_apc, drop_apc,
                    routine, block.mode, context);
    if (!KeInsertQueueApc(&irp.Tail.Apc, irp.UserIosb, nullptr, EVENT_INCREMENT)) free_irp(irp);
}

/// Status block, event, APC or packet, as the caller wanted; then the IRP goes. `pended`: the service
/// has returned or will return STATUS_PENDING, so a failure too is reported.
[[gnu::always_inline]] void report_inline(IrpBlock& block, bool pended, CCHAR boost) {
    IRP& irp = block.irp();
    File* file = std::exchange(block.file, nullptr);
    Ref<File> ours;
    if (block.kind == IrpKind::kReported) ours = Ref<File>::adopt(file);
    PKEVENT event = irp.UserEvent;
    const IO_STATUS_BLOCK outcome = irp.IoStatus;
    const bool tell = !NT_ERROR(outcome.Status) || pended;
    const bool has_apc =
        tell && file != nullptr && irp.Overlay.AsynchronousParameters.UserApcRoutine != nullptr;
    // Off the list the thread may end: an APC needs it alive.
    Ref<ps::Thread> thread;
    if (has_apc) thread = Ref<ps::Thread>(*block.thread);
    unlink_from_thread(block);
    if (tell) {
        write_status_block(irp.UserIosb, outcome);
        if (event != nullptr) {
            KeSetEvent(event, boost, FALSE);
        } else if (file != nullptr && (file->Flags & FO_SKIP_SET_EVENT) == 0) {
            file->signal();
        }
    }
    if (block.owns_event) ob::dereference(event);
    if (has_apc) return queue_caller_apc(block, *thread);
    auto* port = file != nullptr ? file->CompletionContext : nullptr;
    if (tell && port != nullptr && irp.Overlay.AsynchronousParameters.UserApcContext != nullptr &&
        (pended || (file->Flags & FO_SKIP_COMPLETION_PORT) == 0)) {
        return static_cast<CompletionQueue*>(port->Port)->post(irp, port->Key);
    }
    free_irp_inline(irp);
}

void report(IrpBlock& block, bool pended, CCHAR boost) { report_inline(block, pended, boost); }

void NTAPI report_in_thread(PKAPC apc, PKNORMAL_ROUTINE*, PVOID*, PVOID* argument, PVOID*) {
    auto& block = *static_cast<IrpBlock*>(*argument);
    settle_buffers(block.irp());
    report(block, true, IO_NO_INCREMENT);
}
void NTAPI report_to_nobody(PKAPC apc) {
    IRP& irp = *CONTAINING_RECORD(apc, IRP, Tail.Apc);
    IrpBlock& block = *block_of(irp);
    release_buffers(irp);
    irp.UserIosb = nullptr;
    irp.Overlay.AsynchronousParameters.UserApcRoutine = nullptr;
    report(block, true, IO_NO_INCREMENT);
}

/// Whether finishing touches memory that only the originator's process has.
bool needs_thread(const IRP& irp) {
    const bool copies = (irp.Flags & IRP_BUFFERED_IO) != 0 && (irp.Flags & IRP_INPUT_OPERATION) != 0;
    return is_user_address(irp.UserIosb) || (copies && is_user_address(irp.UserBuffer));
}

bool is_in_thread(const IrpBlock& block) {
    ps::Thread& self = ps::current_thread();
    return &self == block.thread && arch::irql() <= APC_LEVEL && self.apc_environment == 0;
}

void report_somewhere(IrpBlock& block, CCHAR boost) {
    IRP& irp = block.irp();
    if (!needs_thread(irp) || is_in_thread(block)) {
        settle_buffers(irp);
        report(block, true, boost);
        return;
    }
    KeInitializeApc(&irp.Tail.Apc, ke::nt(*block.thread), OriginalApcEnvironment, report_in_thread,
                    report_to_nobody, nullptr, KernelMode, nullptr);
    if (!KeInsertQueueApc(&irp.Tail.Apc, &block, nullptr, boost)) report_to_nobody(&irp.Tail.Apc);
}

/// Frees a request whose thread has ended. Links and thread are not ours: abandon_requests() may still be
/// at them.
void drop_abandoned(IrpBlock& block) {
    IRP& irp = block.irp();
    release_buffers(irp);
    if (block.owns_event) ob::dereference(irp.UserEvent);
    if (block.kind == IrpKind::kReported) file_of(*block.file).drop_reference();
    irp.Type = 0;
    unpin(block);
}

}  // namespace

[[gnu::always_inline]] void finish_completed(IRP& irp, CCHAR priority_boost) {
    IrpBlock* block = block_of(irp);
    if (block == nullptr || block->kind == IrpKind::kDriver) {
        // Its maker should have kept it in a completion routine. Windows would follow stale pointers.
        ke::log(ke::LogLevel::kError,
                "an IRP that a driver made came back to the I/O manager: its completion routine must "
                "return STATUS_MORE_PROCESSING_REQUIRED");
        if (block != nullptr) {
            release_buffers(irp);
            free_irp(irp);
        }
        return;
    }
    irp.CancelRoutine = nullptr;  // a driver that left one must not get the IRP again
    KEVENT* done = block->done;
    // Pairs with the sender's exchange: the second of the two finishes the request.
    const IrpPhase before = block->phase.exchange(IrpPhase::kComplete, std::memory_order_acq_rel);
    if (before == IrpPhase::kSent) return;  // from here it is the sender's
    if (before == IrpPhase::kAbandoned) return drop_abandoned(*block);
    if (block->kind == IrpKind::kWaited) {
        KeSetEvent(done, priority_boost, FALSE);
    } else {
        report_somewhere(*block, priority_boost);
    }
}

namespace {

/// The position of a synchronous file after a transfer, unless its driver, a file system, has moved it.
void advance_position(File& file, const IO_STATUS_BLOCK& outcome) {
    const int64_t start = std::exchange(file.transfer_start, -1);
    if (start < 0 || NT_ERROR(outcome.Status) || file.CurrentByteOffset.QuadPart != start) return;
    file.CurrentByteOffset.QuadPart = start + static_cast<int64_t>(outcome.Information);
}

}  // namespace

[[gnu::always_inline]] NTSTATUS finish_sent(IrpBlock& block, bool pended) {
    settle_buffers(block.irp());
    const NTSTATUS status = block.irp().IoStatus.Status;
    if (block.kind == IrpKind::kWaited && block.file != nullptr) {
        block.file->FinalStatus = status;
        advance_position(*block.file, block.irp().IoStatus);
    }
    report_inline(block, pended, IO_NO_INCREMENT);
    return status;
}

[[gnu::always_inline]] void release_buffers(IRP& irp) {
    if ((irp.Flags & IRP_DEALLOCATE_BUFFER) != 0) free_system_buffer(irp);
    irp.Flags &= ~static_cast<ULONG>(IRP_DEALLOCATE_BUFFER);
    if (IrpBlock* block = block_of(irp); block != nullptr && block->auxiliary != nullptr) {
        mm::free(std::exchange(block->auxiliary, nullptr));
    }
    PMDL mdl = irp.MdlAddress;
    irp.MdlAddress = nullptr;
    while (mdl != nullptr) {
        PMDL following = mdl->Next;
        if ((mdl->MdlFlags & MDL_PAGES_LOCKED) != 0) MmUnlockPages(mdl);
        IoFreeMdl(mdl);
        mdl = following;
    }
}

[[gnu::always_inline]] void settle_buffers(IRP& irp) {
    constexpr ULONG kCopies = IRP_BUFFERED_IO | IRP_INPUT_OPERATION;
    const NTSTATUS status = irp.IoStatus.Status;
    if ((irp.Flags & kCopies) == kCopies && !NT_ERROR(status) && status != STATUS_VERIFY_REQUIRED &&
        irp.UserBuffer != nullptr) {
        const uint64_t room = block_of(irp)->output_bytes;
        uint64_t bytes = irp.IoStatus.Information;
        if (bytes > room) [[unlikely]] {
            ke::log(ke::LogLevel::kWarn,
                    "a driver says that it wrote %llu bytes into a buffer of %llu; the rest is dropped",
                    static_cast<unsigned long long>(bytes), static_cast<unsigned long long>(room));
            bytes = room;
        }
        if (!is_user_address(irp.UserBuffer)) {
            std::memcpy(irp.UserBuffer, irp.AssociatedIrp.SystemBuffer, bytes);
        } else if (bytes != 0 &&
                   !rtl::copy_to_user(irp.UserBuffer, irp.AssociatedIrp.SystemBuffer, bytes)) {
            irp.IoStatus.Status = STATUS_ACCESS_VIOLATION;
            irp.IoStatus.Information = 0;
        }
    }
    release_buffers(irp);
}

}  // namespace rsl::io
