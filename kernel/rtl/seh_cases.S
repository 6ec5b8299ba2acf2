// SPDX-License-Identifier: GPL-2.0-only
// uint64_t seh_load_rcx(const void* place): a load whose pointer is known to be in RCX.
    .text
    .globl seh_load_rcx
seh_load_rcx:
    movq (%rcx), %rax
    ret

// uint64_t seh_probe_stack(uint64_t bytes): __chkstk takes the size in RAX and must leave it there.
    .globl seh_probe_stack
    .seh_proc seh_probe_stack
seh_probe_stack:
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    movq %rcx, %rax
    callq __chkstk
    addq $0x28, %rsp
    ret
    .seh_endproc
