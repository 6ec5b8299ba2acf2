/* SPDX-License-Identifier: GPL-2.0-only */
/* The bitmap routines, wdm/nf-wdm-rtlinitializebitmap and its family. All may run at any IRQL on
 * resident memory. */
#include "conformance.h"

typedef struct {
    RTL_BITMAP Map;
    ULONG Words[3];
} SAMPLE;

/* 96 bits: 0..3 clear, 4..9 set, 10..31 clear, 32..63 set, 64..95 clear. */
static PRTL_BITMAP Make(SAMPLE* Sample) {
    Sample->Words[0] = 0x3F0;
    Sample->Words[1] = 0xFFFFFFFF;
    Sample->Words[2] = 0;
    RtlInitializeBitMap(&Sample->Map, Sample->Words, 96);
    return &Sample->Map;
}

CONFORMANCE(RtlInitializeBitMap, DescribesTheBufferAndLeavesTheBits) {
    RTL_BITMAP map;
    ULONG words[2] = {5, 6};
    AT_IRQL(DISPATCH_LEVEL, RtlInitializeBitMap(&map, words, 40));
    CHECK_EQ(map.SizeOfBitMap, 40);
    CHECK_EQ(map.Buffer, words);
    CHECK_EQ(words[0], 5);
    CHECK_EQ(words[1], 6);
}

CONFORMANCE(RtlSetBit, SetsOneBit) {
    SAMPLE sample;
    RtlSetBit(Make(&sample), 65);
    CHECK_EQ(sample.Words[2], 2);
    AT_IRQL(HIGH_LEVEL, RtlSetBit(&sample.Map, 95));
    CHECK_EQ(sample.Words[2], 0x80000002);
}

CONFORMANCE(RtlClearBit, ClearsOneBit) {
    SAMPLE sample;
    AT_IRQL(DISPATCH_LEVEL, RtlClearBit(Make(&sample), 4));
    CHECK_EQ(sample.Words[0], 0x3E0);
}

CONFORMANCE(RtlTestBit, TellsTheBit) {
    SAMPLE sample;
    Make(&sample);
    CHECK_EQ(RtlTestBit(&sample.Map, 3), FALSE);
    CHECK_EQ(RtlTestBit(&sample.Map, 4), TRUE);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlTestBit(&sample.Map, 95), FALSE));
}

CONFORMANCE(RtlSetAllBits, SetsEveryBitOfTheMap) {
    SAMPLE sample;
    AT_IRQL(DISPATCH_LEVEL, RtlSetAllBits(Make(&sample)));
    CHECK_EQ(RtlNumberOfSetBits(&sample.Map), 96);
}

CONFORMANCE(RtlClearAllBits, ClearsEveryBitOfTheMap) {
    SAMPLE sample;
    AT_IRQL(DISPATCH_LEVEL, RtlClearAllBits(Make(&sample)));
    CHECK_EQ(RtlNumberOfSetBits(&sample.Map), 0);
}

CONFORMANCE(RtlSetBits, SetsARange) {
    SAMPLE sample;
    RtlSetBits(Make(&sample), 30, 2);
    CHECK_EQ(sample.Words[0], 0xC00003F0);
    AT_IRQL(DISPATCH_LEVEL, RtlSetBits(&sample.Map, 60, 8));
    CHECK_EQ(sample.Words[2], 0xF);
    RtlSetBits(&sample.Map, 80, 0);
    CHECK_EQ(sample.Words[2], 0xF);
}

CONFORMANCE(RtlClearBits, ClearsARange) {
    SAMPLE sample;
    AT_IRQL(DISPATCH_LEVEL, RtlClearBits(Make(&sample), 8, 40));
    CHECK_EQ(sample.Words[0], 0xF0);
    CHECK_EQ(sample.Words[1], 0xFFFF0000);
}

CONFORMANCE(RtlAreBitsClear, WantsTheWholeRangeInsideTheMap) {
    SAMPLE sample;
    Make(&sample);
    CHECK(RtlAreBitsClear(&sample.Map, 10, 22));
    CHECK(!RtlAreBitsClear(&sample.Map, 10, 23));
    CHECK(!RtlAreBitsClear(&sample.Map, 9, 2));
    CHECK(!RtlAreBitsClear(&sample.Map, 10, 0));
    CHECK(!RtlAreBitsClear(&sample.Map, 90, 7));
    AT_IRQL(DISPATCH_LEVEL, CHECK(RtlAreBitsClear(&sample.Map, 64, 32)));
}

CONFORMANCE(RtlAreBitsSet, WantsTheWholeRangeInsideTheMap) {
    SAMPLE sample;
    Make(&sample);
    CHECK(RtlAreBitsSet(&sample.Map, 32, 32));
    CHECK(!RtlAreBitsSet(&sample.Map, 31, 2));
    CHECK(!RtlAreBitsSet(&sample.Map, 4, 0));
    AT_IRQL(DISPATCH_LEVEL, CHECK(!RtlAreBitsSet(&sample.Map, 63, 2)));
}

CONFORMANCE(RtlFindClearBits, SearchesFromTheHintAndThenFromTheStart) {
    SAMPLE sample;
    Make(&sample);
    CHECK_EQ(RtlFindClearBits(&sample.Map, 4, 0), 0);
    CHECK_EQ(RtlFindClearBits(&sample.Map, 5, 0), 10);
    CHECK_EQ(RtlFindClearBits(&sample.Map, 4, 40), 64);
    CHECK_EQ(RtlFindClearBits(&sample.Map, 22, 70), 70);
    CHECK_EQ(RtlFindClearBits(&sample.Map, 30, 70), 64);
    CHECK_EQ(RtlFindClearBits(&sample.Map, 33, 0), 0xFFFFFFFF);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlFindClearBits(&sample.Map, 97, 0), 0xFFFFFFFF));
}

CONFORMANCE(RtlFindSetBits, SearchesFromTheHintAndThenFromTheStart) {
    SAMPLE sample;
    Make(&sample);
    CHECK_EQ(RtlFindSetBits(&sample.Map, 6, 0), 4);
    CHECK_EQ(RtlFindSetBits(&sample.Map, 7, 0), 32);
    CHECK_EQ(RtlFindSetBits(&sample.Map, 1, 64), 4);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlFindSetBits(&sample.Map, 33, 0), 0xFFFFFFFF));
}

CONFORMANCE(RtlFindClearBitsAndSet, SetsWhatItFound) {
    SAMPLE sample;
    Make(&sample);
    CHECK_EQ(RtlFindClearBitsAndSet(&sample.Map, 5, 0), 10);
    CHECK_EQ(sample.Words[0], 0x7FF0);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlFindClearBitsAndSet(&sample.Map, 33, 0), 0xFFFFFFFF));
    CHECK_EQ(sample.Words[0], 0x7FF0);
}

CONFORMANCE(RtlFindSetBitsAndClear, ClearsWhatItFound) {
    SAMPLE sample;
    Make(&sample);
    CHECK_EQ(RtlFindSetBitsAndClear(&sample.Map, 2, 0), 4);
    CHECK_EQ(sample.Words[0], 0x3C0);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlFindSetBitsAndClear(&sample.Map, 33, 0), 0xFFFFFFFF));
}

CONFORMANCE(RtlFindClearRuns, FindsTheFirstOrTheLongest) {
    SAMPLE sample;
    RTL_BITMAP_RUN runs[4];
    Make(&sample);
    REQUIRE(RtlFindClearRuns(&sample.Map, runs, 4, FALSE) == 3);
    CHECK_EQ(runs[0].StartingIndex, 0);
    CHECK_EQ(runs[0].NumberOfBits, 4);
    CHECK_EQ(runs[1].StartingIndex, 10);
    REQUIRE(RtlFindClearRuns(&sample.Map, runs, 4, TRUE) == 3);
    CHECK_EQ(runs[0].StartingIndex, 64);
    CHECK_EQ(runs[0].NumberOfBits, 32);
    CHECK_EQ(runs[1].NumberOfBits, 22);
    CHECK_EQ(runs[2].NumberOfBits, 4);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlFindClearRuns(&sample.Map, runs, 1, TRUE), 1));
    CHECK_EQ(runs[0].StartingIndex, 64);
}

CONFORMANCE(RtlFindLongestRunClear, FindsTheLongest) {
    SAMPLE sample;
    ULONG start = 77;
    CHECK_EQ(RtlFindLongestRunClear(Make(&sample), &start), 32);
    CHECK_EQ(start, 64);
    RtlSetAllBits(&sample.Map);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlFindLongestRunClear(&sample.Map, &start), 0));
}

CONFORMANCE(RtlFindFirstRunClear, FindsTheFirst) {
    SAMPLE sample;
    ULONG start = 77;
    CHECK_EQ(RtlFindFirstRunClear(Make(&sample), &start), 4);
    CHECK_EQ(start, 0);
    RtlSetAllBits(&sample.Map);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlFindFirstRunClear(&sample.Map, &start), 0));
}

CONFORMANCE(RtlFindNextForwardRunClear, FindsTheNext) {
    SAMPLE sample;
    ULONG start = 77;
    CHECK_EQ(RtlFindNextForwardRunClear(Make(&sample), 5, &start), 22);
    CHECK_EQ(start, 10);
    CHECK_EQ(RtlFindNextForwardRunClear(&sample.Map, 20, &start), 12);
    CHECK_EQ(start, 20);
    RtlSetAllBits(&sample.Map);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlFindNextForwardRunClear(&sample.Map, 5, &start), 0));
}

CONFORMANCE(RtlFindLastBackwardRunClear, FindsThePrevious) {
    SAMPLE sample;
    ULONG start = 77;
    CHECK_EQ(RtlFindLastBackwardRunClear(Make(&sample), 50, &start), 22);
    CHECK_EQ(start, 10);
    CHECK_EQ(RtlFindLastBackwardRunClear(&sample.Map, 9, &start), 4);
    CHECK_EQ(start, 0);
    RtlSetAllBits(&sample.Map);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlFindLastBackwardRunClear(&sample.Map, 50, &start), 0));
}

CONFORMANCE(RtlNumberOfClearBits, CountsOnlyTheMap) {
    SAMPLE sample;
    Make(&sample);
    CHECK_EQ(RtlNumberOfClearBits(&sample.Map), 58);
    RtlInitializeBitMap(&sample.Map, sample.Words, 6);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlNumberOfClearBits(&sample.Map), 4));
}

CONFORMANCE(RtlNumberOfSetBits, CountsOnlyTheMap) {
    SAMPLE sample;
    Make(&sample);
    CHECK_EQ(RtlNumberOfSetBits(&sample.Map), 38);
    RtlInitializeBitMap(&sample.Map, sample.Words, 6);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlNumberOfSetBits(&sample.Map), 2));
}

CONFORMANCE(RtlNumberOfSetBitsUlongPtr, CountsAWord) {
    CHECK_EQ(RtlNumberOfSetBitsUlongPtr(0), 0);
    CHECK_EQ(RtlNumberOfSetBitsUlongPtr(0x8000000000000101ull), 3);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(RtlNumberOfSetBitsUlongPtr(~(ULONG_PTR)0), 64));
}

CONFORMANCE(RtlFindLeastSignificantBit, TellsThePosition) {
    CHECK_EQ(RtlFindLeastSignificantBit(0), -1);
    CHECK_EQ(RtlFindLeastSignificantBit(0x8000000000000000ull), 63);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(RtlFindLeastSignificantBit(0x30), 4));
}

CONFORMANCE(RtlFindMostSignificantBit, TellsThePosition) {
    CHECK_EQ(RtlFindMostSignificantBit(0), -1);
    CHECK_EQ(RtlFindMostSignificantBit(1), 0);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(RtlFindMostSignificantBit(0x8000000000000001ull), 63));
}
