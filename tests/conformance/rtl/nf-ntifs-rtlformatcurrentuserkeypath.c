/* SPDX-License-Identifier: GPL-2.0-only */
/* Its page has left the kernel's reference; ntifs.h has its prototype. */
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(PUNICODE_STRING CurrentUserKeyPath);

CONFORMANCE(RtlFormatCurrentUserKeyPath, NamesTheUsersKey) {
    UNICODE_STRING path = {0}, head = RTL_CONSTANT_STRING(L"\\Registry\\User\\S-1-");
    REQUIRE(NT_SUCCESS(RtlFormatCurrentUserKeyPath(&path)));
    CHECK(RtlPrefixUnicodeString(&head, &path, TRUE));
    CHECK(path.Length > head.Length);
    RtlFreeUnicodeString(&path);
}
