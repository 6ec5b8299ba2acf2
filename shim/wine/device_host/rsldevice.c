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
#define WINES_LOOP_MS 500 /* a loop that does not say that it is ready may be so all the same */

typedef NTSTATUS(NTAPI* LOAD_DRIVER)(UNICODE_STRING*);
typedef NTSTATUS(CDECL* MAIN_LOOP)(HANDLE);

static HANDLE StopEvent, WineStopEvent, WineLoop, WineLoopBegun, WineLoopReady;
static HANDLE DriversEndedEvent; /* libRSL sets it when the VM has ended: by the name that shim/wine/registry_mirror.cpp has */
static SERVICE_STATUS_HANDLE StatusHandle;
static HMODULE WineKernel;
static CRITICAL_SECTION RunningLock;
static struct Running { struct Running* Next; SC_HANDLE Handle; WCHAR Service[256]; } *Running; /* drivers in the VM; under RunningLock */

/* The service manager is asked by a thread of its own, while the handler's has the driver loaded: the first call binds, and each takes
 * several switches of processes. One thing at a time; the handler's thread asks. Not before a driver is started: while a driver host
 * itself starts, the manager answers nobody. */
static struct {
    HANDLE Wanted, Done; /* auto-reset */
    BOOL Asked;          /* Done is to be waited for; the handler's thread's */
    BOOL Settle;         /* a driver runs: TellLibrary() */
    WCHAR Open[256];     /* this service; empty: none */
    SC_HANDLE Close, Opened;
} Manager;

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
    SetEvent(WineLoopBegun);
    return loop != NULL ? (DWORD)loop(WineStopEvent) : ERROR_PROC_NOT_FOUND;
}
static void CALLBACK LoopIsReady(ULONG_PTR Unused) {
    (void)Unused;
    SetEvent(WineLoopReady);
}

/* Wine's kernel, with its loop, from the first of its drivers on. A driver that is loaded while the loop is still setting things up
 * can meet a null pointer of the kernel's (seen once in some hundred sessions): the loop has done so when it waits, which is when an
 * APC runs. */
static BOOL StartWinesKernel(void) {
    if (WineKernel != NULL) return TRUE;
    WineKernel = LoadLibraryW(L"ntoskrnl.exe");
    if (WineKernel == NULL) return FALSE;
    WineStopEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    WineLoopBegun = CreateEventW(NULL, TRUE, FALSE, NULL);
    WineLoopReady = CreateEventW(NULL, TRUE, FALSE, NULL);
    WineLoop = CreateThread(NULL, 0, RunWinesLoop, NULL, 0, NULL);
    if (WineLoop == NULL) return FALSE;
    WaitForSingleObject(WineLoopBegun, WINES_LOOP_MS);
    if (QueueUserAPC(LoopIsReady, WineLoop, 0)) WaitForSingleObject(WineLoopReady, WINES_LOOP_MS);
    return TRUE;
}

/* NtLoadDriver of no name: this process has started and may run on any processor, and libRSL follows the registry of the drivers
 * that run. */
static void TellLibrary(void) {
    LOAD_DRIVER load = (LOAD_DRIVER)(void*)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtLoadDriver");
    UNICODE_STRING none = {0, 0, NULL};
    if (load != NULL) load(&none);
}

static void AskManager(void) {
    static SC_HANDLE manager;
    if (manager == NULL) manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    if (Manager.Settle) TellLibrary();
    Manager.Settle = FALSE;
    if (Manager.Close != NULL) CloseServiceHandle(Manager.Close);
    Manager.Close = NULL;
    Manager.Opened = manager != NULL && Manager.Open[0] != 0 ? OpenServiceW(manager, Manager.Open, SERVICE_SET_STATUS_ACCESS) : NULL;
}
static DWORD WINAPI AskForOthers(void* Unused) {
    (void)Unused;
    while (WaitForSingleObject(Manager.Wanted, INFINITE) == WAIT_OBJECT_0) {
        AskManager();
        SetEvent(Manager.Done);
    }
    return 0;
}
/* False: there is no thread to be had, whoever asks does it. */
static BOOL HasThread(void) {
    static HANDLE thread;
    if (thread != NULL) return TRUE;
    Manager.Wanted = CreateEventW(NULL, FALSE, FALSE, NULL);
    Manager.Done = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (Manager.Wanted != NULL && Manager.Done != NULL) thread = CreateThread(NULL, 0, AskForOthers, NULL, 0, NULL);
    return thread != NULL;
}

static void WaitForManager(void) {
    if (Manager.Asked) WaitForSingleObject(Manager.Done, INFINITE);
    Manager.Asked = FALSE;
}
static void Ask(const WCHAR* Open, SC_HANDLE Close) {
    WaitForManager();
    _snwprintf(Manager.Open, 255, L"%ls", Open);
    Manager.Close = Close;
    if (!HasThread()) {
        AskManager();
        return;
    }
    Manager.Asked = TRUE;
    SetEvent(Manager.Wanted);
}
static void Settle(void) {
    WaitForManager();
    Manager.Settle = TRUE;
    Ask(L"", NULL);
}
/* The handle of the service that was last asked for, or NULL. */
static SC_HANDLE Opened(void) {
    WaitForManager();
    return Manager.Opened;
}

static void ReportDriver(SC_HANDLE Handle, DWORD State, DWORD Error) {
    SERVICE_STATUS status = {SERVICE_KERNEL_DRIVER, State, State == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0, Error, 0, 0, 10000};
    if (Handle != NULL) SetServiceStatus((SERVICE_STATUS_HANDLE)Handle, &status);
}

/* From now on it is among those that run; the list owns the handle. */
static void NoteStart(const WCHAR* Service, SC_HANDLE Handle) {
    struct Running* entry = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*entry));
    if (entry == NULL) return;
    _snwprintf(entry->Service, 255, L"%ls", Service);
    entry->Handle = Handle;
    EnterCriticalSection(&RunningLock);
    entry->Next = Running;
    Running = entry;
    LeaveCriticalSection(&RunningLock);
}

/* Takes it out, and gives its handle back; NULL: it was not there. */
static SC_HANDLE NoteStop(const WCHAR* Service) {
    struct Running **at, *found;
    SC_HANDLE handle = NULL;
    EnterCriticalSection(&RunningLock);
    for (at = &Running; *at != NULL && _wcsicmp((*at)->Service, Service) != 0; at = &(*at)->Next) {}
    found = *at;
    if (found != NULL) *at = found->Next;
    LeaveCriticalSection(&RunningLock);
    if (found == NULL) return NULL;
    handle = found->Handle;
    HeapFree(GetProcessHeap(), 0, found);
    return handle;
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
        ReportDriver(all->Handle, SERVICE_STOPPED, ERROR_PROCESS_ABORTED);
        if (all->Handle != NULL) CloseServiceHandle(all->Handle);
        HeapFree(GetProcessHeap(), 0, all);
    }
}

/* An earlier session of the prefix has ended without stopping the driver. To its service this start is a first one; a driver that
 * cannot be unloaded goes on as it is. */
static NTSTATUS StartAnew(UNICODE_STRING* Name, LOAD_DRIVER Load) {
    LOAD_DRIVER unload = (LOAD_DRIVER)(void*)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtUnloadDriver");
    return unload != NULL && unload(Name) >= 0 ? Load(Name) : 0;
}

/* What loading or unloading came to, to its service. */
static void TellService(const WCHAR* Service, BOOL Start, NTSTATUS Status) {
    const BOOL runs = (Status >= 0) == Start;
    SC_HANDLE handle = Start ? NULL : NoteStop(Service);
    if (handle == NULL) {
        if (!Start) Ask(Service, NULL);
        handle = Opened();
    }
    ReportDriver(handle, runs ? SERVICE_RUNNING : SERVICE_STOPPED, RtlNtStatusToDosError(Status));
    if (runs) {
        NoteStart(Service, handle);
        Settle();
    } else {
        Ask(L"", handle);
    }
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
    if (!own && Start) Ask(Service, NULL);
    status = function(&name);
    if (!own && !Start && status == NAME_NOT_FOUND) status = 0; /* it has gone with its VM */
    if (!own && Start && status == IMAGE_ALREADY_LOADED) status = StartAnew(&name, function);
    if (!own) TellService(Service, Start, status);
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
            TellLibrary();
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
