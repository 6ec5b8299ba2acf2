// SPDX-License-Identifier: GPL-2.0-only
// What may fault, with a handler of its own: 0, or the code of the exception. Several times a request, so without the call
// through a pointer of rsl_seh_invoke(). The exception's code comes in RAX, as __C_specific_handler unwinds with it.

// Everything from here to `.Lend_<name>` is guarded, and the function has no frame.
.macro BEGIN_GUARDED name
    .globl \name
    .seh_proc \name
\name:
    .seh_handler __C_specific_handler, @unwind, @except
    .seh_endprologue
.endm
.macro END_GUARDED name
.Lend_\name:
    int3
.Lcaught_\name:
    ret
    .seh_handlerdata
    .long 1
    .long (\name)@IMGREL, (.Lend_\name)@IMGREL, 1, (.Lcaught_\name)@IMGREL  // 1: EXCEPTION_EXECUTE_HANDLER
    .text
    .seh_endproc
.endm

// The whole of what is one or two words long, and the way out.
.macro COPY_BOTH_ENDS move, first, last, bytes
    \move (%rdx), \first
    \move -\bytes(%rdx,%r8), \last
    \move \first, (%rcx)
    \move \last, -\bytes(%rcx,%r8)
    xorl %eax, %eax
    ret
.endm

    .text

// int32_t rsl_seh_copy(void* destination, const void* source, size_t bytes)
// By words from both ends that may overlap, as memcpy does (kernel/rtl/exports/memory_crt.cpp).
BEGIN_GUARDED rsl_seh_copy
    cmpq $32, %r8
    jbe .Lat_most_32
.Lnext_32:
    movq (%rdx), %rax
    movq 8(%rdx), %r9
    movq 16(%rdx), %r10
    movq 24(%rdx), %r11
    movq %rax, (%rcx)
    movq %r9, 8(%rcx)
    movq %r10, 16(%rcx)
    movq %r11, 24(%rcx)
    addq $32, %rdx
    addq $32, %rcx
    subq $32, %r8
    cmpq $32, %r8
    ja .Lnext_32
.Lat_most_32:
    cmpq $16, %r8
    jb .Lbelow_16
    movq (%rdx), %rax
    movq 8(%rdx), %r9
    movq -16(%rdx,%r8), %r10
    movq -8(%rdx,%r8), %r11
    movq %rax, (%rcx)
    movq %r9, 8(%rcx)
    movq %r10, -16(%rcx,%r8)
    movq %r11, -8(%rcx,%r8)
    xorl %eax, %eax
    ret
.Lbelow_16:
    cmpq $8, %r8
    jb .Lbelow_8
    COPY_BOTH_ENDS movq, %rax, %r9, 8
.Lbelow_8:
    cmpq $4, %r8
    jb .Lbelow_4
    COPY_BOTH_ENDS movl, %eax, %r9d, 4
.Lbelow_4:
    testq %r8, %r8
    jz .Ldone
.Lnext_byte:
    movb (%rdx), %al
    movb %al, (%rcx)
    incq %rdx
    incq %rcx
    decq %r8
    jnz .Lnext_byte
.Ldone:
    xorl %eax, %eax
    ret
END_GUARDED rsl_seh_copy

// int32_t rsl_seh_touch(void* memory, size_t bytes): reads and writes back a byte of each page. bytes > 0.
BEGIN_GUARDED rsl_seh_touch
    leaq -1(%rcx,%rdx), %r8
    movq %rcx, %rax
    xorq %r8, %rax
    cmpq $4096, %rax
    jb .Llast
.Lnext_page:
    movb (%rcx), %al
    movb %al, (%rcx)
    addq $4096, %rcx
    cmpq %r8, %rcx
    jb .Lnext_page
.Llast:
    movb (%r8), %al
    movb %al, (%r8)
    xorl %eax, %eax
    ret
END_GUARDED rsl_seh_touch
