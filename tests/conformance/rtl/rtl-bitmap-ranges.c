/* SPDX-License-Identifier: GPL-2.0-only */
/* Bitmap routines of wdm.h that no page describes. */
#include "conformance.h"

#define BITS(words, count) {count, words}
NTSYSAPI ULONG NTAPI RtlNumberOfSetBitsInRange(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                               ULONG Length);
NTSYSAPI ULONG NTAPI RtlNumberOfClearBitsInRange(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                                 ULONG Length);
NTSYSAPI VOID NTAPI RtlCopyBitMap(PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit);
NTSYSAPI VOID NTAPI RtlExtractBitMap(PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit,
                                     ULONG NumberOfBits);
NTSYSAPI VOID NTAPI RtlInterlockedSetBitRun(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                            ULONG NumberToSet);
NTSYSAPI VOID NTAPI RtlInterlockedClearBitRun(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                              ULONG NumberToClear);

CONFORMANCE(RtlNumberOfSetBitsInRange, CountsInsideTheRange) {
    ULONG words[2] = {0xF0F0, 0x1};
    RTL_BITMAP map = BITS(words, 64);
    CHECK_EQ(RtlNumberOfSetBitsInRange(&map, 0, 64), 9);
    CHECK_EQ(RtlNumberOfSetBitsInRange(&map, 5, 8), 4);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlNumberOfSetBitsInRange(&map, 32, 0), 0));
}

CONFORMANCE(RtlNumberOfClearBitsInRange, CountsInsideTheRange) {
    ULONG words[2] = {0xF0F0, 0x1};
    RTL_BITMAP map = BITS(words, 64);
    CHECK_EQ(RtlNumberOfClearBitsInRange(&map, 0, 64), 55);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlNumberOfClearBitsInRange(&map, 5, 8), 4));
}

CONFORMANCE(RtlCopyBitMap, CopiesToAPlace) {
    ULONG from[1] = {0xA5}, to[2] = {0xFFFFFFFF, 0xFFFFFFFF};
    RTL_BITMAP source = BITS(from, 8), destination = BITS(to, 64);
    AT_IRQL(DISPATCH_LEVEL, RtlCopyBitMap(&source, &destination, 28));
    CHECK_EQ(to[0], 0x5FFFFFFF);
    CHECK_EQ(to[1], 0xFFFFFFFA);
}

CONFORMANCE(RtlExtractBitMap, CopiesFromAPlace) {
    ULONG from[2] = {0x5FFFFFFF, 0xFFFFFFFA}, to[1] = {0xFFFFFF00};
    RTL_BITMAP source = BITS(from, 64), destination = BITS(to, 32);
    AT_IRQL(DISPATCH_LEVEL, RtlExtractBitMap(&source, &destination, 28, 8));
    CHECK_EQ(to[0], 0xFFFFFFA5);
}

CONFORMANCE(RtlInterlockedSetBitRun, SetsARange) {
    ULONG words[2] = {0, 0};
    RTL_BITMAP map = BITS(words, 64);
    AT_IRQL(DISPATCH_LEVEL, RtlInterlockedSetBitRun(&map, 30, 4));
    CHECK_EQ(words[0], 0xC0000000);
    CHECK_EQ(words[1], 3);
}

CONFORMANCE(RtlInterlockedClearBitRun, ClearsARange) {
    ULONG words[2] = {~0u, ~0u};
    RTL_BITMAP map = BITS(words, 64);
    AT_IRQL(DISPATCH_LEVEL, RtlInterlockedClearBitRun(&map, 30, 34));
    CHECK_EQ(words[0], 0x3FFFFFFF);
    CHECK_EQ(words[1], 0);
}
