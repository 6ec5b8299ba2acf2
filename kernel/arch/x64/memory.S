// SPDX-License-Identifier: GPL-2.0-only
// The string instructions behind memcpy and memset for large blocks. They have unwind data, because a
// driver's copy from a user buffer may fault right here and be caught two frames up.

    .text

// void rsl_copy_qwords(void* destination, const void* source, size_t count)
    .globl rsl_copy_qwords
    .seh_proc rsl_copy_qwords
rsl_copy_qwords:
    pushq %rdi
    .seh_pushreg %rdi
    pushq %rsi
    .seh_pushreg %rsi
    .seh_endprologue
    movq %rcx, %rdi
    movq %rdx, %rsi
    movq %r8, %rcx
    rep movsq
    popq %rsi
    popq %rdi
    ret
    .seh_endproc

// void rsl_fill_qwords(void* destination, uint64_t pattern, size_t count)
    .globl rsl_fill_qwords
    .seh_proc rsl_fill_qwords
rsl_fill_qwords:
    pushq %rdi
    .seh_pushreg %rdi
    .seh_endprologue
    movq %rcx, %rdi
    movq %rdx, %rax
    movq %r8, %rcx
    rep stosq
    popq %rdi
    ret
    .seh_endproc
