// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/bug_check_callbacks.hpp"

#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::ke {
namespace {

constinit SpinLock callback_lock{LockRank::kDpc};
constinit LIST_ENTRY callbacks = {};
constinit LIST_ENTRY reason_callbacks = {};

LIST_ENTRY& ready(LIST_ENTRY& head) {
    if (head.Flink == nullptr) list_initialize(head);
    return head;
}

template <typename Record>
bool add(LIST_ENTRY& head, Record& record) {
    InterruptLockGuard guard{callback_lock};
    if (record.State != BufferEmpty) return false;
    record.State = BufferInserted;
    list_push_back(ready(head), record.Entry);
    return true;
}

template <typename Record>
bool remove(Record& record) {
    InterruptLockGuard guard{callback_lock};
    if (record.State != BufferInserted) return false;
    record.State = BufferEmpty;
    list_remove(record.Entry);
    return true;
}

}  // namespace

bool add_bug_check_callback(KBUGCHECK_CALLBACK_RECORD& record) { return add(callbacks, record); }
bool remove_bug_check_callback(KBUGCHECK_CALLBACK_RECORD& record) { return remove(record); }
bool add_bug_check_reason_callback(KBUGCHECK_REASON_CALLBACK_RECORD& record) {
    return add(reason_callbacks, record);
}
bool remove_bug_check_reason_callback(KBUGCHECK_REASON_CALLBACK_RECORD& record) {
    return remove(record);
}

void run_bug_check_callbacks(uint32_t) {
    // No lock: the processor that held it may be stopped for ever. Reason callbacks contribute to a dump
    // file, which we do not write; they are kept and not called.
    LIST_ENTRY& head = ready(callbacks);
    for (LIST_ENTRY* at = head.Flink; at != &head; at = at->Flink) {
        auto& record = *CONTAINING_RECORD(at, KBUGCHECK_CALLBACK_RECORD, Entry);
        if (record.State != BufferInserted) continue;
        record.State = BufferStarted;
        record.CallbackRoutine(record.Buffer, record.Length);
        record.State = BufferFinished;
    }
}

}  // namespace rsl::ke
