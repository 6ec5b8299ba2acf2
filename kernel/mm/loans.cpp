// SPDX-License-Identifier: GPL-2.0-only
// Pages that a request lends from its beginning: its buffers, mapped as shared memory, without a copy on this side. When
// the only request ends, the mappings stay until the next one begins: a program that makes the same call again and again
// pays for no page table.
//
//     wanted ── begin ─▶ in use ──┬─ the request ends, others go on ─▶ unmapped
//                ▲                └─ it was the only one ─▶ idle ── another begins ─▶ unmapped
//                └──────────────── the same loan ────────────┘
#include "base/core/bytes.hpp"
#include "base/core/changed_runs.hpp"
#include "kernel/mm/borrow.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/tlb.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

constexpr PoolTag kTag = pool_tag("MmLo");
constexpr uint64_t kIdle = 0;

bool is_same(const RSL_LOAN& one, const RSL_LOAN& other) {
    return one.Address == other.Address && one.Physical.QuadPart == other.Physical.QuadPart && one.Pages == other.Pages &&
           one.Writable == other.Writable;
}

}  // namespace

bool AddressSpace::is_wanted_loan(const RSL_LOAN& loan) {
    return loan.Pages != 0 && loan.Address % kPageBytes == 0 && loan.Address >= arch::kUserBase &&
           in_bounds(loan.Address, loan.Pages * kPageBytes, arch::kUserEnd);
}

/// A writable one if there is: a request's input and output may be on the same page.
AddressSpace::Loan* AddressSpace::find_loan_locked(uint64_t address) {
    Loan* found = nullptr;
    for (Loan* loan = borrowing_->loans.load(std::memory_order_relaxed); loan != nullptr; loan = loan->next) {
        if (loan->tag != kIdle && loan->covers(address) && (found == nullptr || loan->what.Writable)) found = loan;
    }
    return found;
}

void AddressSpace::begin_loans(uint64_t tag, std::span<const RSL_LOAN> loans) {
    if (borrowing_ == nullptr) return;
    if (loans.empty() && borrowing_->loans.load(std::memory_order_relaxed) == nullptr) return;
    if (borrowing_->pages.count() != 0) {
        for (const RSL_LOAN& loan : loans) refresh_from(loan);
    }
    ke::SpinLockGuard guard{lock_};
    uint64_t found = 0;  // a bit a loan
    for (Loan* loan = borrowing_->loans.load(std::memory_order_relaxed); loan != nullptr; loan = loan->next) {
        for (size_t i = 0; loan->tag == kIdle && i < loans.size(); ++i) {
            if ((found >> i & 1) != 0 || !is_same(loan->what, loans[i])) continue;
            found |= uint64_t{1} << i;
            loan->tag = tag;
        }
    }
    drop_loans_locked(kIdle);
    for (size_t i = 0; i < loans.size(); ++i) {
        if ((found >> i & 1) == 0 && is_wanted_loan(loans[i])) add_loan_locked(tag, loans[i]);
    }
}

void AddressSpace::end_loans(uint64_t tag, AfterLoan after) {
    if (borrowing_ == nullptr || borrowing_->loans.load(std::memory_order_relaxed) == nullptr) return;
    ke::SpinLockGuard guard{lock_};
    if (after == AfterLoan::kUnmap) return drop_loans_locked(tag);
    for (Loan* loan = borrowing_->loans.load(std::memory_order_relaxed); loan != nullptr; loan = loan->next) {
        if (loan->tag == tag) loan->tag = kIdle;
    }
}

/// Copies that are here already, because an MDL holds them or another request touched them, learn what the program has
/// changed since; what a driver wrote stays.
void AddressSpace::refresh_from(const RSL_LOAN& loan) {
    if (!is_wanted_loan(loan)) return;
    const BorrowGate gate{*borrowing_};
    for (uint64_t at = 0; at < loan.Pages * kPageBytes; at += kPageBytes) {
        BorrowedPage* page = borrowing_->pages.find(loan.Address + at);
        if (page == nullptr) continue;
        const std::byte* now = static_cast<const std::byte*>(loan.Content) + at;
        auto* copy = content_of(page->copy);
        auto* original = page->original != 0 ? content_of(page->original) : copy;
        each_changed_run(now, original, kPageBytes, [&](size_t offset, size_t bytes) {
            for (size_t i = offset; i < offset + bytes; ++i) {
                if (copy[i] == original[i]) copy[i] = now[i];
                original[i] = now[i];
            }
        });
    }
}

void AddressSpace::add_loan_locked(uint64_t tag, const RSL_LOAN& what) {
    auto* loan = static_cast<Loan*>(mm::allocate(sizeof(Loan), kTag));
    if (loan == nullptr) return;
    *loan = {.what = what, .tag = tag, .next = borrowing_->loans.load(std::memory_order_relaxed)};
    borrowing_->loans.store(loan, std::memory_order_relaxed);
    for (uint64_t i = 0; i < what.Pages; ++i) (void)map_lent_locked(what.Address + i * kPageBytes);
}

/// Takes the loans with that tag out.
void AddressSpace::drop_loans_locked(uint64_t tag) {
    bool dropped = false;
    Loan* kept = nullptr;
    for (Loan* loan = borrowing_->loans.load(std::memory_order_relaxed); loan != nullptr;) {
        Loan* following = loan->next;
        if (loan->tag != tag) {
            loan->next = kept;
            kept = loan;
        } else {
            for (uint64_t i = 0; i < loan->what.Pages; ++i) {
                const uint64_t address = loan->what.Address + i * kPageBytes;
                const auto mapping = arch::query_page(root_, address);
                if (!mapping || mapping->page != loan->physical(address)) continue;
                arch::unmap_page(root_, address).ignore("it is mapped");
                arch::flush_address(address);
                dropped = true;
            }
            mm::free(loan);
        }
        loan = following;
    }
    borrowing_->loans.store(kept, std::memory_order_relaxed);
    if (dropped) flush_other_users(root_);
}

/// Where nothing is mapped, what a request lends is. False: it lends nothing there, or something is there.
bool AddressSpace::map_lent_locked(uint64_t address) {
    const Loan* loan = find_loan_locked(address);
    if (loan == nullptr || regions_.find(address) != nullptr || borrowing_->pages.find(address) != nullptr) return false;
    return arch::map_page(root_, address, loan->physical(address), loan->what.Writable ? kWritable : kReadable, table_pages())
        .ok();
}

bool AddressSpace::unmap_lent_locked(uint64_t address) {
    if (!arch::query_page(root_, address)) return false;
    arch::unmap_page(root_, address).ignore("it is mapped");
    arch::flush_address(address);
    return true;
}

Result<arch::PhysicalPage> AddressSpace::detach_lent_locked(uint64_t address, Access access) {
    const auto mapping = RSL_TRY(arch::query_page(root_, address));
    const Loan* loan = find_loan_locked(address);
    if (loan == nullptr || mapping.page != loan->physical(address)) return mapping.page;
    const arch::PhysicalPage copy = RSL_TRY(allocate_page(Fill::kUninitialized));
    const auto page = borrowing_->pages.insert(address, copy, loan->what.Writable);
    if (!page) {
        dereference_page(copy);
        return page.failure();
    }
    std::memcpy(content_of(copy), loan->content(address), kPageBytes);
    (void)unmap_lent_locked(address);
    auto mapped = arch::map_page(root_, address, copy, kReadable, table_pages());
    if (mapped && access == Access::kWrite) mapped = open_for_writing_locked(**page);
    if (!mapped) return mapped.failure();  // the copy stays, readable or not
    return copy;
}

/// Changes of a copy go to what the request lends there, and the client finds them in it when the request ends. False: it
/// will not look, as it lent for reading, or nothing.
bool AddressSpace::change_lent_locked(uint64_t address, const std::byte* bytes, size_t count) {
    const Loan* loan = find_loan_locked(address);
    if (loan == nullptr) return false;
    std::memcpy(loan->content(address), bytes, count);
    return loan->what.Writable;
}

}  // namespace rsl::mm
