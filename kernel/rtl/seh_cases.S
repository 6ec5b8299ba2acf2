// SPDX-License-Identifier: GPL-2.0-only
// uint64_t seh_load_rcx(const void* place): a load whose pointer is known to be in RCX.
    .text
    .globl seh_load_rcx
seh_load_rcx:
    movq (%rcx), %rax
    ret
