// SPDX-License-Identifier: GPL-2.0-only
// The few kernel services that rslserver.sys and the class libraries need and NT does not document:
// processes that stand for clients, doorbell devices, loading a driver from memory, log and state.
// Exported by ntoskrnl.exe under Rsl names; drivers never see them (docs/adr/0007-private-interface.md).
#pragma once

#include "abi/nt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Client processes (kernel/ps). PASSIVE_LEVEL. ------------------------------------------------ */

/* Makes a process object for a client. One reference, the caller's. ClientPid: its id on Linux. */
NTSTATUS NTAPI RslCreateClientProcess(PCUNICODE_STRING ImageName, ULONG64 ClientPid, PEPROCESS* Process);
/* The same for a program that has an identity of its own, as a Windows program under Wine has. */
typedef struct _RSL_CLIENT_PROCESS {
    ULONG64 ProcessId;       /* below 0x100000; 0: one of the VM's */
    ULONG64 ParentProcessId; /* 0: the system process */
    CLIENT_ID Creator;       /* no process: the calling thread */
    ULONG64 ClientPid;
    UNICODE_STRING Image;    /* its path in NT form */
    UNICODE_STRING CommandLine;
    BOOLEAN Told;            /* process notify routines hear of its creation */
} RSL_CLIENT_PROCESS, *PRSL_CLIENT_PROCESS;
/* STATUS_INVALID_CID: there is a process of this id. */
NTSTATUS NTAPI RslCreateProcess(const RSL_CLIENT_PROCESS* Wanted, PEPROCESS* Process);
/* The process runs a 32-bit program, whose process environment block lies there in its memory. */
VOID NTAPI RslSetWow64Process(PEPROCESS Process, ULONG64 Peb32);
/* Tells notify routines of a thread, or an image in the memory, of such a program. */
VOID NTAPI RslNotifyThread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Created);
VOID NTAPI RslNotifyImage(HANDLE ProcessId, PCUNICODE_STRING Path, PVOID ImageBase, SIZE_T ImageBytes);
/* What drivers have registered notify routines for. Changed is called at once, and whenever it changes, one call
 * at a time, at PASSIVE_LEVEL. One watcher, for ever. */
#define RSL_LISTENS_PROCESS 1u
#define RSL_LISTENS_THREAD 2u
#define RSL_LISTENS_IMAGE 4u
typedef VOID(NTAPI* PRSL_LISTENERS_CHANGED)(PVOID Context, ULONG Listeners);
VOID NTAPI RslWatchListeners(PRSL_LISTENERS_CHANGED Changed, PVOID Context);
/* Ends it once its threads have left: closes every handle (drivers get CLEANUP and CLOSE). */
VOID NTAPI RslTerminateClientProcess(PEPROCESS Process, NTSTATUS ExitStatus);
/* Routine is called once, at <= APC_LEVEL, when a driver ends the process (ZwTerminateProcess): it asks for the end and returns.
 * Context stays valid until RslTerminateClientProcess has returned, whose status then is the driver's. */
typedef VOID(NTAPI* PRSL_TERMINATION_ASKED)(PVOID Context);
VOID NTAPI RslOnTermination(PEPROCESS Process, PRSL_TERMINATION_ASKED Routine, PVOID Context);
/* A thread in it whose Nt* calls have PreviousMode UserMode. One reference, the caller's. */
NTSTATUS NTAPI RslCreateClientThread(PEPROCESS Process, PKSTART_ROUTINE Routine, PVOID Context,
                                     PETHREAD* Thread);
/* Maps shared memory of a client at user addresses of its process, readable and writable: at *UserAddress if that is
 * free, elsewhere if it is not or is null. */
NTSTATUS NTAPI RslMapClientMemory(PEPROCESS Process, PHYSICAL_ADDRESS Physical, SIZE_T Bytes,
                                  PVOID* UserAddress);
/* Fresh zeroed user pages of the process; freed with it or by RslFreeClientMemory. */
NTSTATUS NTAPI RslAllocateClientMemory(PEPROCESS Process, SIZE_T Bytes, PVOID* UserAddress);
NTSTATUS NTAPI RslFreeClientMemory(PEPROCESS Process, PVOID UserAddress);

/* The program's own memory (docs/adr/0019-client-memory.md): where the process has nothing mapped, pages are asked for
 * when they are touched, and go back when RslReturnClientMemory is called. One call at a time for a process, at
 * <= APC_LEVEL, in any thread; a call may wait for the client. */
typedef struct _RSL_LENDER {
    PVOID Context;
    /* The pages from Address on: at most *Pages; says how many there are. Content stays until the next call. Bit n of
     * Writable: the program could write to page n. Fails when it has no page at Address, or, with Write, none that is writable. */
    NTSTATUS(NTAPI* Fetch)(PVOID Context, ULONG64 Address, BOOLEAN Write, PULONG Pages, const VOID** Content,
                           PULONG64 Writable);
    /* Bytes that were written here, within a page; Flush follows the last ones. */
    VOID(NTAPI* Return)(PVOID Context, ULONG64 Address, const VOID* Bytes, ULONG Count);
    VOID(NTAPI* Flush)(PVOID Context);
} RSL_LENDER, *PRSL_LENDER;
/* Before anything else is mapped. nullptr, later: nothing can be asked for any more, and no call of the lender's is left. */
NTSTATUS NTAPI RslBorrowClientMemory(PEPROCESS Process, const RSL_LENDER* Lender);
/* Objects of the program's own (docs/adr/0030-own-objects.md): what it has behind handles that its process here does not have. */
#define RSL_MAX_OWN_OBJECTS 256 /* that drivers have at a time */
typedef enum _RSL_OWN_OBJECT_KIND {
    RslOwnNone = 0,
    RslOwnHandle = 1,  /* it leads to what the process has the handle Value for */
    RslOwnProcess = 2, /* the process with the id Value */
    RslOwnNotificationEvent = 3,
    RslOwnSynchronizationEvent = 4
} RSL_OWN_OBJECT_KIND;
typedef struct _RSL_OWN_OBJECT {
    RSL_OWN_OBJECT_KIND Kind;
    ACCESS_MASK Access;
    ULONG Value;
    BOOLEAN Signalled;
} RSL_OWN_OBJECT, *PRSL_OWN_OBJECT;
typedef enum _RSL_OBJECT_CHANGE { RslObjectSet, RslObjectReset, RslObjectDropped } RSL_OBJECT_CHANGE;
typedef enum _RSL_OBJECT_SIGNAL { RslSignalSet, RslSignalReset, RslSignalPulse } RSL_OBJECT_SIGNAL;
typedef struct _RSL_OBJECT_LENDER {
    PVOID Context;
    /* One call at a time, at <= APC_LEVEL; may wait for the client. An event is lent as Id, which no other object has. */
    NTSTATUS(NTAPI* Resolve)(PVOID Context, ULONG64 Handle, ULONG Id, PRSL_OWN_OBJECT Object);
    /* What drivers did to an event that was lent, one call at a time, at <= DISPATCH_LEVEL. Dropped: Id is free. */
    VOID(NTAPI* Changed)(PVOID Context, ULONG Id, RSL_OBJECT_CHANGE Change);
} RSL_OBJECT_LENDER, *PRSL_OBJECT_LENDER;
/* Once for a process. nullptr, later: nothing can be asked for any more, and no call of the lender's is left. */
NTSTATUS NTAPI RslBorrowClientObjects(PEPROCESS Process, const RSL_OBJECT_LENDER* Lender);
/* What the program does to an event that it has lent. Taken: a driver waited for a synchronization event, and has it.
 * STATUS_NOT_FOUND: no driver has the object. <= DISPATCH_LEVEL. */
NTSTATUS NTAPI RslSignalClientObject(PEPROCESS Process, ULONG Id, RSL_OBJECT_SIGNAL Signal, PBOOLEAN Taken);

/* A request has ended, or was given to the driver for good: what was written goes back, and so do all pages but those
 * that an MDL holds. <= APC_LEVEL. */
VOID NTAPI RslReturnClientMemory(PEPROCESS Process);

/* Pages that a request lends from its beginning: shared memory that holds what the program has at Address. */
typedef struct _RSL_LOAN {
    ULONG64 Address;
    PHYSICAL_ADDRESS Physical;
    PVOID Content; /* the same memory, mapped for the kernel */
    ULONG Pages;
    BOOLEAN Writable;
} RSL_LOAN, *PRSL_LOAN;
/* Before a request's call, with or without loans: copies that other requests have of the program's pages are older, and go
 * back or are brought up to date. Tag: names the loans for the end. <= APC_LEVEL. */
VOID NTAPI RslBeginLoans(PEPROCESS Process, ULONG64 Tag, ULONG Count, const RSL_LOAN* Loans);
/* After RslReturnClientMemory: the memory is the client's again. */
VOID NTAPI RslEndLoans(PEPROCESS Process, ULONG64 Tag);

/* ---- Doorbell devices: ivshmem, at boot and hot-plugged (kernel/hal) ------------------------------ */

typedef struct _RSL_DOORBELL {
    PHYSICAL_ADDRESS Memory; /* the shared memory, BAR2 */
    ULONG64 MemoryBytes;
    PVOID KernelMapping;     /* the same, mapped cached for the kernel */
    volatile ULONG* Registers; /* BAR0: [2] own id, [3] doorbell: peer << 16 | vector */
    ULONG VectorCount;
    PVOID Opaque;            /* hal's */
} RSL_DOORBELL, *PRSL_DOORBELL;

/* Arrived: at PASSIVE_LEVEL, for devices present now and later ones, one at a time. Keep the pointer until
 * Removed returns. Removed: the device goes away when this returns; nothing may touch its memory after. It may
 * wait: other devices come and go meanwhile, so both may run at once, for different devices. */
typedef VOID(NTAPI* PRSL_DOORBELL_ARRIVED)(PRSL_DOORBELL Doorbell, PVOID Context);
typedef VOID(NTAPI* PRSL_DOORBELL_REMOVED)(PRSL_DOORBELL Doorbell, PVOID Context);
NTSTATUS NTAPI RslWatchDoorbells(PRSL_DOORBELL_ARRIVED Arrived, PRSL_DOORBELL_REMOVED Removed, PVOID Context);
/* Routine runs for each message-signalled interrupt of the device, with interrupts off at the level that was interrupted: it notes
 * what came, queues a DPC and returns. A device in a hot-plug slot is rung through the bell board instead, if there is one:
 * the device outside of every slot that has several vectors (the control ring's), whose vector n > 0 belongs to physical
 * slot n. */
NTSTATUS NTAPI RslConnectDoorbell(PRSL_DOORBELL Doorbell, VOID(NTAPI* Routine)(PVOID Context, ULONG Vector),
                                  PVOID Context);
VOID NTAPI RslDisconnectDoorbell(PRSL_DOORBELL Doorbell);

/* ---- Drivers (kernel/io, kernel/ldr). PASSIVE_LEVEL. ---------------------------------------------- */

typedef struct _RSL_LOAD_REPORT {
    NTSTATUS Status;        /* of the load; DriverEntry's own in EntryStatus */
    NTSTATUS EntryStatus;
    ULONG64 ImageBase, ImageBytes;
    ULONG64 EntryNanoseconds; /* how long DriverEntry took */
    ULONG MissingImports;   /* each became a trap that names itself when called */
    CHAR Text[1024];        /* what is wrong, or the missing imports, for people; NUL-terminated UTF-8 */
} RSL_LOAD_REPORT, *PRSL_LOAD_REPORT;

/* Loads a driver from memory as service ServiceName ("echo"), writes its registry key, and runs
 * DriverEntry in the system process. Image is copied; it need not outlive the call. */
NTSTATUS NTAPI RslLoadDriverImage(PCUNICODE_STRING ServiceName, const VOID* Image, SIZE_T ImageBytes,
                                  PRSL_LOAD_REPORT Report);
/* Calls DriverUnload and frees the image when no device or handle is left. Report->Text says what
 * the driver left behind (pool by tag, devices, handles), if anything. */
NTSTATUS NTAPI RslUnloadDriver(PCUNICODE_STRING ServiceName, PRSL_LOAD_REPORT Report);

/* What Driver Verifier looks for in a service from its next load on; in one that is verified already, at
 * once. "*": every service without a setting of its own. Flags as of verifier.exe, 0: nothing. Seed and
 * Rate (of 10,000) are the low-resource simulation's. */
NTSTATUS NTAPI RslVerifyDriver(PCUNICODE_STRING ServiceName, ULONG Flags, ULONG Seed, ULONG Rate);

/* ---- Plug and play (kernel/pnp, kernel/po, kernel/hal). PASSIVE_LEVEL. ------------------------------- */

/* Keeps a copy of a driver's image: loaded when a device of its service is found. */
NTSTATUS NTAPI RslStoreDriverImage(PCUNICODE_STRING ServiceName, const VOID* Image, SIZE_T ImageBytes);

typedef enum _RSL_DEVICE_ACTION {
    RslDeviceScan = 1,    /* asks every bus again and tries what waits for a driver; Device is not looked at */
    RslDeviceAdd = 2,     /* Device: hardware ids, each with its NUL, one more NUL; InstancePath gets the new path */
    RslDeviceRemove = 3,  /* Device: an instance path, here and below */
    RslDeviceDisable = 4,
    RslDeviceEnable = 5,
    RslDeviceRestart = 6  /* stop and start */
} RSL_DEVICE_ACTION;
NTSTATUS NTAPI RslDeviceAction(RSL_DEVICE_ACTION Action, PCUNICODE_STRING Device, PUNICODE_STRING InstancePath);

/* The machine's PCI functions, for the bus driver: found and given their addresses by kernel/hal. */
typedef struct _RSL_PCI_FUNCTION {
    LONG Parent;          /* index of the bridge above; -1: on bus 0 */
    UCHAR Bus, Device, Function, HeaderType; /* 0 device, 1 bridge */
    UCHAR InterruptPin;   /* 0: none */
    UCHAR HotPlug;
    UCHAR Taken;          /* the kernel's own: a doorbell, a folder of the host */
    UCHAR Reserved;
    ULONG InterruptLine;  /* where the pin leads: a GSI, level-triggered */
    ULONG MessageCount;   /* message-signalled interrupts it can send; 0: none */
    struct {
        ULONG64 Base, Bytes; /* Bytes 0: there is none; Base 0: it got no address */
        UCHAR Io, Prefetchable, Wide;
    } Bar[6];
} RSL_PCI_FUNCTION, *PRSL_PCI_FUNCTION;
/* STATUS_NO_SUCH_DEVICE for an index without a function, STATUS_NO_MORE_ENTRIES behind the last index. */
NTSTATUS NTAPI RslQueryPciFunction(ULONG Index, PRSL_PCI_FUNCTION Function);
/* Changed is called when functions below a bridge have come or are about to go. One watcher, for ever. */
typedef VOID(NTAPI* PRSL_PCI_CHANGED)(LONG Bridge, PVOID Context);
NTSTATUS NTAPI RslWatchPci(PRSL_PCI_CHANGED Changed, PVOID Context);

/* ---- Waiting for an interrupt ------------------------------------------------------------------------- */

/* Halts the processor in the running thread, as the idle thread would, until Done says that there is something to do: it is asked
 * first, and after each interrupt, with interrupts off. Any thread that becomes ready has the processor at once. FALSE:
 * somebody wants the processor now, or the machine has several: wait in another way. PASSIVE_LEVEL. */
typedef BOOLEAN(NTAPI* PRSL_HALT_DONE)(PVOID Context);
BOOLEAN NTAPI RslHaltUntil(PRSL_HALT_DONE Done, PVOID Context);

/* ---- Completion ports ----------------------------------------------------------------------------- */

/* A request of a file that is bound to the port is finished. TRUE: that was all; FALSE: its packet is to be queued.
 * IRQL <= DISPATCH_LEVEL, in any thread. */
typedef BOOLEAN(NTAPI* PRSL_COMPLETION_ROUTE)(PVOID ApcContext, NTSTATUS Status, ULONG_PTR Information);
/* Route is asked from now on, as long as the port lives. PASSIVE_LEVEL. */
NTSTATUS NTAPI RslRouteCompletions(HANDLE Port, PRSL_COMPLETION_ROUTE Route);
/* Every file that the process opens from user mode for asynchronous requests is bound to the port from then on, without a
 * key, and has these notification modes (FILE_SKIP_*). Once for a process; the same port may be said again. PASSIVE_LEVEL. */
NTSTATUS NTAPI RslBindCompletions(PEPROCESS Process, HANDLE Port, ULONG Modes);

/* ---- Log and state -------------------------------------------------------------------------------- */

/* What the kernel and drivers print goes to Sink from now on, oldest kept lines first. Any IRQL up to
 * HIGH_LEVEL; Sink must not block. nullptr takes it back. One line a call, no newline; level 0 debug
 * .. 4 error; 5: an event, a JSON object (docs/nt/events.md); source is a driver's name or "kernel". */
typedef VOID(NTAPI* PRSL_LOG_SINK)(PVOID Context, ULONG64 TimeNs, ULONG Level, PCSTR Source, PCSTR Line, ULONG Bytes);
VOID NTAPI RslSetLogSink(PRSL_LOG_SINK Sink, PVOID Context);

/* Writes the state below Path ("kernel/io/devices"; "" lists what there is) as JSON, at most Bytes.
 * Needed gets the full length; STATUS_BUFFER_TOO_SMALL when it did not fit. PASSIVE_LEVEL. */
NTSTATUS NTAPI RslInspect(PCSTR Path, PSTR Buffer, SIZE_T Bytes, SIZE_T* Needed);

/* Sends IRP_MJ_SHUTDOWN to the devices whose drivers asked for it, latest first, then to those that asked for
 * the last chance. Told is called before each with the name of its driver. A driver may keep the caller for
 * ever. PASSIVE_LEVEL. */
typedef VOID(NTAPI* PRSL_SHUTDOWN_TOLD)(PVOID Context, PCSTR Driver);
VOID NTAPI RslNotifyShutdown(PRSL_SHUTDOWN_TOLD Told, PVOID Context);

#define RSL_POWER_OFF_IN_ORDER 0x10 /* RSL_EXIT_POWER_OFF of boot/boot_info.h */
/* Turns the VM off. Code becomes QEMU's exit status 2 * Code + 1. */
__attribute__((noreturn)) VOID NTAPI RslPowerOff(UCHAR Code);

#ifdef __cplusplus
}
#endif
