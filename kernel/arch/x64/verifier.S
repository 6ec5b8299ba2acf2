// SPDX-License-Identifier: GPL-2.0-only
// Where Driver Verifier's stubs (kernel/vf/stubs.hpp) go: the check is called with the record and the driver's
// return address, then the call goes on as if nothing had been there.
    .text

    .globl rsl_vf_stub_entry
    .seh_proc rsl_vf_stub_entry
    .p2align 4
rsl_vf_stub_entry:
    subq $0x98, %rsp
    .seh_stackalloc 0x98
    .seh_endprologue
    movq %rcx, 0x20(%rsp)
    movq %rdx, 0x28(%rsp)
    movq %r8, 0x30(%rsp)
    movq %r9, 0x38(%rsp)
    movq %r10, 0x40(%rsp)
    movups %xmm0, 0x50(%rsp)
    movups %xmm1, 0x60(%rsp)
    movups %xmm2, 0x70(%rsp)
    movups %xmm3, 0x80(%rsp)
    movq %r10, %rcx
    movq 0x98(%rsp), %rdx
    leaq 0x20(%rsp), %r8
    callq rsl_vf_check_call
    movq 0x20(%rsp), %rcx
    movq 0x28(%rsp), %rdx
    movq 0x30(%rsp), %r8
    movq 0x38(%rsp), %r9
    movq 0x40(%rsp), %r10
    movups 0x50(%rsp), %xmm0
    movups 0x60(%rsp), %xmm1
    movups 0x70(%rsp), %xmm2
    movups 0x80(%rsp), %xmm3
    addq $0x98, %rsp
    jmpq *(%r10)
    .seh_endproc
