// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetFileObjectGenericMapping, IsThatOfFiles) {
    PGENERIC_MAPPING mapping = NULL;
    ACCESS_MASK access = GENERIC_READ;
    AT_IRQL(DISPATCH_LEVEL, mapping = IoGetFileObjectGenericMapping());
    REQUIRE(mapping != NULL);
    CHECK_EQ(mapping->GenericRead, FILE_GENERIC_READ);
    CHECK_EQ(mapping->GenericWrite, FILE_GENERIC_WRITE);
    CHECK_EQ(mapping->GenericExecute, FILE_GENERIC_EXECUTE);
    CHECK_EQ(mapping->GenericAll, FILE_ALL_ACCESS);
    RtlMapGenericMask(&access, mapping);
    CHECK_EQ(access, FILE_GENERIC_READ);
}
