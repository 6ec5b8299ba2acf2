// SPDX-License-Identifier: GPL-2.0-only
// Processes by pointer: who runs, who a process is, finding one.
#include "abi/functions/export.h"
#include "abi/functions/ps.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/se/token.hpp"

#include <cstring>

using namespace rsl;

namespace {

ps::Process& of(PEPROCESS process) { return *reinterpret_cast<ps::Process*>(process); }
PEPROCESS nt(ps::Process& process) { return reinterpret_cast<PEPROCESS>(&process); }
PVOID peb32_of(const ps::Process& process) { return reinterpret_cast<PVOID>(process.peb32.load(std::memory_order_relaxed)); }

}  // namespace

/// PsGetCurrentProcess (wdm.h): the process in whose context the running thread is.
///   IRQL     any
///   Returns  the process, not referenced
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentprocess
///   Differs  nothing known
RSL_EXPORT PEPROCESS NTAPI PsGetCurrentProcess(VOID) { return nt(ps::current_process()); }
/// IoGetCurrentProcess (wdm.h): the same under the name that the macro has.
///   IRQL     any
///   Returns  as PsGetCurrentProcess
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetcurrentprocess
///   Differs  nothing known
RSL_EXPORT PEPROCESS NTAPI IoGetCurrentProcess(VOID) { return nt(ps::current_process()); }

/// PsGetCurrentProcessId (ntddk.h): the identifier of the running thread's own process.
///   IRQL     any
///   Returns  the identifier; attachment does not count
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentprocessid
///   Differs  nothing known
RSL_EXPORT HANDLE NTAPI PsGetCurrentProcessId(VOID) { return ps::current_thread().client_id.UniqueProcess; }

/// PsGetCurrentProcessSessionId (ntifs.h): the session of the current process.
///   IRQL     any
///   Returns  0 for the system, 1 for clients
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psgetcurrentprocesssessionid
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI PsGetCurrentProcessSessionId(VOID) { return ps::current_process().session_id; }

/// PsGetProcessId (ntddk.h): the identifier of a process.
///   IRQL     any
///   Returns  the identifier
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetprocessid
///   Differs  nothing known
RSL_EXPORT HANDLE NTAPI PsGetProcessId(PEPROCESS Process) { return reinterpret_cast<HANDLE>(of(Process).id); }

/// PsGetProcessInheritedFromUniqueProcessId: the identifier of the process that made this one.
///   IRQL     any
///   Returns  the identifier; clients come from the system
///   Source   learn.microsoft.com/windows/win32/api/winternl/nf-winternl-ntqueryinformationprocess
///   Differs  nothing known
RSL_EXPORT HANDLE NTAPI PsGetProcessInheritedFromUniqueProcessId(PEPROCESS Process) {
    return reinterpret_cast<HANDLE>(of(Process).parent_id);
}

/// PsGetProcessSessionId: the session of a process.
///   IRQL     any
///   Returns  0 for the system, 1 for clients
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psgetcurrentprocesssessionid
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI PsGetProcessSessionId(PEPROCESS Process) { return of(Process).session_id; }
/// PsGetProcessSessionIdEx: the same, or MAXULONG when a process has none.
///   IRQL     any
///   Returns  as PsGetProcessSessionId
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psgetcurrentprocesssessionid
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI PsGetProcessSessionIdEx(PEPROCESS Process) { return of(Process).session_id; }

/// PsGetProcessImageFileName: the first 15 characters of the file name, in ANSI.
///   IRQL     any
///   Returns  a string that lives as long as the process
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  nothing known
RSL_EXPORT UCHAR* NTAPI PsGetProcessImageFileName(PEPROCESS Process) {
    return reinterpret_cast<UCHAR*>(of(Process).ansi_name);
}

/// SeLocateProcessImageName (ntifs.h) allocates the full image name of a process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller frees the string with ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-selocateprocessimagename
///   Differs  the name is what the client said of itself, without a device path
RSL_EXPORT NTSTATUS NTAPI SeLocateProcessImageName(PEPROCESS Process, PUNICODE_STRING* ImageFileName) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const std::u16string_view name = of(Process).image_name;
    const auto bytes = static_cast<USHORT>(name.size() * sizeof(WCHAR));
    void* memory = mm::allocate(sizeof(UNICODE_STRING) + bytes + sizeof(WCHAR), mm::pool_tag("SePn"));
    if (memory == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    auto* string = static_cast<UNICODE_STRING*>(memory);
    *string = {.Length = bytes,
               .MaximumLength = static_cast<USHORT>(bytes + sizeof(WCHAR)),
               .Buffer = reinterpret_cast<PWSTR>(string + 1)};
    std::memcpy(string->Buffer, name.data(), bytes);
    string->Buffer[name.size()] = 0;
    *ImageFileName = string;
    return STATUS_SUCCESS;
}

/// PsGetProcessCreateTimeQuadPart (ntddk.h): when a process was made, in NT time.
///   IRQL     any
///   Returns  100 ns units since 1601
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetprocesscreatetimequadpart
///   Differs  nothing known
RSL_EXPORT LONGLONG NTAPI PsGetProcessCreateTimeQuadPart(PEPROCESS Process) { return of(Process).create_time; }

/// PsGetProcessExitTime (ntddk.h): when the current process ended.
///   IRQL     any
///   Returns  100 ns units since 1601, 0 while it runs
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetprocessexittime
///   Differs  nothing known
RSL_EXPORT LARGE_INTEGER NTAPI PsGetProcessExitTime(VOID) {
    return LARGE_INTEGER{.QuadPart = ps::current_process().exit_time};
}

/// PsGetProcessExitStatus (ntifs.h): what a process ended with.
///   IRQL     any
///   Returns  STATUS_PENDING while it runs
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psgetprocessexitstatus
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsGetProcessExitStatus(PEPROCESS Process) { return of(Process).exit_status; }

/// PsGetProcessExitProcessCalled: whether its end has begun.
///   IRQL     any
///   Returns  TRUE or FALSE
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsGetProcessExitProcessCalled(PEPROCESS Process) {
    return of(Process).exiting.load(std::memory_order_relaxed) ? TRUE : FALSE;
}

/// PsGetProcessSectionBaseAddress: where the process' image is mapped.
///   IRQL     any
///   Returns  nullptr: a client's image is on Linux and not in the VM
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  as said
RSL_EXPORT PVOID NTAPI PsGetProcessSectionBaseAddress(PEPROCESS) { return nullptr; }
/// PsGetProcessPeb: the process environment block in user memory.
///   IRQL     any
///   Returns  nullptr: as for a system process, there is none in the VM
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  as said
RSL_EXPORT struct _PEB* NTAPI PsGetProcessPeb(PEPROCESS) { return nullptr; }
/// PsGetProcessWow64Process: the 32-bit half of a process.
///   IRQL     any
///   Returns  the address of its 32-bit process environment block, in its memory; nullptr for a 64-bit program
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetProcessWow64Process(PEPROCESS Process) { return peb32_of(of(Process)); }
/// PsGetCurrentProcessWow64Process: the same for the current process.
///   IRQL     any
///   Returns  as PsGetProcessWow64Process
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetCurrentProcessWow64Process(VOID) { return peb32_of(ps::current_process()); }
/// PsGetProcessDebugPort: the debugger of a process.
///   IRQL     any
///   Returns  nullptr: none is attached in the VM
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI PsGetProcessDebugPort(PEPROCESS) { return nullptr; }
/// PsIsProcessBeingDebugged: whether a debugger is attached.
///   IRQL     any
///   Returns  FALSE
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsIsProcessBeingDebugged(PEPROCESS) { return FALSE; }
/// PsIsProtectedProcess: whether the process is a protected one.
///   IRQL     any
///   Returns  FALSE: there are none
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, protected processes
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsIsProtectedProcess(PEPROCESS) { return FALSE; }
/// PsIsProtectedProcessLight: whether it is a protected light one.
///   IRQL     any
///   Returns  FALSE: there are none
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, protected processes
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsIsProtectedProcessLight(PEPROCESS) { return FALSE; }
/// PsIsSystemProcess: whether it is the system process.
///   IRQL     any
///   Returns  TRUE or FALSE
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, processes
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsIsSystemProcess(PEPROCESS Process) {
    return &of(Process) == &ps::system_process() ? TRUE : FALSE;
}
/// PsLookupProcessByProcessId (ntifs.h) finds a process and references it.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_CID
///   Owner    the caller owns the reference
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-pslookupprocessbyprocessid
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsLookupProcessByProcessId(HANDLE ProcessId, PEPROCESS* Process) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto process = ps::find_process(reinterpret_cast<uint64_t>(ProcessId));
    if (!process) return STATUS_INVALID_CID;
    *Process = nt(*process.release());
    return STATUS_SUCCESS;
}

/// PsAcquireProcessExitSynchronization (ntddk.h) keeps a process from ending.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_PROCESS_IS_TERMINATING
///   Owner    the caller releases it
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psacquireprocessexitsynchronization
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PsAcquireProcessExitSynchronization(PEPROCESS Process) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ps::hold_exit(of(Process)) ? STATUS_SUCCESS : STATUS_PROCESS_IS_TERMINATING;
}
/// PsReleaseProcessExitSynchronization (ntddk.h) lets it end.
///   IRQL     <= APC_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psreleaseprocessexitsynchronization
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsReleaseProcessExitSynchronization(PEPROCESS Process) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ps::release_exit(of(Process));
}

/// PsGetVersion (ntddk.h): which NT this is.
///   IRQL     any
///   Returns  TRUE for a checked build: FALSE
///   Owner    the caller owns the string's buffer; the service pack's name is empty
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetversion
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PsGetVersion(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber,
                                      PUNICODE_STRING CSDVersion) {
    if (MajorVersion != nullptr) *MajorVersion = 10;
    if (MinorVersion != nullptr) *MinorVersion = 0;
    if (BuildNumber != nullptr) *BuildNumber = 19045;
    if (CSDVersion != nullptr) *CSDVersion = {};
    return FALSE;
}

/// PsReferencePrimaryToken (ntifs.h): the token of a process, referenced.
///   IRQL     PASSIVE_LEVEL
///   Returns  the token
///   Owner    the caller, until PsDereferencePrimaryToken
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psreferenceprimarytoken
///   Differs  nothing known
RSL_EXPORT PACCESS_TOKEN NTAPI PsReferencePrimaryToken(PEPROCESS Process) {
    se::Token* token = of(Process).token;
    token->add_reference();
    return token;
}
/// PsDereferencePrimaryToken (ntifs.h) gives it back.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psdereferenceprimarytoken
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PsDereferencePrimaryToken(PACCESS_TOKEN PrimaryToken) { ob::dereference(PrimaryToken); }
