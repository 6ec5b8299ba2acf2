// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeDeleteObjectAuditAlarm, ChangesNothingOfTheObject) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    LONG_PTR before;
    ObReferenceObject(token);
    before = ObDereferenceObject(token);
    SeDeleteObjectAuditAlarm(token, NULL);
    ObReferenceObject(token);
    CHECK_EQ(ObDereferenceObject(token), before);
    ObDereferenceObject(token);
}
