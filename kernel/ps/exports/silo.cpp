// SPDX-License-Identifier: GPL-2.0-only
// Silos: containers of jobs. There is one, the host, which its documentation names nullptr.
#include "abi/functions/export.h"
#include "abi/functions/ps_object.h"

/// PsGetHostSilo (ntddk.h) names the host silo.
///   IRQL     any
///   Returns  nullptr, which stands for the host
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgethostsilo
///   Differs  nothing known: no server silo is ever made here
RSL_EXPORT PESILO NTAPI PsGetHostSilo(VOID) { return nullptr; }
/// PsIsHostSilo (ntddk.h) tells whether a silo is the host.
///   IRQL     any
///   Returns  TRUE for nullptr
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psishostsilo
///   Differs  nothing known: no server silo is ever made here
RSL_EXPORT BOOLEAN NTAPI PsIsHostSilo(PESILO Silo) { return Silo == nullptr ? TRUE : FALSE; }
/// PsGetCurrentSilo (ntddk.h) names the silo of the running thread.
///   IRQL     any
///   Returns  nullptr: it is in the host
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentsilo
///   Differs  nothing known: no server silo is ever made here
RSL_EXPORT PESILO NTAPI PsGetCurrentSilo(VOID) { return nullptr; }
/// PsGetCurrentServerSilo (ntddk.h) names the server silo of the running thread.
///   IRQL     any
///   Returns  nullptr: it is in the host
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentserversilo
///   Differs  nothing known: no server silo is ever made here
RSL_EXPORT PESILO NTAPI PsGetCurrentServerSilo(VOID) { return nullptr; }
/// PsGetEffectiveServerSilo (ntddk.h) names the server silo that a silo is in.
///   IRQL     any
///   Returns  nullptr: the host
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgeteffectiveserversilo
///   Differs  nothing known: no server silo is ever made here
RSL_EXPORT PESILO NTAPI PsGetEffectiveServerSilo(PESILO) { return nullptr; }
/// PsGetThreadServerSilo (ntddk.h) names the server silo of a thread.
///   IRQL     any
///   Returns  nullptr: it is in the host
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetthreadserversilo
///   Differs  nothing known: no server silo is ever made here
RSL_EXPORT PESILO NTAPI PsGetThreadServerSilo(PETHREAD) { return nullptr; }
/// PsGetParentSilo (ntddk.h) names the silo around a job.
///   IRQL     any
///   Returns  nullptr: the host
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetparentsilo
///   Differs  nothing known: no server silo is ever made here
RSL_EXPORT PESILO NTAPI PsGetParentSilo(PEJOB) { return nullptr; }
/// PsAttachSiloToCurrentThread (ntddk.h) lets the running thread act in a silo.
///   IRQL     any
///   Returns  the silo before, for PsDetachSiloFromCurrentThread: nullptr, the host
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psattachsilotocurrentthread
///   Differs  nothing known: no server silo is ever made here
RSL_EXPORT PESILO NTAPI PsAttachSiloToCurrentThread(PESILO) { return nullptr; }
/// PsDetachSiloFromCurrentThread (ntddk.h) undoes PsAttachSiloToCurrentThread.
///   IRQL     any
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psdetachsilofromcurrentthread
///   Differs  nothing known: no server silo is ever made here
RSL_EXPORT VOID NTAPI PsDetachSiloFromCurrentThread(PESILO) {}
