// SPDX-License-Identifier: GPL-2.0-only
// A client's own memory in its address space. A touched page is asked for and mapped read-only; the first write to it
// keeps the original aside. Giving back takes the mapping away first, so that nobody writes meanwhile; who touches the
// page then waits at the gate and asks again. Pages that MDLs hold stay mapped, and their changes go back each time.
//
//     nothing ── touched ─▶ readable ── written ─▶ writable ── return ─▶ retired ── given back ─▶ nothing
//                               └──────────────────── return ───────────────┘
#include "kernel/mm/borrow.hpp"

#include <algorithm>

#include "base/core/bytes.hpp"
#include "base/core/changed_runs.hpp"
#include "kernel/mm/page_frame.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/tlb.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

constexpr PoolTag kTag = pool_tag("MmBo");
// Programs have their memory below 2^32, near 2^47 and, as relocatable executables of Linux, at two thirds of that.
constexpr uint64_t kOwnLowest = uint64_t{0x20} << 40;
constexpr uint32_t kMostAtOnce = 64;  // as many as RSL_LENDER's mask has bits
constexpr uint32_t kMostAhead = 16;   // for code that goes through memory page by page

bool is_held(const BorrowedPage& page) {
    return frame_table.find(page.copy)->references.load(std::memory_order_acquire) > 1;  // pairs with MmUnlockPages
}

}  // namespace

// ---- Beginning and end

Result<void> AddressSpace::start_borrowing(const RSL_LENDER& lender) {
    if (borrowing_ != nullptr) return Status::kInvalidParameter;
    void* memory = mm::allocate(sizeof(Borrowing), kTag);
    if (memory == nullptr) return Status::kInsufficientResources;
    auto* borrowing = ::new (memory) Borrowing{.lender = lender, .gate = {}, .pages = {}};
    KeInitializeEvent(&borrowing->gate, SynchronizationEvent, TRUE);
    lowest_ = kOwnLowest;
    borrowing_ = borrowing;
    return {};
}

void AddressSpace::stop_borrowing() {
    if (borrowing_ == nullptr) return;
    const BorrowGate gate{*borrowing_};
    borrowing_->stopped = true;
}

/// For the end of the space: no thread is in it.
void AddressSpace::forget_borrowing() {
    if (borrowing_ == nullptr) return;
    borrowing_->stopped = true;
    retire_borrowed();
    {
        ke::SpinLockGuard guard{lock_};
        borrowing_->pages.for_each([](BorrowedPage& page) { page.leaving = true; });  // MDLs have references of their own
        drop_borrowed_locked();
    }
    while (Loan* loan = borrowing_->loans.load(std::memory_order_relaxed)) {
        borrowing_->loans.store(loan->next, std::memory_order_relaxed);
        mm::free(loan);
    }
    borrowing_->~Borrowing();
    mm::free(std::exchange(borrowing_, nullptr));
}

// ---- Asking

Result<arch::PhysicalPage> AddressSpace::borrowed_at_locked(uint64_t address, Access access) {
    if (borrowing_ == nullptr || access == Access::kExecute) return Status::kAccessViolation;
    const auto mapping = arch::query_page(root_, address);
    if (!mapping || (access == Access::kWrite && !mapping->protection.writable)) return Status::kAccessViolation;
    return mapping->page;
}

Result<void> AddressSpace::borrow(uint64_t address, uint64_t pages, Access access) {
    if (access == Access::kExecute || !in_bounds(address, kPageBytes, arch::kUserEnd)) return Status::kAccessViolation;
    if (address < arch::kUserBase || arch::irql() >= DISPATCH_LEVEL) return Status::kAccessViolation;
    const BorrowGate gate{*borrowing_};
    {
        ke::SpinLockGuard guard{lock_};
        if (regions_.find(address) != nullptr) return Status::kAccessViolation;  // it refused before
        (void)map_lent_locked(address);
        if (borrowed_at_locked(address, access)) {  // another thread asked meanwhile, or it was lent
            arch::flush_address(address);
            return {};
        }
        BorrowedPage* page = borrowing_->pages.find(address);
        if (page != nullptr && page->may_write) return open_for_writing_locked(*page);
    }
    borrowing_->asking.store(true, std::memory_order_seq_cst);  // pairs with return_borrowed()
    const auto fetched = fetch(address, pages, access);
    borrowing_->asking.store(false, std::memory_order_release);
    return fetched;
}

Result<void> AddressSpace::fetch(uint64_t address, uint64_t pages, Access access) {
    Borrowing& mine = *borrowing_;
    if (mine.stopped) return Status::kAccessViolation;
    mine.ahead = address == mine.expected ? std::min(2 * mine.ahead, kMostAhead) : 1;
    uint64_t wanted = std::clamp<uint64_t>(pages, mine.ahead, kMostAtOnce);
    wanted = std::min(wanted, (arch::kUserEnd - address) / kPageBytes);
    auto count = static_cast<ULONG>(wanted);
    const void* content = nullptr;
    ULONG64 writable = 0;
    const NTSTATUS status =
        mine.lender.Fetch(mine.lender.Context, address, access == Access::kWrite, &count, &content, &writable);
    if (status < 0) return Status(status);
    if (count == 0 || count > wanted) return Status::kAccessViolation;
    if (access == Access::kWrite && (writable & 1) == 0) return Status::kAccessViolation;
    for (ULONG i = 0; i < count; ++i) {
        const bool may_write = (writable >> i & 1) != 0;
        const auto installed = install_borrowed(address + i * kPageBytes, static_cast<const std::byte*>(content) + i * kPageBytes,
                                                may_write, may_write ? access : Access::kRead);
        if (!installed && i == 0) return installed.failure();
        if (!installed) break;  // the rest was only a guess
    }
    mine.expected = address + count * kPageBytes;
    return {};
}

/// The page is new, or known and readable so far.
Result<void> AddressSpace::install_borrowed(uint64_t address, const void* content, bool may_write, Access access) {
    const arch::PhysicalPage copy = RSL_TRY(allocate_page(Fill::kUninitialized));
    std::memcpy(content_of(copy), content, kPageBytes);
    ke::SpinLockGuard guard{lock_};
    BorrowedPage* page = borrowing_->pages.find(address);
    if (page == nullptr && regions_.find(address) == nullptr) {
        if (unmap_lent_locked(address)) flush_other_users(root_);
        auto inserted = borrowing_->pages.insert(address, copy, may_write);
        const auto mapped = inserted ? arch::map_page(root_, address, copy, kReadable, table_pages()).status()
                                     : inserted.status();
        if (mapped.failed()) {
            if (inserted) borrowing_->pages.erase_if([&](const BorrowedPage& one) { return &one == *inserted; });
            dereference_page(copy);
            return mapped;
        }
        page = *inserted;
    } else {
        dereference_page(copy);
        if (page == nullptr) return {};
        page->may_write = may_write;
    }
    if (access == Access::kWrite && page->original == 0) return open_for_writing_locked(*page);
    return {};
}

Result<void> AddressSpace::open_for_writing_locked(BorrowedPage& page) {
    if (page.original == 0) {
        page.original = RSL_TRY(allocate_page(Fill::kUninitialized));
        std::memcpy(content_of(page.original), content_of(page.copy), kPageBytes);
    }
    RSL_TRY(arch::protect_page(root_, page.address, kWritable));
    arch::flush_address(page.address);
    return {};
}

// ---- Giving back

void AddressSpace::return_borrowed() {
    if (borrowing_ == nullptr) return;
    if (borrowing_->pages.count() == 0 && !borrowing_->asking.load(std::memory_order_seq_cst)) return;
    const BorrowGate gate{*borrowing_};
    retire_borrowed();
    if (!borrowing_->stopped) {
        borrowing_->pages.for_each([&](BorrowedPage& page) { give_back_changes(page); });
        borrowing_->lender.Flush(borrowing_->lender.Context);
    }
    ke::SpinLockGuard guard{lock_};
    drop_borrowed_locked();
}

/// Nobody reaches the pages any more through their addresses, but for those that MDLs hold.
void AddressSpace::retire_borrowed() {
    ke::SpinLockGuard guard{lock_};
    const bool here = arch::current_root() == root_;
    borrowing_->pages.for_each([&](BorrowedPage& page) {
        page.leaving = !is_held(page);
        if (!page.leaving) return;
        arch::retire_page(root_, page.address).ignore("it is mapped as long as it is in the book");
        if (here) arch::flush_address(page.address);
    });
    flush_other_users(root_);
}

/// A held page's driver may write to it at this moment: each byte is read once.
void AddressSpace::give_back_changes(BorrowedPage& page) {
    if (page.original == 0) return;
    constexpr size_t kPart = 256;
    std::byte part[kPart];
    std::byte *now = content_of(page.copy), *before = content_of(page.original);
    each_changed_run(now, before, kPageBytes, [&](size_t offset, size_t bytes) {
        for (size_t done = 0; done < bytes; done += kPart) {
            const size_t count = std::min(kPart, bytes - done);
            std::memcpy(part, now + offset + done, count);
            std::memcpy(before + offset + done, part, count);
            {
                ke::SpinLockGuard guard{lock_};
                if (change_lent_locked(page.address + offset + done, part, count)) continue;
            }
            borrowing_->lender.Return(borrowing_->lender.Context, page.address + offset + done, part,
                                      static_cast<ULONG>(count));
        }
    });
}

void AddressSpace::drop_borrowed_locked() {
    borrowing_->pages.erase_if([&](const BorrowedPage& page) RSL_NO_LOCK_ANALYSIS {
        if (!page.leaving) return false;
        arch::collect_page(root_, page.address).ignore("a held page of an ending space is still mapped");
        dereference_page(page.copy);
        if (page.original != 0) dereference_page(page.original);
        return true;
    });
}

}  // namespace rsl::mm
