// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, FsRtlEnterFileSystem, VOID);
IMPORTED(VOID, FsRtlExitFileSystem, VOID);

CONFORMANCE(FsRtlEnterFileSystem, DisablesNormalKernelApcs) {
    ImportedFsRtlEnterFileSystem();
    CHECK(KeAreApcsDisabled());
    CHECK(!KeAreAllApcsDisabled());
    ImportedFsRtlExitFileSystem();
}

CONFORMANCE(FsRtlExitFileSystem, EnablesThemAgain) {
    AT_IRQL(APC_LEVEL, ImportedFsRtlEnterFileSystem());
    ImportedFsRtlExitFileSystem();
    CHECK(!KeAreApcsDisabled());
}
