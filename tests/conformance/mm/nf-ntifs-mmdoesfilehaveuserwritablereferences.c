// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmDoesFileHaveUserWritableReferences, AFileWithoutSectionsHasNone) {
    SECTION_OBJECT_POINTERS pointers = {NULL, NULL, NULL};
    CHECK_EQ(MmDoesFileHaveUserWritableReferences(&pointers), 0);
}
