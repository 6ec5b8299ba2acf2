// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

NTKERNELAPI BOOLEAN NTAPI SeAccessCheckFromStateEx(
    PSECURITY_DESCRIPTOR SecurityDescriptor, PACCESS_TOKEN PrimaryToken, PACCESS_TOKEN ClientToken,
    ACCESS_MASK DesiredAccess, ACCESS_MASK PreviouslyGrantedAccess, PPRIVILEGE_SET* Privileges,
    PGENERIC_MAPPING GenericMapping, KPROCESSOR_MODE AccessMode, PACCESS_MASK GrantedAccess,
    PNTSTATUS AccessStatus);

CONFORMANCE(SeAccessCheckFromStateEx, ChecksTheClientsTokenBeforeThePrimary) {
    PACCESS_TOKEN own = OwnToken(), filtered = NULL;
    TOKEN_GROUPS world = {1, {{WORLD_SID, 0}}};
    GUARD guard;
    ACCESS_MASK granted = 0;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    BOOLEAN allowed = FALSE;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 1);
    CHECK_SUCCESS(SeFilterToken(own, 0, &world, NULL, NULL, &filtered));
    AT_IRQL(DISPATCH_LEVEL, allowed = SeAccessCheckFromStateEx(&guard.Descriptor, own, NULL, 1, 0,
                                                               NULL, (PGENERIC_MAPPING)&TestMapping,
                                                               UserMode, &granted, &status));
    CHECK_EQ(allowed, TRUE);
    CHECK_EQ(granted, 1);
    CHECK_EQ(SeAccessCheckFromStateEx(&guard.Descriptor, own, filtered, 1, 0, NULL,
                                      (PGENERIC_MAPPING)&TestMapping, UserMode, &granted, &status),
             FALSE);
    CHECK_STATUS(status, STATUS_ACCESS_DENIED);
    ObDereferenceObject(filtered);
    PsDereferencePrimaryToken(own);
}
