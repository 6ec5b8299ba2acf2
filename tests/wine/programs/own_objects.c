// SPDX-License-Identifier: GPL-2.0-only
// Handles of the program's own that its driver gets within buffers, on signals.sys: events above all, which either side signals and waits for.
#include "check.h"

enum { KEEP = 0x222000, SET = 0x222004, RESET = 0x222008, PULSE = 0x22200C, LATER = 0x222010, WAIT = 0x222014, STATE = 0x222018,
       DROP = 0x22201C, WHAT_IS = 0x222020, BY_HAND = 0x222024 };
enum { AN_EVENT = 1, THIS_FILE = 2, ANOTHER_FILE = 3, A_PROCESS = 4 };

typedef struct What {
    DWORD kind, process, access;
} What;

static HANDLE Open(void) {
    return CreateFileA("\\\\.\\Signals", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
}
static HANDLE Manual(void) { return CreateEventA(NULL, TRUE, FALSE, NULL); }
static HANDLE Automatic(void) { return CreateEventA(NULL, FALSE, FALSE, NULL); }

static BOOL Keep(HANDLE Device, HANDLE Event) {
    DWORD bytes;
    return DeviceIoControl(Device, KEEP, &Event, sizeof(Event), NULL, 0, &bytes, NULL);
}
/* A number in, a number out; ~0 when it fails. */
static DWORD Do(HANDLE Device, DWORD Code, DWORD Number) {
    DWORD bytes;
    return DeviceIoControl(Device, Code, &Number, sizeof(Number), &Number, sizeof(Number), &bytes, NULL) ? Number : ~0u;
}
static BOOL Later(HANDLE Device, DWORD Milliseconds) {
    DWORD bytes;
    return DeviceIoControl(Device, LATER, &Milliseconds, sizeof(Milliseconds), NULL, 0, &bytes, NULL);
}
static BOOL Look(HANDLE Device, HANDLE Handle, What* What) {
    DWORD bytes;
    return DeviceIoControl(Device, WHAT_IS, &Handle, sizeof(Handle), What, sizeof(*What), &bytes, NULL) && bytes == sizeof(*What);
}
static BOOL IsSet(HANDLE Event) { return WaitForSingleObject(Event, 0) == WAIT_OBJECT_0; }
static BOOL Comes(HANDLE Event) { return WaitForSingleObject(Event, 5000) == WAIT_OBJECT_0; }

TEST(DriverSetsAnEvent) {
    HANDLE device = Open(), event = Manual();
    CHECK(Keep(device, event));
    CHECK(Do(device, SET, 0) == 0);
    CHECK(IsSet(event) && IsSet(event));
    CHECK(Do(device, RESET, 0) == 1);
    CHECK(!IsSet(event));
    CHECK(Do(device, SET, 0) == 0 && Do(device, RESET, 0) == 1 && Do(device, SET, 0) == 0);
    CHECK(IsSet(event));
    CloseHandle(device);
    CloseHandle(event);
}

TEST(DriverSetsAnEventOnceForAll) {
    HANDLE device = Open(), event = Automatic();
    CHECK(Keep(device, event));
    Do(device, SET, 0);
    CHECK(Comes(event));
    CHECK(!IsSet(event));
    Do(device, SET, 0);
    Do(device, SET, 0);
    CHECK(Comes(event));
    CHECK(!IsSet(event));
    CloseHandle(device);
    CloseHandle(event);
}

TEST(DriverSetsAnEventAfterTheRequest) {
    HANDLE device = Open(), event = Automatic();
    CHECK(Keep(device, event));
    for (int i = 0; i < 10; i++) {
        CHECK(Later(device, 20));
        CHECK(Comes(event));
    }
    CHECK(Do(device, DROP, 0) == 0);
    CloseHandle(device);
    CloseHandle(event);
}

static DWORD WINAPI Waiter(void* Event) { return WaitForSingleObject(Event, 5000); }

TEST(DriverPulsesAnEvent) {
    HANDLE device = Open(), event = Manual();
    HANDLE thread = CreateThread(NULL, 0, Waiter, event, 0, NULL);
    DWORD outcome = WAIT_TIMEOUT;
    CHECK(Keep(device, event));
    Sleep(200); /* until it waits: nobody can see that from here */
    Do(device, PULSE, 0);
    CHECK(Comes(thread));
    CHECK(GetExitCodeThread(thread, &outcome) && outcome == WAIT_OBJECT_0);
    CHECK(!IsSet(event));
    CloseHandle(thread);
    CloseHandle(device);
    CloseHandle(event);
}

TEST(EventOutlivesTheHandleThatTheDriverGot) {
    HANDLE device = Open(), event = Automatic(), other;
    DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &other, 0, FALSE, DUPLICATE_SAME_ACCESS);
    CHECK(Keep(device, event));
    CloseHandle(event);
    CHECK(Later(device, 20));
    CHECK(Comes(other));
    CloseHandle(device);
    CloseHandle(other);
}

TEST(AHandleThatIsReusedIsAnotherObject) {
    HANDLE device = Open(), first = Manual(), others[8];
    CHECK(Keep(device, first));
    CloseHandle(first);
    for (int i = 0; i < 8; i++) others[i] = Manual(); /* one of them has the value */
    for (int i = 0; i < 8; i++) SetEvent(others[i]);
    CHECK(Do(device, STATE, 0) == 0);
    Do(device, SET, 0);
    for (int i = 0; i < 8; i++) {
        ResetEvent(others[i]);
        CHECK(Do(device, STATE, 0) == 1);
        CloseHandle(others[i]);
    }
    CloseHandle(device);
}

TEST(DriverSeesWhatTheProgramDoes) {
    HANDLE device = Open(), event = Manual();
    SetEvent(event);
    CHECK(Keep(device, event));
    CHECK(Do(device, STATE, 0) == 1);
    CHECK(Do(device, WAIT, 0) == 0);
    CHECK(ResetEvent(event) && Do(device, STATE, 0) == 0);
    CHECK(Do(device, WAIT, 10) == 0x102);
    CHECK(SetEvent(event) && Do(device, STATE, 0) == 1);
    CHECK(IsSet(event));
    CloseHandle(device);
    CloseHandle(event);
}

static DWORD WINAPI DriverWaits(void* Device) { return Do(Device, WAIT, 5000); }

static void WaitsInTheDriver(HANDLE Event, BOOL IsManual) {
    HANDLE device = Open(), thread;
    DWORD outcome = ~0u;
    CHECK(Keep(device, Event));
    thread = CreateThread(NULL, 0, DriverWaits, device, 0, NULL);
    CHECK(WaitForSingleObject(thread, 200) == WAIT_TIMEOUT); /* it waits by now */
    CHECK(SetEvent(Event));
    CHECK(Comes(thread));
    CHECK(GetExitCodeThread(thread, &outcome) && outcome == 0);
    CHECK(IsSet(Event) == IsManual); /* the driver has had an automatic one */
    CloseHandle(thread);
    CloseHandle(device);
    CloseHandle(Event);
}
TEST(DriverWaitsForAnEvent) { WaitsInTheDriver(Manual(), TRUE); }
TEST(DriverTakesAnEventThatResetsItself) { WaitsInTheDriver(Automatic(), FALSE); }

TEST(DriverSetsAnEventByItsHandle) {
    HANDLE device = Open(), event = Automatic();
    DWORD bytes;
    CHECK(DeviceIoControl(device, BY_HAND, &event, sizeof(event), NULL, 0, &bytes, NULL));
    CHECK(Comes(event));
    CloseHandle(device);
    CloseHandle(event);
}

TEST(WhatIsNoEventIsRefused) {
    HANDLE device = Open(), mutex = CreateMutexA(NULL, FALSE, NULL), event = CreateEventA(NULL, TRUE, FALSE, "rsl_own_objects"), waits;
    CHECK_ERROR(Keep(device, (HANDLE)0x7F00), ERROR_INVALID_HANDLE);
    CHECK_ERROR(Keep(device, NULL), ERROR_INVALID_HANDLE);
    CHECK_ERROR(Keep(device, mutex), ERROR_INVALID_HANDLE);
    CHECK_ERROR(Keep(device, device), ERROR_INVALID_HANDLE);
    waits = OpenEventA(SYNCHRONIZE | 1 /* EVENT_QUERY_STATE */, FALSE, "rsl_own_objects");
    CHECK(IsHandle(waits));
    CHECK_ERROR(Keep(device, waits), ERROR_ACCESS_DENIED);
    CHECK(Keep(device, event));
    CloseHandle(waits);
    CloseHandle(event);
    CloseHandle(mutex);
    CloseHandle(device);
}

TEST(OtherHandlesLeadWhereTheyLead) {
    HANDLE device = Open(), other = Open(), event = Manual(), process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, GetCurrentProcessId());
    What what;
    CHECK(Look(device, device, &what) && what.kind == THIS_FILE);
    CHECK(Look(device, other, &what) && what.kind == ANOTHER_FILE);
    CHECK(Look(device, event, &what) && what.kind == AN_EVENT && what.access == EVENT_ALL_ACCESS);
    CHECK(Look(device, process, &what) && what.kind == A_PROCESS && what.process == GetCurrentProcessId());
    CHECK(Look(device, GetCurrentProcess(), &what) && what.kind == A_PROCESS && what.process == GetCurrentProcessId());
    CloseHandle(other);
    CloseHandle(event);
    CloseHandle(process);
    CloseHandle(device);
}

TEST(ManyEventsAtOnce) {
    enum { COUNT = 60 };
    HANDLE devices[COUNT], events[COUNT];
    for (int i = 0; i < COUNT; i++) {
        devices[i] = Open();
        events[i] = i % 2 ? Automatic() : Manual();
        CHECK(Keep(devices[i], events[i]));
    }
    for (int i = 0; i < COUNT; i++) CHECK(Later(devices[i], 10));
    CHECK(WaitForMultipleObjects(COUNT, events, TRUE, 10000) == WAIT_OBJECT_0);
    for (int i = 0; i < COUNT; i++) {
        CloseHandle(devices[i]);
        CloseHandle(events[i]);
    }
}

/* More than drivers can have of a program at a time, one after the other. */
TEST(EventsThatAreDroppedMakeRoom) {
    HANDLE device = Open(), event = Manual();
    for (int i = 0; i < 600; i++) {
        if (!Keep(device, event)) {
            CHECK(!"kept");
            break;
        }
    }
    Do(device, SET, 0);
    CHECK(IsSet(event));
    CloseHandle(device);
    CloseHandle(event);
}

int main(void) {
    SC_HANDLE driver = StartDriver("signals", "C:\\drivers\\signals.sys");
    RUN(DriverSetsAnEvent);
    RUN(DriverSetsAnEventOnceForAll);
    RUN(DriverSetsAnEventAfterTheRequest);
    RUN(DriverPulsesAnEvent);
    RUN(EventOutlivesTheHandleThatTheDriverGot);
    RUN(AHandleThatIsReusedIsAnotherObject);
    RUN(DriverSeesWhatTheProgramDoes);
    RUN(DriverWaitsForAnEvent);
    RUN(DriverTakesAnEventThatResetsItself);
    RUN(DriverSetsAnEventByItsHandle);
    RUN(WhatIsNoEventIsRefused);
    RUN(OtherHandlesLeadWhereTheyLead);
    RUN(ManyEventsAtOnce);
    RUN(EventsThatAreDroppedMakeRoom);
    RemoveDriver(driver);
    return Failures != 0;
}
