/* SPDX-License-Identifier: GPL-2.0-only */
/* With nf-ntddk-rtlwalkframechain. */
#include "conformance.h"

static __attribute__((noinline)) USHORT Capture(ULONG Skip, ULONG Count, PVOID* Frames,
                                                PULONG Hash) {
    USHORT captured = RtlCaptureStackBackTrace(Skip, Count, Frames, Hash);
    __asm__ volatile("" ::: "memory");
    return captured;
}

static BOOLEAN IsOurs(PVOID Address) {
    return (PUCHAR)Address >= (PUCHAR)ConformanceDriver->DriverStart &&
           (PUCHAR)Address < (PUCHAR)ConformanceDriver->DriverStart + ConformanceDriver->DriverSize;
}

CONFORMANCE(RtlCaptureStackBackTrace, CapturesReturnAddresses) {
    PVOID frames[62], skipped[62];
    ULONG hash = 0, again = 0, i, sum = 0;
    USHORT count = Capture(0, 62, frames, &hash);
    REQUIRE(count >= 3);
    CHECK(IsOurs(frames[0]));
    CHECK(IsOurs(frames[1]));
    for (i = 0; i < count; i++) sum += (ULONG)(ULONG_PTR)frames[i];
    CHECK(hash != 0 && sum != 0);
    CHECK_EQ(Capture(1, 62, skipped, &again), count - 1);
    CHECK(IsOurs(skipped[0]));
    CHECK_EQ(skipped[1], frames[2]);
    CHECK_EQ(Capture(0, 1, frames, NULL), 1);
    CHECK_EQ(Capture(200, 62, frames, NULL), 0);
}

CONFORMANCE(RtlWalkFrameChain, WalksTheKernelStack) {
    PVOID frames[8];
    ULONG count = RtlWalkFrameChain(frames, 8, 0);
    REQUIRE(count >= 2);
    CHECK(IsOurs(frames[0]));
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlWalkFrameChain(frames, 1, 0), 1));
}
