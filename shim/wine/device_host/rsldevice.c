/* SPDX-License-Identifier: GPL-2.0-only */
/* rsldevice.exe: stands in for winedevice.exe in a Wine session of `rsl wine`. The service manager tells it which driver to start or
 * stop. A driver that Wine ships is handed to Wine's ntoskrnl.exe, as winedevice.exe does; any other to NtLoadDriver, which
 * libRSL takes into its VM. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <winternl.h>
#include <stdio.h>
#include <wchar.h>

#define CONTROL_START 0x80000000u /* what Wine's service manager adds to a control for the driver host */
#define SERVICE_SET_STATUS_ACCESS 0x8000
#define NAME_NOT_FOUND ((NTSTATUS)0xC0000034)
#define IMAGE_ALREADY_LOADED ((NTSTATUS)0xC000010E)
#define BUILTIN_MARK "Wine builtin DLL"
#define BUILTIN_MARK_AT 0x40

typedef NTSTATUS(NTAPI* LOAD_DRIVER)(UNICODE_STRING*);
typedef NTSTATUS(CDECL* MAIN_LOOP)(HANDLE);

static HANDLE StopEvent, WineStopEvent, WineLoop;
static HANDLE DriversEndedEvent; /* libRSL sets it when the VM has ended: by the name that shim/wine/registry_mirror.cpp has */
static SERVICE_STATUS_HANDLE StatusHandle;
static HMODULE WineKernel;
static CRITICAL_SECTION RunningLock;
static struct Running { struct Running* Next; WCHAR Service[256]; } *Running; /* drivers in the VM; under RunningLock */

static BOOL ReadImagePath(const WCHAR* Service, WCHAR* Path, DWORD Chars) {
    WCHAR key[300];
    DWORD bytes = Chars * sizeof(WCHAR);
    _snwprintf(key, 300, L"System\\CurrentControlSet\\Services\\%ls", Service);
    return RegGetValueW(HKEY_LOCAL_MACHINE, key, L"ImagePath", RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, NULL, Path, &bytes) == 0;
}

/* Where a file of that ImagePath is, in a form that CreateFile takes. */
static void ResolveImagePath(const WCHAR* Service, const WCHAR* Image, WCHAR* Path, DWORD Chars) {
    WCHAR windows[MAX_PATH];
    GetWindowsDirectoryW(windows, MAX_PATH);
    if (Image[0] == 0) {
        _snwprintf(Path, Chars, L"%ls\\system32\\drivers\\%ls.sys", windows, Service);
    } else if (_wcsnicmp(Image, L"\\??\\", 4) == 0) {
        _snwprintf(Path, Chars, L"%ls", Image + 4);
    } else if (_wcsnicmp(Image, L"\\SystemRoot\\", 12) == 0) {
        _snwprintf(Path, Chars, L"%ls\\%ls", windows, Image + 12);
    } else if (Image[1] == L':') {
        _snwprintf(Path, Chars, L"%ls", Image);
    } else {
        _snwprintf(Path, Chars, L"%ls\\%ls", windows, Image);
    }
}

/* Wine's own: marked as such, or without a file at all. */
static BOOL IsWinesOwn(const WCHAR* Service) {
    WCHAR image[MAX_PATH] = L"", path[MAX_PATH * 2];
    char mark[sizeof(BUILTIN_MARK) - 1];
    DWORD bytes = 0;
    HANDLE file;
    BOOL own = TRUE;
    ReadImagePath(Service, image, MAX_PATH);
    ResolveImagePath(Service, image, path, MAX_PATH * 2);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return FALSE; /* let the VM's loader say what is wrong with the path */
    SetFilePointer(file, BUILTIN_MARK_AT, NULL, FILE_BEGIN);
    own = ReadFile(file, mark, sizeof(mark), &bytes, NULL) && bytes == sizeof(mark) && memcmp(mark, BUILTIN_MARK, sizeof(mark)) == 0;
    CloseHandle(file);
    return own;
}

static DWORD WINAPI RunWinesLoop(void* Unused) {
    MAIN_LOOP loop = (MAIN_LOOP)(void*)GetProcAddress(WineKernel, "wine_ntoskrnl_main_loop");
    (void)Unused;
    return loop != NULL ? (DWORD)loop(WineStopEvent) : ERROR_PROC_NOT_FOUND;
}

/* Wine's kernel, with its loop, from the first of its drivers on. */
static BOOL StartWinesKernel(void) {
    if (WineKernel != NULL) return TRUE;
    WineKernel = LoadLibraryW(L"ntoskrnl.exe");
    if (WineKernel == NULL) return FALSE;
    WineStopEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    WineLoop = CreateThread(NULL, 0, RunWinesLoop, NULL, 0, NULL);
    return WineLoop != NULL;
}

static void ReportDriver(const WCHAR* Service, DWORD State, DWORD Error) {
    SERVICE_STATUS status = {SERVICE_KERNEL_DRIVER, State, State == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0, Error, 0, 0, 10000};
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager != NULL ? OpenServiceW(manager, Service, SERVICE_SET_STATUS_ACCESS) : NULL;
    if (service != NULL) {
        SetServiceStatus((SERVICE_STATUS_HANDLE)service, &status);
        CloseServiceHandle(service);
    }
    if (manager != NULL) CloseServiceHandle(manager);
}

static void NoteDriver(const WCHAR* Service, BOOL Runs) {
    struct Running **at, *found;
    EnterCriticalSection(&RunningLock);
    for (at = &Running; *at != NULL && _wcsicmp((*at)->Service, Service) != 0; at = &(*at)->Next) {}
    found = *at;
    if (found != NULL && !Runs) {
        *at = found->Next;
        HeapFree(GetProcessHeap(), 0, found);
    } else if (found == NULL && Runs && (found = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*found))) != NULL) {
        _snwprintf(found->Service, 255, L"%ls", Service);
        found->Next = Running;
        Running = found;
    }
    LeaveCriticalSection(&RunningLock);
}

/* The VM has ended, with every driver in it: their services have stopped, too. */
static void ReportEnd(void) {
    struct Running *all, *next;
    EnterCriticalSection(&RunningLock);
    all = Running;
    Running = NULL;
    LeaveCriticalSection(&RunningLock);
    for (; all != NULL; all = next) {
        next = all->Next;
        ReportDriver(all->Service, SERVICE_STOPPED, ERROR_PROCESS_ABORTED);
        HeapFree(GetProcessHeap(), 0, all);
    }
}

/* An earlier session of the prefix has ended without stopping the driver. To its service this start is a first one; a driver that
 * cannot be unloaded goes on as it is. */
static NTSTATUS StartAnew(UNICODE_STRING* Name, LOAD_DRIVER Load) {
    LOAD_DRIVER unload = (LOAD_DRIVER)(void*)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtUnloadDriver");
    return unload != NULL && unload(Name) >= 0 ? Load(Name) : 0;
}

static DWORD DriverCall(const WCHAR* Service, BOOL Start) {
    const char* names[2][2] = {{"NtUnloadDriver", "ZwUnloadDriver"}, {"NtLoadDriver", "ZwLoadDriver"}};
    BOOL own = IsWinesOwn(Service);
    HMODULE module;
    LOAD_DRIVER function;
    WCHAR path[300];
    UNICODE_STRING name;
    NTSTATUS status;
    if (own && !StartWinesKernel()) return GetLastError();
    module = own ? WineKernel : GetModuleHandleW(L"ntdll.dll");
    function = (LOAD_DRIVER)(void*)GetProcAddress(module, names[Start][own]);
    if (function == NULL) return ERROR_PROC_NOT_FOUND;
    _snwprintf(path, 300, L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\%ls", Service);
    RtlInitUnicodeString(&name, path);
    status = function(&name);
    if (!own && !Start && status == NAME_NOT_FOUND) status = 0; /* it has gone with its VM */
    if (!own && Start && status == IMAGE_ALREADY_LOADED) status = StartAnew(&name, function);
    if (!own) NoteDriver(Service, (status >= 0) == Start);
    if (!own) ReportDriver(Service, (status >= 0) == Start ? SERVICE_RUNNING : SERVICE_STOPPED, RtlNtStatusToDosError(status));
    return status >= 0 ? NO_ERROR : RtlNtStatusToDosError(status);
}

static void ReportSelf(DWORD State) {
    SERVICE_STATUS status = {SERVICE_WIN32_OWN_PROCESS, State, State == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0,
                             0, 0, 0, 0};
    SetServiceStatus(StatusHandle, &status);
}

static DWORD WINAPI Handler(DWORD Control, DWORD Type, void* Data, void* Context) {
    const WCHAR* driver = Data;
    (void)Type;
    (void)Context;
    switch (Control) {
        case SERVICE_CONTROL_STOP:
        case SERVICE_CONTROL_SHUTDOWN:
            SetEvent(StopEvent);
            return NO_ERROR;
        case CONTROL_START | 0u:
            return DriverCall(driver, TRUE);
        case CONTROL_START | SERVICE_CONTROL_STOP:
            return DriverCall(driver, FALSE);
        default:
            return NO_ERROR;
    }
}

static void WINAPI ServiceMain(DWORD Count, WCHAR** Arguments) {
    (void)Count;
    (void)Arguments;
    WCHAR name[64];
    _snwprintf(name, 64, L"Global\\RslDriversEnded-%lu", GetCurrentProcessId());
    InitializeCriticalSection(&RunningLock);
    StopEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    DriversEndedEvent = CreateEventW(NULL, FALSE, FALSE, name);
    StatusHandle = RegisterServiceCtrlHandlerExW(L"winedevice", Handler, NULL);
    if (StatusHandle == NULL) return;
    ReportSelf(SERVICE_RUNNING);
    HANDLE events[2] = {StopEvent, DriversEndedEvent};
    while (WaitForMultipleObjects(2, events, FALSE, INFINITE) == WAIT_OBJECT_0 + 1) ReportEnd();
    if (WineLoop != NULL) {
        SetEvent(WineStopEvent);
        WaitForSingleObject(WineLoop, 5000);
    }
    ReportSelf(SERVICE_STOPPED);
}

int wmain(void) {
    static const SERVICE_TABLE_ENTRYW table[] = {{(WCHAR*)L"winedevice", ServiceMain}, {NULL, NULL}};
    return StartServiceCtrlDispatcherW(table) ? 0 : (int)GetLastError();
}
