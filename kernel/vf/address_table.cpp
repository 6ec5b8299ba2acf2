// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/address_table.hpp"

#include "kernel/mm/pool.hpp"

namespace rsl::vf {

Entry** AddressTable::link_to(uint64_t address, Thing thing) {
    Entry** link = &buckets_[bucket_of(address)];
    while (*link != nullptr && ((*link)->address != address || (*link)->thing != thing))
        link = &(*link)->next;
    return link;
}

bool AddressTable::add(const Entry& entry) {
    Entry** link = link_to(entry.address, entry.thing);
    if (*link == nullptr) {
        const auto made = mm::make<Entry>(mm::pool_tag("VfEn"));
        if (!made) {
            ++left_out_;
            return false;
        }
        *link = *made;
        ++count_;
    }
    Entry* following = (*link)->next;
    **link = entry;
    (*link)->next = following;
    return true;
}

bool AddressTable::remove(uint64_t address, Thing thing) {
    Entry** link = link_to(address, thing);
    Entry* found = *link;
    if (found == nullptr) return false;
    *link = found->next;
    --count_;
    mm::destroy(found);
    return true;
}

bool AddressTable::find(uint64_t address, Thing thing, Entry& out) const {
    const Entry* found = *const_cast<AddressTable*>(this)->link_to(address, thing);
    if (found != nullptr) out = *found;
    return found != nullptr;
}

bool AddressTable::find_in(uint64_t start, uint64_t bytes, Thing thing, Entry& out) const {
    bool found = false;
    for_each([&](const Entry& entry) {
        if (entry.thing != thing || entry.address - start >= bytes) return;
        if (found && entry.address > out.address) return;
        out = entry;
        found = true;
    });
    return found;
}

void AddressTable::clear() {
    for (Entry*& bucket : buckets_) {
        while (bucket != nullptr) {
            Entry* gone = bucket;
            bucket = gone->next;
            mm::destroy(gone);
        }
    }
    count_ = 0;
}

}  // namespace rsl::vf
