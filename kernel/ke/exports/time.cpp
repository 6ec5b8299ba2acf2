// SPDX-License-Identifier: GPL-2.0-only
// What time it is.
#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "abi/types/shared_data.h"
#include "abi/types/status.h"
#include "kernel/ke/clock.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

namespace {
constexpr ULONG kIncrement = static_cast<ULONG>(ke::kTickNs / 100);
}

/// KeQueryTimeIncrement (wdm.h) tells how many 100 ns units a tick of KeQueryTickCount has.
///   IRQL     any
///   Returns  156250
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerytimeincrement
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeQueryTimeIncrement(VOID) { return kIncrement; }

/// KeQuerySystemTime (wdm.h) tells the system time (UTC, 100 ns since 1601).
///   IRQL     any
///   Returns  nothing; the time in CurrentTime
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerysystemtime
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeQuerySystemTime(PLARGE_INTEGER CurrentTime) {
    CurrentTime->QuadPart = static_cast<LONGLONG>(ke::system_time_now());
}

/// KeQuerySystemTimePrecise (wdm.h) tells the system time to less than a microsecond.
///   IRQL     any
///   Returns  nothing; the time in CurrentTime
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerysystemtimeprecise
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime) {
    CurrentTime->QuadPart = static_cast<LONGLONG>(ke::system_time_now());
}

/// KeQueryInterruptTime (wdm.h) tells the time since the start.
///   IRQL     any
///   Returns  100 ns units
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryinterrupttime
///   Differs  nothing known
RSL_EXPORT ULONGLONG NTAPI KeQueryInterruptTime(VOID) { return ke::interrupt_time_now(); }

/// KeQueryInterruptTimePrecise (wdm.h) tells the time since the start to less than a microsecond.
///   IRQL     any
///   Returns  100 ns units; the performance counter in QpcTimeStamp
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryinterrupttimeprecise
///   Differs  nothing known
RSL_EXPORT ULONGLONG NTAPI KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp) {
    const ULONGLONG now = ke::interrupt_time_now();
    *QpcTimeStamp = now;  // the performance counter counts the same units (KUSER_SHARED_DATA.QpcFrequency)
    return now;
}

/// KeQueryUnbiasedInterruptTime (wdm.h) tells the time since the start without sleep.
///   IRQL     any
///   Returns  100 ns units
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryunbiasedinterrupttime
///   Differs  nothing known
RSL_EXPORT ULONGLONG NTAPI KeQueryUnbiasedInterruptTime(VOID) { return ke::interrupt_time_now(); }

/// KeQueryUnbiasedInterruptTimePrecise (wdm.h) tells the time since the start without sleep.
///   IRQL     any
///   Returns  100 ns units; the performance counter in QpcTimeStamp
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryunbiasedinterrupttimeprecise
///   Differs  nothing known
RSL_EXPORT ULONGLONG NTAPI KeQueryUnbiasedInterruptTimePrecise(PULONG64 QpcTimeStamp) {
    return KeQueryInterruptTimePrecise(QpcTimeStamp);
}

/// KeQueryTickCount (wdm.h) tells how many ticks there were since the start.
///   IRQL     any
///   Returns  nothing; the number in CurrentCount
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerytickcount
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeQueryTickCount(PLARGE_INTEGER CurrentCount) {
    CurrentCount->QuadPart = static_cast<LONGLONG>(arch::now_ns() / ke::kTickNs);
}

/// ExSystemTimeToLocalTime (wdm.h) turns UTC into local time.
///   IRQL     any
///   Returns  nothing; the time in LocalTime
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exsystemtimetolocaltime
///   Differs  the machine's time zone is UTC
RSL_EXPORT VOID NTAPI ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime) {
    *LocalTime = *SystemTime;
}

/// ExLocalTimeToSystemTime (wdm.h) turns local time into UTC.
///   IRQL     any
///   Returns  nothing; the time in SystemTime
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exlocaltimetosystemtime
///   Differs  the machine's time zone is UTC
RSL_EXPORT VOID NTAPI ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime) {
    *SystemTime = *LocalTime;
}

/// ExSetTimerResolution (wdm.h) asks for finer timers, or gives that up.
///   IRQL     <= APC_LEVEL
///   Returns  the resolution, 100 ns units
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exsettimerresolution
///   Differs  timers are exact always: there is no period to shorten
RSL_EXPORT ULONG NTAPI ExSetTimerResolution(ULONG DesiredTime, BOOLEAN SetResolution) { return 5000; }

/// ExQueryTimerResolution (wdm.h) tells what ExSetTimerResolution can do.
///   IRQL     any
///   Returns  nothing; 100 ns units in the arguments
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exquerytimerresolution
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ExQueryTimerResolution(PULONG MaximumTime, PULONG MinimumTime, PULONG CurrentTime) {
    *MaximumTime = kIncrement;
    *MinimumTime = 5000;
    *CurrentTime = 5000;
}

/// NtQuerySystemTime (ntos.h) tells the system time.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ACCESS_VIOLATION
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQuerySystemTime(PLARGE_INTEGER SystemTime) {
    LARGE_INTEGER now;
    now.QuadPart = static_cast<LONGLONG>(ke::system_time_now());
    return ps::write_out(SystemTime, now, ps::previous_mode()).status().nt();
}

/// ZwQuerySystemTime (ntos.h) tells the system time.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwQuerySystemTime(PLARGE_INTEGER SystemTime) {
    return ps::as_kernel(NtQuerySystemTime, SystemTime);
}

// data: KeTickCount ntddk.h volatile KSYSTEM_TIME KeTickCount
volatile KSYSTEM_TIME KeTickCount = {};
