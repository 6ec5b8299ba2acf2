// SPDX-License-Identifier: GPL-2.0-only
// What the boot shim hands to the kernel: the only contract between the two. All addresses are
// physical unless named virtual. The kernel copies what it keeps before it frees shim memory.
#pragma once

#include <stdint.h>

#define RSL_BOOT_MAGIC 0x313030544F4F4252ull /* "RBOOT001" */
#define RSL_BOOT_MAX_RANGES 64
#define RSL_BOOT_COMMAND_LINE_BYTES 1024

/* How the VM ends: a byte written to this port (QEMU's isa-debug-exit) makes QEMU exit with
 * 2 * value + 1. */
#define RSL_EXIT_PORT 0xF4
#define RSL_EXIT_POWER_OFF 0x10    /* asked for: QEMU exits with 33 */
#define RSL_EXIT_BOOT_FAILED 0x20  /* a line "@fail CAUSE" precedes it: 65 */
#define RSL_EXIT_BUG_CHECK 0x30    /* a line "@bugcheck {...}" precedes it: 97 */
#define RSL_EXIT_TESTS_PASSED 0x18 /* the test kernel's: 49 */
#define RSL_EXIT_TESTS_FAILED 0x28 /* 81 */

/* Virtual memory as the shim leaves it. */
#define RSL_DIRECT_MAP_BASE 0xFFFF800000000000ull  /* all RAM, 2 MB pages, writable, no execute */
#define RSL_KERNEL_IMAGE_BASE 0xFFFFF80000200000ull /* ntoskrnl.exe, relocated here, 4 KB pages, W^X */

typedef enum RslMemoryKind {
    kRslMemoryFree = 1,      /* the kernel may use it at once */
    kRslMemoryReserved = 2,  /* firmware, ACPI, holes */
    kRslMemoryShim = 3,      /* shim, its stack and tables: free once the kernel has its own */
    kRslMemoryKernel = 4,    /* the kernel's image */
    kRslMemoryArchive = 5,   /* the boot archive: free once every module is loaded */
    kRslMemoryPageTables = 6 /* page tables now in use: stay */
} RslMemoryKind;

typedef struct RslMemoryRange {
    uint64_t base; /* page aligned, ascending, not overlapping */
    uint64_t bytes;
    uint32_t kind; /* RslMemoryKind */
    uint32_t reserved;
} RslMemoryRange;

typedef struct RslBootInfo {
    uint64_t magic;
    uint64_t info_bytes; /* sizeof(RslBootInfo) of the shim's build; must equal the kernel's */
    uint64_t archive_base, archive_bytes; /* cpio "newc": ntoskrnl.exe, hal.dll, rslserver.sys, ... */
    uint64_t kernel_base, kernel_bytes;   /* the loaded image, physical */
    uint64_t kernel_virtual_base;
    uint64_t page_table_root; /* CR3 */
    uint64_t rsdp;            /* 0 when there is none */
    uint32_t range_count;
    uint32_t reserved;
    RslMemoryRange ranges[RSL_BOOT_MAX_RANGES];
    char command_line[RSL_BOOT_COMMAND_LINE_BYTES]; /* NUL-terminated */
} RslBootInfo;
