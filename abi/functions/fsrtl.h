// SPDX-License-Identifier: GPL-2.0-only
// What ntoskrnl exports for file systems and filters: FsRtl and the cache manager's few.
#pragma once

#include "abi/types/fsrtl.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Names (kernel/fsrtl/exports/name.cpp)
BOOLEAN NTAPI FsRtlIsNameInExpression(PUNICODE_STRING Expression, PUNICODE_STRING Name, BOOLEAN IgnoreCase,
                                      PWCH UpcaseTable);
BOOLEAN NTAPI FsRtlDoesNameContainWildCards(PUNICODE_STRING Name);
BOOLEAN NTAPI FsRtlAreNamesEqual(PCUNICODE_STRING ConstantNameA, PCUNICODE_STRING ConstantNameB, BOOLEAN IgnoreCase,
                                 PCWCH UpcaseTable);
VOID NTAPI FsRtlDissectName(UNICODE_STRING Path, PUNICODE_STRING FirstName, PUNICODE_STRING RemainingName);

// ---- Statuses (kernel/fsrtl/exports/status.cpp)
BOOLEAN NTAPI FsRtlIsNtstatusExpected(NTSTATUS Exception);
NTSTATUS NTAPI FsRtlNormalizeNtstatus(NTSTATUS Exception, NTSTATUS GenericException);

// ---- Files (kernel/fsrtl/exports/file.cpp)
NTSTATUS NTAPI FsRtlGetFileSize(PFILE_OBJECT FileObject, PLARGE_INTEGER FileSize);
BOOLEAN NTAPI FsRtlCopyRead(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, BOOLEAN Wait,
                            ULONG LockKey, PVOID Buffer, PIO_STATUS_BLOCK IoStatus, PDEVICE_OBJECT DeviceObject);
VOID NTAPI FsRtlAcquireFileExclusive(PFILE_OBJECT FileObject);
VOID NTAPI FsRtlReleaseFile(PFILE_OBJECT FileObject);
ULONG NTAPI FsRtlIsPagingFile(PFILE_OBJECT FileObject);
BOOLEAN NTAPI FsRtlMdlRead(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, ULONG LockKey,
                           PMDL* MdlChain, PIO_STATUS_BLOCK IoStatus);
BOOLEAN NTAPI FsRtlMdlReadComplete(PFILE_OBJECT FileObject, PMDL MdlChain);

// ---- Byte-range locks (kernel/fsrtl/exports/lock.cpp)
VOID NTAPI FsRtlInitializeFileLock(PFILE_LOCK FileLock, PCOMPLETE_LOCK_IRP_ROUTINE CompleteLockIrpRoutine,
                                   PUNLOCK_ROUTINE UnlockRoutine);
VOID NTAPI FsRtlUninitializeFileLock(PFILE_LOCK FileLock);
PFILE_LOCK NTAPI FsRtlAllocateFileLock(PCOMPLETE_LOCK_IRP_ROUTINE CompleteLockIrpRoutine,
                                       PUNLOCK_ROUTINE UnlockRoutine);
VOID NTAPI FsRtlFreeFileLock(PFILE_LOCK FileLock);
NTSTATUS NTAPI FsRtlProcessFileLock(PFILE_LOCK FileLock, PIRP Irp, PVOID Context);
BOOLEAN NTAPI FsRtlCheckLockForReadAccess(PFILE_LOCK FileLock, PIRP Irp);
BOOLEAN NTAPI FsRtlCheckLockForWriteAccess(PFILE_LOCK FileLock, PIRP Irp);
BOOLEAN NTAPI FsRtlFastCheckLockForRead(PFILE_LOCK FileLock, PLARGE_INTEGER StartingByte, PLARGE_INTEGER Length,
                                        ULONG Key, PFILE_OBJECT FileObject, PVOID ProcessId);
BOOLEAN NTAPI FsRtlFastCheckLockForWrite(PFILE_LOCK FileLock, PLARGE_INTEGER StartingByte, PLARGE_INTEGER Length,
                                         ULONG Key, PFILE_OBJECT FileObject, PVOID ProcessId);
PFILE_LOCK_INFO NTAPI FsRtlGetNextFileLock(PFILE_LOCK FileLock, BOOLEAN Restart);
NTSTATUS NTAPI FsRtlFastUnlockSingle(PFILE_LOCK FileLock, PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset,
                                     PLARGE_INTEGER Length, PEPROCESS Process, ULONG Key, PVOID Context,
                                     BOOLEAN AlreadySynchronized);
NTSTATUS NTAPI FsRtlFastUnlockAll(PFILE_LOCK FileLock, PFILE_OBJECT FileObject, PEPROCESS Process, PVOID Context);
NTSTATUS NTAPI FsRtlFastUnlockAllByKey(PFILE_LOCK FileLock, PFILE_OBJECT FileObject, PEPROCESS Process, ULONG Key,
                                       PVOID Context);
BOOLEAN NTAPI FsRtlPrivateLock(PFILE_LOCK FileLock, PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset,
                               PLARGE_INTEGER Length, PEPROCESS Process, ULONG Key, BOOLEAN FailImmediately,
                               BOOLEAN ExclusiveLock, PIO_STATUS_BLOCK IoStatus, PIRP Irp, PVOID Context,
                               BOOLEAN AlreadySynchronized);

// ---- Extra create parameters (kernel/fsrtl/exports/ecp.cpp)
NTSTATUS NTAPI FsRtlAllocateExtraCreateParameterList(FSRTL_ALLOCATE_ECPLIST_FLAGS Flags, PECP_LIST* EcpList);
VOID NTAPI FsRtlFreeExtraCreateParameterList(PECP_LIST EcpList);
NTSTATUS NTAPI FsRtlAllocateExtraCreateParameter(LPCGUID EcpType, ULONG SizeOfContext, FSRTL_ALLOCATE_ECP_FLAGS Flags,
                                                 PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK CleanupCallback,
                                                 ULONG PoolTag, PVOID* EcpContext);
VOID NTAPI FsRtlFreeExtraCreateParameter(PVOID EcpContext);
NTSTATUS NTAPI FsRtlInsertExtraCreateParameter(PECP_LIST EcpList, PVOID EcpContext);
NTSTATUS NTAPI FsRtlFindExtraCreateParameter(PECP_LIST EcpList, LPCGUID EcpType, PVOID* EcpContext,
                                             PULONG EcpContextSize);
NTSTATUS NTAPI FsRtlRemoveExtraCreateParameter(PECP_LIST EcpList, LPCGUID EcpType, PVOID* EcpContext,
                                               PULONG EcpContextSize);
NTSTATUS NTAPI FsRtlGetNextExtraCreateParameter(PECP_LIST EcpList, PVOID CurrentEcpContext, LPGUID NextEcpType,
                                                PVOID* NextEcpContext, PULONG NextEcpContextSize);
VOID NTAPI FsRtlAcknowledgeEcp(PVOID EcpContext);
BOOLEAN NTAPI FsRtlIsEcpAcknowledged(PVOID EcpContext);
BOOLEAN NTAPI FsRtlIsEcpFromUserMode(PVOID EcpContext);

// ---- The cache manager (kernel/fsrtl/exports/cache.cpp)
VOID NTAPI CcFlushCache(PSECTION_OBJECT_POINTERS SectionObjectPointer, PLARGE_INTEGER FileOffset, ULONG Length,
                        PIO_STATUS_BLOCK IoStatus);
BOOLEAN NTAPI CcPurgeCacheSection(PSECTION_OBJECT_POINTERS SectionObjectPointer, PLARGE_INTEGER FileOffset,
                                  ULONG Length, ULONG Flags);

#ifdef __cplusplus
}
#endif
