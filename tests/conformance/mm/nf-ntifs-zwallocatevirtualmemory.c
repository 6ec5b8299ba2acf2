// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

#ifndef MEM_PHYSICAL
#define MEM_PHYSICAL 0x00400000
#endif

typedef NTSTATUS(NTAPI* ALLOCATE)(HANDLE, PVOID*, ULONG_PTR, PSIZE_T, ULONG, ULONG);
static VOID ReservesAndCommits(ALLOCATE Allocate, PVOID* Where) {
    SIZE_T* bytes = (SIZE_T*)(Where + 1);
    PVOID base;
    Where[0] = NULL;
    *bytes = 5000;
    CHECK_STATUS(Allocate(NtCurrentProcess(), &Where[0], 0, bytes, MEM_RESERVE, PAGE_READWRITE),
                 STATUS_SUCCESS);
    base = Where[0];
    REQUIRE(base != NULL && base < MmHighestUserAddress);
    CHECK_EQ(*bytes, PAGES(2));
    CHECK_EQ((ULONG_PTR)base & 0xFFFF, 0);
    CHECK_EQ(MmIsAddressValid(base), FALSE);
    *bytes = PAGES(1);
    CHECK_STATUS(Allocate(NtCurrentProcess(), &Where[0], 0, bytes, MEM_COMMIT, PAGE_READWRITE),
                 STATUS_SUCCESS);
    CHECK_EQ(*(PUCHAR)base, 0);
    *(PUCHAR)base = 1;
    *bytes = PAGES(1);
    CHECK_STATUS(Allocate(NtCurrentProcess(), &Where[0], 0, bytes, MEM_RESERVE, PAGE_READWRITE),
                 STATUS_CONFLICTING_ADDRESSES);
    FreeUserMemory(base);
    Where[0] = NULL;
    *bytes = 0;
    CHECK(!NT_SUCCESS(
        Allocate(NtCurrentProcess(), &Where[0], 0, bytes, MEM_RESERVE, PAGE_READWRITE)));
    *bytes = PAGES(1);
    CHECK(!NT_SUCCESS(Allocate(NtCurrentProcess(), &Where[0], 0, bytes, 0, PAGE_READWRITE)));
    CHECK_STATUS(Allocate(NtCurrentProcess(), &Where[0], 0, bytes, MEM_RESERVE, 0x777),
                 STATUS_INVALID_PAGE_PROTECTION);
    CHECK_STATUS(Allocate(NO_HANDLE, &Where[0], 0, bytes, MEM_RESERVE, PAGE_READWRITE),
                 STATUS_INVALID_HANDLE);
}
CONFORMANCE_IN_CALLER(ZwAllocateVirtualMemory, ReservesAndCommits) {
    PVOID where[2];
    ReservesAndCommits(ZwAllocateVirtualMemory, where);
}
CONFORMANCE_IN_CALLER(NtAllocateVirtualMemory, ReservesAndCommits) {
    PVOID* where = NewUserMemory(PAGES(1), PAGE_READWRITE);
    REQUIRE(where != NULL);
    ReservesAndCommits(NtAllocateVirtualMemory, where);
    FreeUserMemory(where);
}
CONFORMANCE_IN_CALLER(ZwAllocateVirtualMemory, ZeroBitsKeepTheAddressLow) {
    PVOID base = NULL;
    SIZE_T bytes = PAGES(1);
    CHECK_STATUS(
        ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 1, &bytes, MEM_RESERVE, PAGE_READWRITE),
        STATUS_SUCCESS);
    CHECK((ULONG_PTR)base < 0x80000000);
    if (base != NULL) FreeUserMemory(base);
    base = NULL;
    CHECK_STATUS(
        ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 22, &bytes, MEM_RESERVE, PAGE_READWRITE),
        STATUS_INVALID_PARAMETER_3);
}
CONFORMANCE_IN_CALLER(ZwAllocateVirtualMemory, ResetKeepsThePagesMapped) {
    PUCHAR base = NewUserMemory(PAGES(1), PAGE_READWRITE);
    PVOID at = base;
    SIZE_T bytes = PAGES(1);
    base[0] = 1;
    CHECK_STATUS(
        ZwAllocateVirtualMemory(NtCurrentProcess(), &at, 0, &bytes, MEM_RESET, PAGE_READWRITE),
        STATUS_SUCCESS);
    base[0] = 2;
    CHECK_EQ(base[0], 2);
    FreeUserMemory(base);
}
CONFORMANCE_IN_CALLER(ZwAllocateVirtualMemory, TopDownBeginsAtTheTop) {
    PVOID low = NULL, high = NULL;
    SIZE_T bytes = PAGES(1);
    CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), &low, 0, &bytes, MEM_RESERVE, PAGE_READWRITE),
                 STATUS_SUCCESS);
    CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), &high, 0, &bytes, MEM_RESERVE | MEM_TOP_DOWN,
                                         PAGE_READWRITE),
                 STATUS_SUCCESS);
    CHECK((ULONG_PTR)high > (ULONG_PTR)low && high < MmHighestUserAddress);
    if (high != NULL) FreeUserMemory(high);
    if (low != NULL) FreeUserMemory(low);
}
CONFORMANCE_IN_CALLER(ZwAllocateVirtualMemory, PhysicalReservesAWindow) {
    PVOID base = NULL, part;
    SIZE_T bytes = PAGES(3);
    CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &bytes, MEM_PHYSICAL, PAGE_READWRITE),
                 STATUS_INVALID_PARAMETER_5);
    CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &bytes, MEM_PHYSICAL | MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
                 STATUS_INVALID_PARAMETER_5);
    CHECK(!NT_SUCCESS(ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &bytes, MEM_PHYSICAL | MEM_RESERVE, PAGE_READONLY)));
    CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &bytes, MEM_PHYSICAL | MEM_RESERVE, PAGE_READWRITE),
                 STATUS_SUCCESS);
    REQUIRE(base != NULL);
    CHECK_EQ(bytes, PAGES(3));
    CHECK_EQ(MmIsAddressValid(base), FALSE);
    part = base;
    bytes = PAGES(1);
    CHECK(!NT_SUCCESS(ZwAllocateVirtualMemory(NtCurrentProcess(), &part, 0, &bytes, MEM_COMMIT, PAGE_READWRITE)));
    part = base;
    bytes = 0;
    CHECK_STATUS(ZwFreeVirtualMemory(NtCurrentProcess(), &part, &bytes, MEM_RELEASE), STATUS_SUCCESS);
    CHECK_EQ(bytes, PAGES(3));
}
