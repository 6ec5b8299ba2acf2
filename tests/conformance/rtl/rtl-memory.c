/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory routines, wdm/nf-wdm-rtlcomparememory and its family. mingw's headers make macros of most;
 * a driver built with the WDK may import them, so these tests call the imports. Any IRQL on
 * resident memory. */
#include "conformance.h"

#define IMPORTED(type, name, ...) extern type(NTAPI* const __imp_##name)(__VA_ARGS__)
IMPORTED(SIZE_T, RtlCompareMemory, const VOID*, const VOID*, SIZE_T);
IMPORTED(SIZE_T, RtlCompareMemoryUlong, PVOID, SIZE_T, ULONG);
IMPORTED(VOID, RtlCopyMemory, PVOID, const VOID*, SIZE_T);
IMPORTED(VOID, RtlCopyMemoryNonTemporal, PVOID, const VOID*, SIZE_T);
IMPORTED(VOID, RtlMoveMemory, PVOID, const VOID*, SIZE_T);
IMPORTED(VOID, RtlFillMemory, PVOID, SIZE_T, UCHAR);
IMPORTED(VOID, RtlFillMemoryUlong, PVOID, SIZE_T, ULONG);
IMPORTED(VOID, RtlFillMemoryUlonglong, PVOID, SIZE_T, ULONGLONG);
IMPORTED(VOID, RtlZeroMemory, PVOID, SIZE_T);
IMPORTED(BOOLEAN, RtlIsZeroMemory, PVOID, SIZE_T);
IMPORTED(VOID, RtlPrefetchMemoryNonTemporal, PVOID, SIZE_T);
IMPORTED(USHORT, RtlUshortByteSwap, USHORT);
IMPORTED(ULONG, RtlUlongByteSwap, ULONG);
IMPORTED(ULONGLONG, RtlUlonglongByteSwap, ULONGLONG);
IMPORTED(VOID, RtlCopyLuid, PLUID, PLUID);

CONFORMANCE(RtlCompareMemory, CountsTheBytesThatMatch) {
    CHECK_EQ(__imp_RtlCompareMemory("abcdefghijkl", "abcdefghijkl", 12), 12);
    CHECK_EQ(__imp_RtlCompareMemory("abcdefghijkl", "abcdefghijXl", 12), 10);
    CHECK_EQ(__imp_RtlCompareMemory("abc", "xbc", 3), 0);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(__imp_RtlCompareMemory("a", "b", 0), 0));
}

CONFORMANCE(RtlCompareMemoryUlong, CountsTheBytesThatHaveThePattern) {
    ULONG words[4] = {7, 7, 8, 7};
    CHECK_EQ(__imp_RtlCompareMemoryUlong(words, sizeof(words), 7), 8);
    CHECK_EQ(__imp_RtlCompareMemoryUlong(words, 8, 7), 8);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(__imp_RtlCompareMemoryUlong(words, sizeof(words), 9), 0));
}

CONFORMANCE(RtlCopyMemory, Copies) {
    char to[6] = "#####";
    AT_IRQL(DISPATCH_LEVEL, __imp_RtlCopyMemory(to, "abc", 3));
    CHECK_BYTES(to, "abc##", 6);
    __imp_RtlCopyMemory(to, "xyz", 0);
    CHECK_EQ(to[0], 'a');
}

CONFORMANCE(RtlCopyMemoryNonTemporal, Copies) {
    UCHAR from[200], to[201];
    ULONG i;
    for (i = 0; i < 200; i++) from[i] = (UCHAR)i;
    to[200] = '#';
    AT_IRQL(DISPATCH_LEVEL, __imp_RtlCopyMemoryNonTemporal(to, from, 200));
    CHECK_BYTES(to, from, 200);
    CHECK_EQ(to[200], '#');
}

CONFORMANCE(RtlMoveMemory, CopiesOverlappingBlocks) {
    char text[10] = "abcdefghi";
    __imp_RtlMoveMemory(text + 2, text, 5);
    CHECK_BYTES(text, "ababcdehi", 10);
    AT_IRQL(DISPATCH_LEVEL, __imp_RtlMoveMemory(text, text + 2, 5));
    CHECK_BYTES(text, "abcdedehi", 10);
}

CONFORMANCE(RtlFillMemory, FillsEachByte) {
    char text[5] = "####";
    AT_IRQL(DISPATCH_LEVEL, __imp_RtlFillMemory(text, 3, 'x'));
    CHECK_BYTES(text, "xxx#", 5);
}

CONFORMANCE(RtlFillMemoryUlong, RepeatsTheWord) {
    ULONG words[3] = {0};
    AT_IRQL(DISPATCH_LEVEL, __imp_RtlFillMemoryUlong(words, 8, 0x12345678));
    CHECK_EQ(words[0], 0x12345678);
    CHECK_EQ(words[1], 0x12345678);
    CHECK_EQ(words[2], 0);
}

CONFORMANCE(RtlFillMemoryUlonglong, RepeatsTheWord) {
    ULONGLONG words[3] = {0};
    AT_IRQL(DISPATCH_LEVEL, __imp_RtlFillMemoryUlonglong(words, 16, 0x123456789ABCDEFull));
    CHECK_EQ(words[1], 0x123456789ABCDEFull);
    CHECK_EQ(words[2], 0);
}

CONFORMANCE(RtlZeroMemory, FillsWithZeros) {
    char text[5] = "####";
    AT_IRQL(DISPATCH_LEVEL, __imp_RtlZeroMemory(text, 3));
    CHECK_BYTES(text, "\0\0\0#", 5);
}

CONFORMANCE(RtlIsZeroMemory, TellsWhetherAllIsZero) {
    UCHAR bytes[20] = {0};
    CHECK(__imp_RtlIsZeroMemory(bytes, sizeof(bytes)));
    bytes[19] = 1;
    CHECK(!__imp_RtlIsZeroMemory(bytes, sizeof(bytes)));
    AT_IRQL(DISPATCH_LEVEL, CHECK(__imp_RtlIsZeroMemory(bytes, 19)));
}

CONFORMANCE(RtlPrefetchMemoryNonTemporal, ChangesNothing) {
    UCHAR bytes[300];
    __imp_RtlFillMemory(bytes, sizeof(bytes), 5);
    AT_IRQL(DISPATCH_LEVEL, __imp_RtlPrefetchMemoryNonTemporal(bytes, sizeof(bytes)));
    CHECK_EQ(bytes[299], 5);
}

CONFORMANCE(RtlUshortByteSwap, Reverses) {
    CHECK_EQ(__imp_RtlUshortByteSwap(0x1234), 0x3412);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(__imp_RtlUshortByteSwap(0xFF00), 0x00FF));
}

CONFORMANCE(RtlUlongByteSwap, Reverses) {
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(__imp_RtlUlongByteSwap(0x12345678), 0x78563412));
}

CONFORMANCE(RtlUlonglongByteSwap, Reverses) {
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_EQ(__imp_RtlUlonglongByteSwap(0x0123456789ABCDEFull), 0xEFCDAB8967452301ull));
}

CONFORMANCE(RtlCopyLuid, Copies) {
    LUID from = {0x12345678, 0x7ABCDEF0}, to = {0, 0};
    AT_IRQL(DISPATCH_LEVEL, __imp_RtlCopyLuid(&to, &from));
    CHECK_EQ(to.LowPart, from.LowPart);
    CHECK_EQ(to.HighPart, from.HighPart);
}
