// SPDX-License-Identifier: GPL-2.0-only
// Names of drivers' devices as Windows programs look for them.
#include "check.h"

TEST(QueryDosDeviceFindsTheLink) {
    char target[256] = {0};
    CHECK(QueryDosDeviceA("Echo", target, sizeof(target)) != 0);
    CHECK(strcmp(target, "\\Device\\Echo") == 0);
}

TEST(QueryDosDeviceListsTheLink) {
    static char names[65536];
    BOOL found = FALSE;
    CHECK(QueryDosDeviceA(NULL, names, sizeof(names)) != 0);
    for (const char* name = names; *name != 0; name += strlen(name) + 1) found |= strcmp(name, "Echo") == 0;
    CHECK(found);
}

TEST(NamesThatNobodyHasAreNotFound) {
    CHECK_ERROR(IsHandle(CreateFileA("\\\\.\\NobodyHasThis", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL)), ERROR_FILE_NOT_FOUND);
}

TEST(FilesAreWinesAsEver) {
    HANDLE file = CreateFileA("C:\\rsl_names_test", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    DWORD bytes;
    CHECK(IsHandle(file));
    CHECK(WriteFile(file, "x", 1, &bytes, NULL) && bytes == 1);
    CHECK(GetFileType(file) == FILE_TYPE_DISK);
    CloseHandle(file);
}

static void GoneAfterUnload(void) {
    char target[256];
    CHECK_ERROR(QueryDosDeviceA("Echo", target, sizeof(target)), ERROR_FILE_NOT_FOUND);
}

int main(void) {
    SC_HANDLE service = StartDriver("echo", "C:\\drivers\\echo.sys");
    RUN(QueryDosDeviceFindsTheLink);
    RUN(QueryDosDeviceListsTheLink);
    RUN(NamesThatNobodyHasAreNotFound);
    RUN(FilesAreWinesAsEver);
    RemoveDriver(service);
    RUN(GoneAfterUnload);
    return Failures != 0;
}
