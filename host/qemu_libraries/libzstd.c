// SPDX-License-Identifier: GPL-2.0-only
// QEMU compresses migrations and disk images with it.
#include "never_called.h"

NEVER_CALLED(ZSTD_compressBound)
NEVER_CALLED(ZSTD_compressStream2)
NEVER_CALLED(ZSTD_createCCtx)
NEVER_CALLED(ZSTD_createCStream)
NEVER_CALLED(ZSTD_createDCtx)
NEVER_CALLED(ZSTD_createDStream)
NEVER_CALLED(ZSTD_decompressStream)
NEVER_CALLED(ZSTD_freeCCtx)
NEVER_CALLED(ZSTD_freeCStream)
NEVER_CALLED(ZSTD_freeDCtx)
NEVER_CALLED(ZSTD_freeDStream)
NEVER_CALLED(ZSTD_getErrorName)
NEVER_CALLED(ZSTD_initCStream)
NEVER_CALLED(ZSTD_initDStream)
NEVER_CALLED(ZSTD_isError)
