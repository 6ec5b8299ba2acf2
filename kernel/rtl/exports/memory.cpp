// SPDX-License-Identifier: GPL-2.0-only
// Memory: most drivers get these inlined; those that do not, import them.
//   IRQL     any, on resident memory
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-NAME (in lower case)
//   Differs  nothing known
#include <cstring>

#include "abi/functions/rtl.h"

/// RtlCompareMemory returns how many bytes from the start are equal.
RSL_EXPORT SIZE_T NTAPI RtlCompareMemory(const VOID* Source1, const VOID* Source2, SIZE_T Length) {
    const auto* a = static_cast<const UCHAR*>(Source1);
    const auto* b = static_cast<const UCHAR*>(Source2);
    SIZE_T equal = 0;
    for (; Length - equal >= sizeof(uint64_t); equal += sizeof(uint64_t)) {
        uint64_t left, right;
        std::memcpy(&left, a + equal, sizeof(left));
        std::memcpy(&right, b + equal, sizeof(right));
        if (left != right) break;
    }
    while (equal < Length && a[equal] == b[equal]) ++equal;
    return equal;
}
/// RtlCompareMemoryUlong returns how many bytes from the start are the pattern's; whole ULONGs only.
RSL_EXPORT SIZE_T NTAPI RtlCompareMemoryUlong(PVOID Source, SIZE_T Length, ULONG Pattern) {
    const auto* words = static_cast<const ULONG*>(Source);
    SIZE_T count = 0;
    while (count < Length / sizeof(ULONG) && words[count] == Pattern) ++count;
    return count * sizeof(ULONG);
}

RSL_EXPORT VOID NTAPI RtlCopyMemory(PVOID Destination, const VOID* Source, SIZE_T Length) {
    std::memmove(Destination, Source, Length);  // NT's is RtlMoveMemory under another name
}
RSL_EXPORT VOID NTAPI RtlCopyMemoryNonTemporal(PVOID Destination, const VOID* Source, SIZE_T Length) {
    std::memcpy(Destination, Source, Length);
}
RSL_EXPORT VOID NTAPI RtlMoveMemory(PVOID Destination, const VOID* Source, SIZE_T Length) {
    std::memmove(Destination, Source, Length);
}
RSL_EXPORT VOID NTAPI RtlFillMemory(PVOID Destination, SIZE_T Length, UCHAR Fill) {
    std::memset(Destination, Fill, Length);
}
RSL_EXPORT VOID NTAPI RtlFillMemoryUlong(PVOID Destination, SIZE_T Length, ULONG Pattern) {
    for (SIZE_T i = 0; i < Length / sizeof(Pattern); ++i) static_cast<ULONG*>(Destination)[i] = Pattern;
}
RSL_EXPORT VOID NTAPI RtlFillMemoryUlonglong(PVOID Destination, SIZE_T Length, ULONGLONG Pattern) {
    for (SIZE_T i = 0; i < Length / sizeof(Pattern); ++i) static_cast<ULONGLONG*>(Destination)[i] = Pattern;
}
RSL_EXPORT VOID NTAPI RtlZeroMemory(PVOID Destination, SIZE_T Length) { std::memset(Destination, 0, Length); }
RSL_EXPORT BOOLEAN NTAPI RtlIsZeroMemory(PVOID Buffer, SIZE_T Length) {
    const auto* bytes = static_cast<const UCHAR*>(Buffer);
    for (SIZE_T i = 0; i < Length; ++i) {
        if (bytes[i] != 0) return FALSE;
    }
    return TRUE;
}
/// A hint to the processor, on which nothing depends.
RSL_EXPORT VOID NTAPI RtlPrefetchMemoryNonTemporal(PVOID Source, SIZE_T Length) {
    constexpr SIZE_T kCacheLine = 64;
    for (SIZE_T at = 0; at < Length; at += kCacheLine) __builtin_prefetch(static_cast<char*>(Source) + at, 0, 0);
}

RSL_EXPORT USHORT NTAPI RtlUshortByteSwap(USHORT Source) { return __builtin_bswap16(Source); }
RSL_EXPORT ULONG NTAPI RtlUlongByteSwap(ULONG Source) { return __builtin_bswap32(Source); }
RSL_EXPORT ULONGLONG NTAPI RtlUlonglongByteSwap(ULONGLONG Source) { return __builtin_bswap64(Source); }
RSL_EXPORT VOID NTAPI RtlCopyLuid(PLUID DestinationLuid, PLUID SourceLuid) { *DestinationLuid = *SourceLuid; }
