// SPDX-License-Identifier: GPL-2.0-only
// The life of a process:
//
//     create_process() --> listed, threads come and go --> terminate_process():
//         exiting --> threads gone --> notify --> handles closed --> signalled, unlisted --> freed with
//                                                                      the last reference
#include "kernel/ps/process.hpp"

#include "abi/types/status.h"

#include <algorithm>
#include <array>

#include "abi/types/bugcheck.h"
#include "kernel/arch/paging.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/clock.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ke/threads.hpp"
#include "kernel/ob/own_objects.hpp"
#include "kernel/ps/new_process.hpp"
#include "kernel/ps/notify.hpp"
#include "kernel/ps/startup.hpp"
#include "kernel/ps/thread.hpp"
#include "kernel/rtl/unicode.hpp"
#include "kernel/se/token.hpp"

// Exported; declared here because its public declaration has NT's opaque type.
extern "C" rsl::ps::Process* PsInitialSystemProcess;

namespace rsl::ps {
namespace {

constexpr uint64_t kSystemId = 4;

constinit ke::SpinLock process_list_lock{ke::LockRank::kProcess};
constinit IntrusiveList<Process, &Process::all_processes_hook> processes
    RSL_GUARDED_BY(process_list_lock);
constinit Process* the_system_process = nullptr;

void destroy(void* body) {
    auto& process = *static_cast<Process*>(body);
    // A process that was refused or whose making failed was never ended.
    if (process.handles != nullptr) process.handles->destroy();
    if (auto* objects = process.own_objects.load(std::memory_order_relaxed); objects != nullptr) objects->drop();
    if (process.address_space != nullptr) process.address_space->destroy();
    if (process.token != nullptr) process.token->drop_reference();
    if (void* port = process.io.port.load(std::memory_order_relaxed); port != nullptr) ob::dereference(port);
    process.~Process();
}

void set_name(Process& process, std::u16string_view name) {
    const size_t slash = name.find_last_of(u"\\/");
    if (slash != std::u16string_view::npos) name.remove_prefix(slash + 1);
    const size_t length = std::min(name.size(), std::size(process.image_name) - 1);
    std::copy_n(name.begin(), length, process.image_name);
    for (size_t i = 0; i < std::min(length, std::size(process.ansi_name) - 1); ++i)
        process.ansi_name[i] = rtl::unicode_to_ansi(name[i]);
}

Result<Ref<Process>> allocate_process(std::u16string_view name, uint64_t id) {
    auto process = RSL_TRY(ob::make_object<Process>(0));
    process->header.Type = ProcessObject;
    process->header.Size = sizeof(DISPATCHER_HEADER) / sizeof(LONG);
    process->header.WaitListHead.Flink = process->header.WaitListHead.Blink =
        &process->header.WaitListHead;
    process->threads.Flink = process->threads.Blink = &process->threads;
    process->id = id;
    process->create_time = static_cast<int64_t>(ke::system_time_now());
    set_name(*process, name);
    process->handles = RSL_TRY(ob::HandleTable::create(*process));
    return process;
}

/// False: there is one of this identifier.
bool list_process(Process& process) {
    ke::InterruptLockGuard guard{process_list_lock};
    for (const Process& other : processes) {
        if (other.id == process.id) return false;
    }
    processes.push_back(process);
    return true;
}
void unlist_process(Process& process) {
    ke::InterruptLockGuard guard{process_list_lock};
    if (process.all_processes_hook.is_linked()) processes.remove(process);
}

Thread& thread_of(LIST_ENTRY* entry) {
    // Thread has two bases, both at offset 0 or behind one another: what our compilers lay out as C does.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winvalid-offsetof"
    return *CONTAINING_RECORD(entry, Thread, process_entry);
#pragma clang diagnostic pop
}

Ref<Thread> first_thread(Process& process) {
    ke::SpinLockGuard guard{thread_list_lock};
    if (process.threads.Flink == &process.threads) return {};
    return Ref<Thread>(thread_of(process.threads.Flink));
}

/// Drivers that hold the exit off are short of it, and nobody signals when they let go.
void wait_for_holds(Process& process) {
    constexpr uint64_t kPauseNs = 1'000'000;
    ke::Event never(ke::Event::Kind::kNotification);
    while (process.exit_holds.load() != 0)  // sequentially consistent with hold_exit()
        never.wait(ke::Deadline::after_ns(kPauseNs));
}

}  // namespace

constinit ob::ObjectType Process::kType{
    .name = u"Process",
    .pool_tag = mm::pool_tag("Proc"),
    .mapping = {STANDARD_RIGHTS_READ | PROCESS_VM_READ | PROCESS_QUERY_INFORMATION,
                STANDARD_RIGHTS_WRITE | PROCESS_CREATE_PROCESS | PROCESS_CREATE_THREAD |
                    PROCESS_VM_OPERATION | PROCESS_VM_WRITE | PROCESS_DUP_HANDLE |
                    PROCESS_TERMINATE | PROCESS_SET_QUOTA | PROCESS_SET_INFORMATION,
                STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION,
                PROCESS_ALL_ACCESS},
    .valid_access = PROCESS_ALL_ACCESS,
    .wait_offset = 0,
    .destroy = &destroy,
};

Process& system_process() { return *the_system_process; }
[[gnu::always_inline]] Process& current_process() { return *ke::current_thread().attached_process; }

Result<void> initialize() {
    auto process = RSL_TRY(allocate_process(u"System", kSystemId));
    process->page_table_root = arch::kernel_root();
    process->token = Ref<se::Token>(se::system_token()).release();
    RSL_CHECK(list_process(*process));
    PsInitialSystemProcess = the_system_process = process.release();  // for ever
    ob::register_type(Thread::kType);
    return {};
}

Result<Ref<Process>> create_process(std::u16string_view image_name, uint64_t client_pid) {
    return create_process({.image = image_name, .command_line = {}, .client_pid = client_pid});
}

Result<Ref<Process>> create_process(const NewProcess& wanted) {
    auto process = RSL_TRY(allocate_process(wanted.image, wanted.id != 0 ? wanted.id : next_client_id()));
    process->client_pid = wanted.client_pid;
    process->parent_id = wanted.parent_id;
    process->announced = wanted.id != 0;
    if (wanted.id != 0) process->handles->begin_above(kForeignHandles);
    process->session_id = 1;  // services have 0; whoever opens a device has logged on
    process->address_space = RSL_TRY(mm::AddressSpace::create());
    process->page_table_root = process->address_space->root();
    process->token = RSL_TRY(se::create_client_token()).release();
    if (!list_process(*process)) return Status{STATUS_INVALID_CID};
    process->add_reference();  // the list's, until terminate_process()
    if (!wanted.told) return process;
    if (auto agreed = tell_process_created(*process, wanted); !agreed) {
        terminate_process(*process, agreed.failure().nt());
        return agreed.failure();
    }
    return process;
}

void terminate_process(Process& process, int32_t exit_status) {
    RSL_CHECK(&process != the_system_process && &process != &current_process());
    if (process.exiting.exchange(true)) {  // another one does it
        ke::wait_one(process.header, ke::Deadline::never());
        return;
    }
    if (process.settings.critical.load(std::memory_order_relaxed) != 0) {
        ke::bug_check(CRITICAL_PROCESS_DIED, reinterpret_cast<uint64_t>(&process), 0, 0, 0,
                      {.explanation = "a process ended that a driver had marked as critical"});
    }
    wait_for_holds(process);
    while (const auto thread = first_thread(process)) {
        ke::wait_one(thread->header, ke::Deadline::never());
    }
    process.exit_status = process.termination.asked.load(std::memory_order_acquire) ? process.termination.exit_status : exit_status;
    process.exit_time = static_cast<int64_t>(ke::system_time_now());
    tell_process_ended(process);
    {
        KAPC_STATE attached;  // drivers see who it was that left
        ke::attach(process, attached);
        process.handles->close_all();
        ke::detach(attached);
    }
    unlist_process(process);
    ke::set_event(reinterpret_cast<KEVENT&>(process.header), IO_NO_INCREMENT);
    process.drop_reference();
}

Result<void> ask_for_termination(Process& process, int32_t exit_status) {
    TerminationRequest& request = process.termination;
    const auto ask = std::atomic_ref(request.ask).load(std::memory_order_acquire);  // pairs with RslOnTermination
    if (ask == nullptr) return Status::kAccessDenied;
    if (!hold_exit(process)) return Status(STATUS_PROCESS_IS_TERMINATING);  // held: the server's context lives until we are through
    Result<void> result = Status(STATUS_PROCESS_IS_TERMINATING);
    bool expected = false;
    if (request.asked.compare_exchange_strong(expected, true, std::memory_order_acq_rel)) {  // pairs with terminate_process()
        request.exit_status = exit_status;
        ask(request.context);
        result = {};
    }
    release_exit(process);
    return result;
}

bool hold_exit(Process& process) {
    process.exit_holds.fetch_add(1);
    if (!process.exiting.load()) return true;
    process.exit_holds.fetch_sub(1);
    return false;
}
void release_exit(Process& process) { process.exit_holds.fetch_sub(1); }

Ref<Process> find_process(uint64_t id) {
    ke::InterruptLockGuard guard{process_list_lock};
    for (Process& process : processes) {
        if (process.id == id) return Ref<Process>(process);  // the list holds a reference
    }
    return {};
}

void each_process(void (*visit)(void* context, Process& process), void* context) {
    // The next one is found by identifier: the list changes meanwhile.
    uint64_t last = 0;
    for (;;) {
        Ref<Process> next;
        {
            ke::InterruptLockGuard guard{process_list_lock};
            Process* least = nullptr;
            for (Process& process : processes) {
                if (process.id > last && (least == nullptr || process.id < least->id)) least = &process;
            }
            if (least != nullptr) next = Ref<Process>(*least);
        }
        if (!next) return;
        last = next->id;
        visit(context, *next);
    }
}

void each_thread(Process& process, void (*visit)(void* context, Thread& thread), void* context) {
    uint64_t last = 0;
    for (;;) {
        Ref<Thread> next;
        {
            ke::SpinLockGuard guard{thread_list_lock};
            for (LIST_ENTRY* at = process.threads.Flink; at != &process.threads; at = at->Flink) {
                Thread& thread = thread_of(at);
                if (reinterpret_cast<uint64_t>(thread.client_id.UniqueThread) <= last) continue;
                next = Ref<Thread>(thread);
                break;
            }
        }
        if (!next) return;
        last = reinterpret_cast<uint64_t>(next->client_id.UniqueThread);
        visit(context, *next);
    }
}

}  // namespace rsl::ps
