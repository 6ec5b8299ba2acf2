// SPDX-License-Identifier: GPL-2.0-only
// Placeholders: files of which a cloud service keeps the data.
//   IRQL     any
//   Returns  TRUE or FALSE
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-NAME (in lower case);
//   tags and attributes: winnt.h Differs  nothing known
#include "abi/functions/rtl_file.h"

namespace {
constexpr ULONG kReparsePoint = 0x400, kRecallOnOpen = 0x40000, kRecallOnDataAccess = 0x400000;
constexpr ULONG kCloudTag = 0x9000001A,
                kCloudVariant = 0x0000F000;  // IO_REPARSE_TAG_CLOUD, IO_REPARSE_TAG_CLOUD_MASK
}  // namespace

RSL_EXPORT BOOLEAN NTAPI RtlIsCloudFilesPlaceholder(ULONG FileAttributes, ULONG ReparseTag) {
    return (FileAttributes & kReparsePoint) != 0 && (ReparseTag & ~kCloudVariant) == kCloudTag;
}
RSL_EXPORT BOOLEAN NTAPI RtlIsPartialPlaceholder(ULONG FileAttributes, ULONG ReparseTag) {
    const bool recalled = (FileAttributes & (kRecallOnOpen | kRecallOnDataAccess)) != 0;
    return recalled && RtlIsCloudFilesPlaceholder(FileAttributes, ReparseTag);
}
