// SPDX-License-Identifier: GPL-2.0-only
// Inbv...: the boot screen, which a VM without a display has not. Text goes to the log; nobody owns
// anything.
//   IRQL     any
//   Source   names and uses in public drivers; no page describes these
#include <atomic>

#include "abi/functions/hal_machine.h"
#include "abi/functions/ke.h"

namespace {
// What callers get back when they change it. On its own: nothing depends on the order.
constinit std::atomic<ULONG> g_text_color = 15;
constinit std::atomic<BOOLEAN> g_text_enabled = TRUE;
}  // namespace

RSL_EXPORT BOOLEAN NTAPI InbvIsBootDriverInstalled() { return FALSE; }
RSL_EXPORT VOID NTAPI InbvAcquireDisplayOwnership() {}
RSL_EXPORT BOOLEAN NTAPI InbvCheckDisplayOwnership() { return FALSE; }
RSL_EXPORT VOID NTAPI InbvNotifyDisplayOwnershipLost(PVOID Callback) {}
RSL_EXPORT BOOLEAN NTAPI InbvResetDisplay() { return FALSE; }
RSL_EXPORT VOID NTAPI InbvInstallDisplayStringFilter(PVOID Filter) {}
RSL_EXPORT VOID NTAPI InbvSetScrollRegion(ULONG X1, ULONG Y1, ULONG X2, ULONG Y2) {}
RSL_EXPORT VOID NTAPI InbvSolidColorFill(ULONG X1, ULONG Y1, ULONG X2, ULONG Y2, ULONG Color) {}

/// InbvEnableDisplayString, InbvSetTextColor return what was set before.
RSL_EXPORT BOOLEAN NTAPI InbvEnableDisplayString(BOOLEAN Enable) {
    return g_text_enabled.exchange(Enable, std::memory_order_relaxed);
}
RSL_EXPORT ULONG NTAPI InbvSetTextColor(ULONG Color) {
    return g_text_color.exchange(Color, std::memory_order_relaxed);
}
/// InbvDisplayString returns whether the text was taken.
RSL_EXPORT BOOLEAN NTAPI InbvDisplayString(PCSZ String) {
    if (!g_text_enabled.load(std::memory_order_relaxed)) return FALSE;
    DbgPrint("%s", String);
    return TRUE;
}
