/* SPDX-License-Identifier: GPL-2.0-only */
/* The running thread by the function that the system exports. The headers' KeGetCurrentThread and
 * PsGetCurrentThread are inline and read the processor's own memory at GS: true in a kernel only.
 * Include it last. */
#ifndef RSL_CONFORMANCE_CURRENT_H
#define RSL_CONFORMANCE_CURRENT_H

#include "threads.h"

IMPORTED(PETHREAD, PsGetCurrentThread, VOID);
#define PsGetCurrentThread() ImportedPsGetCurrentThread()
#define KeGetCurrentThread() ((PKTHREAD)ImportedPsGetCurrentThread())

#endif
