/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlHashUnicodeString, HashesWithX65599) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"ab"), upper = RTL_CONSTANT_STRING(L"AB");
    ULONG hash = 0, other = 0;
    CHECK_STATUS(RtlHashUnicodeString(&text, FALSE, HASH_STRING_ALGORITHM_X65599, &hash),
                 STATUS_SUCCESS);
    CHECK_EQ(hash, (ULONG)L'a' * 65599u + L'b');
    CHECK_STATUS(RtlHashUnicodeString(&text, FALSE, HASH_STRING_ALGORITHM_DEFAULT, &other),
                 STATUS_SUCCESS);
    CHECK_EQ(other, hash);
    RtlHashUnicodeString(&text, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &hash);
    RtlHashUnicodeString(&upper, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &other);
    CHECK_EQ(hash, other);
}

CONFORMANCE(RtlHashUnicodeString, RefusesBadParameters) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"ab");
    ULONG hash;
    CHECK_STATUS(RtlHashUnicodeString(NULL, FALSE, HASH_STRING_ALGORITHM_DEFAULT, &hash),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlHashUnicodeString(&text, FALSE, HASH_STRING_ALGORITHM_DEFAULT, NULL),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlHashUnicodeString(&text, FALSE, 77, &hash), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlHashUnicodeString(&text, FALSE, HASH_STRING_ALGORITHM_INVALID, &hash),
                 STATUS_INVALID_PARAMETER);
    AT_IRQL(APC_LEVEL, CHECK_SUCCESS(RtlHashUnicodeString(&text, FALSE,
                                                          HASH_STRING_ALGORITHM_DEFAULT, &hash)));
}
