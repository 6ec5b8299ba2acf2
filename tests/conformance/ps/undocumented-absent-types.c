// SPDX-License-Identifier: GPL-2.0-only
// PsJobType is in ntddk.h, ExDesktopObjectType in public symbol tables: what drivers compare
// handles with.
#include "conformance.h"

extern POBJECT_TYPE* __imp_PsJobType;
extern POBJECT_TYPE* __imp_ExDesktopObjectType;

static NTSTATUS AsType(POBJECT_TYPE Type) {
    PVOID object = NULL;
    return ObReferenceObjectByHandle(NtCurrentProcess(), 0, Type, KernelMode, &object, NULL);
}

CONFORMANCE(PsJobType, IsATypeThatAProcessIsNot) {
    REQUIRE(*__imp_PsJobType != NULL);
    CHECK_STATUS(AsType(*__imp_PsJobType), STATUS_OBJECT_TYPE_MISMATCH);
}

CONFORMANCE(ExDesktopObjectType, IsATypeThatAProcessIsNot) {
    REQUIRE(*__imp_ExDesktopObjectType != NULL);
    CHECK_STATUS(AsType(*__imp_ExDesktopObjectType), STATUS_OBJECT_TYPE_MISMATCH);
}
