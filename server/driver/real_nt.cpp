// SPDX-License-Identifier: GPL-2.0-only
// Files and events. Objects, directories and drivers: real_nt_objects.cpp.
#include "server/driver/real_nt.hpp"

#include <cstring>
#include <utility>

#include "abi/functions/ex.h"
#include "server/driver/completions.hpp"
#include "server/driver/handles.hpp"

namespace rsl::server {

namespace {

bool is_error(NTSTATUS status) { return (static_cast<uint32_t>(status) >> 30) == 3; }

class Locked {
  public:
    explicit Locked(EX_PUSH_LOCK& lock) : lock_(lock) {
        KeEnterCriticalRegion();
        ExAcquirePushLockExclusiveEx(&lock_, 0);
    }
    ~Locked() {
        ExReleasePushLockExclusiveEx(&lock_, 0);
        KeLeaveCriticalRegion();
    }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

  private:
    EX_PUSH_LOCK& lock_;
};

/// In the place of a thread that somebody is cancelling.
const auto kHeld = reinterpret_cast<PKTHREAD>(uintptr_t{1});

}  // namespace

RealNt::RealNt(const transport::ChannelView& channel, uint64_t place) : channel_(channel), place_(place) {
    ExInitializePushLock(&cancel_lock_);
    for (KEVENT& event : wait_cancelled_) KeInitializeEvent(&event, SynchronizationEvent, FALSE);
}

NTSTATUS RealNt::prepare(PEPROCESS process, const RSL_DOORBELL& doorbell, uint64_t arena_address) {
    process_ = process;
    // What drivers keep is reported by the port of all sessions; what they finish at once is not.
    NTSTATUS status = RslBindCompletions(process, completions::port(), FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
    if (status < 0) return status;
    PHYSICAL_ADDRESS arena = doorbell.Memory;
    arena.QuadPart += channel_.layout().arena_offset;
    arena_physical_ = arena;
    auto address = reinterpret_cast<PVOID>(arena_address);
    status = RslMapClientMemory(process, arena, channel_.layout().arena_bytes, &address);
    if (status < 0) return status;
    user_arena_ = static_cast<std::byte*>(address);
    status = RslAllocateClientMemory(process, kSlots * sizeof(Frame), &address);
    frames_ = static_cast<Frame*>(address);
    return status;
}

PVOID RealNt::cookie_of(Target target) const { return completions::cookie_of(place_, target.slot); }

RealNt::Frame& RealNt::fresh_frame(Target target) {
    Frame& fresh = frame(target);
    fresh.outcome.Information = 0;
    return fresh;
}

PVOID RealNt::user(protocol::ArenaSpan span) const {
    return span.bytes != 0 ? user_arena_ + span.offset : nullptr;
}

// ---- The client's own memory

RSL_LOAN RealNt::loan_of(protocol::ArenaSpan span, uint64_t address, BOOLEAN writable) const {
    const uint64_t offset = align_down<uint64_t>(span.offset, PAGE_SIZE);
    const uint64_t bytes = align_up<uint64_t>(uint64_t{span.offset} + span.bytes, PAGE_SIZE) - offset;
    PHYSICAL_ADDRESS physical = arena_physical_;
    physical.QuadPart += static_cast<LONGLONG>(offset);
    RSL_LOAN loan;
    std::memset(&loan, 0, sizeof(loan));  // compared with others as it lies in memory
    loan.Address = align_down<uint64_t>(address, PAGE_SIZE);
    loan.Physical = physical;
    loan.Content = channel_.arena().data() + offset;
    loan.Pages = static_cast<ULONG>(bytes / PAGE_SIZE);
    loan.Writable = writable;
    return loan;
}

void RealNt::begin_memory(uint32_t slot, const protocol::Control* control, Others others) {
    RSL_LOAN loans[2];
    ULONG count = 0;
    if (control != nullptr && (control->flags & protocol::kOutputLent) != 0) {
        loans[count++] = loan_of(control->output, control->output_address, TRUE);  // first: it wins where both are
    }
    if (control != nullptr && (control->flags & protocol::kInputLent) != 0) {
        loans[count++] = loan_of(control->input, control->input_address, FALSE);
    }
    tags_[slot] = 0;
    if (others == Others::kSome) {
        end_idle_loans();
        if (count != 0) tags_[slot] = uint64_t{slot} + 1;
        return RslBeginLoans(process_, tags_[slot], count, loans);
    }
    uint32_t idle = kIdle;
    if (count != 0 && count == lone_count_ && lone_.compare_exchange_strong(idle, kBusy, std::memory_order_seq_cst)) {
        tags_[slot] = kLoneTag;
        const bool same = std::memcmp(loans, lone_loans_, count * sizeof(RSL_LOAN)) == 0;
        if (same) return RslBeginLoans(process_, kLoneTag, 0, nullptr);
        RslEndLoans(process_, kLoneTag);
    } else {
        end_idle_loans();
        uint32_t none = kNone;
        if (count == 0 || !lone_.compare_exchange_strong(none, kBusy, std::memory_order_seq_cst)) {
            return RslBeginLoans(process_, 0, 0, nullptr);
        }
        tags_[slot] = kLoneTag;
    }
    std::memcpy(lone_loans_, loans, sizeof(loans));
    lone_count_ = count;
    RslBeginLoans(process_, kLoneTag, count, loans);
}

void RealNt::end_idle_loans() {
    uint32_t idle = kIdle;
    if (!lone_.compare_exchange_strong(idle, kBusy, std::memory_order_seq_cst)) return;
    RslEndLoans(process_, kLoneTag);
    lone_.store(kNone, std::memory_order_seq_cst);
}

void RealNt::return_memory(uint32_t slot, Request request, Others others) {
    RslReturnClientMemory(process_);
    if (request == Request::kPends || tags_[slot] == 0) return;
    const uint64_t tag = std::exchange(tags_[slot], 0);
    if (tag == kLoneTag && others == Others::kNone) return lone_.store(kIdle, std::memory_order_seq_cst);
    RslEndLoans(process_, tag);
    if (tag == kLoneTag) lone_.store(kNone, std::memory_order_seq_cst);
}

PVOID RealNt::input_of(const protocol::Control& body) const {
    if ((body.flags & protocol::kInputAtAddress) == 0) return user(body.input);
    return reinterpret_cast<PVOID>(body.input_address);
}
PVOID RealNt::output_of(const protocol::Control& body) const {
    if ((body.flags & protocol::kOutputAtAddress) == 0) return user(body.output);
    return reinterpret_cast<PVOID>(body.output_address);
}

std::byte* RealNt::kernel(protocol::ArenaSpan span) const { return channel_.arena().data() + span.offset; }

Outcome RealNt::outcome_of(Target target, NTSTATUS status) {
    if (status == STATUS_PENDING || is_error(status)) return {status};  // nobody wrote the block
    return {status, frame(target).outcome.Information};
}

Outcome RealNt::handle_of(Target target, NTSTATUS status, uint64_t information) {
    if (status < 0) return {status, information};
    return {status, information, reinterpret_cast<uint64_t>(frame(target).handle) & 0xFFFFFFFF};
}

POBJECT_ATTRIBUTES RealNt::attributes_of(Target target, ULONG attributes, protocol::ArenaSpan path) {
    Frame& mine = frame(target);
    mine.name = {static_cast<USHORT>(path.bytes), static_cast<USHORT>(path.bytes), static_cast<PWSTR>(user(path))};
    mine.attributes = {sizeof(OBJECT_ATTRIBUTES), handle_from(target.handle), &mine.name,
                       attributes & ~ULONG{OBJ_KERNEL_HANDLE}, nullptr, nullptr};
    return &mine.attributes;
}

// ---- Files

/// Who is opening for a request: an open has no handle yet to cancel it by, so its thread is asked.
class RealNt::Opening {
  public:
    Opening(RealNt& calls, Target target)
        : opener_(calls.openers_[target.slot]), lock_(calls.cancel_lock_), self_(KeGetCurrentThread()) {
        opener_.store(self_, std::memory_order_seq_cst);  // pairs with try_to_cancel_open()
    }
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;
    /// Once this returns, nobody cancels what the thread does next.
    ~Opening() {
        PKTHREAD self = self_;
        if (opener_.compare_exchange_strong(self, nullptr, std::memory_order_acq_rel)) return;
        const Locked until_cancelled{lock_};
        opener_.store(nullptr, std::memory_order_relaxed);
    }

  private:
    std::atomic<PKTHREAD>& opener_;
    EX_PUSH_LOCK& lock_;
    const PKTHREAD self_;
};

/// The opener may be on its way to the driver: then it has nothing to cancel yet, and is asked again.
NTSTATUS RealNt::cancel_open(Target target) {
    constexpr int kTries = 500;
    NTSTATUS status = STATUS_NOT_FOUND;
    for (int i = 0; i < kTries && status == STATUS_NOT_FOUND; ++i) {
        if (i > 0) {
            LARGE_INTEGER pause = relative_ms(1);
            KeDelayExecutionThread(KernelMode, FALSE, &pause);
        }
        bool opening = false;
        status = try_to_cancel_open(target, opening);
        if (!opening) break;
    }
    return status;
}

NTSTATUS RealNt::try_to_cancel_open(Target target, bool& opening) {
    const Locked guard{cancel_lock_};
    std::atomic<PKTHREAD>& place = openers_[target.slot];
    PKTHREAD opener = place.load(std::memory_order_seq_cst);
    // Held, the thread does not leave the open.
    opening = opener != nullptr && place.compare_exchange_strong(opener, kHeld, std::memory_order_acq_rel);
    if (!opening) return STATUS_NOT_FOUND;
    HANDLE thread = nullptr;  // a handle of the client's, as we ask in the mode of its threads
    NTSTATUS status = ObOpenObjectByPointer(opener, 0, nullptr, THREAD_TERMINATE, *RslImportedThreadType, KernelMode, &thread);
    if (thread != nullptr) {
        status = NtCancelSynchronousIoFile(thread, nullptr, &frame(target).cancelled);
        NtClose(thread);
    }
    place.store(opener, std::memory_order_release);
    return status;
}

Outcome RealNt::open(Target target, const protocol::Open& body, const std::atomic<bool>& cancelled) {
    Frame& mine = fresh_frame(target);
    mine.number.QuadPart = static_cast<LONGLONG>(body.allocation_bytes);
    const Opening opening{*this, target};
    if (cancelled.load(std::memory_order_seq_cst)) return {STATUS_CANCELLED};  // pairs with try_to_cancel_open(): it saw nobody
    const NTSTATUS status = NtCreateFile(&mine.handle, body.desired_access,
                                         attributes_of(target, body.attributes, body.path), &mine.outcome,
                                         body.allocation_bytes != 0 ? &mine.number : nullptr, body.file_attributes,
                                         body.share_access, body.disposition, body.options, user(body.ea), body.ea.bytes);
    if (status < 0) return {status, is_error(status) ? 0 : mine.outcome.Information};
    return handle_of(target, status, mine.outcome.Information);
}

Outcome RealNt::transfer(Target target, const protocol::Transfer& body,
                         NTSTATUS(NTAPI* service)(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID,
                                                  ULONG, PLARGE_INTEGER, PULONG)) {
    Frame& mine = fresh_frame(target);
    mine.number.QuadPart = body.offset;
    mine.key = body.key;
    return outcome_of(target, service(handle_from(target.handle), nullptr, nullptr, cookie_of(target), &mine.outcome,
                                      user(body.buffer), body.buffer.bytes,
                                      (body.flags & protocol::kHasOffset) != 0 ? &mine.number : nullptr,
                                      (body.flags & protocol::kHasKey) != 0 ? &mine.key : nullptr));
}
Outcome RealNt::read(Target target, const protocol::Transfer& body) { return transfer(target, body, NtReadFile); }
Outcome RealNt::write(Target target, const protocol::Transfer& body) { return transfer(target, body, NtWriteFile); }

[[gnu::always_inline]] Outcome RealNt::io_control(Target target, const protocol::Control& body) {
    return outcome_of(target, NtDeviceIoControlFile(handle_from(target.handle), nullptr, nullptr, cookie_of(target),
                                                    &fresh_frame(target).outcome, body.code, input_of(body),
                                                    body.input.bytes, output_of(body), body.output.bytes));
}
Outcome RealNt::fs_control(Target target, const protocol::Control& body) {
    return outcome_of(target, NtFsControlFile(handle_from(target.handle), nullptr, nullptr, cookie_of(target),
                                              &fresh_frame(target).outcome, body.code, input_of(body),
                                              body.input.bytes, output_of(body), body.output.bytes));
}
Outcome RealNt::flush(Target target) {
    return outcome_of(target, NtFlushBuffersFile(handle_from(target.handle), &fresh_frame(target).outcome));
}
Outcome RealNt::query_information(Target target, const protocol::Information& body) {
    return outcome_of(target, NtQueryInformationFile(handle_from(target.handle), &fresh_frame(target).outcome,
                                                     user(body.buffer), body.buffer.bytes,
                                                     static_cast<FILE_INFORMATION_CLASS>(body.information_class)));
}
Outcome RealNt::set_information(Target target, const protocol::Information& body) {
    // The file's completion port is ours: a client's own completion lies on its side of the ring.
    if (body.information_class == FileCompletionInformation ||
        body.information_class == FileIoCompletionNotificationInformation) {
        return {STATUS_INVALID_INFO_CLASS};
    }
    return outcome_of(target, NtSetInformationFile(handle_from(target.handle), &fresh_frame(target).outcome,
                                                   user(body.buffer), body.buffer.bytes,
                                                   static_cast<FILE_INFORMATION_CLASS>(body.information_class)));
}
Outcome RealNt::query_volume(Target target, const protocol::Information& body) {
    return outcome_of(target, NtQueryVolumeInformationFile(handle_from(target.handle), &fresh_frame(target).outcome,
                                                           user(body.buffer), body.buffer.bytes,
                                                           static_cast<FS_INFORMATION_CLASS>(body.information_class)));
}
Outcome RealNt::set_volume(Target target, const protocol::Information& body) {
    return outcome_of(target, NtSetVolumeInformationFile(handle_from(target.handle), &fresh_frame(target).outcome,
                                                         user(body.buffer), body.buffer.bytes,
                                                         static_cast<FS_INFORMATION_CLASS>(body.information_class)));
}
Outcome RealNt::query_directory_file(Target target, const protocol::QueryDirectoryFile& body) {
    Frame& mine = fresh_frame(target);
    mine.name = {static_cast<USHORT>(body.pattern.bytes), static_cast<USHORT>(body.pattern.bytes),
                 static_cast<PWSTR>(user(body.pattern))};
    return outcome_of(target, NtQueryDirectoryFile(handle_from(target.handle), nullptr, nullptr, cookie_of(target),
                                                   &mine.outcome, user(body.buffer), body.buffer.bytes,
                                                   static_cast<FILE_INFORMATION_CLASS>(body.information_class),
                                                   (body.flags & protocol::kSingleEntry) != 0,
                                                   body.pattern.bytes != 0 ? &mine.name : nullptr,
                                                   (body.flags & protocol::kRestartScan) != 0));
}

Outcome RealNt::cancel(Target target, protocol::MessageId message) {
    if (message == protocol::MessageId::kWait || message == protocol::MessageId::kRegistryChanges) {
        KeSetEvent(&wait_cancelled_[target.slot], IO_NO_INCREMENT, FALSE);
        return {STATUS_SUCCESS};
    }
    if (message == protocol::MessageId::kOpen) return {cancel_open(target)};
    // Its own frame has to stay as it is: the request that it belongs to is under way.
    IO_STATUS_BLOCK ignored;
    return {ZwCancelIoFileEx(handle_from(target.handle), &frame(target).outcome, &ignored)};
}

}  // namespace rsl::server
