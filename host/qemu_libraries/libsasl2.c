// SPDX-License-Identifier: GPL-2.0-only
// QEMU authenticates VNC users by SASL.
#include "never_called.h"

NEVER_CALLED(sasl_decode)
NEVER_CALLED(sasl_dispose)
NEVER_CALLED(sasl_encode)
NEVER_CALLED(sasl_errdetail)
NEVER_CALLED(sasl_errstring)
NEVER_CALLED(sasl_getprop)
NEVER_CALLED(sasl_listmech)
NEVER_CALLED(sasl_server_init)
NEVER_CALLED(sasl_server_new)
NEVER_CALLED(sasl_server_start)
NEVER_CALLED(sasl_server_step)
NEVER_CALLED(sasl_setprop)
