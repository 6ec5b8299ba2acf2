// SPDX-License-Identifier: GPL-2.0-only
// Pages that a request lends from its beginning: its buffers, mapped as shared memory, without a copy on this side. A page
// that an MDL will hold gets a copy of its own, as the memory is somebody else's once the request has ended; what is
// written to such a copy goes to what was lent as long as that lasts.
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
constexpr uint32_t kMostQuestions = 32;  // about held pages, when a request begins

}  // namespace

bool AddressSpace::is_wanted_loan(const RSL_LOAN& loan) {
    return loan.Pages != 0 && loan.Address % kPageBytes == 0 && loan.Address >= arch::kUserBase &&
           in_bounds(loan.Address, loan.Pages * kPageBytes, arch::kUserEnd);
}

/// A writable one if there is: a request's input and output may be on the same page.
AddressSpace::Loan* AddressSpace::find_loan_locked(uint64_t address) {
    Loan* found = nullptr;
    for (Loan* loan = borrowing_->loans.load(std::memory_order_relaxed); loan != nullptr; loan = loan->next) {
        if (loan->covers(address) && (found == nullptr || loan->what.Writable)) found = loan;
    }
    return found;
}

void AddressSpace::begin_loans(uint64_t tag, std::span<const RSL_LOAN> loans) {
    if (borrowing_ == nullptr) return;
    if (!loans.empty()) {
        ke::SpinLockGuard guard{lock_};
        for (const RSL_LOAN& loan : loans) {
            if (is_wanted_loan(loan)) add_loan_locked(tag, loan);
        }
    }
    // Copies that other requests have are older than this one.
    return_borrowed();
    if (borrowing_->pages.count() != 0) refresh_held_pages();
}

/// What MDLs hold learns what the program has changed since; what a driver wrote stays.
void AddressSpace::refresh_held_pages() {
    const BorrowGate gate{*borrowing_};
    uint32_t questions = 0;
    borrowing_->pages.for_each([&](BorrowedPage& page) {
        const std::byte* now = current_content(page, questions);
        if (now == nullptr) return;
        std::byte* copy = content_of(page.copy);
        std::byte* original = page.original != 0 ? content_of(page.original) : copy;
        each_changed_run(now, original, kPageBytes, [&](size_t offset, size_t bytes) {
            for (size_t i = offset; i < offset + bytes; ++i) {
                const std::byte value = now[i];
                if (copy[i] == original[i]) copy[i] = value;
                original[i] = value;
            }
        });
    });
}

/// What the client has there: in what a request lends, which it keeps in step, or asked for. nullptr: not known.
const std::byte* AddressSpace::current_content(const BorrowedPage& page, uint32_t& questions) {
    {
        ke::SpinLockGuard guard{lock_};
        const Loan* loan = find_loan_locked(page.address);
        // The middle of an output buffer is the driver's alone, and in step at the end.
        if (loan != nullptr) return loan->is_in_step(page.address) ? loan->content(page.address) : nullptr;
    }
    if (borrowing_->stopped || questions++ >= kMostQuestions) return nullptr;
    ULONG count = 1;
    const void* content = nullptr;
    ULONG64 writable = 0;
    const NTSTATUS status =
        borrowing_->lender.Fetch(borrowing_->lender.Context, page.address, FALSE, &count, &content, &writable);
    return status >= 0 && count != 0 ? static_cast<const std::byte*>(content) : nullptr;
}

void AddressSpace::add_loan_locked(uint64_t tag, const RSL_LOAN& what) {
    auto* loan = static_cast<Loan*>(mm::allocate(sizeof(Loan), kTag));
    if (loan == nullptr) return;
    *loan = {.what = what, .tag = tag, .next = borrowing_->loans.load(std::memory_order_relaxed)};
    borrowing_->loans.store(loan, std::memory_order_relaxed);
    for (uint64_t i = 0; i < what.Pages; ++i) (void)map_lent_locked(what.Address + i * kPageBytes);
}

void AddressSpace::end_loans(uint64_t tag) {
    if (borrowing_ == nullptr || borrowing_->loans.load(std::memory_order_relaxed) == nullptr) return;
    ke::SpinLockGuard guard{lock_};
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

/// Changes of a copy go to what a request lends there, too. True: the client finds them in it when that request ends, and
/// need not be told.
bool AddressSpace::change_lent_locked(uint64_t address, const std::byte* bytes, size_t count) {
    const Loan* loan = find_loan_locked(address);
    if (loan == nullptr) return false;
    std::memcpy(loan->content(address), bytes, count);
    return !loan->is_in_step(address);
}

}  // namespace rsl::mm
