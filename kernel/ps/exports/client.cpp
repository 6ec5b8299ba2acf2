// SPDX-License-Identifier: GPL-2.0-only
// Processes that stand for clients, for rslserver.sys (abi/private/rsl_kernel.h).
#include "abi/functions/export.h"
#include "abi/private/rsl_kernel.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ps/new_process.hpp"
#include "kernel/ps/notify.hpp"

using namespace rsl;

namespace {

std::u16string_view text_of(const UNICODE_STRING& string) { return {string.Buffer, string.Length / sizeof(WCHAR)}; }

}  // namespace

/// RslCreateClientProcess (rsl_kernel.h) makes the process object of a client.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES, or what a notify routine refused it with
///   Owner    the caller owns one reference, and ends the process by RslTerminateClientProcess
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT NTSTATUS NTAPI RslCreateClientProcess(PCUNICODE_STRING ImageName, ULONG64 ClientPid,
                                                 PEPROCESS* Process) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    auto process = ps::create_process({ImageName->Buffer, ImageName->Length / sizeof(WCHAR)}, ClientPid);
    if (!process) return process.failure().nt();
    *Process = reinterpret_cast<PEPROCESS>(process->release());
    return 0;
}

/// RslCreateProcess (rsl_kernel.h) makes the process object of a program with an identity of its own.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER for an id that is no Windows program's, STATUS_INVALID_CID for
///            one in use, STATUS_INSUFFICIENT_RESOURCES, or what a notify routine refused it with
///   Owner    as RslCreateClientProcess
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT NTSTATUS NTAPI RslCreateProcess(const RSL_CLIENT_PROCESS* Wanted, PEPROCESS* Process) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (Wanted->ProcessId >= ps::kFirstOwnId || Wanted->ProcessId % 4 != 0) return STATUS_INVALID_PARAMETER;
    ps::NewProcess wanted{.image = text_of(Wanted->Image),
                          .command_line = text_of(Wanted->CommandLine),
                          .client_pid = Wanted->ClientPid,
                          .id = Wanted->ProcessId};
    if (Wanted->ParentProcessId != 0) wanted.parent_id = Wanted->ParentProcessId;
    wanted.creator = Wanted->Creator;
    wanted.told = Wanted->Told != FALSE;
    auto process = ps::create_process(wanted);
    if (!process) return process.failure().nt();
    *Process = reinterpret_cast<PEPROCESS>(process->release());
    return STATUS_SUCCESS;
}

/// RslSetWow64Process (rsl_kernel.h): the process runs a 32-bit program.
///   IRQL     PASSIVE_LEVEL, before its first request
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT VOID NTAPI RslSetWow64Process(PEPROCESS Process, ULONG64 Peb32) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    reinterpret_cast<ps::Process*>(Process)->peb32.store(Peb32, std::memory_order_relaxed);
}

/// RslNotifyThread (rsl_kernel.h) tells thread notify routines of a thread of such a program.
///   IRQL     PASSIVE_LEVEL
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT VOID NTAPI RslNotifyThread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Created) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    ps::tell_thread({ProcessId, ThreadId}, Created);
}

/// RslNotifyImage (rsl_kernel.h) tells image notify routines of an image that such a program has mapped.
///   IRQL     PASSIVE_LEVEL
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT VOID NTAPI RslNotifyImage(HANDLE ProcessId, PCUNICODE_STRING Path, PVOID ImageBase, SIZE_T ImageBytes) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    ps::tell_image_loaded(text_of(*Path), reinterpret_cast<uint64_t>(ProcessId), ImageBase, ImageBytes);
}

/// RslWatchListeners (rsl_kernel.h): who is told what drivers have registered notify routines for.
///   IRQL     PASSIVE_LEVEL
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT VOID NTAPI RslWatchListeners(PRSL_LISTENERS_CHANGED Changed, PVOID Context) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    ps::watch_listeners(Changed, Context);
}

/// RslOnTermination (rsl_kernel.h): who is to be asked when a driver ends the process.
///   IRQL     PASSIVE_LEVEL, once, right after the process was made
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT VOID NTAPI RslOnTermination(PEPROCESS Process, PRSL_TERMINATION_ASKED Routine, PVOID Context) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    ps::TerminationRequest& request = reinterpret_cast<ps::Process*>(Process)->termination;
    request.context = Context;
    std::atomic_ref(request.ask).store(Routine, std::memory_order_release);  // pairs with ask_for_termination()
}

/// RslTerminateClientProcess (rsl_kernel.h) ends it: waits for its threads, then closes its handles.
///   IRQL     PASSIVE_LEVEL, in a thread of another process
///   Returns  nothing
///   Owner    the caller keeps its reference
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT VOID NTAPI RslTerminateClientProcess(PEPROCESS Process, NTSTATUS ExitStatus) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    ps::terminate_process(*reinterpret_cast<ps::Process*>(Process), ExitStatus);
}

/// RslCreateClientThread (rsl_kernel.h) starts a thread in it whose Nt calls are a user's.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_PROCESS_IS_TERMINATING, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller owns one reference
///   Source   docs/adr/0007-private-interface.md
///   Differs  not NT's
RSL_EXPORT NTSTATUS NTAPI RslCreateClientThread(PEPROCESS Process, PKSTART_ROUTINE Routine, PVOID Context,
                                                PETHREAD* Thread) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    auto& process = *reinterpret_cast<ps::Process*>(Process);
    if (process.exiting.load(std::memory_order_relaxed)) return STATUS_PROCESS_IS_TERMINATING;
    auto thread = ps::create_thread(process, Routine, Context, UserMode);
    if (!thread) return thread.failure().nt();
    *Thread = reinterpret_cast<PETHREAD>(static_cast<ps::Thread*>(thread->release()));
    return 0;
}
