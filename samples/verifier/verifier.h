// SPDX-License-Identifier: GPL-2.0-only
// verifier: a driver with one mistake for each I/O control code, as drivers make them. Makes \\.\Verifier. For
// seeing what Driver Verifier says, and for tests that it says the right thing. Never load it where you care.
//
// The code of a mistake is 0x222000 + 4 * its number. Behind each: the bug check to expect, with its first
// parameter (the fourth for C1). Those marked "unload" show when the driver is unloaded, those marked "queue"
// send a request to the driver queue.sys, which has to be loaded.
#pragma once

// mingw-w64 defines these in every file that includes it; a driver of several files has them once too often.
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntddk.h>

// mingw-w64 makes inline functions of these, which write the processor's register; drivers of the WDK import
// them, and only what is imported can be verified.
extern KIRQL(NTAPI* __imp_KfRaiseIrql)(KIRQL NewIrql);
extern VOID(NTAPI* __imp_KeLowerIrql)(KIRQL NewIrql);
#undef KeRaiseIrql
#undef KeLowerIrql
#define KeRaiseIrql(NewIrql, OldIrql) (*(OldIrql) = __imp_KfRaiseIrql(NewIrql))
#define KeLowerIrql(NewIrql) __imp_KeLowerIrql(NewIrql)

enum VerifierBug {
    // pool.c
    PoolOverrunWrite,          // CD
    PoolOverrunRead,           // CD
    PoolUnderrunWrite,         // CD
    PoolUseAfterFree,          // CC
    PoolOverrunInSlack,        // C1 24
    PoolUnderrunSeenAtFree,    // C1 23
    PoolDoubleFree,            // C4 13
    PoolFreeOfNoPool,          // C4 10
    PoolZeroBytes,             // C4 0
    PoolPagedAtDispatch,       // C4 1
    PoolFreePagedAtDispatch,   // C4 11
    PoolLeak,                  // C4 62, unload
    PoolMdlLeak,               // C4 62, unload
    PoolPagedTouchedRaised,    // D1
    PoolTimerInFreed,          // C7 0
    PoolDpcInFreed,            // C7 1
    PoolResourceInFreed,       // C4 D2
    PoolLookasideInFreed,      // C4 CC
    PoolTimerLeft,             // C7 0 or 2, unload
    PoolLookasideLeft,         // C4 CC, unload
    PoolResourceTwice,         // C4 D0
    PoolListEntryOverrun,      // CD
    // level.c
    LevelPageableCode,         // D1
    LevelRaiseDownwards,       // C4 30
    LevelLowerUpwards,         // C4 31
    LevelLowerInDpc,           // C4 31
    LevelAcquireRaised,        // C4 42
    LevelReleaseTwice,         // C4 32
    LevelAcquireAtDpcLevel,    // C4 40
    LevelReleaseFromDpcLevel,  // C4 41
    LevelFastMutexAcquire,     // C4 33
    LevelFastMutexRelease,     // C4 34
    LevelWaitForEver,          // C4 121
    LevelWaitWithTimeout,      // C4 122
    LevelWaitRaised,           // C4 120
    LevelCriticalRegion,       // C4 11A
    LevelLeaveWithoutEnter,    // C4 3E
    LevelKernelCall,           // C4 E5
    LevelZwCall,               // C4 E6
    LevelSetEvent,             // C4 80
    // lock.c
    LockTwoSpinLocks,          // C4 1001
    LockThreeMutexes,          // C4 1001
    LockMutexObjects,          // C4 1001
    LockTwice,                 // C4 1000
    LockResourceUpgrade,       // C4 1000
    LockInitializedHeld,       // C4 1005
    LockThreadEnded,           // C4 100A
    LockReleaseUnowned,        // C4 1007
    LockReleaseOutOfOrder,     // C4 1003
    LockFreedWhileHeld,        // C4 100B
    LockMixedKinds,            // C4 1008
    // irp.c
    IrpCompletedTwice,         // 44
    IrpCompletedPending,       // C9 6
    IrpCompletedCancelable,    // C9 7
    IrpCompletedRaised,        // C9 E
    IrpPendingNotMarked,       // C9 23D
    IrpMarkedNotPending,       // C9 23E
    IrpOtherStatus,            // C9 224
    IrpStatusOfNone,           // C9 225
    IrpForgotten,              // C9 226
    IrpInformationTooLarge,    // C9 312
    IrpReturnedRaised,         // C9 5
    IrpReturnedInRegion,       // C4 C5
    IrpReturnedInterruptsOff,  // C4 C1
    IrpSentCancelable,         // C9 203
    IrpSentWithoutStack,       // C9 208
    IrpSentToNobody,           // C9 204
    IrpSentTwice,              // C9 205, queue
    IrpCompletedBeneath,       // C9 209, queue
    IrpCopiedByHand,           // C9 207
    IrpControlBitsLeft,        // C9 206
    IrpPendingNotPropagated,   // C9 228
    IrpRoutineRaises,          // C4 FA
    IrpUserAddress,            // C4 E2
    IrpFreedOnThread,          // C9 2
    IrpFreedInUse,             // C9 20B
    IrpFreedAsPool,            // C4 105
    IrpFreedTwice,             // CC
    IrpInitializedAgain,       // C9 20D
    IrpLeak,                   // C4 62, unload
    // object.c
    ObjectUserHandle,          // C4 F6
    ObjectNullHandle,          // C4 F5
    ObjectStaleHandle,         // 93
    ObjectClosedTwice,         // 93
    ObjectWaitOnStack,         // C4 123
    ObjectZwUserAddress,       // C4 E3
    ObjectZwBadString,         // C4 E4
    ObjectDeletedTwice,        // C9 240
    ObjectDetachedFromNothing, // C9 202
    ObjectDeletedAttached,     // C9 201
    ObjectTimerTwice,          // C9 A
    // mdl.c
    MdlUnlockedUnlocked,       // C4 7C
    MdlLockedNonpaged,         // C4 B0
    MdlFreedMapped,            // C4 B8
    MdlPagesLeftLocked,        // CB, unload
    MdlBuiltForPaged,          // C4 7F
    MdlMappedOrBugCheck,       // C4 82
    // dma.c
    DmaAdapterLeft,            // E6 11, unload
    DmaUsedAfterPut,           // E6 18
    DmaBufferLeak,             // E6 7
    DmaBufferOverrun,          // E6 F
    DmaBufferFreedTwice,       // E6 3
    DmaWrongLevel,             // E6 13
    DmaTooManyRegisters,       // E6 C
    DmaTwoChannels,            // E6 B
    DmaZeroLength,             // E6 21
    DmaNotLocked,              // E6 E
    DmaOutsideMdl,             // E6 1B
    DmaFlushUnmapped,          // E6 20
    DmaNotFlushed,             // E6 D
    DmaChannelFreedTwice,      // E6 4
    VerifierBugs
};

#define IOCTL_VERIFIER(bug) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (bug), METHOD_BUFFERED, FILE_ANY_ACCESS)
// Not a mistake: out, four ULONGs: what MmIsDriverVerifying, MmIsDriverVerifyingByAddress,
// MmIsDriverSuspectForVerifier and MmIsVerifierEnabled (its flags) say of this driver.
#define IOCTL_VERIFIER_ASK CTL_CODE(FILE_DEVICE_UNKNOWN, 0xF00, METHOD_BUFFERED, FILE_ANY_ACCESS)
// Not a mistake either: everything done right (clean.c).
#define IOCTL_VERIFIER_CLEAN CTL_CODE(FILE_DEVICE_UNKNOWN, 0xF01, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define VERIFIER_TAG 'girV'

// One mistake. Returns what the dispatch routine returns; *Finished is set when the IRP is not to be completed
// by the caller any more.
typedef NTSTATUS VERIFIER_BUG(PDEVICE_OBJECT DeviceObject, PIRP Irp, PBOOLEAN Finished);

VERIFIER_BUG PoolBug, LevelBug, LockBug, IrpBug, ObjectBug, MdlBug, DmaBug;
enum VerifierBug BugOf(PIRP Irp);
VOID CleanInitialize(VOID);
NTSTATUS Clean(PDEVICE_OBJECT DeviceObject);
