// SPDX-License-Identifier: GPL-2.0-only
// Code that drivers reach through pointers which the loader sets (kernel/ldr).
    .text

// Control Flow Guard: the target of the coming call is in RCX; returning accepts it. Every register
// but flags stays as it is.
    .globl rsl_guard_check
    .p2align 4
rsl_guard_check:
    ret

// The target is in RAX, the arguments are already where it wants them.
    .globl rsl_guard_dispatch
    .p2align 4
rsl_guard_dispatch:
    jmpq *%rax

// A trap jumps here with its record in R10, on the stack as its caller left it.
    .globl rsl_missing_import_entry
    .seh_proc rsl_missing_import_entry
    .p2align 4
rsl_missing_import_entry:
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %r10, %rcx
    movq 0x28(%rsp), %rdx
    callq rsl_missing_import
    int3
    .seh_endproc
