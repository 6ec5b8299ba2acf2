// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtCreateMutant, NtOpenMutant and NtReleaseMutant of public headers (ntobapi.h, phnt);
// CreateMutex, OpenMutex and ReleaseMutex of synchapi.h, whose system services they are.
#include "names.h"

#define MUTANT_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 1)
DECLARE_SERVICE(CreateMutant, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, BOOLEAN);
DECLARE_SERVICE(OpenMutant, PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
DECLARE_SERVICE(ReleaseMutant, HANDLE, PLONG);

static VOID MayBelongToItsMaker(NTSTATUS(NTAPI* Create)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES,
                                                        BOOLEAN)) {
    HANDLE mutant = NULL, again = NULL;
    LONG before = 7;
    NAMED named;
    CHECK_STATUS(Create(&mutant, MUTANT_ALL_ACCESS, Named(&named, L"\\CfMutant", 0), TRUE),
                 STATUS_SUCCESS);
    CHECK_STATUS(ZwReleaseMutant(mutant, &before), STATUS_SUCCESS);
    CHECK_STATUS(ZwReleaseMutant(mutant, &before), STATUS_MUTANT_NOT_OWNED);
    CHECK_STATUS(Create(&again, MUTANT_ALL_ACCESS, Named(&named, L"\\CfMutant", OBJ_OPENIF), TRUE),
                 STATUS_OBJECT_NAME_EXISTS);
    CHECK_STATUS(ZwReleaseMutant(again, &before),
                 STATUS_MUTANT_NOT_OWNED);  // an opener does not own it
    ZwClose(again);
    ZwClose(mutant);
}
CONFORMANCE(NtCreateMutant, MayBelongToItsMaker) { MayBelongToItsMaker(NtCreateMutant); }
CONFORMANCE(ZwCreateMutant, MayBelongToItsMaker) { MayBelongToItsMaker(ZwCreateMutant); }
static VOID OpensByName(NTSTATUS(NTAPI* Open)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES)) {
    HANDLE mutant = NULL, found = NULL;
    NAMED named;
    CHECK_SUCCESS(
        ZwCreateMutant(&mutant, MUTANT_ALL_ACCESS, Named(&named, L"\\CfMutant", 0), FALSE));
    CHECK_STATUS(Open(&found, SYNCHRONIZE, &named.Attributes), STATUS_SUCCESS);
    CHECK(SameObject(found, mutant));
    ZwClose(found);
    ZwClose(mutant);
    CHECK_STATUS(Open(&found, SYNCHRONIZE, &named.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(Open(&found, SYNCHRONIZE, Named(&named, L"\\Device", 0)),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
CONFORMANCE(NtOpenMutant, OpensByName) { OpensByName(NtOpenMutant); }
CONFORMANCE(ZwOpenMutant, OpensByName) { OpensByName(ZwOpenMutant); }
static VOID CountsItsOwner(NTSTATUS(NTAPI* Release)(HANDLE, PLONG)) {
    LARGE_INTEGER now = {.QuadPart = 0};
    HANDLE mutant = NULL;
    LONG before = 7;
    NAMED named;
    CHECK_SUCCESS(ZwCreateMutant(&mutant, MUTANT_ALL_ACCESS, Unnamed(&named), TRUE));
    CHECK_STATUS(ZwWaitForSingleObject(mutant, FALSE, &now),
                 STATUS_SUCCESS);  // again, by its owner
    CHECK_STATUS(Release(mutant, &before), STATUS_SUCCESS);
    CHECK_EQ(before, -1);
    CHECK_STATUS(Release(mutant, &before), STATUS_SUCCESS);
    CHECK_EQ(before, 0);
    CHECK_STATUS(Release(mutant, &before), STATUS_MUTANT_NOT_OWNED);
    CHECK_STATUS(Release(NO_HANDLE, NULL), STATUS_INVALID_HANDLE);
    ZwClose(mutant);
}
CONFORMANCE(NtReleaseMutant, CountsItsOwner) { CountsItsOwner(NtReleaseMutant); }
CONFORMANCE(ZwReleaseMutant, CountsItsOwner) { CountsItsOwner(ZwReleaseMutant); }
CONFORMANCE(ExMutantObjectType, IsTheTypeOfMutants) {
    extern POBJECT_TYPE* __imp_ExMutantObjectType;
    HANDLE mutant = NULL;
    PVOID object = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateMutant(&mutant, MUTANT_ALL_ACCESS, Unnamed(&named), FALSE));
    CHECK_STATUS(
        ObReferenceObjectByHandle(mutant, 0, *__imp_ExMutantObjectType, KernelMode, &object, NULL),
        STATUS_SUCCESS);
    ObDereferenceObject(object);
    ZwClose(mutant);
}
