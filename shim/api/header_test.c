/* SPDX-License-Identifier: GPL-2.0-only */
/* rsl.h is C99, and its structures keep their layout. */
#include "shim/api/rsl.h"

#define SAME_SIZE(type, bytes) typedef char type##_size[sizeof(type) == (bytes) ? 1 : -1]
SAME_SIZE(rsl_connect_options, 56); /* 48 and 40 are taken, too: it says its size */
SAME_SIZE(rsl_ring_fds, 40);
SAME_SIZE(rsl_request, 120);
SAME_SIZE(rsl_result, 24);
SAME_SIZE(rsl_driver_report, 1064);
SAME_SIZE(rsl_log_line, 32);

unsigned rsl_header_in_c(void) { return rsl_version(); }
