/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests of NDIS 5's interface know mingw-w64's header of it and not RSL's declarations, other than
 * the tests of NDIS 6 in this folder: what the macros of the header reach is checked, too. */
#pragma once

#include "conformance.h"

#define NDIS_MINIPORT_DRIVER 1
#define NDIS51_MINIPORT      1
#include "ndis5.h"
