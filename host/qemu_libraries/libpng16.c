// SPDX-License-Identifier: GPL-2.0-only
// QEMU writes screenshots and VNC updates with it.
#include "never_called.h"

NEVER_CALLED(png_create_info_struct)
NEVER_CALLED(png_create_write_struct)
NEVER_CALLED(png_create_write_struct_2)
NEVER_CALLED(png_destroy_write_struct)
NEVER_CALLED(png_free)
NEVER_CALLED(png_get_io_ptr)
NEVER_CALLED(png_init_io)
NEVER_CALLED(png_malloc)
NEVER_CALLED(png_set_IHDR)
NEVER_CALLED(png_set_PLTE)
NEVER_CALLED(png_set_compression_level)
NEVER_CALLED(png_set_filter)
NEVER_CALLED(png_set_write_fn)
NEVER_CALLED(png_write_end)
NEVER_CALLED(png_write_info)
NEVER_CALLED(png_write_row)
