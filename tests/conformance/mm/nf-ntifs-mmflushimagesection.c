// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmFlushImageSection, ThereIsNothingToFlushWithoutASection) {
    SECTION_OBJECT_POINTERS pointers = {NULL, NULL, NULL};
    CHECK_EQ(MmFlushImageSection(&pointers, MmFlushForWrite), TRUE);
    CHECK_EQ(MmFlushImageSection(&pointers, MmFlushForDelete), TRUE);
}
