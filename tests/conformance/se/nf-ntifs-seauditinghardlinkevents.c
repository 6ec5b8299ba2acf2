// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeAuditingHardLinkEvents, NothingIsAuditedWithoutAPolicy) {
    GUARD guard;
    InitializeGuard(&guard);
    CHECK_EQ(SeAuditingHardLinkEvents(TRUE, &guard.Descriptor), FALSE);
}
