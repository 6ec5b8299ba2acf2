// SPDX-License-Identifier: GPL-2.0-only
// Entry of every exception and interrupt. The .seh_ lines describe each frame as a function's prologue
// with a machine frame below, so that RtlVirtualUnwind walks through traps. We run in ring 0 only:
// GS stays ours, and nothing is swapped.
    .intel_syntax noprefix
    .text

// Offsets of TrapFrame (trap_frame.hpp).
    .set FRAME_BYTES, 0x1A8     // below the vector
    .set OFF_RAX, 0x20
    .set OFF_RCX, 0x28
    .set OFF_RDX, 0x30
    .set OFF_RBX, 0x38
    .set OFF_RSI, 0x40
    .set OFF_RDI, 0x48
    .set OFF_RBP, 0x50
    .set OFF_R8, 0x58
    .set OFF_R9, 0x60
    .set OFF_R10, 0x68
    .set OFF_R11, 0x70
    .set OFF_R12, 0x78
    .set OFF_R13, 0x80
    .set OFF_R14, 0x88
    .set OFF_R15, 0x90
    .set OFF_MXCSR, 0x98
    .set OFF_XMM, 0xA0
    .set OFF_CR2, 0x1A0
    .set PROCESSOR_MXCSR, 0x180

    .macro save_volatile
    mov [rsp + OFF_RAX], rax
    mov [rsp + OFF_RCX], rcx
    mov [rsp + OFF_RDX], rdx
    mov [rsp + OFF_R8], r8
    mov [rsp + OFF_R9], r9
    mov [rsp + OFF_R10], r10
    mov [rsp + OFF_R11], r11
    movaps [rsp + OFF_XMM + 0x00], xmm0
    movaps [rsp + OFF_XMM + 0x10], xmm1
    movaps [rsp + OFF_XMM + 0x20], xmm2
    movaps [rsp + OFF_XMM + 0x30], xmm3
    movaps [rsp + OFF_XMM + 0x40], xmm4
    movaps [rsp + OFF_XMM + 0x50], xmm5
    stmxcsr [rsp + OFF_MXCSR]
    ldmxcsr gs:[PROCESSOR_MXCSR]
    cld
    .endm

    .macro restore_volatile
    ldmxcsr [rsp + OFF_MXCSR]
    movaps xmm0, [rsp + OFF_XMM + 0x00]
    movaps xmm1, [rsp + OFF_XMM + 0x10]
    movaps xmm2, [rsp + OFF_XMM + 0x20]
    movaps xmm3, [rsp + OFF_XMM + 0x30]
    movaps xmm4, [rsp + OFF_XMM + 0x40]
    movaps xmm5, [rsp + OFF_XMM + 0x50]
    mov rax, [rsp + OFF_RAX]
    mov rcx, [rsp + OFF_RCX]
    mov rdx, [rsp + OFF_RDX]
    mov r8, [rsp + OFF_R8]
    mov r9, [rsp + OFF_R9]
    mov r10, [rsp + OFF_R10]
    mov r11, [rsp + OFF_R11]
    .endm

// The processor pushed SS, RSP, RFLAGS, CS, RIP; the stub below an error code and the vector.
    .seh_proc interrupt_common
interrupt_common:
    .seh_pushframe @code
    .seh_stackalloc 8
    sub rsp, FRAME_BYTES
    .seh_stackalloc FRAME_BYTES
    .seh_endprologue
    save_volatile
    mov rcx, rsp
    call rsl_handle_interrupt
    restore_volatile
    add rsp, FRAME_BYTES + 16
    iretq
    .seh_endproc

    .macro save_nonvolatile register, offset
    mov [rsp + \offset], \register
    .seh_savereg \register, \offset
    .endm
    .macro save_nonvolatile_xmm number
    movaps [rsp + OFF_XMM + \number * 16], xmm\number
    .seh_savexmm xmm\number, OFF_XMM + \number * 16
    .endm

    .seh_proc exception_common
exception_common:
    .seh_pushframe @code
    .seh_stackalloc 8
    sub rsp, FRAME_BYTES
    .seh_stackalloc FRAME_BYTES
    save_nonvolatile rbx, OFF_RBX
    save_nonvolatile rsi, OFF_RSI
    save_nonvolatile rdi, OFF_RDI
    save_nonvolatile rbp, OFF_RBP
    save_nonvolatile r12, OFF_R12
    save_nonvolatile r13, OFF_R13
    save_nonvolatile r14, OFF_R14
    save_nonvolatile r15, OFF_R15
    save_nonvolatile_xmm 6
    save_nonvolatile_xmm 7
    save_nonvolatile_xmm 8
    save_nonvolatile_xmm 9
    save_nonvolatile_xmm 10
    save_nonvolatile_xmm 11
    save_nonvolatile_xmm 12
    save_nonvolatile_xmm 13
    save_nonvolatile_xmm 14
    save_nonvolatile_xmm 15
    .seh_endprologue
    save_volatile
    mov rax, cr2
    mov [rsp + OFF_CR2], rax
    mov rcx, rsp
    call rsl_handle_exception
    cli
    movaps xmm6, [rsp + OFF_XMM + 0x60]
    movaps xmm7, [rsp + OFF_XMM + 0x70]
    movaps xmm8, [rsp + OFF_XMM + 0x80]
    movaps xmm9, [rsp + OFF_XMM + 0x90]
    movaps xmm10, [rsp + OFF_XMM + 0xA0]
    movaps xmm11, [rsp + OFF_XMM + 0xB0]
    movaps xmm12, [rsp + OFF_XMM + 0xC0]
    movaps xmm13, [rsp + OFF_XMM + 0xD0]
    movaps xmm14, [rsp + OFF_XMM + 0xE0]
    movaps xmm15, [rsp + OFF_XMM + 0xF0]
    mov rbx, [rsp + OFF_RBX]
    mov rsi, [rsp + OFF_RSI]
    mov rdi, [rsp + OFF_RDI]
    mov rbp, [rsp + OFF_RBP]
    mov r12, [rsp + OFF_R12]
    mov r13, [rsp + OFF_R13]
    mov r14, [rsp + OFF_R14]
    mov r15, [rsp + OFF_R15]
    restore_volatile
    add rsp, FRAME_BYTES + 16
    iretq
    .seh_endproc

// One stub a vector, 16 bytes each; the IDT is filled from their addresses. Vectors of exceptions, and
// those that NT's compilers raise by INT: 29 fast fail, 2C assertion, 2D debug service.
    .balign 16
    .globl rsl_trap_stubs
rsl_trap_stubs:
    .set vector, 0
    .rept 256
    .balign 16
    .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30)
    push 0
    .endif
    .byte 0x68                  // push imm32
    .long vector
    .if vector < 31 || vector == 0x29 || vector == 0x2C || vector == 0x2D
    jmp exception_common
    .else
    jmp interrupt_common
    .endif
    .set vector, vector + 1
    .endr
