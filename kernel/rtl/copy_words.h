/* SPDX-License-Identifier: GPL-2.0-only */
/* Copying forward, for memcpy and for copies that may fault (seh_invoke.c is C).
 *
 * Up to 32 bytes without a loop, by words from both ends that may overlap: under TCG each turn of a loop costs as much
 * as several words, and so do the registers that more words would take. Then plain loops, `rep movsq` for large blocks:
 * `rep movsb` is slow under TCG, and SSE registers belong to the interrupted thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
void rsl_copy_qwords(void* destination, const void* source, size_t count);
#ifdef __cplusplus
}
#endif

typedef uint64_t __attribute__((aligned(1), may_alias)) RslWord8;
typedef uint32_t __attribute__((aligned(1), may_alias)) RslWord4;
typedef uint16_t __attribute__((aligned(1), may_alias)) RslWord2;

enum { kRslStringInstructionFrom = 512 }; /* below, setting one up costs more than it saves */

/* Everything is read before anything is written: the blocks may overlap in any way. */
#define RSL_COPY_BOTH_ENDS(Word, to, from, bytes)                                              \
    do {                                                                                       \
        const Word first_ = *(const Word*)(from);                                              \
        const Word last_ = *(const Word*)((from) + (bytes) - sizeof(Word));                    \
        *(Word*)(to) = first_;                                                                 \
        *(Word*)((to) + (bytes) - sizeof(Word)) = last_;                                       \
    } while (0)

static inline __attribute__((always_inline)) void rsl_copy_at_most_16(unsigned char* to, const unsigned char* from, size_t bytes) {
    if (bytes >= 8) {
        RSL_COPY_BOTH_ENDS(RslWord8, to, from, bytes);
    } else if (bytes >= 4) {
        RSL_COPY_BOTH_ENDS(RslWord4, to, from, bytes);
    } else if (bytes >= 2) {
        RSL_COPY_BOTH_ENDS(RslWord2, to, from, bytes);
    } else if (bytes != 0) {
        *to = *from;
    }
}

static inline __attribute__((always_inline)) void rsl_copy_at_most_32(unsigned char* to, const unsigned char* from, size_t bytes) {
    if (bytes <= 16) {
        rsl_copy_at_most_16(to, from, bytes);
        return;
    }
    const RslWord8 *const head = (const RslWord8*)from, *const tail = (const RslWord8*)(from + bytes - 16);
    const RslWord8 a = head[0], b = head[1], c = tail[0], d = tail[1];
    RslWord8 *const to_head = (RslWord8*)to, *const to_tail = (RslWord8*)(to + bytes - 16);
    to_head[0] = a, to_head[1] = b, to_tail[0] = c, to_tail[1] = d;
}

/* Blocks that do not overlap, or with the target before the source. */
static inline __attribute__((always_inline)) void rsl_copy_forward(unsigned char* to, const unsigned char* from, size_t bytes) {
    if (bytes >= kRslStringInstructionFrom) {
        const size_t whole = bytes & ~(size_t)7;
        rsl_copy_qwords(to, from, whole / 8);
        to += whole, from += whole, bytes -= whole;
    }
    for (; bytes > 32; to += 32, from += 32, bytes -= 32) {
        const RslWord8* const source = (const RslWord8*)from;
        const RslWord8 a = source[0], b = source[1], c = source[2], d = source[3];
        RslWord8* const target = (RslWord8*)to;
        target[0] = a, target[1] = b, target[2] = c, target[3] = d;
    }
    rsl_copy_at_most_32(to, from, bytes);
}
