// SPDX-License-Identifier: GPL-2.0-only
// Processes and threads as objects. The system process owns the kernel's threads; every client of
// the VM has a process of ours with its own handles and lower-half addresses.
#pragma once

#include <atomic>
#include <cstdint>

#include "abi/types/ps.h"
#include "abi/types/se.h"
#include "kernel/io/process_io.hpp"
#include "kernel/io/thread_io.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::se {
class Token;
}
namespace rsl::ob {
class OwnObjects;
}

namespace rsl::ps {

/// What NtSetInformationProcess sets and NtQueryInformationProcess tells again. Read alone, at any time.
struct ProcessSettings {
    std::atomic<uint32_t> hard_error_mode = 1;
    std::atomic<uint32_t> io_priority = 2;    // IoPriorityNormal
    std::atomic<uint32_t> page_priority = 5;  // MEMORY_PRIORITY_NORMAL
    std::atomic<uint32_t> boost_disabled = 0;
    std::atomic<uint32_t> critical = 0;       // its end is a bug check
    std::atomic<uint64_t> affinity = 0;       // of new threads; 0: all
    std::atomic<uint64_t> quota_used[2] = {};  // nonpaged, paged: what drivers charged
};
/// The same of a thread.
struct ThreadSettings {
    std::atomic<uint32_t> io_priority = 2;
    std::atomic<uint32_t> page_priority = 5;
    std::atomic<uint32_t> critical = 0;
    std::atomic<bool> hidden_from_debugger = false;
    // A hint about energy that costs no time here: control mask in the high half, state mask in the low one.
    std::atomic<uint64_t> power_throttling = 0;
};

/// How a client's process is ended by a driver: the server, whose it is, is asked to.
struct TerminationRequest {
    void(NTAPI* ask)(PVOID context) = nullptr;  // set once, before the process can be opened by others
    PVOID context = nullptr;
    std::atomic<bool> asked = false;
    int32_t exit_status = 0;  // of the one who asked
};

/// A process. PEPROCESS and PKPROCESS point at it.
class Process : public ob::Object<Process> {
  public:
    static ob::ObjectType kType;
    DISPATCHER_HEADER header;  // ProcessObject: signalled when it has ended
    uint64_t page_table_root = 0;
    uint64_t id = 0;           // multiple of 4; the system process is 4
    ob::HandleTable* handles = nullptr;
    std::atomic<ob::OwnObjects*> own_objects = nullptr;  // set once; one share
    mm::AddressSpace* address_space = nullptr;  // nullptr: the system process
    char16_t image_name[64] = {};               // as the client says: file name part
    uint64_t client_pid = 0;                    // on Linux; 0 for the system process
    int32_t exit_status = 0x103;
    LIST_ENTRY threads = {};   // guarded by thread_list_lock (thread.hpp)
    ListHook all_processes_hook;  // guarded by the process list's lock
    int64_t create_time = 0;
    int64_t exit_time = 0;
    uint64_t parent_id = 0;
    uint32_t session_id = 0;
    std::atomic<bool> exiting = false;  // from the moment its end has begun
    std::atomic<uint32_t> exit_holds = 0;  // hold_exit() without release_exit()
    char ansi_name[16] = {};            // what PsGetProcessImageFileName shows: 15 characters
    se::Token* token = nullptr;         // one reference; never changes
    ProcessSettings settings;
    TerminationRequest termination;
    io::ProcessIo io;
    std::atomic<uint64_t> peb32 = 0;  // in its memory; 0: no 32-bit program (WoW64). A value that changes once, guards nothing
    // A Windows program's: its own threads are announced, those that serve it here are nobody's business.
    bool announced = false;
};

/// Whom a thread acts for (impersonation.hpp).
struct ThreadImpersonation {
    se::Token* token = nullptr;  // one reference
    SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
    bool copy_on_open = false;
    bool effective_only = false;
};

/// A thread. PETHREAD and PKTHREAD point at it.
class Thread : public ob::Object<Thread>, public ke::Thread {
  public:
    static ob::ObjectType kType;
    CLIENT_ID client_id = {};
    LIST_ENTRY process_entry = {};
    int32_t exit_status = 0x103;
    int64_t create_time = 0;
    Thread* next_by_id = nullptr;  // guarded by thread_list_lock
    io::ThreadIo requests;
    ThreadSettings settings;
    ThreadImpersonation impersonation;        // guarded by the impersonation lock
    std::atomic<bool> impersonating = false;  // whether there is a token in it
};

Process& system_process();
/// The process in whose context the running thread is (attachment counts).
Process& current_process();
Thread& current_thread();

/// One reference, or nothing. A process is found until its end has begun. IRQL <= DISPATCH_LEVEL.
Ref<Process> find_process(uint64_t id);
/// Calls visit(context, process) for each process, in order of creation, holding no lock but a
/// reference. PASSIVE_LEVEL.
void each_process(void (*visit)(void* context, Process& process), void* context);
/// The same for the threads of one process.
void each_thread(Process& process, void (*visit)(void* context, Thread& thread), void* context);

/// Makes a client's process: handle table, address space, id, notify routines run. PASSIVE_LEVEL.
Result<Ref<Process>> create_process(std::u16string_view image_name, uint64_t client_pid);
/// Ends it: waits for its threads, closes handles, signals, runs notify routines. PASSIVE_LEVEL, not in
/// a thread of the process. A second call does nothing.
void terminate_process(Process& process, int32_t exit_status);

/// For NtTerminateProcess: asks for a client's end, which then comes from its server. <= APC_LEVEL.
/// STATUS_PROCESS_IS_TERMINATING: it has been asked for before; STATUS_ACCESS_DENIED: it is not a client's process.
Result<void> ask_for_termination(Process& process, int32_t exit_status);

/// Keeps a process from ending, unless it is ending already. release_exit() undoes it. IRQL <= APC_LEVEL.
bool hold_exit(Process& process);
void release_exit(Process& process);

/// Starts a thread in a process. `previous_mode` UserMode: Nt* calls that it makes see a user caller.
Result<Ref<Thread>> create_thread(Process& process, PKSTART_ROUTINE routine, void* context,
                                  KPROCESSOR_MODE previous_mode);

}  // namespace rsl::ps
