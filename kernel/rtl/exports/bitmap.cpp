// SPDX-License-Identifier: GPL-2.0-only
// Bitmaps. Callers hold their own lock.
//   IRQL     any, on resident memory
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-NAME (in lower case)
//   Differs  nothing known
#include <atomic>

#include "abi/functions/rtl_table.h"
#include "kernel/rtl/bits.hpp"

namespace {

using rsl::rtl::Bits;

Bits bits_of(const RTL_BITMAP* header) { return {header->Buffer, header->SizeOfBitMap}; }

ULONG find_and_fill(PRTL_BITMAP header, ULONG count, ULONG hint, bool wanted) {
    Bits bits = bits_of(header);
    const ULONG found = bits.find(count, hint, wanted);
    if (found != Bits::kNone) bits.fill(found, count, !wanted);
    return found;
}

}  // namespace

/// RtlInitializeBitMap describes a buffer of whole words; the bits stay what they are.
RSL_EXPORT VOID NTAPI RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer,
                                          ULONG SizeOfBitMap) {
    *BitMapHeader = {SizeOfBitMap, BitMapBuffer};
}

// ---- One bit, all bits, a range
RSL_EXPORT VOID NTAPI RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber) {
    bits_of(BitMapHeader).fill(BitNumber, 1, false);
}
RSL_EXPORT VOID NTAPI RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber) {
    bits_of(BitMapHeader).fill(BitNumber, 1, true);
}
RSL_EXPORT BOOLEAN NTAPI RtlTestBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber) {
    return bits_of(BitMapHeader).test(BitNumber);
}
RSL_EXPORT VOID NTAPI RtlClearAllBits(PRTL_BITMAP BitMapHeader) {
    bits_of(BitMapHeader).fill(0, BitMapHeader->SizeOfBitMap, false);
}
RSL_EXPORT VOID NTAPI RtlSetAllBits(PRTL_BITMAP BitMapHeader) {
    bits_of(BitMapHeader).fill(0, BitMapHeader->SizeOfBitMap, true);
}
RSL_EXPORT VOID NTAPI RtlClearBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                   ULONG NumberToClear) {
    bits_of(BitMapHeader).fill(StartingIndex, NumberToClear, false);
}
RSL_EXPORT VOID NTAPI RtlSetBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet) {
    bits_of(BitMapHeader).fill(StartingIndex, NumberToSet, true);
}
RSL_EXPORT BOOLEAN NTAPI RtlAreBitsClear(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                         ULONG Length) {
    return bits_of(BitMapHeader).are(StartingIndex, Length, false);
}
RSL_EXPORT BOOLEAN NTAPI RtlAreBitsSet(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                       ULONG Length) {
    return bits_of(BitMapHeader).are(StartingIndex, Length, true);
}

// ---- Searching: from the hint on, then from the start. 0xFFFFFFFF when there is no such range.
RSL_EXPORT ULONG NTAPI RtlFindClearBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind,
                                        ULONG HintIndex) {
    return bits_of(BitMapHeader).find(NumberToFind, HintIndex, false);
}
RSL_EXPORT ULONG NTAPI RtlFindSetBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind,
                                      ULONG HintIndex) {
    return bits_of(BitMapHeader).find(NumberToFind, HintIndex, true);
}
RSL_EXPORT ULONG NTAPI RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind,
                                              ULONG HintIndex) {
    return find_and_fill(BitMapHeader, NumberToFind, HintIndex, false);
}
RSL_EXPORT ULONG NTAPI RtlFindSetBitsAndClear(PRTL_BITMAP BitMapHeader, ULONG NumberToFind,
                                              ULONG HintIndex) {
    return find_and_fill(BitMapHeader, NumberToFind, HintIndex, true);
}

// ---- Runs of clear bits
RSL_EXPORT ULONG NTAPI RtlFindNextForwardRunClear(PRTL_BITMAP BitMapHeader, ULONG FromIndex,
                                                  PULONG StartingRunIndex) {
    const Bits::Run run = bits_of(BitMapHeader).next_run(FromIndex, false);
    *StartingRunIndex = run.length != 0 ? run.start : FromIndex;
    return run.length;
}
RSL_EXPORT ULONG NTAPI RtlFindFirstRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex) {
    return RtlFindNextForwardRunClear(BitMapHeader, 0, StartingIndex);
}
RSL_EXPORT ULONG NTAPI RtlFindLastBackwardRunClear(PRTL_BITMAP BitMapHeader, ULONG FromIndex,
                                                   PULONG StartingRunIndex) {
    const Bits bits = bits_of(BitMapHeader);
    *StartingRunIndex = FromIndex;
    if (bits.size() == 0) return 0;
    ULONG last = FromIndex < bits.size() ? FromIndex : bits.size() - 1;
    while (bits.test(last)) {
        if (last-- == 0) return 0;
    }
    ULONG first = last;
    while (first > 0 && !bits.test(first - 1)) --first;
    *StartingRunIndex = first;
    return last - first + 1;
}
RSL_EXPORT ULONG NTAPI RtlFindLongestRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex) {
    RTL_BITMAP_RUN longest{};
    RtlFindClearRuns(BitMapHeader, &longest, 1, TRUE);
    *StartingIndex = longest.StartingIndex;
    return longest.NumberOfBits;
}
/// With LocateLongestRuns the array ends up sorted, longest first.
RSL_EXPORT ULONG NTAPI RtlFindClearRuns(PRTL_BITMAP BitMapHeader, PRTL_BITMAP_RUN RunArray,
                                        ULONG SizeOfRunArray, BOOLEAN LocateLongestRuns) {
    const Bits bits = bits_of(BitMapHeader);
    ULONG count = 0;
    for (Bits::Run run = bits.next_run(0, false); run.length != 0;
         run = bits.next_run(run.end(), false)) {
        if (!LocateLongestRuns) {
            if (count == SizeOfRunArray) break;
            RunArray[count++] = {run.start, run.length};
            continue;
        }
        ULONG place = count;
        while (place > 0 && RunArray[place - 1].NumberOfBits < run.length) --place;
        if (place == SizeOfRunArray) continue;
        if (count < SizeOfRunArray) ++count;
        for (ULONG i = count - 1; i > place; --i) RunArray[i] = RunArray[i - 1];
        RunArray[place] = {run.start, run.length};
    }
    return count;
}

// ---- Counting, and bits of one number
RSL_EXPORT ULONG NTAPI RtlNumberOfSetBits(PRTL_BITMAP BitMapHeader) {
    return bits_of(BitMapHeader).count_set();
}
RSL_EXPORT ULONG NTAPI RtlNumberOfClearBits(PRTL_BITMAP BitMapHeader) {
    return BitMapHeader->SizeOfBitMap - bits_of(BitMapHeader).count_set();
}
RSL_EXPORT ULONG NTAPI RtlNumberOfSetBitsUlongPtr(ULONG_PTR Target) {
    return static_cast<ULONG>(std::popcount(Target));
}
/// -1 when no bit is set.
RSL_EXPORT CCHAR NTAPI RtlFindLeastSignificantBit(ULONGLONG Set) {
    return static_cast<CCHAR>(Set == 0 ? -1 : std::countr_zero(Set));
}
RSL_EXPORT CCHAR NTAPI RtlFindMostSignificantBit(ULONGLONG Set) {
    return static_cast<CCHAR>(Set == 0 ? -1 : 63 - std::countl_zero(Set));
}

// ---- Ranges of several maps

RSL_EXPORT ULONG NTAPI RtlNumberOfSetBitsInRange(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                                 ULONG Length) {
    const Bits bits = bits_of(BitMapHeader);
    if (StartingIndex >= bits.size()) return 0;
    const ULONG end = Length < bits.size() - StartingIndex ? StartingIndex + Length : bits.size();
    ULONG count = 0;
    for (ULONG bit = bits.next(StartingIndex, true); bit < end; bit = bits.next(bit + 1, true))
        ++count;
    return count;
}
RSL_EXPORT ULONG NTAPI RtlNumberOfClearBitsInRange(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                                   ULONG Length) {
    const ULONG size = BitMapHeader->SizeOfBitMap;
    if (StartingIndex >= size) return 0;
    const ULONG counted = Length < size - StartingIndex ? Length : size - StartingIndex;
    return counted - RtlNumberOfSetBitsInRange(BitMapHeader, StartingIndex, Length);
}

/// RtlCopyBitMap copies a whole map into another, from TargetBit on; what has no room is left out.
RSL_EXPORT VOID NTAPI RtlCopyBitMap(PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit) {
    Bits to = bits_of(Destination);
    const Bits from = bits_of(Source);
    for (ULONG i = 0; i < from.size() && TargetBit < to.size() && i < to.size() - TargetBit; ++i) {
        to.fill(TargetBit + i, 1, from.test(i));
    }
}
/// RtlExtractBitMap copies NumberOfBits from TargetBit on to the start of another map.
RSL_EXPORT VOID NTAPI RtlExtractBitMap(PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit,
                                       ULONG NumberOfBits) {
    Bits to = bits_of(Destination);
    const Bits from = bits_of(Source);
    for (ULONG i = 0; i < NumberOfBits && i < to.size() && TargetBit < from.size() &&
                      i < from.size() - TargetBit;
         ++i) {
        to.fill(i, 1, from.test(TargetBit + i));
    }
}

// ---- The same as RtlSetBits and RtlClearBits for maps that several processors write to: word by
// word
namespace {
void fill_interlocked(PRTL_BITMAP header, ULONG start, ULONG length, bool value) {
    for (ULONG bit = start; length != 0;) {
        const ULONG in_word = bit % 32;
        const ULONG count = 32 - in_word < length ? 32 - in_word : length;
        const ULONG mask = (count == 32 ? ~0u : (1u << count) - 1) << in_word;
        const std::atomic_ref<ULONG> word{header->Buffer[bit / 32]};
        // Acquire and release: a bit may guard what it stands for.
        if (value)
            word.fetch_or(mask, std::memory_order_acq_rel);
        else
            word.fetch_and(~mask, std::memory_order_acq_rel);
        bit += count;
        length -= count;
    }
}
}  // namespace
RSL_EXPORT VOID NTAPI RtlInterlockedSetBitRun(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                              ULONG NumberToSet) {
    fill_interlocked(BitMapHeader, StartingIndex, NumberToSet, true);
}
RSL_EXPORT VOID NTAPI RtlInterlockedClearBitRun(PRTL_BITMAP BitMapHeader, ULONG StartingIndex,
                                                ULONG NumberToClear) {
    fill_interlocked(BitMapHeader, StartingIndex, NumberToClear, false);
}
