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
/* Ends it once its threads have left: closes every handle (drivers get CLEANUP and CLOSE). */
VOID NTAPI RslTerminateClientProcess(PEPROCESS Process, NTSTATUS ExitStatus);
/* A thread in it whose Nt* calls have PreviousMode UserMode. One reference, the caller's. */
NTSTATUS NTAPI RslCreateClientThread(PEPROCESS Process, PKSTART_ROUTINE Routine, PVOID Context,
                                     PETHREAD* Thread);
/* Maps shared memory of a client at user addresses of its process, readable and writable. */
NTSTATUS NTAPI RslMapClientMemory(PEPROCESS Process, PHYSICAL_ADDRESS Physical, SIZE_T Bytes,
                                  PVOID* UserAddress);
/* Fresh zeroed user pages of the process; freed with it or by RslFreeClientMemory. */
NTSTATUS NTAPI RslAllocateClientMemory(PEPROCESS Process, SIZE_T Bytes, PVOID* UserAddress);
NTSTATUS NTAPI RslFreeClientMemory(PEPROCESS Process, PVOID UserAddress);

/* ---- Doorbell devices: ivshmem, at boot and hot-plugged (kernel/hal) ------------------------------ */

typedef struct _RSL_DOORBELL {
    PHYSICAL_ADDRESS Memory; /* the shared memory, BAR2 */
    ULONG64 MemoryBytes;
    PVOID KernelMapping;     /* the same, mapped cached for the kernel */
    volatile ULONG* Registers; /* BAR0: [2] own id, [3] doorbell: peer << 16 | vector */
    ULONG VectorCount;
    PVOID Opaque;            /* hal's */
} RSL_DOORBELL, *PRSL_DOORBELL;

/* Arrived: at PASSIVE_LEVEL, for devices present now and later ones. Keep the pointer until Removed
 * returns. Removed: the device goes away when this returns; nothing may touch its memory after. */
typedef VOID(NTAPI* PRSL_DOORBELL_ARRIVED)(PRSL_DOORBELL Doorbell, PVOID Context);
typedef VOID(NTAPI* PRSL_DOORBELL_REMOVED)(PRSL_DOORBELL Doorbell, PVOID Context);
NTSTATUS NTAPI RslWatchDoorbells(PRSL_DOORBELL_ARRIVED Arrived, PRSL_DOORBELL_REMOVED Removed, PVOID Context);
/* Routine runs at the interrupt's level for each message-signalled interrupt of the device. A device in
 * a hot-plug slot is rung through the bell board instead, if there is one: the device outside of every
 * slot that has several vectors (the control ring's), whose vector n > 0 belongs to physical slot n. */
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

/* ---- Log and state -------------------------------------------------------------------------------- */

/* What the kernel and drivers print goes to Sink from now on, oldest kept lines first. Any IRQL up to
 * HIGH_LEVEL; Sink must not block. nullptr takes it back. One line a call, no newline; level 0 debug
 * .. 4 error; 5: an event, a JSON object (docs/nt/events.md); source is a driver's name or "kernel". */
typedef VOID(NTAPI* PRSL_LOG_SINK)(PVOID Context, ULONG64 TimeNs, ULONG Level, PCSTR Source, PCSTR Line, ULONG Bytes);
VOID NTAPI RslSetLogSink(PRSL_LOG_SINK Sink, PVOID Context);

/* Writes the state below Path ("kernel/io/devices"; "" lists what there is) as JSON, at most Bytes.
 * Needed gets the full length; STATUS_BUFFER_TOO_SMALL when it did not fit. PASSIVE_LEVEL. */
NTSTATUS NTAPI RslInspect(PCSTR Path, PSTR Buffer, SIZE_T Bytes, SIZE_T* Needed);

/* Turns the VM off. Code becomes QEMU's exit status 2 * Code + 1. */
__attribute__((noreturn)) VOID NTAPI RslPowerOff(UCHAR Code);

#ifdef __cplusplus
}
#endif
