// SPDX-License-Identifier: GPL-2.0-only
// QEMU looks for security keys with it.
#include "never_called.h"

NEVER_CALLED(udev_device_get_devnode)
NEVER_CALLED(udev_device_new_from_syspath)
NEVER_CALLED(udev_device_unref)
NEVER_CALLED(udev_enumerate_add_match_subsystem)
NEVER_CALLED(udev_enumerate_get_list_entry)
NEVER_CALLED(udev_enumerate_new)
NEVER_CALLED(udev_enumerate_scan_devices)
NEVER_CALLED(udev_enumerate_unref)
NEVER_CALLED(udev_list_entry_get_name)
NEVER_CALLED(udev_list_entry_get_next)
NEVER_CALLED(udev_new)
NEVER_CALLED(udev_unref)
