// SPDX-License-Identifier: GPL-2.0-only
// Timers.
#include "kernel/ke/timer.hpp"

#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "kernel/ke/irql.hpp"

using namespace rsl;

/// KeInitializeTimer (wdm.h) makes a notification timer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializetimer
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeTimer(PKTIMER Timer) { ke::initialize_timer(*Timer, NotificationTimer); }

/// KeInitializeTimerEx (wdm.h) makes a timer of either type.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializetimerex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type) {
    ke::initialize_timer(*Timer, Type);
}

/// KeSetTimer (wdm.h) starts a timer for a relative (negative) or absolute time.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it ran already and was moved
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesettimer
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::set_timer(*Timer, DueTime, 0, Dpc);
}

/// KeSetTimerEx (wdm.h) starts a timer that repeats every Period milliseconds if that is not 0.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it ran already and was moved
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesettimerex
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::set_timer(*Timer, DueTime, Period > 0 ? static_cast<uint32_t>(Period) : 0, Dpc);
}

/// KeSetCoalescableTimer (wdm.h) starts a timer that may be late by TolerableDelay.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it ran already and was moved
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetcoalescabletimer
///   Differs  never late on purpose: the delay is not used
RSL_EXPORT BOOLEAN NTAPI KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
                                               ULONG TolerableDelay, PKDPC Dpc) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::set_timer(*Timer, DueTime, Period, Dpc);
}

/// KeCancelTimer (wdm.h) stops a timer; its DPC may be queued or running all the same.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it ran
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kecanceltimer
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeCancelTimer(PKTIMER Timer) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::cancel_timer(*Timer);
}

/// KeReadStateTimer (wdm.h) reads whether a timer is signalled.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it is
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereadstatetimer
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeReadStateTimer(PKTIMER Timer) { return Timer->Header.SignalState != 0; }
