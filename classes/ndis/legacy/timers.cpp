// SPDX-License-Identifier: GPL-2.0-only
// NDIS 5's timers, which drivers allocate. Those of an adapter run as its handlers do: not while
// another one does, if it is serialized.
#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/miniport.hpp"

using namespace rsl::ndis;
using namespace rsl::ndis::legacy;

namespace {

LARGE_INTEGER after(NDIS_UINT milliseconds) {
    constexpr LONGLONG kUnits = 10000;
    LARGE_INTEGER time;
    time.QuadPart = -(LONGLONG{milliseconds} * kUnits);
    return time;
}

void NTAPI adapter_timer_due(KDPC*, void* context, void* first, void* second) {
    const auto& timer = *static_cast<NDIS_MINIPORT_TIMER*>(context);
    Entered inside{miniport_of(timer.Miniport)};
    timer.MiniportTimerFunction(first, timer.MiniportTimerContext, second, nullptr);
}

}  // namespace

/// NdisInitializeTimer (ndis.h) prepares a timer.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the driver's memory, while the timer is set
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_timer_characteristics
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisInitializeTimer(PNDIS_TIMER Timer, PNDIS_TIMER_FUNCTION TimerFunction,
                                          PVOID FunctionContext) {
    KeInitializeTimer(&Timer->Timer);
    // A timer function takes a DPC routine's arguments, the DPC as its first.
    KeInitializeDpc(&Timer->Dpc, reinterpret_cast<PKDEFERRED_ROUTINE>(TimerFunction),
                    FunctionContext);
}

/// NdisSetTimer (ndis.h) lets the timer's function be called once; a timer that is set is set anew.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissettimerobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisSetTimer(PNDIS_TIMER Timer, NDIS_UINT MillisecondsToDelay) {
    KeSetTimer(&Timer->Timer, after(MillisecondsToDelay), &Timer->Dpc);
}

/// NdisSetTimerEx (ndis.h) sets a timer and the context that its function gets.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissettimerobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisSetTimerEx(PNDIS_TIMER Timer, NDIS_UINT MillisecondsToDelay,
                                     PVOID FunctionContext) {
    Timer->Dpc.DeferredContext = FunctionContext;
    NdisSetTimer(Timer, MillisecondsToDelay);
}

/// NdisSetPeriodicTimer (ndis.h) lets the timer's function be called every so many milliseconds.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissettimerobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisSetPeriodicTimer(PNDIS_TIMER Timer, NDIS_UINT MillisecondsPeriod) {
    KeSetTimerEx(&Timer->Timer, after(MillisecondsPeriod), static_cast<LONG>(MillisecondsPeriod),
                 &Timer->Dpc);
}

/// NdisCancelTimer (ndis.h) takes the time off a timer. Its function may be running.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  in TimerCancelled: TRUE when it was set
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceltimerobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCancelTimer(PNDIS_TIMER Timer, PBOOLEAN TimerCancelled) {
    *TimerCancelled = KeCancelTimer(&Timer->Timer);
}

/// NdisMInitializeTimer (ndis.h) prepares a timer of an adapter.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    the driver's memory, while the timer is set
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_timer_characteristics
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMInitializeTimer(PNDIS_MINIPORT_TIMER Timer,
                                           NDIS_HANDLE MiniportAdapterHandle,
                                           PNDIS_TIMER_FUNCTION TimerFunction,
                                           PVOID FunctionContext) {
    Timer->Miniport = &adapter_of(MiniportAdapterHandle)->block;
    Timer->MiniportTimerFunction = TimerFunction;
    Timer->MiniportTimerContext = FunctionContext;
    KeInitializeTimer(&Timer->Timer);
    KeInitializeDpc(&Timer->Dpc, &adapter_timer_due, Timer);
}

/// NdisMSetTimer (ndis.h) sets a timer of an adapter.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissettimerobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMSetTimer(PNDIS_MINIPORT_TIMER Timer, NDIS_UINT MillisecondsToDelay) {
    KeSetTimer(&Timer->Timer, after(MillisecondsToDelay), &Timer->Dpc);
}

/// NdisMSetPeriodicTimer (ndis.h) sets a timer of an adapter, again and again.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissettimerobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMSetPeriodicTimer(PNDIS_MINIPORT_TIMER Timer,
                                            NDIS_UINT MillisecondPeriod) {
    KeSetTimerEx(&Timer->Timer, after(MillisecondPeriod), static_cast<LONG>(MillisecondPeriod),
                 &Timer->Dpc);
}

/// NdisMCancelTimer (ndis.h) takes the time off a timer of an adapter. Its function may be running.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  in TimerCancelled: TRUE when it was set
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceltimerobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMCancelTimer(PNDIS_MINIPORT_TIMER Timer, PBOOLEAN TimerCancelled) {
    *TimerCancelled = KeCancelTimer(&Timer->Timer);
}
