// SPDX-License-Identifier: GPL-2.0-only
// Where a PVH loader enters: 32-bit protected mode, flat segments, no paging, EBX = start info.
// Goes to long mode on an identity map of the first 4 GB and calls shim_main(start info).
    .intel_syntax noprefix

    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, 18              // name and descriptor bytes, XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long shim_entry

    .set TABLE_BITS, 0x3        // present, writable
    .set LARGE_PAGE_BITS, 0x83  // present, writable, 2 MB
    .set CR4_BITS, 0x6A0        // PAE, PGE, OSFXSR, OSXMMEXCPT
    .set EFER, 0xC0000080
    .set EFER_BITS, 0x900       // LME, NXE
    .set CR0_BITS, 0x80010033   // PG, WP, NE, ET, MP, PE

    .section .text.entry, "ax"
    .code32
    .globl shim_entry
shim_entry:
    cld
    cli
    lea esp, shim_stack_top
    lea edi, shim_bss_start
    lea ecx, shim_bss_end
    sub ecx, edi
    shr ecx, 2
    xor eax, eax
    rep stosd

    lea eax, identity_pdpt
    or eax, TABLE_BITS
    mov dword ptr [identity_pml4], eax
    lea edi, identity_pdpt
    lea eax, identity_pd
    or eax, TABLE_BITS
    mov ecx, 4
1:  mov [edi], eax
    add eax, 4096
    add edi, 8
    loop 1b
    lea edi, identity_pd
    mov eax, LARGE_PAGE_BITS
    mov ecx, 2048
2:  mov [edi], eax
    add eax, 0x200000
    add edi, 8
    loop 2b

    mov eax, CR4_BITS
    mov cr4, eax
    lea eax, identity_pml4
    mov cr3, eax
    mov ecx, EFER
    rdmsr
    or eax, EFER_BITS
    wrmsr
    mov eax, CR0_BITS
    mov cr0, eax
    lgdt [gdt_pointer]
    .att_syntax
    ljmp $0x8, $long_mode
    .intel_syntax noprefix

    .code64
long_mode:
    xor eax, eax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov fs, ax
    mov gs, ax
    lea rsp, shim_stack_top
    mov edi, ebx
    xor ebp, ebp
    call shim_main
3:  hlt
    jmp 3b

    .section .rodata
    .balign 8
gdt:
    .quad 0
    .quad 0x00AF9B000000FFFF    // 64-bit code
    .quad 0x00CF93000000FFFF    // data
gdt_pointer:
    .short . - gdt - 1
    .long gdt

    .section .bss
    .balign 4096
    .globl identity_pml4, identity_pdpt
identity_pml4: .skip 4096
identity_pdpt: .skip 4096
identity_pd:   .skip 4096 * 4
    .skip 16384
    .globl shim_stack_top
shim_stack_top:
    .section .note.GNU-stack, "", @progbits
