// SPDX-License-Identifier: GPL-2.0-only
// Keys: made, opened, described, deleted, watched. Callers are kernel code: user programs have their
// registry on the host. NtXxxKey are not exported, as in NT.
#include "abi/functions/cm.h"
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/cm/callbacks.hpp"
#include "kernel/cm/exports/arguments.hpp"
#include "kernel/cm/hives.hpp"
#include "kernel/cm/notify.hpp"
#include "kernel/cm/registry.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ob/attributes.hpp"
#include "kernel/ob/query.hpp"
#include "kernel/ob/types.hpp"

using namespace rsl;

namespace {

/// Both ways to a key handle, between the notices of callbacks.
NTSTATUS open_or_create(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                        cm::OpenRequest& request, PUNICODE_STRING key_class, PULONG disposition) {
    auto captured = ob::CapturedAttributes::capture(attributes, KernelMode);
    if (!captured) return captured.failure().nt();
    void* opened = nullptr;
    REG_CREATE_KEY_INFORMATION information = {};
    information.CompleteName = attributes->ObjectName;
    information.ObjectType = ob::nt(&cm::KeyObject::kType);
    information.CreateOptions = request.options;
    information.Class = key_class;
    information.DesiredAccess = access;
    information.GrantedAccess = access;
    information.Disposition = &request.disposition;
    information.ResultObject = &opened;
    ob::AnyRef root;
    if (cm::is_watched() && attributes->RootDirectory != nullptr) {
        auto body = ob::reference_handle(attributes->RootDirectory, nullptr, 0, KernelMode);
        if (!body) return body.failure().nt();
        root = ob::adopt(*body);
        information.RootObject = root.get();
    }
    const auto operate = [&]() -> NTSTATUS {
        auto body = ob::open_by_attributes(*captured, &cm::KeyObject::kType, access, &request);
        if (!body) return body.failure().nt();
        opened = *body;
        return STATUS_SUCCESS;
    };
    const NTSTATUS status =
        request.create
            ? cm::watched(RegNtPreCreateKeyEx, RegNtPostCreateKeyEx, information, opened, operate)
            : cm::watched(RegNtPreOpenKeyEx, RegNtPostOpenKeyEx, information, opened, operate);
    const auto key = ob::adopt(opened);
    if (status < 0) return status;
    if (opened == nullptr) return STATUS_UNSUCCESSFUL;  // a callback promised a key and gave none
    auto made = ob::create_handle(opened, access, captured->flags(), KernelMode);
    if (!made) return made.failure().nt();
    *handle = *made;
    if (disposition != nullptr) *disposition = request.disposition;
    return STATUS_SUCCESS;
}

}  // namespace

/// ZwCreateKey (wdm.h) opens a key and makes its last component if need be.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND (a key on the way), STATUS_CHILD_MUST_BE_VOLATILE,
///            STATUS_KEY_DELETED, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatekey
///   Differs  nothing known; the title index is ignored, as documented
RSL_EXPORT NTSTATUS NTAPI ZwCreateKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                                      POBJECT_ATTRIBUTES ObjectAttributes, ULONG, PUNICODE_STRING Class,
                                      ULONG CreateOptions, PULONG Disposition) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    cm::OpenRequest request{.create = true, .options = CreateOptions, .key_class = cm::text_of(Class)};
    return open_or_create(KeyHandle, DesiredAccess, ObjectAttributes, request, Class, Disposition);
}

/// ZwOpenKey (wdm.h) opens a key.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_KEY_DELETED, STATUS_INVALID_HANDLE,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopenkey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                                    POBJECT_ATTRIBUTES ObjectAttributes) {
    return ZwOpenKeyEx(KeyHandle, DesiredAccess, ObjectAttributes, 0);
}
/// ZwOpenKeyEx (wdm.h) opens a key; with REG_OPTION_OPEN_LINK a link itself.
///   IRQL     PASSIVE_LEVEL
///   Returns  as ZwOpenKey
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopenkeyex
///   Differs  REG_OPTION_BACKUP_RESTORE has no effect: kernel callers may do everything anyway
RSL_EXPORT NTSTATUS NTAPI ZwOpenKeyEx(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                                      POBJECT_ATTRIBUTES ObjectAttributes, ULONG OpenOptions) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    cm::OpenRequest request{.options = OpenOptions};
    return open_or_create(KeyHandle, DesiredAccess, ObjectAttributes, request, nullptr, nullptr);
}

/// ZwQueryKey (wdm.h) describes a key.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER,
///            STATUS_KEY_DELETED, STATUS_INVALID_HANDLE
///   Owner    the caller owns the buffer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwquerykey
///   Differs  basic, node, full, name and cached information; the flag classes are refused
RSL_EXPORT NTSTATUS NTAPI ZwQueryKey(HANDLE KeyHandle, KEY_INFORMATION_CLASS KeyInformationClass,
                                     PVOID KeyInformation, ULONG Length, PULONG ResultLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const cm::ByHandle key(KeyHandle);
    if (!key) return key.status();
    REG_QUERY_KEY_INFORMATION information = {&*key, KeyInformationClass, KeyInformation, Length,
                                             ResultLength};
    return cm::watched(RegNtPreQueryKey, RegNtPostQueryKey, information, &*key, [&] {
        return cm::answer(cm::query_key(*key, KeyInformationClass, cm::buffer(KeyInformation, Length)), Length,
                          ResultLength);
    });
}

/// ZwEnumerateKey (wdm.h) describes the Index-th subkey.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MORE_ENTRIES, STATUS_BUFFER_TOO_SMALL, STATUS_BUFFER_OVERFLOW,
///            STATUS_INVALID_PARAMETER, STATUS_KEY_DELETED, STATUS_INVALID_HANDLE
///   Owner    the caller owns the buffer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwenumeratekey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwEnumerateKey(HANDLE KeyHandle, ULONG Index,
                                         KEY_INFORMATION_CLASS KeyInformationClass, PVOID KeyInformation,
                                         ULONG Length, PULONG ResultLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const cm::ByHandle key(KeyHandle);
    if (!key) return key.status();
    REG_ENUMERATE_KEY_INFORMATION information = {&*key,  Index,       KeyInformationClass, KeyInformation,
                                                 Length, ResultLength};
    return cm::watched(RegNtPreEnumerateKey, RegNtPostEnumerateKey, information, &*key, [&] {
        return cm::answer(cm::enumerate_key(*key, Index, KeyInformationClass,
                                            cm::buffer(KeyInformation, Length)),
                          Length, ResultLength);
    });
}

/// ZwDeleteKey (wdm.h) deletes a key; open handles to it remain and find it gone.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_CANNOT_DELETE (it has subkeys), STATUS_KEY_DELETED,
///            STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwdeletekey
///   Differs  the key is gone at once, not with its last handle
RSL_EXPORT NTSTATUS NTAPI ZwDeleteKey(HANDLE KeyHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const cm::ByHandle key(KeyHandle);
    if (!key) return key.status();
    REG_DELETE_KEY_INFORMATION information = {.Object = &*key};
    return cm::watched(RegNtPreDeleteKey, RegNtPostDeleteKey, information, &*key,
                       [&] { return cm::delete_key(*key).status().nt(); });
}

/// ZwFlushKey (wdm.h) writes a key to its hive.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_REGISTRY_IO_FAILED, STATUS_KEY_DELETED, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwflushkey
///   Differs  nothing known; a VM without a registry folder has nothing to write to
RSL_EXPORT NTSTATUS NTAPI ZwFlushKey(HANDLE KeyHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const cm::ByHandle key(KeyHandle);
    if (!key) return key.status();
    REG_FLUSH_KEY_INFORMATION information = {.Object = &*key};
    return cm::watched(RegNtPreFlushKey, RegNtPostFlushKey, information, &*key, [&]() -> NTSTATUS {
        {
            ke::MutexGuard guard{cm::registry_lock()};
            if (key->key().is_deleted()) return STATUS_KEY_DELETED;
        }
        return cm::flush_hive_of(key->key()).status().nt();
    });
}

/// ZwNotifyChangeKey (wdm.h) asks to be told, once, of the next change of a key.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_PENDING, STATUS_INVALID_PARAMETER, STATUS_KEY_DELETED, STATUS_INVALID_HANDLE,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the status block and the work item stay the caller's, and must live until the notice
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwnotifychangekey
///   Differs  Asynchronous must be TRUE, as documented for drivers; nothing changes attributes or security
RSL_EXPORT NTSTATUS NTAPI ZwNotifyChangeKey(HANDLE KeyHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                            PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                            ULONG CompletionFilter, BOOLEAN WatchTree, PVOID, ULONG,
                                            BOOLEAN Asynchronous) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    constexpr ULONG kFilters = REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_ATTRIBUTES |
                               REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_CHANGE_SECURITY;
    if (!Asynchronous || IoStatusBlock == nullptr || CompletionFilter == 0 ||
        (CompletionFilter & ~kFilters) != 0)
        return STATUS_INVALID_PARAMETER;
    const cm::ByHandle key(KeyHandle);
    if (!key) return key.status();
    mm::UniquePool<cm::Notice> notice;
    if (auto made = mm::make<cm::Notice>(mm::pool_tag("CmNo"))) {
        notice = mm::UniquePool<cm::Notice>(*made);
    } else {
        return made.failure().nt();
    }
    notice->object = &*key;
    notice->filter = CompletionFilter;
    notice->whole_tree = WatchTree != 0;
    notice->status_block = IoStatusBlock;
    // For kernel callers the "APC" is a work item, and its context the queue it goes to.
    notice->work_item = reinterpret_cast<WORK_QUEUE_ITEM*>(ApcRoutine);
    notice->work_queue = static_cast<WORK_QUEUE_TYPE>(reinterpret_cast<uintptr_t>(ApcContext));
    if (Event != nullptr) {
        auto body = ob::reference_handle(Event, &ob::kEventType, EVENT_MODIFY_STATE, KernelMode);
        if (!body) return body.failure().nt();
        notice->event = static_cast<KEVENT*>(*body);
        ke::reset_event(*notice->event);
    }
    ke::MutexGuard guard{cm::registry_lock()};
    if (key->key().is_deleted()) {
        if (notice->event != nullptr) ob::dereference(notice->event);
        return STATUS_KEY_DELETED;
    }
    IoStatusBlock->Status = STATUS_PENDING;
    cm::list_notice(*notice.release());
    return STATUS_PENDING;
}
