/* SPDX-License-Identifier: GPL-2.0-only */
/* What a runner and a conformance driver say to each other: run_conformance (in the VM) and
 * reference_runner.c (elsewhere). The device is \\.\Conformance_FOLDER. */
#ifndef RSL_CONFORMANCE_CONTROL_H
#define RSL_CONFORMANCE_CONTROL_H

/* in: ULONG first test; out: text, a line a test: "INDEX KIND BUGCHECK FUNCTION.BEHAVIOUR\n"; empty
 * at the end. */
#define IOCTL_CONFORMANCE_LIST \
    0x222400 /* CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS) */
/* in: ULONG test; out: ULONG outcome, then text, a line each failure. */
#define IOCTL_CONFORMANCE_RUN \
    0x222404 /* CTL_CODE(FILE_DEVICE_UNKNOWN, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS) */

#define CONFORMANCE_PASSED  0
#define CONFORMANCE_FAILED  1
#define CONFORMANCE_SKIPPED 2

#endif
