// SPDX-License-Identifier: GPL-2.0-only
// What a driver's notify routines (tells_processes.sys) hear of programs: their processes, threads and images, with the ids and names that
// programs know; and that it may refuse a program's start.
#include "check.h"

#define MOST 512

typedef struct Note {
    ULONG kind, process, thread, parent, creator, found;
    ULONG64 base, bytes;
    WCHAR image[100], command[100];
} Note;

static HANDLE Device;
static Note Notes[MOST];
static DWORD Count;

static void Forget(void) {
    DWORD bytes;
    CHECK(DeviceIoControl(Device, 0x222004, NULL, 0, NULL, 0, &bytes, NULL));
}
static void Listen(void) {
    DWORD bytes = 0;
    CHECK(DeviceIoControl(Device, 0x222000, NULL, 0, Notes, sizeof(Notes), &bytes, NULL));
    Count = bytes / sizeof(Note);
}
/* The index of a note, from `From` on; -1: there is none. Thread 0: any. */
static int Find(ULONG Kind, DWORD Process, DWORD Thread, int From) {
    for (DWORD i = (DWORD)From; i < Count; i++) {
        if (Notes[i].kind == Kind && Notes[i].process == Process && (Thread == 0 || Notes[i].thread == Thread)) return (int)i;
    }
    return -1;
}
static int Times(ULONG Kind, DWORD Process) {
    int times = 0;
    for (DWORD i = 0; i < Count; i++) times += Notes[i].kind == Kind && Notes[i].process == Process;
    return times;
}
/* What follows the end of a process may come a moment after its object is signalled. */
static void ListenFor(ULONG Kind, DWORD Process) {
    for (int i = 0; i < 100; i++) {
        Listen();
        if (Find(Kind, Process, 0, 0) >= 0) return;
        Sleep(10);
    }
}
static BOOL EndsWith(const WCHAR* Text, const WCHAR* End) {
    size_t text = wcslen(Text), end = wcslen(End);
    return text >= end && _wcsicmp(Text + text - end, End) == 0;
}

/* Starts this program once more, with a word. */
static BOOL Start(const char* Word, PROCESS_INFORMATION* Started) {
    char program[MAX_PATH], command[MAX_PATH + 32];
    STARTUPINFOA start = {0};
    start.cb = sizeof(start);
    GetModuleFileNameA(NULL, program, sizeof(program));
    snprintf(command, sizeof(command), "\"%s\" %s", program, Word);
    return CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, Started);
}
static void Finish(PROCESS_INFORMATION* Started) {
    CHECK(WaitForSingleObject(Started->hProcess, 20000) == WAIT_OBJECT_0);
    CloseHandle(Started->hThread);
    CloseHandle(Started->hProcess);
}

TEST(ProcessIsToldOnceWithItsIds) {
    PROCESS_INFORMATION child;
    Forget();
    CHECK(Start("child", &child));
    Listen(); /* CreateProcess has returned: the routines have, too */
    CHECK(Times('P', child.dwProcessId) == 1 && Times('E', child.dwProcessId) == 1);
    int at = Find('P', child.dwProcessId, 0, 0);
    CHECK(at >= 0 && Notes[at].parent == GetCurrentProcessId());
    at = Find('E', child.dwProcessId, 0, 0);
    CHECK(at >= 0 && Notes[at].parent == GetCurrentProcessId() && Notes[at].found);
    CHECK(at >= 0 && Notes[at].creator == GetCurrentProcessId() && Notes[at].thread == GetCurrentThreadId());
    Finish(&child);
    ListenFor('e', child.dwProcessId);
    CHECK(Times('p', child.dwProcessId) == 1 && Times('e', child.dwProcessId) == 1);
    CHECK(Times('P', child.dwProcessId) == 1);
    CHECK(Find('p', child.dwProcessId, 0, 0) > Find('P', child.dwProcessId, 0, 0));
}

TEST(NameAndCommandLineAreTheProgramsOwn) {
    PROCESS_INFORMATION child;
    Forget();
    CHECK(Start("child", &child));
    Listen();
    int at = Find('E', child.dwProcessId, 0, 0);
    CHECK(at >= 0 && wcsncmp(Notes[at].image, L"\\??\\", 4) == 0 && EndsWith(Notes[at].image, L"\\notify_routines.exe"));
    CHECK(at >= 0 && EndsWith(Notes[at].command, L"notify_routines.exe\" child"));
    Finish(&child);
}

TEST(DriverMayRefuseAProgram) {
    static const WCHAR name[] = L"\\notify_routines.exe";
    PROCESS_INFORMATION child;
    DWORD bytes;
    CHECK(DeviceIoControl(Device, 0x222008, (void*)name, sizeof(name) - sizeof(WCHAR), NULL, 0, &bytes, NULL));
    Forget();
    CHECK_ERROR(Start("child", &child), ERROR_ACCESS_DENIED);
    CHECK(DeviceIoControl(Device, 0x222008, NULL, 0, NULL, 0, &bytes, NULL));
    Listen();
    DWORD at = 0;
    while (at < Count && Notes[at].kind != 'P') at++; /* what comes before is the end of an earlier one */
    CHECK(at < Count && Times('p', Notes[at].process) == 1); /* it hears of its end, too */
    CHECK(Start("child", &child));
    Finish(&child);
}

static DWORD WINAPI Idle(void* Unused) {
    (void)Unused;
    return 0;
}

TEST(ThreadsAreTold) {
    DWORD id = 0;
    Forget();
    HANDLE thread = CreateThread(NULL, 0, Idle, NULL, 0, &id);
    CHECK(WaitForSingleObject(thread, 5000) == WAIT_OBJECT_0);
    CloseHandle(thread);
    Listen();
    int created = Find('T', GetCurrentProcessId(), id, 0), ended = Find('t', GetCurrentProcessId(), id, 0);
    CHECK(created >= 0 && ended > created);
}

TEST(FirstThreadAndTheLastAreToldWithTheProcess) {
    PROCESS_INFORMATION child;
    Forget();
    CHECK(Start("child", &child));
    Listen();
    CHECK(Find('T', child.dwProcessId, child.dwThreadId, 0) > Find('E', child.dwProcessId, 0, 0));
    Finish(&child);
    ListenFor('p', child.dwProcessId);
    int ended = Find('t', child.dwProcessId, child.dwThreadId, 0);
    CHECK(ended >= 0 && ended < Find('p', child.dwProcessId, 0, 0));
    CHECK(Times('T', child.dwProcessId) == Times('t', child.dwProcessId));
}

TEST(ImagesOfAProgramAreTold) {
    PROCESS_INFORMATION child;
    BOOL main_image = FALSE, library = FALSE;
    Forget();
    CHECK(Start("child", &child));
    Finish(&child);
    Listen();
    for (DWORD i = 0; i < Count; i++) {
        if (Notes[i].kind != 'I' || Notes[i].process != child.dwProcessId) continue;
        if (EndsWith(Notes[i].image, L"\\notify_routines.exe"))
            main_image = Notes[i].base == (ULONG64)(ULONG_PTR)GetModuleHandleA(NULL) && Notes[i].bytes != 0;
        if (EndsWith(Notes[i].image, L"\\kernel32.dll")) library = Notes[i].base != 0 && Notes[i].bytes != 0;
    }
    CHECK(main_image);
    CHECK(library);
}

TEST(LoadedLibraryIsTold) {
    Forget();
    HMODULE library = LoadLibraryA("version.dll");
    CHECK(library != NULL);
    Listen();
    int at = Find('I', GetCurrentProcessId(), 0, 0);
    CHECK(at >= 0 && EndsWith(Notes[at].image, L"\\version.dll") && Notes[at].base == (ULONG64)(ULONG_PTR)library);
}

int main(int argc, char** argv) {
    (void)argv;
    if (argc > 1) return 0;
    SC_HANDLE service = StartDriver("tells_processes", "C:\\drivers\\tells_processes.sys");
    Device = CreateFileA("\\\\.\\TellsProcesses", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(IsHandle(Device));
    RUN(ProcessIsToldOnceWithItsIds);
    RUN(NameAndCommandLineAreTheProgramsOwn);
    RUN(DriverMayRefuseAProgram);
    RUN(ThreadsAreTold);
    RUN(FirstThreadAndTheLastAreToldWithTheProcess);
    RUN(ImagesOfAProgramAreTold);
    RUN(LoadedLibraryIsTold);
    CloseHandle(Device);
    RemoveDriver(service);
    return Failures != 0;
}
