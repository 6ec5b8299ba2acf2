// SPDX-License-Identifier: GPL-2.0-only
// QEMU writes VNC updates with it.
#include "never_called.h"

NEVER_CALLED(jpeg_CreateCompress)
NEVER_CALLED(jpeg_destroy_compress)
NEVER_CALLED(jpeg_finish_compress)
NEVER_CALLED(jpeg_set_defaults)
NEVER_CALLED(jpeg_set_quality)
NEVER_CALLED(jpeg_start_compress)
NEVER_CALLED(jpeg_std_error)
NEVER_CALLED(jpeg_write_scanlines)
