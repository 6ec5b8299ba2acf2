// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ps/thread.hpp"

#include "abi/types/bugcheck.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/clock.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ps/impersonation.hpp"
#include "kernel/ps/new_process.hpp"
#include "kernel/ps/notify.hpp"

namespace rsl::ps {

constinit ke::SpinLock thread_list_lock{ke::LockRank::kProcess};

namespace {

// NT's kernel stacks have 24 KB. Ours have 32: drivers are built for 24, and below them is our own code,
// compiled without Microsoft's compiler.
constexpr uint64_t kStackBytes = 32 * 1024;

constinit std::atomic<uint64_t> last_id = kFirstOwnId;  // the system process has 4

// All running threads by identifier.
struct Bucket {
    Thread* first = nullptr;
};
constexpr size_t kBuckets = 64;
constinit Bucket buckets[kBuckets] RSL_GUARDED_BY(thread_list_lock);

size_t bucket_of(uint64_t id) { return id / 4 % kBuckets; }
uint64_t id_of(const Thread& thread) {
    return reinterpret_cast<uint64_t>(thread.client_id.UniqueThread);
}

void link_locked(Thread& thread, Process& process) RSL_REQUIRES(thread_list_lock) {
    LIST_ENTRY& head = process.threads;
    if (head.Flink == nullptr) head.Flink = head.Blink = &head;
    thread.process_entry.Flink = &head;
    thread.process_entry.Blink = head.Blink;
    head.Blink->Flink = &thread.process_entry;
    head.Blink = &thread.process_entry;
    Bucket& bucket = buckets[bucket_of(id_of(thread))];
    thread.next_by_id = bucket.first;
    bucket.first = &thread;
}

void unlink_locked(Thread& thread) RSL_REQUIRES(thread_list_lock) {
    thread.process_entry.Flink->Blink = thread.process_entry.Blink;
    thread.process_entry.Blink->Flink = thread.process_entry.Flink;
    Thread** at = &buckets[bucket_of(id_of(thread))].first;
    while (*at != &thread) at = &(*at)->next_by_id;
    *at = thread.next_by_id;
}

void destroy(void* body) {
    auto* const thread = static_cast<Thread*>(body);
    drop_impersonation(*thread);
    if (thread->stack_top != nullptr) mm::free_stack(thread->stack_top, thread->stack_bytes);
    if (thread->process != nullptr) thread->process->drop_reference();
    thread->~Thread();
}

}  // namespace

constinit ob::ObjectType Thread::kType{
    .name = u"Thread",
    .pool_tag = mm::pool_tag("Thre"),
    .mapping = {STANDARD_RIGHTS_READ | THREAD_GET_CONTEXT | THREAD_QUERY_INFORMATION,
                STANDARD_RIGHTS_WRITE | THREAD_TERMINATE | THREAD_SUSPEND_RESUME | THREAD_ALERT |
                    THREAD_SET_INFORMATION | THREAD_SET_CONTEXT,
                STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, THREAD_ALL_ACCESS},
    .valid_access = THREAD_ALL_ACCESS,
    .wait_offset = 0,
    .destroy = &destroy,
};

Thread& current_thread() { return static_cast<Thread&>(ke::current_thread()); }

uint64_t next_client_id() { return last_id.fetch_add(4, std::memory_order_relaxed) + 4; }

Result<Ref<Thread>> prepare_thread(Process& process, PKSTART_ROUTINE routine, void* context,
                                   KPROCESSOR_MODE previous_mode) {
    Ref<Thread> thread = RSL_TRY(ob::make_object<Thread>(0));
    void* const stack = RSL_TRY(mm::allocate_stack(kStackBytes));
    process.add_reference();
    ke::initialize_thread(*thread, process, stack, kStackBytes, routine, context);
    thread->previous_mode = previous_mode;
    if (const uint64_t affinity = process.settings.affinity.load(std::memory_order_relaxed); affinity != 0) {
        thread->affinity = thread->user_affinity = affinity;
    }
    thread->boost_disabled = process.settings.boost_disabled.load(std::memory_order_relaxed) != 0;
    thread->system_thread = &process == &system_process();
    thread->client_id.UniqueProcess = reinterpret_cast<HANDLE>(process.id);
    thread->client_id.UniqueThread = reinterpret_cast<HANDLE>(next_client_id());
    thread->create_time = static_cast<int64_t>(ke::system_time_now());
    return thread;
}

void run_thread(Thread& thread) {
    thread.add_reference();  // its own, which the reaper drops when it has ended
    {
        ke::SpinLockGuard guard{thread_list_lock};
        link_locked(thread, *thread.process);
    }
    tell_thread_created(thread);
    ke::ready_thread(thread);
}

Result<Ref<Thread>> create_thread(Process& process, PKSTART_ROUTINE routine, void* context,
                                  KPROCESSOR_MODE previous_mode) {
    Ref<Thread> thread = RSL_TRY(prepare_thread(process, routine, context, previous_mode));
    run_thread(*thread);
    return thread;
}

void thread_ends(Thread& thread, int32_t exit_status) {
    if (thread.settings.critical.load(std::memory_order_relaxed) != 0) {
        ke::bug_check(CRITICAL_OBJECT_TERMINATION, 6, reinterpret_cast<uint64_t>(&thread), 0, 0,
                      {.explanation = "a thread ended that a driver had marked as critical"});
    }
    io::thread_exiting();
    tell_thread_ends(thread);
    thread.exit_status = exit_status;
    ke::SpinLockGuard guard{thread_list_lock};
    unlink_locked(thread);
}

Ref<Thread> find_thread(uint64_t id) {
    ke::SpinLockGuard guard{thread_list_lock};
    for (Thread* at = buckets[bucket_of(id)].first; at != nullptr; at = at->next_by_id) {
        if (id_of(*at) == id) return Ref<Thread>{*at};
    }
    return {};
}

void each_thread(void (*visit)(void* context, Thread& thread), void* context) {
    ke::SpinLockGuard guard{thread_list_lock};
    for (const Bucket& bucket : buckets) {
        for (Thread* at = bucket.first; at != nullptr; at = at->next_by_id) visit(context, *at);
    }
}

}  // namespace rsl::ps
