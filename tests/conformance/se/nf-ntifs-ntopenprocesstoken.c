// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(NtOpenProcessToken, OpensTheTokenOfAProcess) {
    HANDLE token = NULL;
    CHECK_STATUS(NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &token), STATUS_SUCCESS);
    CHECK_STATUS(NtClose(token), STATUS_SUCCESS);
    CHECK_STATUS(NtOpenProcessToken(NtCurrentThread(), TOKEN_QUERY, &token),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
CONFORMANCE(ZwOpenProcessToken, OpensTheTokenOfAProcess) {
    HANDLE token = NULL;
    CHECK_STATUS(ZwOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &token), STATUS_SUCCESS);
    CHECK_STATUS(ZwClose(token), STATUS_SUCCESS);
    CHECK_STATUS(ZwOpenProcessToken((HANDLE)0x7FFFFFF0, TOKEN_QUERY, &token),
                 STATUS_INVALID_HANDLE);
}
