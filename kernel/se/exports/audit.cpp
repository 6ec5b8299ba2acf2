// SPDX-License-Identifier: GPL-2.0-only
// Auditing. The VM has no audit policy: nothing is being audited, so no message is ever necessary
// and no handle has to be reported when it closes. Logon sessions, whose end drivers may be told
// of.
#include "abi/functions/export.h"
#include "abi/functions/se.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/se/logon_session.hpp"

using namespace rsl;

/// SeAuditingFileEvents (ntifs.h) tells whether opens of files are being audited.
///   IRQL     PASSIVE_LEVEL
///   Returns  FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seauditingfileevents
///   Differs  there is no audit policy to turn it on
RSL_EXPORT BOOLEAN NTAPI SeAuditingFileEvents(BOOLEAN, PSECURITY_DESCRIPTOR) { return FALSE; }

/// SeAuditingFileOrGlobalEvents (ntifs.h) tells whether file or global events are being audited.
///   IRQL     PASSIVE_LEVEL
///   Returns  FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seauditingfileorglobalevents
///   Differs  there is no audit policy to turn it on
RSL_EXPORT BOOLEAN NTAPI SeAuditingFileOrGlobalEvents(BOOLEAN, PSECURITY_DESCRIPTOR,
                                                      PSECURITY_SUBJECT_CONTEXT) {
    return FALSE;
}

/// SeAuditingHardLinkEvents (ntifs.h) tells whether hard links are being audited.
///   IRQL     PASSIVE_LEVEL
///   Returns  FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seauditinghardlinkevents
///   Differs  there is no audit policy to turn it on
RSL_EXPORT BOOLEAN NTAPI SeAuditingHardLinkEvents(BOOLEAN, PSECURITY_DESCRIPTOR) { return FALSE; }

/// SeOpenObjectAuditAlarm (ntifs.h) reports an attempt to open an object, if that is audited.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing; FALSE in GenerateOnClose: the close is not to be reported
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seopenobjectauditalarm
///   Differs  there is no audit policy to turn it on
RSL_EXPORT VOID NTAPI SeOpenObjectAuditAlarm(PUNICODE_STRING, PVOID, PUNICODE_STRING,
                                             PSECURITY_DESCRIPTOR, PACCESS_STATE, BOOLEAN, BOOLEAN,
                                             KPROCESSOR_MODE, PBOOLEAN GenerateOnClose) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *GenerateOnClose = FALSE;
}

/// SeOpenObjectForDeleteAuditAlarm (ntifs.h) is SeOpenObjectAuditAlarm for an open that deletes.
///   IRQL     PASSIVE_LEVEL
///   Returns  as SeOpenObjectAuditAlarm
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seopenobjectfordeleteauditalarm
///   Differs  as SeOpenObjectAuditAlarm
RSL_EXPORT VOID NTAPI SeOpenObjectForDeleteAuditAlarm(PUNICODE_STRING, PVOID, PUNICODE_STRING,
                                                      PSECURITY_DESCRIPTOR, PACCESS_STATE, BOOLEAN,
                                                      BOOLEAN, KPROCESSOR_MODE,
                                                      PBOOLEAN GenerateOnClose) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *GenerateOnClose = FALSE;
}

/// SeDeleteObjectAuditAlarm (ntifs.h) reports that an object is deleted, if that is audited.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-sedeleteobjectauditalarm
///   Differs  there is no audit policy to turn it on
RSL_EXPORT VOID NTAPI SeDeleteObjectAuditAlarm(PVOID, HANDLE) { RSL_IRQL_AT_MOST(APC_LEVEL); }

/// SeCloseObjectAuditAlarm (ntosp.h) reports that a handle is closed, if its open was.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   public headers; as SeDeleteObjectAuditAlarm is documented
///   Differs  there is no audit policy to turn it on
RSL_EXPORT VOID NTAPI SeCloseObjectAuditAlarm(PVOID, HANDLE, BOOLEAN) { RSL_IRQL_AT_MOST(APC_LEVEL); }

/// SeGetCachedSigningLevel (ntifs.h) tells how a file was found to be signed, if somebody looked.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_NOT_FOUND: nobody keeps a signing level with a file here
///   Source   public headers (ntifs.h)
///   Differs  there is no code integrity service to keep one
RSL_EXPORT NTSTATUS NTAPI SeGetCachedSigningLevel(PFILE_OBJECT, PULONG, PUCHAR, PUCHAR, PULONG, PULONG) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return STATUS_NOT_FOUND;
}

/// SeMarkLogonSessionForTerminationNotification (ntifs.h) asks to be told when a logon session ends.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-semarklogonsessionforterminationnotification
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeMarkLogonSessionForTerminationNotification(PLUID LogonId) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return se::mark_logon(*LogonId).status().nt();
}

/// SeRegisterLogonSessionTerminatedRoutine (ntifs.h) registers what is called when a marked session ends.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seregisterlogonsessionterminatedroutine
///   Differs  64 routines at most
RSL_EXPORT NTSTATUS NTAPI
SeRegisterLogonSessionTerminatedRoutine(PSE_LOGON_SESSION_TERMINATED_ROUTINE CallbackRoutine) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (CallbackRoutine == nullptr) return STATUS_INVALID_PARAMETER;
    return se::add_logon_routine({.plain = CallbackRoutine}).status().nt();
}

/// SeUnregisterLogonSessionTerminatedRoutine (ntifs.h) undoes SeRegisterLogonSessionTerminatedRoutine.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES (not registered)
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-seunregisterlogonsessionterminatedroutine
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI
SeUnregisterLogonSessionTerminatedRoutine(PSE_LOGON_SESSION_TERMINATED_ROUTINE CallbackRoutine) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (CallbackRoutine == nullptr) return STATUS_INVALID_PARAMETER;
    return se::remove_logon_routine({.plain = CallbackRoutine}).status().nt();
}

/// SeRegisterLogonSessionTerminatedRoutineEx (ntifs.h) is the same for a routine with a context.
///   IRQL     PASSIVE_LEVEL
///   Returns  as SeRegisterLogonSessionTerminatedRoutine
///   Source   public headers (ntifs.h)
///   Differs  64 routines at most
RSL_EXPORT NTSTATUS NTAPI SeRegisterLogonSessionTerminatedRoutineEx(
    PSE_LOGON_SESSION_TERMINATED_ROUTINE_EX CallbackRoutine, PVOID Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (CallbackRoutine == nullptr) return STATUS_INVALID_PARAMETER;
    return se::add_logon_routine({.extended = CallbackRoutine, .context = Context}).status().nt();
}

/// SeUnregisterLogonSessionTerminatedRoutineEx (ntifs.h) undoes
/// SeRegisterLogonSessionTerminatedRoutineEx.
///   IRQL     PASSIVE_LEVEL
///   Returns  as SeUnregisterLogonSessionTerminatedRoutine
///   Source   public headers (ntifs.h)
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI SeUnregisterLogonSessionTerminatedRoutineEx(
    PSE_LOGON_SESSION_TERMINATED_ROUTINE_EX CallbackRoutine, PVOID Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (CallbackRoutine == nullptr) return STATUS_INVALID_PARAMETER;
    return se::remove_logon_routine({.extended = CallbackRoutine, .context = Context})
        .status()
        .nt();
}
