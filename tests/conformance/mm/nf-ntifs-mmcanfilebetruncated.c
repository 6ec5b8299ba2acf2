// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmCanFileBeTruncated, AFileWithoutSectionsCan) {
    SECTION_OBJECT_POINTERS pointers = {NULL, NULL, NULL};
    LARGE_INTEGER size = {.QuadPart = 100};
    CHECK_EQ(MmCanFileBeTruncated(&pointers, &size), TRUE);
    CHECK_EQ(MmCanFileBeTruncated(&pointers, NULL), TRUE);
}
