// SPDX-License-Identifier: GPL-2.0-only
// A driver's registry and the prefix' are the same: what the driver writes the program reads, and the other way round.
#include <stddef.h>
#include <winternl.h>

#include "../../end_to_end/drivers/writes_registry.h"
#include "check.h"

#define SERVICE_KEY "System\\CurrentControlSet\\Services\\writes_registry"
#define PARAMETERS SERVICE_KEY "\\Parameters"
#define PATIENCE_MS 10000

NTSYSAPI NTSTATUS NTAPI NtDeleteKey(HANDLE Key); /* winternl.h has it not */

static SC_HANDLE Service;
static HANDLE Device = INVALID_HANDLE_VALUE;

/* ---- The driver's side */

static BOOL Ask(DWORD Code, const WCHAR* Key, const WCHAR* Name, DWORD Type, const void* Data, DWORD Bytes, void* Out, DWORD Room, DWORD* Got) {
    const DWORD head = offsetof(WRITES_REQUEST, Data);
    WRITES_REQUEST* request = calloc(1, sizeof(*request) + Bytes);
    DWORD got = 0, error;
    BOOL done;
    request->Type = Type;
    wcscpy(request->Key, Key);
    wcscpy(request->Name, Name);
    if (Bytes != 0) memcpy(request->Data, Data, Bytes);
    done = DeviceIoControl(Device, Code, request, head + Bytes, Out, Room, &got, NULL);
    error = GetLastError();
    free(request);
    if (Got != NULL) *Got = got;
    SetLastError(error);
    return done;
}
static BOOL DriverSets(const WCHAR* Key, const WCHAR* Name, DWORD Type, const void* Data, DWORD Bytes) {
    return Ask(WRITES_SET_VALUE, Key, Name, Type, Data, Bytes, NULL, 0, NULL);
}
static BOOL DriverDeletes(const WCHAR* Key, const WCHAR* Name) { return Ask(WRITES_DELETE_VALUE, Key, Name, 0, NULL, 0, NULL, 0, NULL); }
static BOOL DriverDeletesKey(const WCHAR* Key) { return Ask(WRITES_DELETE_KEY, Key, L"", 0, NULL, 0, NULL, 0, NULL); }

/* What the driver finds. */
static BOOL DriverHas(const WCHAR* Key, const WCHAR* Name, DWORD Type, const void* Data, DWORD Bytes) {
    DWORD got = 0, room = Bytes + 64;
    BYTE* out = calloc(1, room);
    BOOL same = Ask(WRITES_READ_VALUE, Key, Name, 0, NULL, 0, out, room, &got) && got == Bytes + sizeof(DWORD) && *(DWORD*)out == Type &&
                memcmp(out + sizeof(DWORD), Data, Bytes) == 0;
    free(out);
    return same;
}
static BOOL DriverLacks(const WCHAR* Key, const WCHAR* Name) {
    BYTE out[512];
    return !Ask(WRITES_READ_VALUE, Key, Name, 0, NULL, 0, out, sizeof(out), NULL) && GetLastError() == ERROR_FILE_NOT_FOUND;
}

/* ---- The program's side */

static BOOL ProgramHas(const char* Key, const WCHAR* Name, DWORD Type, const void* Data, DWORD Bytes) {
    DWORD type = 0, got = Bytes + 64;
    BYTE* out = calloc(1, got);
    HKEY key;
    BOOL same = FALSE;
    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, Key, 0, KEY_READ, &key) == 0) {
        same = RegQueryValueExW(key, Name, NULL, &type, out, &got) == 0 && type == Type && got == Bytes && memcmp(out, Data, Bytes) == 0;
        RegCloseKey(key);
    }
    free(out);
    return same;
}
static BOOL ProgramLacks(const char* Key, const WCHAR* Name) {
    HKEY key;
    LONG found;
    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, Key, 0, KEY_READ, &key) != 0) return TRUE;
    found = RegQueryValueExW(key, Name, NULL, NULL, NULL, NULL);
    RegCloseKey(key);
    return found == ERROR_FILE_NOT_FOUND;
}
static BOOL HasKey(const char* Key) {
    HKEY key;
    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, Key, 0, KEY_READ, &key) != 0) return FALSE;
    RegCloseKey(key);
    return TRUE;
}
static BOOL ProgramSets(const char* Key, const WCHAR* Name, DWORD Type, const void* Data, DWORD Bytes) {
    HKEY key;
    LONG status = RegCreateKeyExA(HKEY_LOCAL_MACHINE, Key, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL);
    if (status == 0) {
        status = RegSetValueExW(key, Name, 0, Type, Data, Bytes);
        RegCloseKey(key);
    }
    return status == 0;
}
static BOOL ProgramDeletes(const char* Key, const WCHAR* Name) {
    HKEY key;
    LONG status = RegOpenKeyExA(HKEY_LOCAL_MACHINE, Key, 0, KEY_ALL_ACCESS, &key);
    if (status == 0) {
        status = RegDeleteValueW(key, Name);
        RegCloseKey(key);
    }
    return status == 0;
}

/* Until it holds, or a time is up that a slow machine does not need. */
#define EVENTUALLY(condition)                                                   \
    do {                                                                        \
        DWORD until_ = GetTickCount() + PATIENCE_MS;                            \
        while (!(condition) && (int)(until_ - GetTickCount()) > 0) Sleep(1);    \
        CHECK(condition);                                                       \
    } while (0)

static BOOL Start(void) {
    if (!StartServiceA(Service, 0, NULL)) return FALSE;
    Device = CreateFileA("\\\\.\\WritesRegistry", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    return IsHandle(Device);
}
static BOOL Stop(void) {
    SERVICE_STATUS status;
    CloseHandle(Device);
    return ControlService(Service, SERVICE_CONTROL_STOP, &status);
}

static const DWORD One = 1;

TEST(WhatDriverEntryWroteIsThereWhenStartServiceReturns) {
    RegDeleteTreeA(HKEY_LOCAL_MACHINE, PARAMETERS);
    CHECK(Start());
    CHECK(ProgramHas(PARAMETERS, L"Started", REG_DWORD, &One, sizeof(One)));
}

TEST(ASerialPortOfTheDriversIsListed) {
    CHECK(ProgramHas("HARDWARE\\DEVICEMAP\\SERIALCOMM", L"\\Device\\RslTestSerial0", REG_SZ, L"COM77", 12));
}

TEST(ValuesOfEveryTypeArrive) {
    static const struct {
        const WCHAR* name;
        DWORD type, bytes;
        const void* data;
    } values[] = {{L"", REG_SZ, 8, L"the"},          {L"None", REG_NONE, 0, ""},        {L"Text", REG_SZ, 10, L"text"},
                  {L"Expand", REG_EXPAND_SZ, 8, L"%a%"}, {L"Binary", REG_BINARY, 3, "\0\1\2"}, {L"Number", REG_DWORD, 4, "\1\2\3\4"},
                  {L"Big", REG_DWORD_BIG_ENDIAN, 4, "\1\2\3\4"}, {L"Many", REG_MULTI_SZ, 10, L"a\0b\0"}, {L"Wide", REG_QWORD, 8, "12345678"},
                  {L"Odd", 0x12345, 5, "hello"},     {L"\x00DC" L"ber \x4E2D", REG_SZ, 4, L"\x20AC"}};
    size_t i;
    for (i = 0; i < sizeof(values) / sizeof(*values); i++)
        CHECK(DriverSets(L"Parameters", values[i].name, values[i].type, values[i].data, values[i].bytes));
    for (i = 0; i < sizeof(values) / sizeof(*values); i++)
        EVENTUALLY(ProgramHas(PARAMETERS, values[i].name, values[i].type, values[i].data, values[i].bytes));
}

TEST(ALargeValueArrives) {
    const DWORD bytes = 300 * 1000;
    BYTE* data = malloc(bytes);
    DWORD i;
    for (i = 0; i < bytes; i++) data[i] = (BYTE)(i * 7 + i / 251);
    CHECK(DriverSets(L"Parameters", L"Large", REG_BINARY, data, bytes));
    EVENTUALLY(ProgramHas(PARAMETERS, L"Large", REG_BINARY, data, bytes));
    data[5]++;
    CHECK(ProgramSets(PARAMETERS, L"LargeToo", REG_BINARY, data, bytes));
    EVENTUALLY(DriverHas(L"Parameters", L"LargeToo", REG_BINARY, data, bytes));
    free(data);
}

TEST(AValueThatTheDriverDeletesGoes) {
    CHECK(DriverSets(L"Parameters", L"Short", REG_DWORD, &One, 4));
    EVENTUALLY(ProgramHas(PARAMETERS, L"Short", REG_DWORD, &One, 4));
    CHECK(DriverDeletes(L"Parameters", L"SHORT"));
    EVENTUALLY(ProgramLacks(PARAMETERS, L"Short"));
}

TEST(KeysOfTheDriversComeAndGo) {
    CHECK(DriverSets(L"Ports", L"A", REG_DWORD, &One, 4));
    CHECK(DriverSets(L"Ports\\Port 1", L"B", REG_DWORD, &One, 4));
    EVENTUALLY(ProgramHas(SERVICE_KEY "\\Ports\\Port 1", L"B", REG_DWORD, &One, 4));
    CHECK(!DriverDeletesKey(L"Ports"));
    CHECK(DriverDeletesKey(L"Ports\\Port 1"));
    EVENTUALLY(!HasKey(SERVICE_KEY "\\Ports\\Port 1"));
    CHECK(HasKey(SERVICE_KEY "\\Ports"));
    CHECK(DriverDeletesKey(L"Ports"));
    EVENTUALLY(!HasKey(SERVICE_KEY "\\Ports"));
}

TEST(TheLastOfManyChangesStays) {
    DWORD i;
    for (i = 0; i < 200; i++) CHECK(DriverSets(L"Parameters", L"Counter", REG_DWORD, &i, 4));
    i--;
    EVENTUALLY(ProgramHas(PARAMETERS, L"Counter", REG_DWORD, &i, 4));
}

TEST(TheDriverFindsWhatTheProgramChanges) {
    DWORD two = 2;
    CHECK(ProgramSets(PARAMETERS, L"Answer", REG_DWORD, &One, 4));
    EVENTUALLY(DriverHas(L"Parameters", L"Answer", REG_DWORD, &One, 4));
    CHECK(ProgramSets(PARAMETERS, L"Answer", REG_DWORD, &two, 4));
    EVENTUALLY(DriverHas(L"Parameters", L"Answer", REG_DWORD, &two, 4));
    CHECK(ProgramDeletes(PARAMETERS, L"Answer"));
    EVENTUALLY(DriverLacks(L"Parameters", L"Answer"));
    CHECK(ProgramSets(PARAMETERS "\\Sub\\Below", L"", REG_SZ, L"x", 4));
    EVENTUALLY(DriverHas(L"Parameters\\Sub\\Below", L"", REG_SZ, L"x", 4));
    CHECK(RegDeleteTreeA(HKEY_LOCAL_MACHINE, PARAMETERS "\\Sub") == 0);
    EVENTUALLY(DriverLacks(L"Parameters\\Sub\\Below", L""));
    CHECK(DriverHas(L"Parameters", L"Started", REG_DWORD, &One, 4));
}

TEST(TheDriverIsToldOfTheProgramsChange) {
    CHECK(Ask(WRITES_AWAIT_CHANGE, L"Parameters", L"", 0, NULL, 0, NULL, 0, NULL));
    CHECK(ProgramSets(PARAMETERS, L"Told", REG_DWORD, &One, 4));
    CHECK(Ask(WRITES_WAS_TOLD, L"", L"", 0, NULL, 0, NULL, 0, NULL));
    EVENTUALLY(DriverHas(L"Parameters", L"Told", REG_DWORD, &One, 4)); /* it may have been told of an earlier one */
}

TEST(WhichFileIsTheDriverIsNotTheDriversToSay) {
    static const WCHAR other[] = L"C:\\windows\\notepad.exe";
    CHECK(DriverSets(L"", L"ImagePath", REG_SZ, other, sizeof(other)));
    CHECK(DriverSets(L"", L"Start", REG_DWORD, "\2\0\0\0", 4));
    EVENTUALLY(ProgramHas(SERVICE_KEY, L"Start", REG_DWORD, "\2\0\0\0", 4));
    CHECK(!ProgramHas(SERVICE_KEY, L"ImagePath", REG_SZ, other, sizeof(other)));
    CHECK(DriverSets(L"", L"Start", REG_DWORD, "\3\0\0\0", 4));
}

TEST(ALinkLeadsTheDriverNowhere) {
    static const WCHAR target[] = L"\\Registry\\Machine\\Software";
    HKEY key;
    CHECK(RegCreateKeyExA(HKEY_LOCAL_MACHINE, SERVICE_KEY "\\Elsewhere", 0, NULL, REG_OPTION_CREATE_LINK | REG_OPTION_VOLATILE, KEY_ALL_ACCESS,
                          NULL, &key, NULL) == 0);
    CHECK(RegSetValueExW(key, L"SymbolicLinkValue", 0, REG_LINK, (const BYTE*)target, sizeof(target) - sizeof(WCHAR)) == 0);
    CHECK(ProgramSets(PARAMETERS, L"AfterLink", REG_DWORD, &One, 4));
    EVENTUALLY(DriverHas(L"Parameters", L"AfterLink", REG_DWORD, &One, 4));
    CHECK(DriverLacks(L"Elsewhere", L"SymbolicLinkValue"));
    CHECK(DriverLacks(L"Elsewhere\\Microsoft\\Windows NT\\CurrentVersion", L"ProductName"));
    CHECK(NtDeleteKey(key) == 0);
    RegCloseKey(key);
}

TEST(OnlyAServiceKeyIsADrivers) {
    static const WCHAR* const paths[] = {L"\\Registry\\Machine\\Software\\writes_registry", L"writes_registry",
                                         L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\writes_registry\\Parameters"};
    NTSTATUS(NTAPI * load)(UNICODE_STRING*) = (void*)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtLoadDriver");
    size_t i;
    for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        UNICODE_STRING path;
        RtlInitUnicodeString(&path, paths[i]);
        CHECK(load(&path) == (NTSTATUS)0xC0000033);
    }
}

TEST(WhatTheDriverWroteAtItsEndIsThereWhenItHasStopped) {
    CHECK(Stop());
    CHECK(ProgramHas(PARAMETERS, L"Stopped", REG_DWORD, &One, 4));
    CHECK(ProgramLacks("HARDWARE\\DEVICEMAP\\SERIALCOMM", L"\\Device\\RslTestSerial0"));
}

TEST(TheNextStartFindsWhatThePrefixHas) {
    CHECK(ProgramSets(PARAMETERS, L"Kept", REG_DWORD, &One, 4));
    CHECK(ProgramDeletes(PARAMETERS, L"Counter"));
    CHECK(Start());
    CHECK(DriverHas(L"Parameters", L"Kept", REG_DWORD, &One, 4));
    CHECK(DriverHas(L"Parameters", L"Text", REG_SZ, L"text", 10));
    CHECK(DriverLacks(L"Parameters", L"Counter"));
    CHECK(Stop());
}

int main(void) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    Service = CreateServiceA(manager, "writes_registry", "writes_registry", SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
                             SERVICE_ERROR_NORMAL, "C:\\drivers\\writes_registry.sys", NULL, NULL, NULL, NULL, NULL);
    if (Service == NULL) Service = OpenServiceA(manager, "writes_registry", SERVICE_ALL_ACCESS);
    CHECK(Service != NULL);
    RUN(WhatDriverEntryWroteIsThereWhenStartServiceReturns);
    if (!IsHandle(Device)) return 1; /* no other could come true */
    RUN(ASerialPortOfTheDriversIsListed);
    RUN(ValuesOfEveryTypeArrive);
    RUN(ALargeValueArrives);
    RUN(AValueThatTheDriverDeletesGoes);
    RUN(KeysOfTheDriversComeAndGo);
    RUN(TheLastOfManyChangesStays);
    RUN(TheDriverFindsWhatTheProgramChanges);
    RUN(TheDriverIsToldOfTheProgramsChange);
    RUN(WhichFileIsTheDriverIsNotTheDriversToSay);
    RUN(ALinkLeadsTheDriverNowhere);
    RUN(OnlyAServiceKeyIsADrivers);
    RUN(WhatTheDriverWroteAtItsEndIsThereWhenItHasStopped);
    RUN(TheNextStartFindsWhatThePrefixHas);
    DeleteService(Service);
    CloseServiceHandle(Service);
    CloseServiceHandle(manager);
    return Failures != 0;
}
