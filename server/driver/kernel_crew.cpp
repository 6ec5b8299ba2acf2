// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/kernel_crew.hpp"

namespace rsl::server {
namespace {

constexpr ULONG kHostPeer = 1;
constexpr ULONG kDoorbellRegister = 3;

}  // namespace

KernelCrew::KernelCrew(RSL_DOORBELL& doorbell, const Duties& duties) : doorbell_(doorbell), duties_(duties) {
    KeInitializeQueue(&queue_, 1);
    KeInitializeEvent(&bell_, SynchronizationEvent, FALSE);
    KeInsertQueue(&queue_, &lead_);
}

Lead KernelCrew::take_lead() {
    for (;;) {
        LIST_ENTRY* entry = KeRemoveQueue(&queue_, KernelMode, nullptr);
        if (entry == &lead_) return Lead::kTaken;
        if (entry != &end_) continue;  // STATUS_USER_APC and the like
        KeInsertQueue(&queue_, &end_);  // for the next one
        return Lead::kSessionEnded;
    }
}

void KernelCrew::offer_lead() { KeInsertQueue(&queue_, &lead_); }

bool KernelCrew::add_worker() {
    if (thread_count_ == threads_.size() || dismissed_.load(std::memory_order_relaxed)) return false;
    PETHREAD thread = nullptr;
    if (RslCreateClientThread(process_, &KernelCrew::run, this, &thread) < 0) return false;
    threads_[thread_count_++] = thread;
    return true;
}

VOID NTAPI KernelCrew::run(PVOID context) {
    const Duties& duties = static_cast<KernelCrew*>(context)->duties_;
    duties.work(duties.context);
    PsTerminateSystemThread(0);
}

void KernelCrew::dismiss() {
    if (dismissed_.exchange(true, std::memory_order_relaxed)) return;
    KeInsertQueue(&queue_, &end_);
    duties_.ended(duties_.context);
}

void KernelCrew::sleep() {
    KeWaitForSingleObject(&bell_, UserRequest, KernelMode, FALSE, nullptr);
}

void KernelCrew::wake() { KeSetEvent(&bell_, EVENT_INCREMENT, FALSE); }

void KernelCrew::ring_client() { doorbell_.Registers[kDoorbellRegister] = kHostPeer << 16; }

void KernelCrew::yield() { ZwYieldExecution(); }

bool KernelCrew::wait_for_threads(int64_t milliseconds) {
    for (; thread_count_ > 0; --thread_count_) {
        PETHREAD thread = threads_[thread_count_ - 1];
        LARGE_INTEGER timeout = relative_ms(milliseconds);
        if (KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, &timeout) == STATUS_TIMEOUT) return false;
        ObDereferenceObject(thread);
    }
    return true;
}

void KernelCrew::cancel_blocked_calls() {
    for (uint32_t i = 0; i < thread_count_; ++i) {
        HANDLE handle;
        if (ObOpenObjectByPointer(threads_[i], OBJ_KERNEL_HANDLE, nullptr, THREAD_TERMINATE, *RslImportedThreadType,
                                  KernelMode, &handle) < 0) {
            continue;
        }
        IO_STATUS_BLOCK ignored;
        NtCancelSynchronousIoFile(handle, nullptr, &ignored);  // the keeper's own mode is KernelMode
        ZwClose(handle);
    }
}

}  // namespace rsl::server
