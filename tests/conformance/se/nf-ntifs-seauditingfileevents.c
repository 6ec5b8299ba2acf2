// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeAuditingFileEvents, NothingIsAuditedWithoutAPolicy) {
    GUARD guard;
    InitializeGuard(&guard);
    CHECK_EQ(SeAuditingFileEvents(TRUE, &guard.Descriptor), FALSE);
    CHECK_EQ(SeAuditingFileEvents(FALSE, &guard.Descriptor), FALSE);
}
