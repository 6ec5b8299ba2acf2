// SPDX-License-Identifier: GPL-2.0-only
// Facts: SeGetCachedSigningLevel of the WDK's ntifs.h.
#include "identities.h"

NTKERNELAPI NTSTATUS NTAPI SeGetCachedSigningLevel(PFILE_OBJECT FileObject, PULONG Flags, PUCHAR SigningLevel,
                                                   PUCHAR Thumbprint, PULONG ThumbprintSize, PULONG ThumbprintAlgorithm);

CONFORMANCE(SeGetCachedSigningLevel, AFileThatNobodyVerifiedHasNone) {
    static UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Conformance_se");
    PDEVICE_OBJECT device = NULL;
    PFILE_OBJECT file = NULL;
    ULONG flags = 0;
    UCHAR level = 0;
    CHECK_SUCCESS(IoGetDeviceObjectPointer(&name, FILE_READ_ATTRIBUTES, &file, &device));
    REQUIRE(file != NULL);
    CHECK_STATUS(SeGetCachedSigningLevel(file, &flags, &level, NULL, NULL, NULL), STATUS_NOT_FOUND);
    ObDereferenceObject(file);
}
