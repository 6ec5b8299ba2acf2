// SPDX-License-Identifier: GPL-2.0-only
// Registers to memory and back, and the two frames that structured exception handling recognises
// itself by. Offsets are those of CONTEXT and DISPATCHER_CONTEXT (abi/types/exception.h); the C++ side
// checks them.

    .set CX_FLAGS, 0x30
    .set CX_MXCSR, 0x34
    .set CX_CS, 0x38
    .set CX_DS, 0x3a
    .set CX_ES, 0x3c
    .set CX_FS, 0x3e
    .set CX_GS, 0x40
    .set CX_SS, 0x42
    .set CX_EFLAGS, 0x44
    .set CX_RAX, 0x78
    .set CX_RCX, 0x80
    .set CX_RDX, 0x88
    .set CX_RBX, 0x90
    .set CX_RSP, 0x98
    .set CX_RBP, 0xa0
    .set CX_RSI, 0xa8
    .set CX_RDI, 0xb0
    .set CX_R8, 0xb8
    .set CX_R9, 0xc0
    .set CX_R10, 0xc8
    .set CX_R11, 0xd0
    .set CX_R12, 0xd8
    .set CX_R13, 0xe0
    .set CX_R14, 0xe8
    .set CX_R15, 0xf0
    .set CX_RIP, 0xf8
    .set CX_FLTSAVE, 0x100
    .set CONTEXT_FULL_AND_SEGMENTS, 0x10000f
    .set DC_LANGUAGE_HANDLER, 0x30

    .text

// void RtlCaptureContext(CONTEXT* context): the caller's registers as they are once this returns.
    .globl RtlCaptureContext
    .seh_proc RtlCaptureContext
RtlCaptureContext:
    pushfq
    .seh_stackalloc 8
    .seh_endprologue
    movq %rax, CX_RAX(%rcx)
    movq %rcx, CX_RCX(%rcx)
    movq %rdx, CX_RDX(%rcx)
    movq %rbx, CX_RBX(%rcx)
    movq %rbp, CX_RBP(%rcx)
    movq %rsi, CX_RSI(%rcx)
    movq %rdi, CX_RDI(%rcx)
    movq %r8, CX_R8(%rcx)
    movq %r9, CX_R9(%rcx)
    movq %r10, CX_R10(%rcx)
    movq %r11, CX_R11(%rcx)
    movq %r12, CX_R12(%rcx)
    movq %r13, CX_R13(%rcx)
    movq %r14, CX_R14(%rcx)
    movq %r15, CX_R15(%rcx)
    movw %cs, CX_CS(%rcx)
    movw %ds, CX_DS(%rcx)
    movw %es, CX_ES(%rcx)
    movw %fs, CX_FS(%rcx)
    movw %gs, CX_GS(%rcx)
    movw %ss, CX_SS(%rcx)
    fxsave64 CX_FLTSAVE(%rcx)
    stmxcsr CX_MXCSR(%rcx)
    leaq 16(%rsp), %rax
    movq %rax, CX_RSP(%rcx)
    movq 8(%rsp), %rax
    movq %rax, CX_RIP(%rcx)
    movl (%rsp), %eax
    movl %eax, CX_EFLAGS(%rcx)
    movl $CONTEXT_FULL_AND_SEGMENTS, CX_FLAGS(%rcx)
    movq CX_RAX(%rcx), %rax
    addq $8, %rsp
    ret
    .seh_endproc

// [[noreturn]] void rsl_restore_context(const CONTEXT* context): goes on there. One iretq sets flags,
// stack and program counter together, so an interrupt sees one state or the other.
    .globl rsl_restore_context
    .seh_proc rsl_restore_context
rsl_restore_context:
    .seh_endprologue
    testl $8, CX_FLAGS(%rcx)            // CONTEXT_FLOATING_POINT
    jz 1f
    fxrstor64 CX_FLTSAVE(%rcx)
    ldmxcsr CX_MXCSR(%rcx)
1:  movl %ss, %eax
    pushq %rax
    pushq CX_RSP(%rcx)
    movl CX_EFLAGS(%rcx), %eax
    pushq %rax
    movl %cs, %eax
    pushq %rax
    pushq CX_RIP(%rcx)
    movq CX_RAX(%rcx), %rax
    movq CX_RDX(%rcx), %rdx
    movq CX_RBX(%rcx), %rbx
    movq CX_RBP(%rcx), %rbp
    movq CX_RSI(%rcx), %rsi
    movq CX_RDI(%rcx), %rdi
    movq CX_R8(%rcx), %r8
    movq CX_R9(%rcx), %r9
    movq CX_R10(%rcx), %r10
    movq CX_R11(%rcx), %r11
    movq CX_R12(%rcx), %r12
    movq CX_R13(%rcx), %r13
    movq CX_R14(%rcx), %r14
    movq CX_R15(%rcx), %r15
    movq CX_RCX(%rcx), %rcx
    iretq
    .seh_endproc

// EXCEPTION_DISPOSITION rsl_call_handler_searching(record, frame, context, dispatcher)
// Calls dispatcher->LanguageHandler. An exception inside it meets this frame, whose own handler then
// says "nested" and knows the dispatcher context by its place: frame + 0x20.
    .globl rsl_call_handler_searching
    .seh_proc rsl_call_handler_searching
rsl_call_handler_searching:
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    .seh_handler rsl_on_nested_exception, @except
    movq %r9, 0x20(%rsp)
    callq *DC_LANGUAGE_HANDLER(%r9)
    nop                                 // the return address must not lie in the epilogue
    addq $0x28, %rsp
    ret
    .seh_endproc

// The same while unwinding: an exception or another unwind that meets this frame collides with ours.
    .globl rsl_call_handler_unwinding
    .seh_proc rsl_call_handler_unwinding
rsl_call_handler_unwinding:
    subq $0x28, %rsp
    .seh_stackalloc 0x28
    .seh_endprologue
    .seh_handler rsl_on_collided_unwind, @except, @unwind
    movq %r9, 0x20(%rsp)
    callq *DC_LANGUAGE_HANDLER(%r9)
    nop
    addq $0x28, %rsp
    ret
    .seh_endproc

// void __chkstk(): touches each page of the RAX bytes below RSP, so that a stack overflow meets the
// guard page instead of whatever lies beyond it. Changes nothing else.
    .globl __chkstk
    .globl ___chkstk_ms
    .seh_proc __chkstk
__chkstk:
___chkstk_ms:
    pushq %rcx
    .seh_stackalloc 8
    pushq %rax
    .seh_stackalloc 8
    .seh_endprologue
    leaq 24(%rsp), %rcx
1:  cmpq $0x1000, %rax
    jb 2f
    subq $0x1000, %rcx
    testl %eax, (%rcx)
    subq $0x1000, %rax
    jmp 1b
2:  subq %rax, %rcx
    testl %eax, (%rcx)
    popq %rax
    popq %rcx
    ret
    .seh_endproc

// int _setjmpex(JUMP_BUFFER* buffer, void* frame) and its older name. longjmp unwinds to `frame`.
    .globl _setjmpex
    .globl _setjmp
_setjmpex:
_setjmp:
    movq %rdx, 0x00(%rcx)
    movq %rbx, 0x08(%rcx)
    leaq 8(%rsp), %rax
    movq %rax, 0x10(%rcx)
    movq %rbp, 0x18(%rcx)
    movq %rsi, 0x20(%rcx)
    movq %rdi, 0x28(%rcx)
    movq %r12, 0x30(%rcx)
    movq %r13, 0x38(%rcx)
    movq %r14, 0x40(%rcx)
    movq %r15, 0x48(%rcx)
    movq (%rsp), %rax
    movq %rax, 0x50(%rcx)
    stmxcsr 0x58(%rcx)
    fnstcw 0x5c(%rcx)
    movdqa %xmm6, 0x60(%rcx)
    movdqa %xmm7, 0x70(%rcx)
    movdqa %xmm8, 0x80(%rcx)
    movdqa %xmm9, 0x90(%rcx)
    movdqa %xmm10, 0xa0(%rcx)
    movdqa %xmm11, 0xb0(%rcx)
    movdqa %xmm12, 0xc0(%rcx)
    movdqa %xmm13, 0xd0(%rcx)
    movdqa %xmm14, 0xe0(%rcx)
    movdqa %xmm15, 0xf0(%rcx)
    xorl %eax, %eax
    ret
