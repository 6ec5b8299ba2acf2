/* SPDX-License-Identifier: GPL-2.0-only */
/* A second process of the same program that does what the first one says, one thing at a time, told over shared memory. */
#ifndef RSL_WINE_PUPPET_H
#define RSL_WINE_PUPPET_H

#include "check.h"

enum Deed { DEED_NONE, DEED_OPEN, DEED_TOUCH, DEED_CLOSE, DEED_PEND, DEED_PENDED, DEED_START, DEED_EXIT, DEED_CRASH };

typedef struct Order {
    volatile LONG deed;
    char name;        /* DEED_OPEN: of a file of tells_opens.sys; DEED_START: of the puppet to start */
    DWORD flags;      /* DEED_OPEN: FILE_FLAG_* */
    BOOL inherit;
    HANDLE handle;    /* in and out */
    DWORD error;      /* out: GetLastError(), 0 for success */
    DWORD touched;    /* out */
    DWORD process;    /* out: what the driver says the process is */
} Order;

typedef struct Puppet {
    HANDLE process, go, done;
    DWORD id;
    Order* order;
} Puppet;

static HANDLE OpenFileOf(char Name, DWORD Flags, BOOL Inherit) {
    SECURITY_ATTRIBUTES attributes = {sizeof(attributes), NULL, Inherit};
    char path[] = "\\\\.\\TellsOpens\\?";
    const DWORD access = GENERIC_READ | GENERIC_WRITE, share = FILE_SHARE_READ | FILE_SHARE_WRITE;
    path[sizeof(path) - 2] = Name;
    HANDLE file = CreateFileA(path, access, share, &attributes, OPEN_EXISTING, Flags, NULL);
    if (IsHandle(file)) return file;
    /* Wine's own driver host. */
    OVERLAPPED overlapped = {0};
    DWORD bytes;
    file = CreateFileA("\\\\.\\TellsOpens", access, share, &attributes, OPEN_EXISTING, Flags, NULL);
    DeviceIoControl(file, 0x222010, &Name, 1, NULL, 0, &bytes, &overlapped);
    return file;
}

/* How often this very file was touched, this time included; 0: it does not work. */
static DWORD TouchAs(HANDLE Handle, DWORD* Process) {
    struct {
        DWORD count, process;
    } touched = {0};
    OVERLAPPED overlapped = {0};
    DWORD bytes = 0;
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    BOOL done = DeviceIoControl(Handle, 0x222004, NULL, 0, &touched, sizeof(touched), &bytes, &overlapped);
    DWORD error = done ? 0 : GetLastError();
    CloseHandle(overlapped.hEvent);
    SetLastError(error);
    if (Process != NULL) *Process = touched.process;
    return done ? touched.count : 0;
}
static DWORD Touch(HANDLE Handle) { return TouchAs(Handle, NULL); }

static HANDLE Named(const char* Kind, char Name, HANDLE (*Make)(const char*)) {
    char name[64];
    snprintf(name, sizeof(name), "rsl_test_%s_%c", Kind, Name);
    return Make(name);
}
static HANDLE MakeEvent(const char* Name) { return CreateEventA(NULL, FALSE, FALSE, Name); }
static HANDLE MakeMapping(const char* Name) {
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(Order), Name);
}
static void Join(Puppet* Puppet, char Name) {
    Puppet->go = Named("go", Name, MakeEvent);
    Puppet->done = Named("done", Name, MakeEvent);
    Puppet->order = MapViewOfFile(Named("order", Name, MakeMapping), FILE_MAP_ALL_ACCESS, 0, 0, 0);
}

/* Starts one. `Inherit`: as CreateProcess has it; `List`: only these. */
static BOOL StartPuppet(Puppet* Puppet, char Name, BOOL Inherit, HANDLE* List, DWORD Count) {
    char program[MAX_PATH], command[MAX_PATH + 16], room[256];
    STARTUPINFOEXA start = {0};
    PROCESS_INFORMATION started;
    SIZE_T bytes = sizeof(room);
    Join(Puppet, Name);
    GetModuleFileNameA(NULL, program, sizeof(program));
    snprintf(command, sizeof(command), "\"%s\" puppet %c", program, Name);
    start.StartupInfo.cb = List != NULL ? sizeof(start) : sizeof(start.StartupInfo);
    if (List != NULL) {
        start.lpAttributeList = (LPPROC_THREAD_ATTRIBUTE_LIST)room;
        InitializeProcThreadAttributeList(start.lpAttributeList, 1, 0, &bytes);
        UpdateProcThreadAttribute(start.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, List, Count * sizeof(HANDLE), NULL, NULL);
    }
    if (!CreateProcessA(NULL, command, NULL, NULL, Inherit, List != NULL ? EXTENDED_STARTUPINFO_PRESENT : 0, NULL, NULL,
                        &start.StartupInfo, &started))
        return FALSE;
    CloseHandle(started.hThread);
    Puppet->process = started.hProcess;
    Puppet->id = started.dwProcessId;
    return TRUE;
}

/* Has it do something, and waits until it is done. The result is in the order. */
static DWORD Do(Puppet* Puppet, enum Deed Deed) {
    HANDLE either[] = {Puppet->done, Puppet->process};
    Puppet->order->deed = Deed;
    SetEvent(Puppet->go);
    if (WaitForMultipleObjects(Puppet->process != NULL ? 2 : 1, either, FALSE, 20000) == WAIT_TIMEOUT) return ERROR_TIMEOUT;
    return Puppet->order->error;
}
static DWORD DoWith(Puppet* Puppet, enum Deed Deed, HANDLE Handle) {
    Puppet->order->handle = Handle;
    return Do(Puppet, Deed);
}
static void EndPuppet(Puppet* Puppet) {
    Do(Puppet, DEED_EXIT);
    WaitForSingleObject(Puppet->process, 10000);
    CloseHandle(Puppet->process);
}

static void Obey(Order* Order) {
    static OVERLAPPED pending;
    static Puppet child;
    DWORD bytes;
    BOOL done = TRUE;
    switch (Order->deed) {
        case DEED_OPEN:
            Order->handle = OpenFileOf(Order->name, Order->flags, Order->inherit);
            done = IsHandle(Order->handle);
            break;
        case DEED_TOUCH:
            Order->touched = TouchAs(Order->handle, &Order->process);
            done = Order->touched != 0;
            break;
        case DEED_CLOSE: done = CloseHandle(Order->handle); break;
        case DEED_PEND:
            memset(&pending, 0, sizeof(pending));
            pending.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
            done = DeviceIoControl(Order->handle, 0x222008, NULL, 0, NULL, 0, &bytes, &pending);
            break;
        case DEED_PENDED:
            done = WaitForSingleObject(pending.hEvent, 5000) == WAIT_OBJECT_0 && GetOverlappedResult(Order->handle, &pending, &bytes, FALSE);
            break;
        case DEED_START: done = StartPuppet(&child, Order->name, TRUE, NULL, 0); break;
        case DEED_CRASH: RaiseException(EXCEPTION_ACCESS_VIOLATION, EXCEPTION_NONCONTINUABLE, 0, NULL); break;
        default: break;
    }
    Order->error = done ? 0 : GetLastError();
}

/* main() of the second process, if it is one. */
static void BePuppet(int Count, char** Words) {
    Puppet self = {0};
    if (Count < 3 || strcmp(Words[1], "puppet") != 0) return;
    SetErrorMode(SEM_NOGPFAULTERRORBOX | SEM_FAILCRITICALERRORS);
    Join(&self, Words[2][0]);
    for (;;) {
        if (WaitForSingleObject(self.go, 60000) != WAIT_OBJECT_0) ExitProcess(2);
        Obey(self.order);
        if (self.order->deed == DEED_EXIT) ExitProcess(0);
        SetEvent(self.done);
    }
}

#endif
