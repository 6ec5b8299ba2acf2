// SPDX-License-Identifier: GPL-2.0-only
// What tests of memory share: pages in an MDL, newer declarations that mingw lacks.
#ifndef RSL_CONFORMANCE_MEMORY_H
#define RSL_CONFORMANCE_MEMORY_H

#include "conformance.h"

#define PAGES(n)            ((SIZE_T)(n) << PAGE_SHIFT)
#define MdlMappingNoExecute 0x40000000
// In the first 64 KB, which are never given out; memory just freed may be somebody else's already.
#define NO_MEMORY           ((PVOID)(ULONG_PTR)0x1000)
#define NO_HANDLE           ((HANDLE)(LONG_PTR)0x7FFFFFF0)

static inline PHYSICAL_ADDRESS Physical(LONGLONG Address) {
    PHYSICAL_ADDRESS address = {.QuadPart = Address};
    return address;
}
// Nonpaged pool with an MDL; FreeBuffer.
static inline PMDL NewBuffer(SIZE_T Bytes) {
    PVOID memory = ExAllocatePoolWithTag(NonPagedPoolNx, Bytes, CONFORMANCE_TAG);
    PMDL mdl = memory == NULL ? NULL : IoAllocateMdl(memory, (ULONG)Bytes, FALSE, FALSE, NULL);
    if (mdl != NULL) MmBuildMdlForNonPagedPool(mdl);
    return mdl;
}
static inline VOID FreeBuffer(PMDL Mdl) {
    PVOID memory = MmGetMdlVirtualAddress(Mdl);
    IoFreeMdl(Mdl);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
// Pages without an address; FreePages.
static inline PMDL NewPages(SIZE_T Bytes) {
    return MmAllocatePagesForMdl(Physical(0), Physical(-1), Physical(0), Bytes);
}
static inline VOID FreePages(PMDL Mdl) {
    MmFreePagesFromMdl(Mdl);
    ExFreePool(Mdl);
}
// Memory of the caller's process; FreeUserMemory.
static inline PVOID NewUserMemory(SIZE_T Bytes, ULONG Protect) {
    PVOID base = NULL;
    CHECK_SUCCESS(ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &Bytes,
                                          MEM_COMMIT | MEM_RESERVE, Protect));
    return base;
}
static inline VOID FreeUserMemory(PVOID Base) {
    SIZE_T bytes = 0;
    CHECK_SUCCESS(ZwFreeVirtualMemory(NtCurrentProcess(), &Base, &bytes, MEM_RELEASE));
}
// A section of pages that the page file would hold; ZwClose.
static inline HANDLE NewSection(LONGLONG Bytes, ULONG Protect) {
    LARGE_INTEGER size = {.QuadPart = Bytes};
    OBJECT_ATTRIBUTES attributes;
    HANDLE section = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_SUCCESS(ZwCreateSection(&section, SECTION_ALL_ACCESS, &attributes, &size, Protect,
                                  SEC_COMMIT, NULL));
    return section;
}

#endif
