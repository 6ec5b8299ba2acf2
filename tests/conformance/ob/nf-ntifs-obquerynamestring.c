// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObQueryNameString, TellsTheFullPath) {
    UCHAR room[128] __attribute__((aligned(8)));
    OBJECT_NAME_INFORMATION* name = (OBJECT_NAME_INFORMATION*)room;
    HANDLE directory = NULL, event = NULL;
    ULONG needed = 0;
    PVOID object;
    NAMED named;
    CHECK_SUCCESS(
        ZwCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, Named(&named, L"\\CfNames", 0)));
    CHECK_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, Named(&named, L"\\CfNames\\Event", 0),
                                NotificationEvent, 0));
    object = ObjectOf(event);
    CHECK_STATUS(ObQueryNameString(object, NULL, 0, &needed), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_EQ(needed, sizeof(*name) + sizeof(L"\\CfNames\\Event"));
    CHECK_STATUS(ObQueryNameString(object, name, needed, &needed), STATUS_SUCCESS);
    CHECK_TEXT(&name->Name, L"\\CfNames\\Event");
    CHECK_EQ(name->Name.Buffer[name->Name.Length / 2], 0);
    CHECK_STATUS(ObQueryNameString(object, name, sizeof(*name), &needed),
                 STATUS_INFO_LENGTH_MISMATCH);
    ObDereferenceObject(object);
    ZwClose(event);
    ZwClose(directory);
}
CONFORMANCE(ObQueryNameString, AnUnnamedObjectHasAnEmptyName) {
    OBJECT_NAME_INFORMATION name = {{2, 2, L"x"}};
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    ULONG needed = 0;
    CHECK_STATUS(ObQueryNameString(object, &name, sizeof(name), &needed), STATUS_SUCCESS);
    CHECK_EQ(name.Name.Length, 0);
    CHECK_EQ(name.Name.MaximumLength, 0);
    CHECK_EQ(name.Name.Buffer, NULL);
    ObDereferenceObject(object);
    ZwClose(event);
}
