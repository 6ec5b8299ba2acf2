// SPDX-License-Identifier: GPL-2.0-only
// QEMU writes through these for memory-backend-file,pmem=on. With it go libndctl, libdaxctl, libkmod, libcrypto and
// liblzma.
#include "never_called.h"

NEVER_CALLED(pmem_persist)
NEVER_CALLED(pmem_memcpy_persist)
