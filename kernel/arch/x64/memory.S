// SPDX-License-Identifier: GPL-2.0-only
// Copying and filling large blocks. `rep movsq` costs a translated block a word under TCG, and a load and a store as such
// half of that: hence long runs of those. Leaf functions, so they need no unwind data: a driver's copy from a user buffer may
// fault right here and be caught two frames up.

    .text

// 16 words, through the registers that a function may spoil.
.macro COPY_128
    .irp at, 0, 32, 64, 96
    movq \at(%rdx), %rax
    movq \at+8(%rdx), %r9
    movq \at+16(%rdx), %r10
    movq \at+24(%rdx), %r11
    movq %rax, \at(%rcx)
    movq %r9, \at+8(%rcx)
    movq %r10, \at+16(%rcx)
    movq %r11, \at+24(%rcx)
    .endr
.endm

// void rsl_copy_qwords(void* destination, const void* source, size_t count)
    .globl rsl_copy_qwords
rsl_copy_qwords:
    subq $16, %r8
    jb .Lcopy_rest
.Lcopy_next:
    COPY_128
    addq $128, %rdx
    addq $128, %rcx
    subq $16, %r8
    jae .Lcopy_next
.Lcopy_rest:
    addq $16, %r8
    jz .Lcopied
.Lcopy_word:
    movq (%rdx), %rax
    movq %rax, (%rcx)
    addq $8, %rdx
    addq $8, %rcx
    decq %r8
    jnz .Lcopy_word
.Lcopied:
    ret

// void rsl_fill_qwords(void* destination, uint64_t pattern, size_t count)
    .globl rsl_fill_qwords
rsl_fill_qwords:
    subq $16, %r8
    jb .Lfill_rest
.Lfill_next:
    .irp at, 0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120
    movq %rdx, \at(%rcx)
    .endr
    addq $128, %rcx
    subq $16, %r8
    jae .Lfill_next
.Lfill_rest:
    addq $16, %r8
    jz .Lfilled
.Lfill_word:
    movq %rdx, (%rcx)
    addq $8, %rcx
    decq %r8
    jnz .Lfill_word
.Lfilled:
    ret
