// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeDeassignSecurity, FreesAndForgets) {
    SECURITY_SUBJECT_CONTEXT subject;
    PSECURITY_DESCRIPTOR made = NULL;
    SeCaptureSubjectContext(&subject);
    CHECK_SUCCESS(SeAssignSecurity(NULL, NULL, &made, FALSE, &subject,
                                   (PGENERIC_MAPPING)&TestMapping, PagedPool));
    SeReleaseSubjectContext(&subject);
    CHECK(made != NULL);
    CHECK_STATUS(SeDeassignSecurity(&made), STATUS_SUCCESS);
    CHECK_EQ(made, NULL);
    CHECK_STATUS(SeDeassignSecurity(&made), STATUS_SUCCESS);
}
