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

}  // namespace

RSL_LENDER lender_of(Session& session) { return {&session, &fetch, &give_back, &flush}; }

}  // namespace rsl::server
