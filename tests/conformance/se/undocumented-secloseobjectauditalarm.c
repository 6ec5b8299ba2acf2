// SPDX-License-Identifier: GPL-2.0-only
// Facts: SeCloseObjectAuditAlarm of public NT headers (ntosp.h); SeDeleteObjectAuditAlarm of ntifs.h.
#include "identities.h"

NTKERNELAPI VOID NTAPI SeCloseObjectAuditAlarm(PVOID Object, HANDLE Handle, BOOLEAN GenerateOnClose);

CONFORMANCE(SeCloseObjectAuditAlarm, ChangesNothingOfTheObject) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    LONG_PTR before;
    ObReferenceObject(token);
    before = ObDereferenceObject(token);
    SeCloseObjectAuditAlarm(token, NULL, FALSE);
    ObReferenceObject(token);
    CHECK_EQ(ObDereferenceObject(token), before);
    ObDereferenceObject(token);
}
