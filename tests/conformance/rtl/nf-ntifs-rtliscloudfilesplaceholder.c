/* SPDX-License-Identifier: GPL-2.0-only */
/* With nf-ntifs-rtlispartialplaceholder. Tags and attributes are those of winnt.h. */
#include "conformance.h"

NTSYSAPI BOOLEAN NTAPI RtlIsCloudFilesPlaceholder(ULONG FileAttributes, ULONG ReparseTag);
NTSYSAPI BOOLEAN NTAPI RtlIsPartialPlaceholder(ULONG FileAttributes, ULONG ReparseTag);
#define CLOUD  0x9000001A
#define RECALL 0x00400000 /* FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS */

CONFORMANCE(RtlIsCloudFilesPlaceholder, WantsAReparsePointOfTheCloud) {
    CHECK(RtlIsCloudFilesPlaceholder(FILE_ATTRIBUTE_REPARSE_POINT, CLOUD));
    CHECK(RtlIsCloudFilesPlaceholder(FILE_ATTRIBUTE_REPARSE_POINT | RECALL, CLOUD | 0x6000));
    CHECK(!RtlIsCloudFilesPlaceholder(FILE_ATTRIBUTE_NORMAL, CLOUD));
    CHECK(!RtlIsCloudFilesPlaceholder(FILE_ATTRIBUTE_REPARSE_POINT, IO_REPARSE_TAG_MOUNT_POINT));
}

CONFORMANCE(RtlIsPartialPlaceholder, WantsDataThatIsElsewhere) {
    CHECK(RtlIsPartialPlaceholder(FILE_ATTRIBUTE_REPARSE_POINT | RECALL, CLOUD));
    CHECK(!RtlIsPartialPlaceholder(FILE_ATTRIBUTE_REPARSE_POINT, CLOUD));
    CHECK(!RtlIsPartialPlaceholder(FILE_ATTRIBUTE_NORMAL, 0));
}
