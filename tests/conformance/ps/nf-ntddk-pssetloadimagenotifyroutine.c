// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

static struct {
    LONG Count;
    HANDLE Process;
    IMAGE_INFO Info;
    BOOLEAN Named;
} Seen;

static VOID NTAPI Told(PUNICODE_STRING Name, HANDLE Process, PIMAGE_INFO Info) {
    Seen.Count++;
    Seen.Process = Process;
    Seen.Info = *Info;
    Seen.Named = Name != NULL && Name->Length != 0;
}

CONFORMANCE(PsSetLoadImageNotifyRoutine, TellsOfADriverImage) {
    UNICODE_STRING service = RTL_CONSTANT_STRING(L"conformanceimage");
    static UCHAR image[TEST_IMAGE_BYTES];
    static TEST_LOAD_REPORT report;
    BuildImage(image);
    RtlZeroMemory(&Seen, sizeof(Seen));
    REQUIRE(NT_SUCCESS(PsSetLoadImageNotifyRoutine(Told)));
    CHECK_STATUS(RslLoadDriverImage(&service, image, sizeof(image), &report), STATUS_SUCCESS);
    CHECK_EQ(Seen.Count, 1);
    CHECK_EQ(Seen.Process, NULL);
    CHECK(Seen.Named);
    CHECK(Seen.Info.SystemModeImage);
    CHECK_EQ((ULONG64)Seen.Info.ImageBase, report.ImageBase);
    CHECK_EQ(Seen.Info.ImageSize, 0x2000);
    CHECK_STATUS(RslUnloadDriver(&service, &report), STATUS_SUCCESS);
    CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_SUCCESS);
}
