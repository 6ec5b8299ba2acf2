/* SPDX-License-Identifier: GPL-2.0-only */
/* learn.microsoft.com/cpp/c-runtime-library/reference/purecall: the handler of a pure virtual call
 * does not return. In a driver that is an exception that nobody handles. */
#include "conformance.h"

int crt_purecall(void) __asm__("_purecall");

CONFORMANCE_BUG_CHECK(_purecall, StopsTheMachine, 0x1E) { crt_purecall(); }
