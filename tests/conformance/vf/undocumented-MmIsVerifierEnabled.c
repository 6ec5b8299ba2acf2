// SPDX-License-Identifier: GPL-2.0-only
// No page; ntddk.h of older WDKs declares it with the DRIVER_VERIFIER_* flags that it fills in. With a verified
// driver it is asked by tests/end_to_end/test_verifier.py.
#include "conformance.h"

NTKERNELAPI NTSTATUS NTAPI MmIsVerifierEnabled(PULONG VerifierFlags);

CONFORMANCE(MmIsVerifierEnabled, SaysThatNobodyIsVerified) {
    ULONG flags = 0xFFFF;
    CHECK_EQ(MmIsVerifierEnabled(&flags), STATUS_NOT_SUPPORTED);
    CHECK_EQ(flags, 0);
}

CONFORMANCE(MmIsVerifierEnabled, MayBeCalledAtDispatchLevel) {
    ULONG flags = 0xFFFF;
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(MmIsVerifierEnabled(&flags), STATUS_NOT_SUPPORTED));
}
