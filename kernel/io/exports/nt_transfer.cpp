// SPDX-License-Identifier: GPL-2.0-only
// Read, write, control, flush, lock: the services that are one request each.
#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "kernel/io/services.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ps/previous_mode.hpp"

using namespace rsl;

/// NtReadFile (ntifs.h, also as ZwReadFile) reads.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_PENDING, STATUS_END_OF_FILE, STATUS_INVALID_PARAMETER, the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntreadfile
///   Differs  there is no cache manager, so no fast path
RSL_EXPORT NTSTATUS NTAPI NtReadFile(RSL_TRANSFER_PARAMETERS) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::transfer(FileHandle, {ps::previous_mode(), Event, ApcRoutine, ApcContext, IoStatusBlock},
                        {IRP_MJ_READ, Buffer, Length, ByteOffset, Key});
}
RSL_EXPORT NTSTATUS NTAPI ZwReadFile(RSL_TRANSFER_PARAMETERS) {
    ps::KernelModeCall call;
    return NtReadFile(FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, Buffer, Length, ByteOffset,
                      Key);
}

/// NtWriteFile (ntifs.h, also as ZwWriteFile) writes.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtReadFile
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntwritefile
///   Differs  as NtReadFile
RSL_EXPORT NTSTATUS NTAPI NtWriteFile(RSL_TRANSFER_PARAMETERS) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::transfer(FileHandle, {ps::previous_mode(), Event, ApcRoutine, ApcContext, IoStatusBlock},
                        {IRP_MJ_WRITE, Buffer, Length, ByteOffset, Key});
}
RSL_EXPORT NTSTATUS NTAPI ZwWriteFile(RSL_TRANSFER_PARAMETERS) {
    ps::KernelModeCall call;
    return NtWriteFile(FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, Buffer, Length, ByteOffset,
                       Key);
}

/// NtDeviceIoControlFile (ntifs.h, also as ZwDeviceIoControlFile) sends a control code.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_PENDING, STATUS_ACCESS_DENIED, STATUS_ACCESS_VIOLATION, the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntdeviceiocontrolfile
///   Differs  nothing known
RSL_EXPORT __attribute__((noinline)) NTSTATUS NTAPI NtDeviceIoControlFile(RSL_CONTROL_PARAMETERS) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::control(FileHandle, {ps::previous_mode(), Event, ApcRoutine, ApcContext, IoStatusBlock},
                       {IRP_MJ_DEVICE_CONTROL, IoControlCode, InputBuffer, InputBufferLength, OutputBuffer,
                        OutputBufferLength});
}
RSL_EXPORT NTSTATUS NTAPI ZwDeviceIoControlFile(RSL_CONTROL_PARAMETERS) {
    ps::KernelModeCall call;
    return NtDeviceIoControlFile(FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, IoControlCode,
                                 InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength);
}

/// NtFsControlFile (ntifs.h, also as ZwFsControlFile) sends a file system control code.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtDeviceIoControlFile
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntfscontrolfile
///   Differs  nothing known
RSL_EXPORT __attribute__((noinline)) NTSTATUS NTAPI NtFsControlFile(RSL_CONTROL_PARAMETERS) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::control(FileHandle, {ps::previous_mode(), Event, ApcRoutine, ApcContext, IoStatusBlock},
                       {IRP_MJ_FILE_SYSTEM_CONTROL, IoControlCode, InputBuffer, InputBufferLength,
                        OutputBuffer, OutputBufferLength});
}
RSL_EXPORT NTSTATUS NTAPI ZwFsControlFile(RSL_CONTROL_PARAMETERS) {
    ps::KernelModeCall call;
    return NtFsControlFile(FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, IoControlCode,
                           InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength);
}

/// NtFlushBuffersFileEx (ntifs.h, also as ZwFlushBuffersFileEx) asks for everything to be written.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ACCESS_DENIED, the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntflushbuffersfileex
///   Differs  Flags reach the driver as the minor function code; Parameters has to be NULL
RSL_EXPORT NTSTATUS NTAPI NtFlushBuffersFileEx(HANDLE FileHandle, ULONG Flags, PVOID Parameters,
                                               ULONG ParametersSize, PIO_STATUS_BLOCK IoStatusBlock) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (Parameters != nullptr || ParametersSize != 0 || Flags > 0xff) return STATUS_INVALID_PARAMETER;
    return io::flush(FileHandle, {.mode = ps::previous_mode(), .status_block = IoStatusBlock},
                     static_cast<uint8_t>(Flags));
}
RSL_EXPORT NTSTATUS NTAPI ZwFlushBuffersFileEx(HANDLE FileHandle, ULONG Flags, PVOID Parameters,
                                               ULONG ParametersSize, PIO_STATUS_BLOCK IoStatusBlock) {
    return ps::as_kernel(NtFlushBuffersFileEx, FileHandle, Flags, Parameters, ParametersSize, IoStatusBlock);
}
/// NtFlushBuffersFile (also as ZwFlushBuffersFile, ntifs.h): the same without flags.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtFlushBuffersFileEx
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwflushbuffersfile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock) {
    return NtFlushBuffersFileEx(FileHandle, 0, nullptr, 0, IoStatusBlock);
}
RSL_EXPORT NTSTATUS NTAPI ZwFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock) {
    return ps::as_kernel(NtFlushBuffersFile, FileHandle, IoStatusBlock);
}

/// NtQueryDirectoryFile (ntifs.h, also as ZwQueryDirectoryFile) lists a directory.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MORE_FILES, STATUS_NO_SUCH_FILE, the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntquerydirectoryfile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQueryDirectoryFile(RSL_DIRECTORY_PARAMETERS) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::query_directory(
        FileHandle, {ps::previous_mode(), Event, ApcRoutine, ApcContext, IoStatusBlock},
        {FileInformation, Length, FileInformationClass, ReturnSingleEntry != 0, RestartScan != 0, FileName});
}
RSL_EXPORT NTSTATUS NTAPI ZwQueryDirectoryFile(RSL_DIRECTORY_PARAMETERS) {
    ps::KernelModeCall call;
    return NtQueryDirectoryFile(FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, FileInformation,
                                Length, FileInformationClass, ReturnSingleEntry, FileName, RestartScan);
}

/// NtLockFile (ntifs.h, also as ZwLockFile) locks a range of a file.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_PENDING, STATUS_LOCK_NOT_GRANTED, the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntlockfile
///   Differs  locks left at close are the driver's to drop at IRP_MJ_CLEANUP
RSL_EXPORT NTSTATUS NTAPI NtLockFile(RSL_LOCK_PARAMETERS) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    uint8_t flags = 0;
    if (FailImmediately) flags |= SL_FAIL_IMMEDIATELY;
    if (ExclusiveLock) flags |= SL_EXCLUSIVE_LOCK;
    return io::lock_range(FileHandle, {ps::previous_mode(), Event, ApcRoutine, ApcContext, IoStatusBlock},
                          {IRP_MN_LOCK, flags, ByteOffset, Length, Key});
}
RSL_EXPORT NTSTATUS NTAPI ZwLockFile(RSL_LOCK_PARAMETERS) {
    ps::KernelModeCall call;
    return NtLockFile(FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, ByteOffset, Length, Key,
                      FailImmediately, ExclusiveLock);
}
/// NtUnlockFile (ntifs.h, also as ZwUnlockFile) unlocks it.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_RANGE_NOT_LOCKED, the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntunlockfile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtUnlockFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                       PLARGE_INTEGER ByteOffset, PLARGE_INTEGER Length, ULONG Key) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::lock_range(FileHandle, {.mode = ps::previous_mode(), .status_block = IoStatusBlock},
                          {IRP_MN_UNLOCK_SINGLE, 0, ByteOffset, Length, Key});
}
RSL_EXPORT NTSTATUS NTAPI ZwUnlockFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                       PLARGE_INTEGER ByteOffset, PLARGE_INTEGER Length, ULONG Key) {
    return ps::as_kernel(NtUnlockFile, FileHandle, IoStatusBlock, ByteOffset, Length, Key);
}

/// NtCancelIoFile (also as ZwCancelIoFile) cancels what this thread has under way on a file.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows/win32/fileio/cancelio
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCancelIoFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::cancel_own(FileHandle, ps::previous_mode(), IoStatusBlock);
}
RSL_EXPORT NTSTATUS NTAPI ZwCancelIoFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock) {
    return ps::as_kernel(NtCancelIoFile, FileHandle, IoStatusBlock);
}
/// NtCancelIoFileEx (also as ZwCancelIoFileEx) cancels the process' requests on a file, or one of them.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND
///   Source   learn.microsoft.com/windows/win32/fileio/cancelioex-func
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCancelIoFileEx(HANDLE FileHandle, PIO_STATUS_BLOCK IoRequestToCancel,
                                           PIO_STATUS_BLOCK IoStatusBlock) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::cancel_any(FileHandle, ps::previous_mode(), IoRequestToCancel, IoStatusBlock);
}
RSL_EXPORT NTSTATUS NTAPI ZwCancelIoFileEx(HANDLE FileHandle, PIO_STATUS_BLOCK IoRequestToCancel,
                                           PIO_STATUS_BLOCK IoStatusBlock) {
    return ps::as_kernel(NtCancelIoFileEx, FileHandle, IoRequestToCancel, IoStatusBlock);
}
/// NtCancelSynchronousIoFile cancels what a thread waits for.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_FOUND
///   Source   learn.microsoft.com/windows/win32/fileio/cancelsynchronousio-func
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCancelSynchronousIoFile(HANDLE ThreadHandle, PIO_STATUS_BLOCK IoRequestToCancel,
                                                    PIO_STATUS_BLOCK IoStatusBlock) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::cancel_waited(ThreadHandle, ps::previous_mode(), IoRequestToCancel, IoStatusBlock);
}
