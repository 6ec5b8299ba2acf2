/* SPDX-License-Identifier: GPL-2.0-only */
/* With nf-ntifs-rtlquerypackageidentityex. */
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI RtlQueryPackageIdentity(PVOID TokenObject, PWSTR PackageFullName,
                                                PSIZE_T PackageSize, PWSTR AppId, PSIZE_T AppIdSize,
                                                PBOOLEAN Packaged);
NTSYSAPI NTSTATUS NTAPI RtlQueryPackageIdentityEx(PVOID TokenObject, PWSTR PackageFullName,
                                                  PSIZE_T PackageSize, PWSTR AppId,
                                                  PSIZE_T AppIdSize, GUID* DynamicId,
                                                  PULONG64 Flags);

CONFORMANCE(RtlQueryPackageIdentity, FindsNoneForTheSystem) {
    PACCESS_TOKEN token = PsReferencePrimaryToken(PsInitialSystemProcess);
    WCHAR name[128];
    SIZE_T bytes = sizeof(name);
    BOOLEAN packaged = TRUE;
    CHECK_STATUS(RtlQueryPackageIdentity(token, name, &bytes, NULL, NULL, &packaged),
                 STATUS_NOT_FOUND);
    CHECK_STATUS(RtlQueryPackageIdentity(token, name, NULL, NULL, NULL, NULL),
                 STATUS_INVALID_PARAMETER);
    PsDereferencePrimaryToken(token);
}

CONFORMANCE(RtlQueryPackageIdentityEx, FindsNoneForTheSystem) {
    PACCESS_TOKEN token = PsReferencePrimaryToken(PsInitialSystemProcess);
    WCHAR name[128];
    SIZE_T bytes = sizeof(name);
    CHECK_STATUS(RtlQueryPackageIdentityEx(token, name, &bytes, NULL, NULL, NULL, NULL),
                 STATUS_NOT_FOUND);
    CHECK_STATUS(RtlQueryPackageIdentityEx(token, name, &bytes, name, NULL, NULL, NULL),
                 STATUS_INVALID_PARAMETER);
    PsDereferencePrimaryToken(token);
}
