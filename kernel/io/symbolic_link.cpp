// SPDX-License-Identifier: GPL-2.0-only
// Symbolic links that drivers make, with a note of whose they are: a driver that unloads without
// deleting its links is told so, and the links do not outlive it.
#include "kernel/io/driver.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/symbolic_link.hpp"

namespace rsl::io {
namespace {

struct LinkNote {
    ListHook hook;
    uint64_t caller;          // an address of the image that made it
    ob::SymbolicLink* link;   // one reference
};
constinit IntrusiveList<LinkNote, &LinkNote::hook> notes RSL_GUARDED_BY(database_lock);

void forget(LinkNote& note) {
    note.link->drop_reference();
    mm::destroy(&note);
}

}  // namespace

Result<void> create_symbolic_link(std::u16string_view link, std::u16string_view target,
                                  uint64_t caller) {
    Ref<ob::SymbolicLink> object = RSL_TRY(ob::SymbolicLink::create(target));
    auto* note = RSL_TRY(mm::make<LinkNote>(mm::pool_tag("IoLn")));
    auto named = ob::insert_name(object.get(), link, OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
    if (!named) {
        mm::destroy(note);
        return named;
    }
    note->caller = caller;
    note->link = object.release();
    ke::SpinLockGuard guard{database_lock};
    notes.push_back(*note);
    return {};
}

Result<void> delete_symbolic_link(std::u16string_view link) {
    void* body = RSL_TRY(ob::open_path(link, &ob::SymbolicLink::kType,
                                       OBJ_CASE_INSENSITIVE | OBJ_OPENLINK, 0, KernelMode, nullptr));
    ob::remove_name(body);
    LinkNote* found = nullptr;
    {
        ke::SpinLockGuard guard{database_lock};
        for (LinkNote& note : notes) {
            if (note.link != body) continue;
            note.hook.unlink();
            found = &note;
            break;
        }
    }
    if (found != nullptr) forget(*found);
    ob::dereference(body);
    return {};
}

size_t links_of(const ldr::Module& module, LeftLinks action) {
    size_t count = 0;
    for (;;) {
        LinkNote* found = nullptr;
        {
            ke::SpinLockGuard guard{database_lock};
            for (LinkNote& note : notes) {
                if (!module.contains(note.caller)) continue;
                ++count;
                if (action == LeftLinks::kCount) continue;
                note.hook.unlink();
                found = &note;
                break;
            }
        }
        if (found == nullptr) return count;
        ob::remove_name(found->link);
        forget(*found);
    }
}

}  // namespace rsl::io
