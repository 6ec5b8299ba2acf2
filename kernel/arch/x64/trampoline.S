// SPDX-License-Identifier: GPL-2.0-only
// What a secondary processor executes first: 16-bit code that processors.cpp copies to a page below
// 1 MB. Goes to long mode by way of tables that map that page at its own address too, and jumps into
// the kernel. Its parameters lie behind the code.
    .intel_syntax noprefix
    .set PAGE, 0x8000           // kTrampolinePage (processors.cpp)
    .set CR4_BITS, 0x6A0        // PAE, PGE, OSFXSR, OSXMMEXCPT
    .set EFER, 0xC0000080
    .set EFER_BITS, 0x900       // LME, NXE
    .set CR0_BITS, 0x80010033   // PG, WP, NE, ET, MP, PE

    .section .rdata, "dr"
    .globl rsl_trampoline, rsl_trampoline_end, rsl_trampoline_parameters
    .balign 16
rsl_trampoline:
    .code16
    cli
    cld
    xor ax, ax
    mov ds, ax
    .att_syntax                 // differences of labels as addresses: only this syntax has them
    lgdtl PAGE + trampoline_gdt_pointer - rsl_trampoline
    movl PAGE + parameter_tables - rsl_trampoline, %edx
    .intel_syntax noprefix
    mov eax, CR4_BITS
    mov cr4, eax
    mov cr3, edx
    mov ecx, EFER
    rdmsr
    or eax, EFER_BITS
    wrmsr
    mov eax, CR0_BITS
    mov cr0, eax
    .att_syntax
    ljmpl $0x10, $(PAGE + 1f - rsl_trampoline)
    .intel_syntax noprefix
    .code64
1:  mov ax, 0x18
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov rsp, [rip + parameter_stack]
    mov rcx, [rip + parameter_processor]
    mov rdx, [rip + parameter_root]
    mov rax, [rip + parameter_entry]
    jmp rax                     // in the kernel; it loads the real tables, which lack this page

    .balign 8
trampoline_gdt:
    .quad 0, 0
    .quad 0x00AF9B000000FFFF    // 0x10: code, as in the kernel's table
    .quad 0x00CF93000000FFFF    // 0x18: data
trampoline_gdt_pointer:
    .short . - trampoline_gdt - 1
    .long PAGE + trampoline_gdt - rsl_trampoline
    .balign 8
rsl_trampoline_parameters:      // TrampolineParameters (processors.cpp)
parameter_tables:    .quad 0
parameter_root:      .quad 0
parameter_stack:     .quad 0
parameter_processor: .quad 0
parameter_entry:     .quad 0
rsl_trampoline_end:
