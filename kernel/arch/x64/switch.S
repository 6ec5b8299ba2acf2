// SPDX-License-Identifier: GPL-2.0-only
// The kernel's entry, thread switches, and running on another stack.
    .intel_syntax noprefix
    .text

// KiSystemStartup(RslBootInfo*): the shim's call, on the shim's stack. Goes on on the boot stack; the
// zero that stands for a return address ends every stack walk.
    .globl KiSystemStartup
    .seh_proc KiSystemStartup
KiSystemStartup:
    lea rsp, [rip + rsl_boot_stack_top]
    push 0
    sub rsp, 40
    .seh_stackalloc 40
    .seh_endprologue
    xor ebp, ebp
    call rsl_kernel_start
    int3
    .seh_endproc

// rsl_secondary_entry: where trampoline.S jumps in long mode, on the new processor's own stack, RCX
// its block, RDX the kernel's page tables. The same end of stack walks.
    .globl rsl_secondary_entry
    .seh_proc rsl_secondary_entry
rsl_secondary_entry:
    mov cr3, rdx
    push 0
    sub rsp, 40
    .seh_stackalloc 40
    .seh_endprologue
    xor ebp, ebp
    call rsl_secondary_start
    int3
    .seh_endproc

// Offsets in a switch frame, from the stack pointer that ThreadContext keeps (context.cpp).
    .set SWITCH_XMM, 0x20
    .set SWITCH_MXCSR, 0xC0
    .set SWITCH_BYTES, 0xC8

// rsl_switch_context(uint64_t* save_stack_pointer, uint64_t stack_pointer)
    .globl rsl_switch_context
    .seh_proc rsl_switch_context
rsl_switch_context:
    push rbp
    .seh_pushreg rbp
    push rbx
    .seh_pushreg rbx
    push rsi
    .seh_pushreg rsi
    push rdi
    .seh_pushreg rdi
    push r12
    .seh_pushreg r12
    push r13
    .seh_pushreg r13
    push r14
    .seh_pushreg r14
    push r15
    .seh_pushreg r15
    sub rsp, SWITCH_BYTES
    .seh_stackalloc SWITCH_BYTES
    movaps [rsp + SWITCH_XMM + 0x00], xmm6
    .seh_savexmm xmm6, SWITCH_XMM + 0x00
    movaps [rsp + SWITCH_XMM + 0x10], xmm7
    .seh_savexmm xmm7, SWITCH_XMM + 0x10
    movaps [rsp + SWITCH_XMM + 0x20], xmm8
    .seh_savexmm xmm8, SWITCH_XMM + 0x20
    movaps [rsp + SWITCH_XMM + 0x30], xmm9
    .seh_savexmm xmm9, SWITCH_XMM + 0x30
    movaps [rsp + SWITCH_XMM + 0x40], xmm10
    .seh_savexmm xmm10, SWITCH_XMM + 0x40
    movaps [rsp + SWITCH_XMM + 0x50], xmm11
    .seh_savexmm xmm11, SWITCH_XMM + 0x50
    movaps [rsp + SWITCH_XMM + 0x60], xmm12
    .seh_savexmm xmm12, SWITCH_XMM + 0x60
    movaps [rsp + SWITCH_XMM + 0x70], xmm13
    .seh_savexmm xmm13, SWITCH_XMM + 0x70
    movaps [rsp + SWITCH_XMM + 0x80], xmm14
    .seh_savexmm xmm14, SWITCH_XMM + 0x80
    movaps [rsp + SWITCH_XMM + 0x90], xmm15
    .seh_savexmm xmm15, SWITCH_XMM + 0x90
    .seh_endprologue
    stmxcsr [rsp + SWITCH_MXCSR]
    mov [rcx], rsp
    mov rsp, rdx
    ldmxcsr [rsp + SWITCH_MXCSR]
    movaps xmm6, [rsp + SWITCH_XMM + 0x00]
    movaps xmm7, [rsp + SWITCH_XMM + 0x10]
    movaps xmm8, [rsp + SWITCH_XMM + 0x20]
    movaps xmm9, [rsp + SWITCH_XMM + 0x30]
    movaps xmm10, [rsp + SWITCH_XMM + 0x40]
    movaps xmm11, [rsp + SWITCH_XMM + 0x50]
    movaps xmm12, [rsp + SWITCH_XMM + 0x60]
    movaps xmm13, [rsp + SWITCH_XMM + 0x70]
    movaps xmm14, [rsp + SWITCH_XMM + 0x80]
    movaps xmm15, [rsp + SWITCH_XMM + 0x90]
    add rsp, SWITCH_BYTES
    pop r15
    pop r14
    pop r13
    pop r12
    pop rdi
    pop rsi
    pop rbx
    pop rbp
    ret
    .seh_endproc

// Where a fresh thread's first switch returns to: R12 its entry, R13 the argument, RSP a multiple of
// 16 and at it a zero that stands for a return address.
    .globl rsl_thread_begin
    .seh_proc rsl_thread_begin
rsl_thread_begin:
    sub rsp, 32
    .seh_stackalloc 32
    .seh_endprologue
    mov rcx, r13
    call r12
    int3
    .seh_endproc

// rsl_call_on_stack(void* stack_top, void (*routine)(void*), void* argument)
    .globl rsl_call_on_stack
    .seh_proc rsl_call_on_stack
rsl_call_on_stack:
    push rbp
    .seh_pushreg rbp
    mov rbp, rsp
    .seh_setframe rbp, 0
    .seh_endprologue
    lea rsp, [rcx - 32]
    mov rcx, r8
    call rdx
    mov rsp, rbp
    pop rbp
    ret
    .seh_endproc

    .bss
    .balign 4096
    .globl rsl_boot_stack_guard
rsl_boot_stack_guard:
    .skip 4096                  // unmapped once paging can be changed
    .skip 32768
rsl_boot_stack_top:
