// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExUuidCreate, MakesDifferentOnes) {
    UUID first, second;
    NTSTATUS status = ExUuidCreate(&first);
    CHECK(status == STATUS_SUCCESS || status == (NTSTATUS)0x40020056);
    CHECK(NT_SUCCESS(ExUuidCreate(&second)));
    CHECK(RtlCompareMemory(&first, &second, sizeof(UUID)) != sizeof(UUID));
    CHECK((first.Data4[0] & 0xC0) == 0x80);
}
