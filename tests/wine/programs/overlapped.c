// SPDX-License-Identifier: GPL-2.0-only
// Requests that pend, on queue.sys: a read waits there until a write feeds it. Every way that Windows has to hear of the end.
#include "check.h"

static HANDLE Queue, Feeder;

static HANDLE Open(DWORD Flags) {
    return CreateFileA("\\\\.\\Queue", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, Flags, NULL);
}

static void Feed(const char* Text) {
    DWORD bytes;
    CHECK(WriteFile(Feeder, Text, (DWORD)strlen(Text) + 1, &bytes, NULL));
}

static BOOL ReadPends(HANDLE Handle, char* Buffer, OVERLAPPED* Overlapped) {
    return !ReadFile(Handle, Buffer, 32, NULL, Overlapped) && GetLastError() == ERROR_IO_PENDING;
}

TEST(EventIsSetWhenItIsDone) {
    char text[32] = {0};
    OVERLAPPED overlapped = {0};
    DWORD bytes = 0;
    overlapped.hEvent = CreateEventA(NULL, TRUE, TRUE, NULL); /* set: the call has to reset it */
    CHECK(ReadPends(Queue, text, &overlapped));
    CHECK(WaitForSingleObject(overlapped.hEvent, 20) == WAIT_TIMEOUT);
    CHECK_ERROR(GetOverlappedResult(Queue, &overlapped, &bytes, FALSE), ERROR_IO_INCOMPLETE);
    Feed("event");
    CHECK(WaitForSingleObject(overlapped.hEvent, 5000) == WAIT_OBJECT_0);
    CHECK(GetOverlappedResult(Queue, &overlapped, &bytes, FALSE) && bytes == 6);
    CHECK(strcmp(text, "event") == 0);
    CloseHandle(overlapped.hEvent);
}

TEST(FileHandleIsSignalledWhenItIsDone) {
    char text[32] = {0};
    OVERLAPPED overlapped = {0};
    DWORD bytes = 0;
    CHECK(ReadPends(Queue, text, &overlapped));
    CHECK(WaitForSingleObject(Queue, 20) == WAIT_TIMEOUT);
    Feed("handle");
    CHECK(WaitForSingleObject(Queue, 5000) == WAIT_OBJECT_0);
    CHECK(GetOverlappedResult(Queue, &overlapped, &bytes, TRUE) && bytes == 7);
}

TEST(PortGetsKeyAndOverlapped) {
    char text[32] = {0};
    OVERLAPPED overlapped = {0}, *reported = NULL;
    ULONG_PTR key = 0;
    DWORD bytes = 0;
    HANDLE queue = Open(FILE_FLAG_OVERLAPPED);
    HANDLE port = CreateIoCompletionPort(queue, NULL, 0x1234, 0);
    CHECK(IsHandle(port));
    CHECK(ReadPends(queue, text, &overlapped));
    CHECK_ERROR(GetQueuedCompletionStatus(port, &bytes, &key, &reported, 20), WAIT_TIMEOUT);
    Feed("port");
    CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &reported, 5000));
    CHECK(bytes == 5 && key == 0x1234 && reported == &overlapped);
    CloseHandle(queue);
    CloseHandle(port);
}

TEST(PortCanBeSkippedOnSuccess) {
    OVERLAPPED overlapped = {0}, *reported = NULL;
    ULONG_PTR key;
    DWORD bytes = 0, counts[4];
    HANDLE queue = Open(FILE_FLAG_OVERLAPPED);
    HANDLE port = CreateIoCompletionPort(queue, NULL, 1, 0);
    CHECK(SetFileCompletionNotificationModes(queue, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    CHECK(DeviceIoControl(queue, 0x222000, NULL, 0, counts, sizeof(counts), NULL, &overlapped));
    CHECK_ERROR(GetQueuedCompletionStatus(port, &bytes, &key, &reported, 20), WAIT_TIMEOUT);
    CloseHandle(queue);
    CloseHandle(port);
}

static DWORD ApcError = 99, ApcBytes;
static void WINAPI Completed(DWORD Error, DWORD Bytes, OVERLAPPED* Overlapped) {
    (void)Overlapped;
    ApcError = Error;
    ApcBytes = Bytes;
}

TEST(ApcRunsInTheAlertableThread) {
    char text[32] = {0};
    OVERLAPPED overlapped = {0};
    CHECK(ReadFileEx(Queue, text, sizeof(text), &overlapped, Completed));
    Feed("apc");
    CHECK(SleepEx(5000, TRUE) == WAIT_IO_COMPLETION);
    CHECK(ApcError == 0 && ApcBytes == 4);
}

TEST(CancelIoExCancelsOne) {
    char first[32], second[32] = {0};
    OVERLAPPED a = {0}, b = {0};
    DWORD bytes;
    a.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    b.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(ReadPends(Queue, first, &a) && ReadPends(Queue, second, &b));
    CHECK(CancelIoEx(Queue, &a));
    CHECK_ERROR(GetOverlappedResult(Queue, &a, &bytes, TRUE), ERROR_OPERATION_ABORTED);
    Feed("second");
    CHECK(GetOverlappedResult(Queue, &b, &bytes, TRUE) && strcmp(second, "second") == 0);
    CHECK_ERROR(CancelIoEx(Queue, &a), ERROR_NOT_FOUND);
    CloseHandle(a.hEvent);
    CloseHandle(b.hEvent);
}

static DWORD WINAPI ReadInAnotherThread(void* Overlapped) {
    static char text[32];
    ReadFile(Queue, text, sizeof(text), NULL, Overlapped);
    return GetLastError();
}

static DWORD WINAPI ReadSynchronously(void* Argument) {
    HANDLE file = Open(0);
    char text[32];
    DWORD bytes;
    (void)Argument;
    DWORD error = ReadFile(file, text, sizeof(text), &bytes, NULL) ? 0 : GetLastError();
    CloseHandle(file);
    return error;
}
TEST(CancelSynchronousIoCancelsWhatAThreadWaitsFor) {
    HANDLE thread = CreateThread(NULL, 0, ReadSynchronously, NULL, 0, NULL);
    DWORD error = 0, turn;
    BOOL cancelled = FALSE;
    for (turn = 0; turn < 500 && !cancelled; turn++) { /* until it waits */
        cancelled = CancelSynchronousIo(thread);
        if (!cancelled) {
            CHECK(GetLastError() == ERROR_NOT_FOUND);
            Sleep(10);
        }
    }
    CHECK(cancelled);
    CHECK(WaitForSingleObject(thread, 5000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &error) && error == ERROR_OPERATION_ABORTED);
    CHECK_ERROR(CancelSynchronousIo(thread), ERROR_NOT_FOUND);
    CloseHandle(thread);
}

TEST(CancelIoCancelsOnlyTheThreadsOwn) {
    char text[32];
    OVERLAPPED own = {0}, other = {0};
    DWORD bytes, error = 0;
    own.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    other.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, ReadInAnotherThread, &other, 0, NULL);
    WaitForSingleObject(thread, 5000);
    GetExitCodeThread(thread, &error);
    CHECK(error == ERROR_IO_PENDING);
    CHECK(ReadPends(Queue, text, &own));
    CHECK(CancelIo(Queue));
    CHECK_ERROR(GetOverlappedResult(Queue, &own, &bytes, TRUE), ERROR_OPERATION_ABORTED);
    CHECK(WaitForSingleObject(other.hEvent, 20) == WAIT_TIMEOUT);
    Feed("other");
    CHECK(GetOverlappedResult(Queue, &other, &bytes, TRUE) && bytes == 6);
    CloseHandle(thread);
    CloseHandle(own.hEvent);
    CloseHandle(other.hEvent);
}

TEST(ClosingCancelsWhatPends) {
    char text[32];
    OVERLAPPED overlapped = {0};
    DWORD counts[4] = {0}, bytes;
    HANDLE queue = Open(FILE_FLAG_OVERLAPPED);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(ReadPends(queue, text, &overlapped));
    CHECK(CloseHandle(queue));
    CHECK(WaitForSingleObject(overlapped.hEvent, 5000) == WAIT_OBJECT_0);
    CHECK(overlapped.Internal == 0xC0000120); /* STATUS_CANCELLED, by the driver's cleanup */
    CHECK(DeviceIoControl(Feeder, 0x222000, NULL, 0, counts, sizeof(counts), &bytes, NULL) && counts[0] == 0);
    CloseHandle(overlapped.hEvent);
}

TEST(ManyAreOutstandingAtOnce) {
    enum { kMany = 40 };
    static char text[kMany][32];
    static OVERLAPPED overlapped[kMany];
    DWORD bytes;
    for (int i = 0; i < kMany; i++) {
        overlapped[i].hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        CHECK(ReadPends(Queue, text[i], &overlapped[i]));
    }
    for (int i = 0; i < kMany; i++) {
        char word[16];
        snprintf(word, sizeof(word), "no %d", i);
        Feed(word);
        CHECK(GetOverlappedResult(Queue, &overlapped[i], &bytes, TRUE) && strcmp(text[i], word) == 0);
        CloseHandle(overlapped[i].hEvent);
    }
}

int main(void) {
    SC_HANDLE service = StartDriver("queue", "C:\\drivers\\queue.sys");
    Queue = Open(FILE_FLAG_OVERLAPPED);
    Feeder = Open(0);
    CHECK(IsHandle(Queue) && IsHandle(Feeder));
    RUN(EventIsSetWhenItIsDone);
    RUN(FileHandleIsSignalledWhenItIsDone);
    RUN(PortGetsKeyAndOverlapped);
    RUN(PortCanBeSkippedOnSuccess);
    RUN(ApcRunsInTheAlertableThread);
    RUN(CancelIoExCancelsOne);
    RUN(CancelIoCancelsOnlyTheThreadsOwn);
    RUN(CancelSynchronousIoCancelsWhatAThreadWaitsFor);
    RUN(ClosingCancelsWhatPends);
    RUN(ManyAreOutstandingAtOnce);
    CloseHandle(Queue);
    CloseHandle(Feeder);
    RemoveDriver(service);
    return Failures != 0;
}
