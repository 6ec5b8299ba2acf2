// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/lender.hpp"

namespace rsl::server {
namespace {

Lending& lending_of(PVOID context) { return static_cast<Session*>(context)->lending(); }

NTSTATUS NTAPI fetch(PVOID context, ULONG64 address, BOOLEAN write, PULONG pages, const VOID** content, PULONG64 writable) {
    const auto access = write ? protocol::FetchAccess::kWrite : protocol::FetchAccess::kRead;
    const auto lent = lending_of(context).fetch(address, *pages, access);
    if (!lent) return lent.failure().nt();
    *pages = lent->pages;
    *content = lent->content;
    *writable = lent->writable;
    return STATUS_SUCCESS;
}

VOID NTAPI give_back(PVOID context, ULONG64 address, const VOID* bytes, ULONG count) {
    lending_of(context).give_back(address, {static_cast<const std::byte*>(bytes), count});
}

VOID NTAPI flush(PVOID context) { lending_of(context).flush(); }

static_assert(protocol::kMaxOwnObjects == RSL_MAX_OWN_OBJECTS);

RSL_OWN_OBJECT_KIND kind_of(protocol::OwnObject object) {
    switch (object) {
        case protocol::OwnObject::kHandle: return RslOwnHandle;
        case protocol::OwnObject::kProcess: return RslOwnProcess;
        case protocol::OwnObject::kNotificationEvent: return RslOwnNotificationEvent;
        case protocol::OwnObject::kSynchronizationEvent: return RslOwnSynchronizationEvent;
        case protocol::OwnObject::kNone: break;
    }
    return RslOwnNone;
}

NTSTATUS NTAPI resolve(PVOID context, ULONG64 handle, ULONG id, PRSL_OWN_OBJECT object) {
    const auto lent = static_cast<Session*>(context)->objects().resolve(handle, id);
    if (!lent) return lent.failure().nt();
    *object = {kind_of(lent->object), lent->access, lent->value, static_cast<BOOLEAN>(lent->state)};
    return STATUS_SUCCESS;
}

VOID NTAPI changed(PVOID context, ULONG id, RSL_OBJECT_CHANGE change) {
    constexpr protocol::OwnObjectChange kChanges[] = {protocol::kObjectSet, protocol::kObjectReset, protocol::kObjectDropped};
    static_cast<Session*>(context)->objects().changed(id, kChanges[change]);
}

}  // namespace

RSL_OBJECT_LENDER object_lender_of(Session& session) { return {&session, &resolve, &changed}; }

RSL_LENDER lender_of(Session& session) { return {&session, &fetch, &give_back, &flush}; }

}  // namespace rsl::server
