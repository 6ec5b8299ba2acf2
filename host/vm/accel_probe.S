// SPDX-License-Identifier: GPL-2.0-only
// The guest that tests an accelerator (accelerator.cpp): a PVH kernel that does SSE work, checks the
// result and ends the machine. An accelerator that opens but interprets instructions one by one, or
// knows no SSE, does not get here in time. Runs in 32-bit protected mode, as the loader leaves it.
    .section .note.pvh, "a", @note
    .long 4, 4, 18  // XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long start

    .text
    .code32
    .globl start
start:
    mov %cr0, %eax
    and $~(1 << 2), %eax        // EM off: SSE instructions execute
    or $(1 << 1), %eax          // MP
    mov %eax, %cr0
    mov %cr4, %eax
    or $(3 << 9), %eax          // OSFXSR, OSXMMEXCPT
    mov %eax, %cr4

    movaps ones, %xmm0
    xorps %xmm1, %xmm1
    pxor %xmm2, %xmm2
    mov $1000000, %ecx          // below 2^24: exact in single precision
1:  addps %xmm0, %xmm1
    paddd %xmm0, %xmm2
    dec %ecx
    jnz 1b
    cvttps2dq %xmm1, %xmm1
    movd %xmm1, %eax
    mov $1, %bl                 // exit status 3: wrong result
    cmp $1000000, %eax
    jne 2f
    mov $21, %bl                // exit status 43: kProbePassed
2:  mov %bl, %al
    mov $0xf4, %dx
    out %al, %dx
3:  hlt
    jmp 3b

    .section .rodata
    .balign 16
ones: .float 1.0, 1.0, 1.0, 1.0
