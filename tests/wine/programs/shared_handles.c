// SPDX-License-Identifier: GPL-2.0-only
// Handles of a driver's device that more than one process has: inherited, duplicated in and out, closed in any order and by a crash. The
// driver (tells_opens.sys) hears of one open ('C'), one cleanup ('U') after the last close anywhere, and one close ('X').
#include "puppet.h"

static HANDLE Device;
/* Wine's own driver host, under which this runs with the argument "stock", sends no cleanup; and a request that pends in a cancel-safe
 * queue ends it. */
static const char* Closed = "CUX";

static const char* RecordOf(char Name) {
    static char text[32];
    DWORD bytes = 0;
    memset(text, 0, sizeof(text));
    CHECK(DeviceIoControl(Device, 0x222000, &Name, 1, text, sizeof(text), &bytes, NULL));
    return text;
}
/* The end of a process closes its handles after its object is signalled: a second is the limit. */
static BOOL RecordBecomes(char Name, const char* Text) {
    for (int i = 0; i < 100 && strcmp(RecordOf(Name), Text) != 0; i++) Sleep(10);
    return strcmp(RecordOf(Name), Text) == 0;
}
#define CHECK_RECORD(name, text) CHECK(strcmp(RecordOf(name), text) == 0)

static BOOL CopyInto(HANDLE Process, HANDLE Handle, HANDLE* Copy, DWORD Options) {
    return DuplicateHandle(GetCurrentProcess(), Handle, Process, Copy, 0, FALSE, DUPLICATE_SAME_ACCESS | Options);
}
static BOOL CopyOutOf(HANDLE Process, HANDLE Handle, HANDLE* Copy, DWORD Options) {
    return DuplicateHandle(Process, Handle, GetCurrentProcess(), Copy, 0, FALSE, DUPLICATE_SAME_ACCESS | Options);
}

TEST(InheritedHandleLeadsToTheSameFile) {
    Puppet child = {0};
    HANDLE file = OpenFileOf('a', 0, TRUE);
    CHECK(Touch(file) == 1);
    CHECK(StartPuppet(&child, 'a', TRUE, NULL, 0));
    CHECK(DoWith(&child, DEED_TOUCH, file) == 0 && child.order->touched == 2);
    CHECK(Touch(file) == 3);
    CHECK(CloseHandle(file));
    CHECK_RECORD('a', "C");
    CHECK(DoWith(&child, DEED_TOUCH, file) == 0 && child.order->touched == 4);
    CHECK(DoWith(&child, DEED_CLOSE, file) == 0);
    CHECK_RECORD('a', Closed);
    EndPuppet(&child);
    CHECK_RECORD('a', Closed);
}

TEST(OtherHandlesAreNotInherited) {
    Puppet child = {0};
    HANDLE file = OpenFileOf('b', 0, FALSE);
    CHECK(StartPuppet(&child, 'b', TRUE, NULL, 0));
    CHECK(DoWith(&child, DEED_TOUCH, file) != 0);
    CHECK(CloseHandle(file));
    CHECK_RECORD('b', Closed);
    EndPuppet(&child);
}

TEST(InheritanceCanBeSetLater) {
    Puppet child = {0};
    HANDLE file = OpenFileOf('c', 0, FALSE);
    CHECK(SetHandleInformation(file, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    CHECK(StartPuppet(&child, 'c', TRUE, NULL, 0));
    CHECK(CloseHandle(file));
    CHECK(DoWith(&child, DEED_TOUCH, file) == 0 && child.order->touched == 1);
    EndPuppet(&child);
    CHECK(RecordBecomes('c', Closed));
}

TEST(ListNamesWhatIsInherited) {
    Puppet child = {0};
    HANDLE listed = OpenFileOf('d', 0, TRUE), other = OpenFileOf('e', 0, TRUE), list[1];
    list[0] = listed;
    CHECK(StartPuppet(&child, 'd', TRUE, list, 1));
    CHECK(DoWith(&child, DEED_TOUCH, listed) == 0);
    CHECK(DoWith(&child, DEED_TOUCH, other) != 0);
    CHECK(CloseHandle(other));
    CHECK_RECORD('e', Closed);
    CHECK(CloseHandle(listed));
    CHECK_RECORD('d', "C");
    EndPuppet(&child);
    CHECK(RecordBecomes('d', Closed));
}

TEST(UnusedHandleIsClosedByItsProcess) {
    Puppet child = {0};
    HANDLE file = OpenFileOf('f', 0, TRUE);
    CHECK(StartPuppet(&child, 'f', TRUE, NULL, 0));
    CHECK(CloseHandle(file));
    CHECK_RECORD('f', "C");
    CHECK(DoWith(&child, DEED_CLOSE, file) == 0);
    CHECK_RECORD('f', Closed); /* while it lives */
    EndPuppet(&child);
    CHECK_RECORD('f', Closed);
}

TEST(UnusedHandleIsClosedByItsProcessEnd) {
    Puppet child = {0};
    HANDLE file = OpenFileOf('g', 0, TRUE);
    CHECK(StartPuppet(&child, 'g', TRUE, NULL, 0));
    CHECK(CloseHandle(file));
    CHECK_RECORD('g', "C");
    CHECK(TerminateProcess(child.process, 1));
    WaitForSingleObject(child.process, 5000);
    CHECK(RecordBecomes('g', Closed));
    CloseHandle(child.process);
}

TEST(ParentMayEndFirst) {
    Puppet parent = {0}, child = {0};
    CHECK(StartPuppet(&parent, 'h', FALSE, NULL, 0));
    parent.order->name = 'h', parent.order->inherit = TRUE, parent.order->flags = 0;
    CHECK(Do(&parent, DEED_OPEN) == 0);
    HANDLE file = parent.order->handle;
    CHECK(DoWith(&parent, DEED_TOUCH, file) == 0);
    Join(&child, 'i');
    parent.order->name = 'i';
    CHECK(Do(&parent, DEED_START) == 0);
    EndPuppet(&parent);
    Sleep(100);
    CHECK_RECORD('h', "C");
    CHECK(DoWith(&child, DEED_TOUCH, file) == 0 && child.order->touched == 2);
    CHECK_RECORD('h', "C");
    child.order->deed = DEED_EXIT;
    SetEvent(child.go);
    CHECK(RecordBecomes('h', Closed));
}

TEST(CrashClosesItsHandles) {
    Puppet child = {0};
    HANDLE file = OpenFileOf('j', 0, TRUE);
    CHECK(StartPuppet(&child, 'j', TRUE, NULL, 0));
    CHECK(DoWith(&child, DEED_TOUCH, file) == 0);
    CHECK(CloseHandle(file));
    CHECK_RECORD('j', "C");
    Do(&child, DEED_CRASH);
    CHECK(WaitForSingleObject(child.process, 10000) == WAIT_OBJECT_0);
    CHECK(RecordBecomes('j', Closed));
    CloseHandle(child.process);
}

TEST(CrashLeavesOthersTheirs) {
    Puppet child = {0};
    HANDLE file = OpenFileOf('k', 0, TRUE);
    CHECK(StartPuppet(&child, 'k', TRUE, NULL, 0));
    CHECK(DoWith(&child, DEED_TOUCH, file) == 0);
    Do(&child, DEED_CRASH);
    CHECK(WaitForSingleObject(child.process, 10000) == WAIT_OBJECT_0);
    Sleep(100);
    CHECK_RECORD('k', "C");
    CHECK(Touch(file) == 2);
    CHECK(CloseHandle(file));
    CHECK_RECORD('k', Closed);
    CloseHandle(child.process);
}

TEST(CopyInOtherProcessOutlivesTheSource) {
    Puppet child = {0};
    HANDLE copy = NULL, file = OpenFileOf('l', 0, FALSE);
    CHECK(StartPuppet(&child, 'l', FALSE, NULL, 0));
    CHECK(CopyInto(child.process, file, &copy, 0));
    CHECK(CloseHandle(file)); /* before the other process knows of its own */
    CHECK_RECORD('l', "C");
    CHECK(DoWith(&child, DEED_TOUCH, copy) == 0 && child.order->touched == 1);
    CHECK(DoWith(&child, DEED_CLOSE, copy) == 0);
    CHECK_RECORD('l', Closed);
    EndPuppet(&child);
}

TEST(HandleCanBeMovedIntoAnotherProcess) {
    Puppet child = {0};
    HANDLE moved = NULL, file = OpenFileOf('m', 0, FALSE);
    CHECK(StartPuppet(&child, 'm', FALSE, NULL, 0));
    CHECK(CopyInto(child.process, file, &moved, DUPLICATE_CLOSE_SOURCE));
    CHECK(Touch(file) == 0);
    CHECK_RECORD('m', "C");
    CHECK(DoWith(&child, DEED_TOUCH, moved) == 0 && child.order->touched == 1);
    EndPuppet(&child);
    CHECK(RecordBecomes('m', Closed));
}

TEST(RightToDuplicateSuffices) {
    Puppet child = {0};
    HANDLE copy = NULL, file = OpenFileOf('n', 0, FALSE);
    CHECK(StartPuppet(&child, 'n', FALSE, NULL, 0));
    HANDLE process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, child.id);
    CHECK(process != NULL);
    CHECK(CopyInto(process, file, &copy, 0));
    CHECK(CloseHandle(process));
    CHECK(DoWith(&child, DEED_TOUCH, copy) == 0);
    CHECK(CloseHandle(file));
    EndPuppet(&child);
    CHECK(RecordBecomes('n', Closed));
}

TEST(HandleCanBeCopiedOutOfAnotherProcess) {
    Puppet child = {0};
    HANDLE copy = NULL;
    CHECK(StartPuppet(&child, 'o', FALSE, NULL, 0));
    child.order->name = 'o', child.order->inherit = FALSE, child.order->flags = 0;
    CHECK(Do(&child, DEED_OPEN) == 0);
    HANDLE file = child.order->handle;
    CHECK(CopyOutOf(child.process, file, &copy, 0));
    CHECK(Touch(copy) == 1);
    CHECK(DoWith(&child, DEED_TOUCH, file) == 0 && child.order->touched == 2);
    CHECK(DoWith(&child, DEED_CLOSE, file) == 0);
    CHECK_RECORD('o', "C");
    CHECK(Touch(copy) == 3);
    CHECK(CloseHandle(copy));
    CHECK_RECORD('o', Closed);
    EndPuppet(&child);
}

TEST(HandleCanBeMovedOutOfAnotherProcess) {
    Puppet child = {0};
    HANDLE moved = NULL;
    CHECK(StartPuppet(&child, 'p', FALSE, NULL, 0));
    child.order->name = 'p', child.order->inherit = FALSE, child.order->flags = 0;
    CHECK(Do(&child, DEED_OPEN) == 0);
    HANDLE file = child.order->handle;
    CHECK(CopyOutOf(child.process, file, &moved, DUPLICATE_CLOSE_SOURCE));
    CHECK(DoWith(&child, DEED_TOUCH, file) == ERROR_INVALID_HANDLE);
    CHECK(Touch(moved) == 1);
    CHECK(CloseHandle(moved));
    CHECK(RecordBecomes('p', Closed));
    EndPuppet(&child);
}

TEST(ThirdProcessCanCopyFromOneToAnother) {
    Puppet from = {0}, to = {0};
    HANDLE copy = NULL;
    CHECK(StartPuppet(&from, 'q', FALSE, NULL, 0));
    CHECK(StartPuppet(&to, 'r', FALSE, NULL, 0));
    from.order->name = 'q', from.order->inherit = FALSE, from.order->flags = 0;
    CHECK(Do(&from, DEED_OPEN) == 0);
    CHECK(DuplicateHandle(from.process, from.order->handle, to.process, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    EndPuppet(&from);
    Sleep(100);
    CHECK_RECORD('q', "C");
    CHECK(DoWith(&to, DEED_TOUCH, copy) == 0 && to.order->touched == 1);
    EndPuppet(&to);
    CHECK(RecordBecomes('q', Closed));
}

TEST(EachProcessHearsOfItsOwnRequests) {
    Puppet child = {0};
    OVERLAPPED own = {0};
    DWORD bytes;
    HANDLE file = OpenFileOf('s', FILE_FLAG_OVERLAPPED, TRUE);
    own.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(StartPuppet(&child, 's', TRUE, NULL, 0));
    CHECK(DoWith(&child, DEED_PEND, file) == ERROR_IO_PENDING);
    CHECK_ERROR(DeviceIoControl(file, 0x222008, NULL, 0, NULL, 0, NULL, &own), ERROR_IO_PENDING);
    OVERLAPPED finish = {0};
    finish.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(DeviceIoControl(file, 0x22200C, NULL, 0, NULL, 0, &bytes, &finish)); /* the child's was first */
    CHECK(DoWith(&child, DEED_PENDED, file) == 0);
    CHECK(WaitForSingleObject(own.hEvent, 20) == WAIT_TIMEOUT);
    CHECK(DeviceIoControl(file, 0x22200C, NULL, 0, NULL, 0, &bytes, &finish));
    CHECK(WaitForSingleObject(own.hEvent, 5000) == WAIT_OBJECT_0);
    CHECK(GetOverlappedResult(file, &own, &bytes, FALSE));
    CHECK(CloseHandle(file));
    CHECK_RECORD('s', "C");
    EndPuppet(&child);
    CHECK(RecordBecomes('s', Closed));
    CloseHandle(own.hEvent);
    CloseHandle(finish.hEvent);
}

TEST(DriverSeesTheWindowsProcessId) {
    Puppet child = {0};
    DWORD process = 0;
    HANDLE file = OpenFileOf('t', 0, TRUE);
    CHECK(TouchAs(file, &process) == 1 && process == GetCurrentProcessId());
    CHECK(StartPuppet(&child, 't', TRUE, NULL, 0));
    CHECK(DoWith(&child, DEED_TOUCH, file) == 0);
    CHECK(child.order->process == child.id);
    EndPuppet(&child);
    CHECK(CloseHandle(file));
}

int main(int argc, char** argv) {
    BePuppet(argc, argv);
    const BOOL stock = argc > 1 && strcmp(argv[1], "stock") == 0;
    if (stock) Closed = "CX";
    SC_HANDLE service = StartDriver("tells_opens", "C:\\drivers\\tells_opens.sys");
    Device = CreateFileA("\\\\.\\TellsOpens", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(IsHandle(Device));
    RUN(InheritedHandleLeadsToTheSameFile);
    RUN(OtherHandlesAreNotInherited);
    RUN(InheritanceCanBeSetLater);
    RUN(ListNamesWhatIsInherited);
    RUN(UnusedHandleIsClosedByItsProcess);
    RUN(UnusedHandleIsClosedByItsProcessEnd);
    RUN(ParentMayEndFirst);
    RUN(CrashClosesItsHandles);
    RUN(CrashLeavesOthersTheirs);
    RUN(CopyInOtherProcessOutlivesTheSource);
    RUN(HandleCanBeMovedIntoAnotherProcess);
    RUN(RightToDuplicateSuffices);
    RUN(HandleCanBeCopiedOutOfAnotherProcess);
    RUN(HandleCanBeMovedOutOfAnotherProcess);
    RUN(ThirdProcessCanCopyFromOneToAnother);
    RUN(DriverSeesTheWindowsProcessId);
    if (!stock) {
        RUN(EachProcessHearsOfItsOwnRequests);
    }
    CloseHandle(Device);
    RemoveDriver(service);
    return Failures != 0;
}
