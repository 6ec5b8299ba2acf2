/* SPDX-License-Identifier: GPL-2.0-only */
/* A provider for the length of a test. */
#ifndef RSL_CONFORMANCE_ETW_PROVIDER_H
#define RSL_CONFORMANCE_ETW_PROVIDER_H

#include "conformance.h"

#include <evntprov.h>

#define MAYBE_UNUSED __attribute__((unused))

MAYBE_UNUSED static const GUID ProviderId = {
    0x5d6e7f80, 0x1122, 0x3344, {0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc}};
MAYBE_UNUSED static const GUID SomeActivity = {
    0x10203040, 0x5060, 0x7080, {0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0, 0xf0, 0x01}};
MAYBE_UNUSED static const EVENT_DESCRIPTOR Informational = {7, 1, 0, 4, 0, 0, 0x10};
MAYBE_UNUSED static const EVENT_DESCRIPTOR Verbose = {8, 1, 0, 5, 0, 0, 0x10};

MAYBE_UNUSED static REGHANDLE Register(VOID) {
    REGHANDLE handle = 0;
    CHECK_STATUS(EtwRegister(&ProviderId, NULL, NULL, &handle), STATUS_SUCCESS);
    return handle;
}

#endif
