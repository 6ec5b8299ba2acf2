// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(PsDereferenceImpersonationToken, GivesOneReferenceBack) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    LONG_PTR before;
    ObReferenceObject(token);
    before = ObDereferenceObject(token);
    ObReferenceObject(token);
    PsDereferenceImpersonationToken(token);
    ObReferenceObject(token);
    CHECK_EQ(ObDereferenceObject(token), before);
    ObDereferenceObject(token);
}
