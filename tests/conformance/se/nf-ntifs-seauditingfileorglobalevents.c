// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeAuditingFileOrGlobalEvents, NothingIsAuditedWithoutAPolicy) {
    SECURITY_SUBJECT_CONTEXT subject;
    GUARD guard;
    InitializeGuard(&guard);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(SeAuditingFileOrGlobalEvents(TRUE, &guard.Descriptor, &subject), FALSE);
    SeReleaseSubjectContext(&subject);
}
