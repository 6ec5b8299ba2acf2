// SPDX-License-Identifier: GPL-2.0-only
// The driver around the tests of one folder: lists them, runs one at a time, says what failed.
#include "conformance.h"
#include "control.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WIDEN_(text) L##text
#define WIDEN(text)  WIDEN_(text)
#define REPORT_BYTES 8192

PDRIVER_OBJECT ConformanceDriver;
PDEVICE_OBJECT ConformanceDevice;
PDRIVER_DISPATCH ConformanceDispatch;
UNICODE_STRING ConformanceRegistryPath;
BOOLEAN ConformanceServesRequests;  // this test runs in the thread that serves requests

static UNICODE_STRING DeviceName =
    RTL_CONSTANT_STRING(L"\\Device\\Conformance_" WIDEN(CONFORMANCE_FOLDER));
static UNICODE_STRING LinkName =
    RTL_CONSTANT_STRING(L"\\DosDevices\\Conformance_" WIDEN(CONFORMANCE_FOLDER));

__attribute__((section("cnftst$a"), used)) static const CONFORMANCE_TEST* const FirstEntry = NULL;
__attribute__((section("cnftst$z"), used)) static const CONFORMANCE_TEST* const LastEntry = NULL;

__attribute__((section("cnfent$a"), used)) static CONFORMANCE_AT_LOAD_ROUTINE* const FirstAtLoad =
    NULL;
__attribute__((section("cnfent$z"), used)) static CONFORMANCE_AT_LOAD_ROUTINE* const LastAtLoad =
    NULL;

// One test runs at a time; what it reports collects here. Written at any IRQL by the test's own
// thread and by whatever it starts, so each report takes the lock.
static struct {
    KSPIN_LOCK Lock;
    FAST_MUTEX Running;
    ULONG Outcome;
    ULONG Used;
    char Text[REPORT_BYTES];
} Report;

static VOID Append(ULONG Outcome, const char* Format, va_list Arguments) {
    KIRQL irql = KeGetCurrentIrql();
    int length;
    if (irql < DISPATCH_LEVEL) KeRaiseIrql(DISPATCH_LEVEL, &irql);
    KeAcquireSpinLockAtDpcLevel(&Report.Lock);
    if (Report.Outcome != CONFORMANCE_FAILED) Report.Outcome = Outcome;
    length =
        _vsnprintf(Report.Text + Report.Used, REPORT_BYTES - Report.Used - 1, Format, Arguments);
    if (length > 0) Report.Used += (ULONG)length;
    KeReleaseSpinLockFromDpcLevel(&Report.Lock);
    if (irql < DISPATCH_LEVEL) KeLowerIrql(irql);
}

static VOID Note(ULONG Outcome, const char* Format, ...) {
    va_list arguments;
    va_start(arguments, Format);
    Append(Outcome, Format, arguments);
    va_end(arguments);
}

VOID ConformanceFail(const char* File, int Line, const char* Format, ...) {
    const char* name = File;
    va_list arguments;
    for (; *File != 0; File++) {
        if (*File == '/') name = File + 1;
    }
    Note(CONFORMANCE_FAILED, "%s:%d: ", name, Line);
    va_start(arguments, Format);
    Append(CONFORMANCE_FAILED, Format, arguments);
    va_end(arguments);
    Note(CONFORMANCE_FAILED, "\n");
}

VOID ConformanceSkip(const char* Why) { Note(CONFORMANCE_SKIPPED, "%s\n", Why); }

BOOLEAN ConformanceSameText(const UNICODE_STRING* Text, const WCHAR* Expected) {
    USHORT bytes = 0;
    while (Expected[bytes / sizeof(WCHAR)] != 0) bytes += sizeof(WCHAR);
    return Text->Length == bytes && RtlCompareMemory(Text->Buffer, Expected, bytes) == bytes;
}

// Null entries are the section's ends and the linker's padding.
static const CONFORMANCE_TEST* FindTest(ULONG Index) {
    const CONFORMANCE_TEST* const* entry;
    for (entry = &FirstEntry + 1; entry < &LastEntry; entry++) {
        if (*entry == NULL) continue;
        if (Index == 0) return *entry;
        Index--;
    }
    return NULL;
}

// A test that ended early has left its devices, and with them the names that the next test wants.
static VOID DeleteDevicesAbove(PDEVICE_OBJECT Before) {
    while (ConformanceDriver->DeviceObject != NULL && ConformanceDriver->DeviceObject != Before)
        IoDeleteDevice(ConformanceDriver->DeviceObject);
}

// Wine's stand-in for a missing function has no unwind information: the way up to the handler goes
// through what lies on the stack there. An old return address leads astray; zeroes, as in a new
// thread, do not.
static __attribute__((noinline)) VOID CleanTheStackBelow(VOID) {
    volatile UCHAR room[32768];
    ULONG left = sizeof(room);
    while (left > 0) room[--left] = 0;  // downwards, as guard pages want it
}

typedef struct _HELPER {
    PKSTART_ROUTINE Routine;
    PVOID Context;
} HELPER;

PVOID ConformanceNewHelper(PKSTART_ROUTINE Routine, PVOID Context) {
    HELPER* helper = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(HELPER), CONFORMANCE_TAG);
    if (helper == NULL) return NULL;
    helper->Routine = Routine;
    helper->Context = Context;
    return helper;
}

VOID NTAPI ConformanceHelperThread(PVOID Helper) {
    HELPER helper = *(HELPER*)Helper;
    volatile NTSTATUS code = STATUS_SUCCESS;
    ExFreePoolWithTag(Helper, CONFORMANCE_TAG);
    __try {
        helper.Routine(helper.Context);
    } __except (code = GetExceptionCode(), EXCEPTION_EXECUTE_HANDLER) {
        Note(CONFORMANCE_FAILED, "a helper thread raised 0x%08x, which nobody expected\n",
             (unsigned)code);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

// Outside of the critical region that the thread may be in: PsCreateSystemThread's page says so of
// new system threads, and a system may call a dispatch routine in one.
static __attribute__((noinline)) VOID RunBody(const CONFORMANCE_TEST* Test) {
    volatile NTSTATUS code = STATUS_SUCCESS;
    volatile BOOLEAN inside = KeAreApcsDisabled();
    PDEVICE_OBJECT volatile before = ConformanceDriver->DeviceObject;
    if (ConformanceInUserMode()) CleanTheStackBelow();
    if (inside) KeLeaveCriticalRegion();
    __try {
        Test->Body();
    } __except (code = GetExceptionCode(), EXCEPTION_EXECUTE_HANDLER) {
        Note(CONFORMANCE_FAILED, "raised 0x%08x, which nobody expected\n", (unsigned)code);
    }
    // Not every system gives a caught exception's function its registers back: so they are kept
    // here.
    __asm__ volatile("" ::: "rbx", "rsi", "rdi", "r12", "r13", "r14", "r15");
    ConformanceDispatch = NULL;
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) {
        Note(CONFORMANCE_FAILED, "ended at IRQL %u\n", (unsigned)KeGetCurrentIrql());
        KeLowerIrql(PASSIVE_LEVEL);
    }
    if (inside) KeEnterCriticalRegion();
    if (ConformanceInUserMode() && Report.Outcome == CONFORMANCE_FAILED) DeleteDevicesAbove(before);
}

static VOID NTAPI TestThread(PVOID Context) {
    RunBody(Context);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static BOOLEAN EndsWith(const char* Text, const char* End) {
    SIZE_T bytes = strlen(Text), endBytes = strlen(End);
    return bytes >= endBytes &&
           RtlCompareMemory(Text + bytes - endBytes, End, endBytes) == endBytes;
}

// Elsewhere, a test of what the system lacks would end half-way and leave names or locks behind
// that later tests need. Services and object types are never inline: for them the exports tell.
static BOOLEAN IsMissing(const char* Export) {
    WCHAR room[64];
    UNICODE_STRING name = {0, sizeof(room), room};
    BOOLEAN service =
        (Export[0] == 'N' && Export[1] == 't') || (Export[0] == 'Z' && Export[1] == 'w');
    if (!ConformanceInUserMode() || !(service || EndsWith(Export, "ObjectType"))) return FALSE;
    if (strncmp(Export, "__imp_", 6) == 0) Export += 6;
    for (; *Export != 0 && name.Length < sizeof(room); name.Length += sizeof(WCHAR))
        room[name.Length / sizeof(WCHAR)] = (UCHAR)*Export++;
    return MmGetSystemRoutineAddress(&name) == NULL;
}

static VOID RunInSystemThread(const CONFORMANCE_TEST* Test) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE handle;
    PVOID thread;
    NTSTATUS status;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, NULL, TestThread,
                                  (PVOID)Test);
    if (NT_SUCCESS(status)) {
        status = ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode, &thread,
                                           NULL);
        ZwClose(handle);
    }
    if (!NT_SUCCESS(status)) {
        Note(CONFORMANCE_FAILED, "the harness got no thread: 0x%08x\n", (unsigned)status);
        return;
    }
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
}

static VOID RunAtLoad(PDRIVER_OBJECT DriverObject) {
    CONFORMANCE_AT_LOAD_ROUTINE* const* entry;
    for (entry = &FirstAtLoad + 1; entry < &LastAtLoad; entry++) {
        if (*entry != NULL) (*entry)(DriverObject);
    }
}

static NTSTATUS ListTests(PIRP Irp, ULONG InputBytes, ULONG OutputBytes) {
    char* text = Irp->AssociatedIrp.SystemBuffer;
    const CONFORMANCE_TEST* test;
    ULONG index, used = 0;
    if (InputBytes < sizeof(ULONG)) return STATUS_INVALID_PARAMETER;
    for (index = *(ULONG*)text; (test = FindTest(index)) != NULL; index++) {
        int length = _snprintf(text + used, OutputBytes - used, "%u %u 0x%x %s.%s\n",
                               (unsigned)index, (unsigned)test->Kind, (unsigned)test->BugCheckCode,
                               test->Function, test->Behaviour);
        if (length < 0 || used + length > OutputBytes) break;
        used += (ULONG)length;
    }
    Irp->IoStatus.Information = used;
    return STATUS_SUCCESS;
}

static NTSTATUS RunTest(PIRP Irp, ULONG InputBytes, ULONG OutputBytes) {
    char* buffer = Irp->AssociatedIrp.SystemBuffer;
    const CONFORMANCE_TEST* test;
    ULONG length;
    if (InputBytes < sizeof(ULONG) || OutputBytes < sizeof(ULONG)) return STATUS_INVALID_PARAMETER;
    test = FindTest(*(ULONG*)buffer);
    if (test == NULL) return STATUS_NO_SUCH_MEMBER;
    ExAcquireFastMutex(&Report.Running);
    Report.Outcome = CONFORMANCE_PASSED;
    Report.Used = 0;
    ConformanceServesRequests = test->Kind == ConformanceInCaller;
    ExReleaseFastMutex(&Report.Running);
    if (IsMissing(test->Function)) {
        ConformanceSkip("this system does not export it");
    } else if (test->Kind == ConformanceInCaller) {
        RunBody(test);
    } else {
        RunInSystemThread(test);
    }
    if (test->Kind == ConformanceStopsMachine)
        Note(CONFORMANCE_FAILED, "the machine did not stop\n");
    length = min(Report.Used, OutputBytes - (ULONG)sizeof(ULONG));
    *(ULONG*)buffer = Report.Outcome;
    RtlCopyMemory(buffer + sizeof(ULONG), Report.Text, length);
    Irp->IoStatus.Information = sizeof(ULONG) + length;
    return STATUS_SUCCESS;
}

// Where a driver is a process, one thread of it serves all its requests. A test that sends some
// needs that thread, so the test gets another, which completes this request.
static VOID NTAPI RunThread(PVOID Context) {
    PIRP irp = Context;
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    irp->IoStatus.Status = RunTest(irp, stack->Parameters.DeviceIoControl.InputBufferLength,
                                   stack->Parameters.DeviceIoControl.OutputBufferLength);
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static BOOLEAN RunLater(PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    const CONFORMANCE_TEST* test;
    HANDLE thread;
    if (!ConformanceInUserMode() || stack->MajorFunction != IRP_MJ_DEVICE_CONTROL ||
        stack->Parameters.DeviceIoControl.IoControlCode != IOCTL_CONFORMANCE_RUN ||
        stack->Parameters.DeviceIoControl.InputBufferLength < sizeof(ULONG))
        return FALSE;
    test = FindTest(*(ULONG*)Irp->AssociatedIrp.SystemBuffer);
    if (test == NULL || test->Kind == ConformanceInCaller) return FALSE;
    IoMarkIrpPending(Irp);
    if (NT_SUCCESS(
            PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, RunThread, Irp))) {
        ZwClose(thread);
    } else {
        Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
    return TRUE;
}

static NTSTATUS Control(PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG inputBytes = stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG outputBytes = stack->Parameters.DeviceIoControl.OutputBufferLength;
    if (stack->MajorFunction != IRP_MJ_DEVICE_CONTROL) return STATUS_SUCCESS;
    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
        case IOCTL_CONFORMANCE_LIST:
            return ListTests(Irp, inputBytes, outputBytes);
        case IOCTL_CONFORMANCE_RUN:
            return RunTest(Irp, inputBytes, outputBytes);
        default:
            return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    NTSTATUS status = STATUS_SUCCESS;
    if (DeviceObject != ConformanceDevice && ConformanceDispatch != NULL)
        return ConformanceDispatch(DeviceObject, Irp);
    Irp->IoStatus.Information = 0;
    if (DeviceObject == ConformanceDevice && RunLater(Irp)) return STATUS_PENDING;
    if (DeviceObject == ConformanceDevice) status = Control(Irp);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(ConformanceDevice);
    ExFreePoolWithTag(ConformanceRegistryPath.Buffer, CONFORMANCE_TAG);
}

static NTSTATUS KeepRegistryPath(PUNICODE_STRING RegistryPath) {
    ConformanceRegistryPath.MaximumLength = RegistryPath->Length + sizeof(WCHAR);
    ConformanceRegistryPath.Buffer = ExAllocatePoolWithTag(
        NonPagedPoolNx, ConformanceRegistryPath.MaximumLength, CONFORMANCE_TAG);
    if (ConformanceRegistryPath.Buffer == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyUnicodeString(&ConformanceRegistryPath, RegistryPath);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    NTSTATUS status;
    ULONG i;
    KeInitializeSpinLock(&Report.Lock);
    ExInitializeFastMutex(&Report.Running);
    ConformanceDriver = DriverObject;
    status = KeepRegistryPath(RegistryPath);
    if (!NT_SUCCESS(status)) return status;
    RunAtLoad(DriverObject);
    for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) DriverObject->MajorFunction[i] = Dispatch;
    DriverObject->DriverUnload = Unload;
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE,
                            &ConformanceDevice);
    if (NT_SUCCESS(status)) {
        status = IoCreateSymbolicLink(&LinkName, &DeviceName);
        if (!NT_SUCCESS(status)) IoDeleteDevice(ConformanceDevice);
    }
    if (!NT_SUCCESS(status)) ExFreePoolWithTag(ConformanceRegistryPath.Buffer, CONFORMANCE_TAG);
    return status;
}
