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

/* RTL_PROCESS_MODULES, as documented by its users. */
typedef struct {
    HANDLE Section;
    PVOID MappedBase, ImageBase;
    ULONG ImageSize, Flags;
    USHORT LoadOrder, InitOrder, LoadCount, NameOffset;
    char Path[256];
} MODULE;
typedef struct { ULONG Count; MODULE Modules[1]; } MODULES;

TEST(TheListOfKernelModulesHasTheDriver) {
    typedef LONG(NTAPI* QUERY)(ULONG, PVOID, ULONG, PULONG);
    QUERY query = (QUERY)(void*)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtQuerySystemInformation");
    static MODULES list[200];
    ULONG needed = 0;
    BOOL kernel = FALSE, echo = FALSE;
    CHECK(query(11, list, 4, &needed) == (LONG)0xC0000004 && needed > 8 && needed < sizeof(list));
    CHECK(query(11, list, sizeof(list), &needed) == 0);
    for (ULONG i = 0; i < list->Count; i++) {
        const MODULE* module = &list->Modules[i];
        const char* name = module->Path + module->NameOffset;
        if (i == 0) kernel = _stricmp(name, "ntoskrnl.exe") == 0 && module->ImageSize != 0 && (sizeof(PVOID) == 4 || module->ImageBase != NULL);
        echo |= _stricmp(name, "echo.sys") == 0;
    }
    CHECK(kernel);
    CHECK(echo);
}

typedef struct { USHORT Length, Maximum; PWSTR Buffer; } TEXT;
typedef struct { ULONG Length; HANDLE Root; TEXT* Name; ULONG Attributes; PVOID Security, Quality; } ATTRIBUTES;
typedef LONG(NTAPI* OPEN_OBJECT)(PHANDLE, ULONG, ATTRIBUTES*);
typedef LONG(NTAPI* QUERY_DIRECTORY)(HANDLE, PVOID, ULONG, BOOLEAN, BOOLEAN, PULONG, PULONG);
typedef LONG(NTAPI* QUERY_LINK)(HANDLE, TEXT*, PULONG);
static FARPROC Ntdll(const char* Name) { return GetProcAddress(GetModuleHandleA("ntdll.dll"), Name); }

static LONG OpenObject(const char* Call, PWSTR Path, ULONG Access, PHANDLE Handle) {
    TEXT name = {(USHORT)(wcslen(Path) * 2), (USHORT)(wcslen(Path) * 2 + 2), Path};
    ATTRIBUTES attributes = {sizeof(attributes), NULL, &name, 0x40, NULL, NULL};
    return ((OPEN_OBJECT)(void*)Ntdll(Call))(Handle, Access, &attributes);
}

/* How often a directory lists names that Wine has, and that the VM has. One entry at a time: Wine 8 knows no other way. */
static void CountNames(PWSTR Path, PWSTR Wines, PWSTR Ours, int* WinesCount, int* OursCount) {
    QUERY_DIRECTORY query = (QUERY_DIRECTORY)(void*)Ntdll("NtQueryDirectoryObject");
    static TEXT entries[2048];
    HANDLE directory = NULL;
    ULONG context = 0, bytes = 0;
    BOOLEAN restart = TRUE;
    LONG status;
    *WinesCount = *OursCount = 0;
    CHECK(OpenObject("NtOpenDirectoryObject", Path, 3, &directory) == 0);
    while ((status = query(directory, entries, sizeof(entries), TRUE, restart, &context, &bytes)) >= 0) {
        for (TEXT* at = entries; at->Buffer != NULL; at += 2) {
            *WinesCount += Wines != NULL && _wcsicmp(at->Buffer, Wines) == 0;
            *OursCount += _wcsicmp(at->Buffer, Ours) == 0 && at[1].Length != 0;
        }
        restart = FALSE;
    }
    CHECK(status == (LONG)0x8000001A); /* STATUS_NO_MORE_ENTRIES */
    CloseHandle(directory);
}
TEST(ObjectDirectoriesListWinesAndTheDriversObjects) {
    int wines, ours;
    CountNames(L"\\Device", L"NamedPipe", L"Echo", &wines, &ours);
    CHECK(wines == 1);
    CHECK(ours == 1);
    CountNames(L"\\Driver", NULL, L"echo", &wines, &ours);
    CHECK(ours == 1);
}
TEST(LinksOfTheDriverCanBeOpenedAndRead) {
    WCHAR room[128];
    TEXT target = {0, sizeof(room), room};
    HANDLE link = NULL;
    CHECK(OpenObject("NtOpenSymbolicLinkObject", L"\\??\\Echo", 1, &link) == 0);
    CHECK(((QUERY_LINK)(void*)Ntdll("NtQuerySymbolicLinkObject"))(link, &target, NULL) == 0);
    CHECK(target.Length == 24 && memcmp(room, L"\\Device\\Echo", 24) == 0);
    CloseHandle(link);
    CHECK(OpenObject("NtOpenSymbolicLinkObject", L"\\??\\NobodyHasThis", 1, &link) == (LONG)0xC0000034);
}

/* Opens "\\\\.\\NAME" and asks for an echo. */
static BOOL Answers(const char* Path) {
    HANDLE device = CreateFileA(Path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    char answer[8] = {0};
    DWORD bytes = 0;
    BOOL good = IsHandle(device) && DeviceIoControl(device, 0x222000, "hello", 5, answer, sizeof(answer), &bytes, NULL) && bytes == 5 &&
                memcmp(answer, "hello", 5) == 0;
    if (IsHandle(device)) CloseHandle(device);
    return good;
}

/* A program that mounts a disk gives its device a drive letter or a name of its own this way. */
TEST(LinksThatProgramsMakeLeadToTheDevice) {
    const char* names[] = {"S:", "RSL"};
    char path[32], target[256] = {0};
    for (int i = 0; i < 2; i++) {
        const DWORD remove = DDD_RAW_TARGET_PATH | DDD_REMOVE_DEFINITION | DDD_EXACT_MATCH_ON_REMOVE;
        snprintf(path, sizeof(path), "\\\\.\\%s", names[i]);
        CHECK_ERROR(IsHandle(CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL)), ERROR_FILE_NOT_FOUND);
        CHECK(DefineDosDeviceA(DDD_RAW_TARGET_PATH, names[i], "\\Device\\Echo"));
        CHECK(QueryDosDeviceA(names[i], target, sizeof(target)) != 0 && strcmp(target, "\\Device\\Echo") == 0);
        CHECK(Answers(path));
        CHECK(DefineDosDeviceA(remove, names[i], "\\Device\\Echo"));
        CHECK(!Answers(path));
    }
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
#ifdef _WIN64 /* Wine 10's DefineDosDevice leaves a 32-bit program's stack crooked, and so ends it, also without RSL */
    RUN(LinksThatProgramsMakeLeadToTheDevice);
#endif
    RUN(TheListOfKernelModulesHasTheDriver);
    RUN(ObjectDirectoriesListWinesAndTheDriversObjects);
    RUN(LinksOfTheDriverCanBeOpenedAndRead);
    RemoveDriver(service);
    RUN(GoneAfterUnload);
    return Failures != 0;
}
