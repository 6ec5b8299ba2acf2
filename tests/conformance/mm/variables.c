// SPDX-License-Identifier: GPL-2.0-only
// Facts: wdm.h and ntddk.h declare these variables; the memory layout of x64 is documented at
// learn.microsoft.com/windows-hardware/drivers/gettingstarted/virtual-address-spaces.
#include "memory.h"

extern PVOID* __imp_MmSystemRangeStart;
extern ULONG_PTR* __imp_MmUserProbeAddress;
CONFORMANCE_OBJECT_TYPE(MmSectionObjectType);
CONFORMANCE(MmHighestUserAddress, IsTheLastByteOfUserSpace) {
    CHECK_EQ(MmHighestUserAddress, (PVOID)0x00007FFFFFFEFFFFULL);
}
CONFORMANCE(MmSystemRangeStart, IsTheUpperHalf) {
    CHECK_EQ((ULONG_PTR)MmSystemRangeStart, 0xFFFF800000000000ULL);
}
CONFORMANCE(MmUserProbeAddress, IsBehindUserSpace) {
    CHECK_EQ((ULONG_PTR)MmUserProbeAddress, 0x00007FFFFFFF0000ULL);
}
CONFORMANCE(MmSectionObjectType, IsTheTypeOfSections) {
    HANDLE section = NewSection(PAGE_SIZE, PAGE_READWRITE);
    PVOID object = NULL;
    REQUIRE(MmIsAddressValid(*__imp_MmSectionObjectType));
    CHECK_STATUS(ObReferenceObjectByHandle(section, 0, *__imp_MmSectionObjectType, KernelMode,
                                           &object, NULL),
                 STATUS_SUCCESS);
    if (object != NULL) ObDereferenceObject(object);
    CHECK_STATUS(
        ObReferenceObjectByHandle(section, 0, *ExEventObjectType, KernelMode, &object, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(section);
}
CONFORMANCE(Mm64BitPhysicalAddress, IsTrueOnX64) {
    extern PBOOLEAN* __imp_Mm64BitPhysicalAddress;
    CHECK_EQ(*(PBOOLEAN)__imp_Mm64BitPhysicalAddress, TRUE);
}
