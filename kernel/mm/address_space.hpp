// SPDX-License-Identifier: GPL-2.0-only
// The lower half of one process: regions, their pages, and what happens when one is touched. The
// system process has one too, for the views that drivers map into it.
//
// Nothing here ever runs in user mode, so no user page is executable, whatever its PAGE_* says.
#pragma once

#include <cstdint>
#include <span>

#include "base/core/result.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/region_map.hpp"

struct _RSL_LENDER;
struct _RSL_LOAN;

namespace rsl::mm {

struct BorrowedPage;

/// What is at an address, for NtQueryVirtualMemory.
struct RegionInfo {
    uint64_t start, end;
    bool used;  // the rest only then
    Region region;
};

class AddressSpace {
  public:
    static Result<AddressSpace*> create();
    /// Unmaps everything, frees pages that the space owns, and the space. No thread runs in it.
    void destroy();
    uint64_t root() const { return root_; }

    /// Maps physical pages (shared memory of a client's ring) at a fresh user address.
    Result<uint64_t> map_physical(uint64_t physical, uint64_t bytes, arch::Protection protection);
    /// Fresh zeroed pages, owned by the space; at `wanted` if not 0 and free.
    Result<uint64_t> allocate(uint64_t wanted, uint64_t bytes, arch::Protection protection);
    /// Takes a part of an allocation of private pages out; what is left above becomes one of its
    /// own.
    Result<void> release(uint64_t start, uint64_t end) RSL_EXCLUDES(lock_);
    /// Takes the allocation out that `address` lies in.
    Result<void> unmap(uint64_t address);

    // ---- As NT's calls need it. Addresses are page aligned, `protect` is one of PAGE_*.
    struct Request {
        RegionKind kind = RegionKind::kPrivate;
        uint64_t wanted = 0;    // 0: anywhere
        uint64_t below = 0;     // not 0: the whole of it lies below this address
        bool top_down = false;  // anywhere: as high as possible
        uint64_t bytes = 0;
        uint32_t protect = 0;
        bool committed = true;
        uint64_t offset = 0;         // kSection: in the section; kPhysical: the address
        Section* section = nullptr;  // kSection: the space takes references of its own
        arch::Caching caching = arch::Caching::kCached;
        std::span<const uint64_t> pages = {};  // kLocked: page numbers, as in an MDL
    };
    Result<uint64_t> map(const Request& request) RSL_EXCLUDES(lock_);
    /// Commits reserved pages; committed ones change their protection.
    Result<void> commit(uint64_t start, uint64_t end, uint32_t protect) RSL_EXCLUDES(lock_);
    Result<void> decommit(uint64_t start, uint64_t end) RSL_EXCLUDES(lock_);
    /// Returns the old protection of the first page. Status(STATUS_NOT_COMMITTED) for reserved
    /// pages.
    Result<uint32_t> protect(uint64_t start, uint64_t end, uint32_t protect) RSL_EXCLUDES(lock_);
    RegionInfo query(uint64_t address) RSL_EXCLUDES(lock_);
    uint64_t end_of_allocation(uint64_t allocation) RSL_EXCLUDES(lock_);

    /// Keeps [start, end) readable, or writable, and allocated until unsecure()
    /// (MmSecureVirtualMemory). nullptr when it is not so now, or memory lacks.
    struct Secured;
    Secured* secure(uint64_t start, uint64_t end, uint32_t protect) RSL_EXCLUDES(lock_);
    Result<void> unsecure(Secured* secured) RSL_EXCLUDES(lock_);

    enum class Access : uint8_t { kRead, kWrite, kExecute };
    /// Brings the page at `address` in. False when the access is not allowed.
    bool bring_in(uint64_t address, Access access) RSL_EXCLUDES(lock_);
    /// The same for pages from `start` on, with a reference on each for an MDL: their numbers, or a
    /// failure and nothing is held.
    Result<void> lock_pages(uint64_t start, std::span<uint64_t> frames, Access access)
        RSL_EXCLUDES(lock_);

    // ---- A client's own memory: where the space has no region, pages are asked for (borrow.cpp).
    /// Before anything is mapped: what the space maps by itself will lie where programs have nothing.
    Result<void> start_borrowing(const _RSL_LENDER& lender);
    /// From now on nothing can be asked for, and nothing goes back. PASSIVE_LEVEL; waits for who asks now.
    void stop_borrowing() RSL_EXCLUDES(lock_);
    /// Gives back what was written to borrowed pages, and the pages that no MDL holds. <= APC_LEVEL.
    void return_borrowed() RSL_EXCLUDES(lock_);
    /// Pages that requests lend from their beginning (loans.cpp): mapped as they are, for the requests with that tag.
    void begin_loans(uint64_t tag, std::span<const _RSL_LOAN> loans) RSL_EXCLUDES(lock_);
    void end_loans(uint64_t tag) RSL_EXCLUDES(lock_);

    /// Calls visit(region) for each, under the lock.
    template <typename Visit>
    void for_each_region(Visit visit) RSL_EXCLUDES(lock_) {
        ke::SpinLockGuard guard{lock_};
        for (const Region& region : regions_.all()) visit(region);
    }

    /// Where drivers' views of the system process go. Usable once adopt_kernel_root() was called.
    static AddressSpace& system() { return system_; }
    static void adopt_kernel_root();

  private:
    constexpr AddressSpace() = default;
    ~AddressSpace() = default;

    enum class Needs : uint8_t { kCommitted, kReserved };
    Result<uint32_t> set_protection(uint64_t start, uint64_t end, uint32_t protect, Needs needs);
    Result<uint64_t> place_locked(const Request& request, uint64_t bytes) RSL_REQUIRES(lock_);
    Result<void> map_now_locked(const Region& region, const Request& request) RSL_REQUIRES(lock_);
    Result<arch::PhysicalPage> bring_in_locked(uint64_t address, Access access) RSL_REQUIRES(lock_);
    Result<void> lock_present_pages(uint64_t start, std::span<uint64_t> frames, size_t& done, Access access)
        RSL_EXCLUDES(lock_);

    struct Borrowing;
    class BorrowGate;
    /// Has the client asked for the page at `address`, and others of the `pages` that follow. Success: try again.
    Result<void> borrow(uint64_t address, uint64_t pages, Access access) RSL_EXCLUDES(lock_);
    Result<void> fetch(uint64_t address, uint64_t pages, Access access) RSL_EXCLUDES(lock_);
    Result<void> install_borrowed(uint64_t address, const void* content, bool may_write, Access access)
        RSL_EXCLUDES(lock_);
    Result<void> open_for_writing_locked(BorrowedPage& page) RSL_REQUIRES(lock_);
    Result<arch::PhysicalPage> borrowed_at_locked(uint64_t address, Access access) RSL_REQUIRES(lock_);
    void retire_borrowed() RSL_EXCLUDES(lock_);
    void give_back_changes(BorrowedPage& page);
    void drop_borrowed_locked() RSL_REQUIRES(lock_);
    struct Loan;
    Loan* find_loan_locked(uint64_t address) RSL_REQUIRES(lock_);
    bool is_wanted_loan(const _RSL_LOAN& loan);
    void refresh_held_pages() RSL_EXCLUDES(lock_);
    const std::byte* current_content(const BorrowedPage& page, uint32_t& questions) RSL_EXCLUDES(lock_);
    void add_loan_locked(uint64_t tag, const _RSL_LOAN& loan) RSL_REQUIRES(lock_);
    bool map_lent_locked(uint64_t address) RSL_REQUIRES(lock_);
    bool unmap_lent_locked(uint64_t address) RSL_REQUIRES(lock_);
    /// A page that an MDL will hold outlives its loan: it gets a copy of its own.
    Result<arch::PhysicalPage> detach_lent_locked(uint64_t address, Access access) RSL_REQUIRES(lock_);
    bool change_lent_locked(uint64_t address, const std::byte* bytes, size_t count) RSL_REQUIRES(lock_);
    void forget_borrowing();

    /// Splits at both ends and checks that [start, end) is one allocation's.
    Result<void> isolate_locked(uint64_t start, uint64_t end) RSL_REQUIRES(lock_);
    Result<void> split_locked(uint64_t address) RSL_REQUIRES(lock_);
    void drop_pages_locked(const Region& region) RSL_REQUIRES(lock_);
    void protect_pages_locked(const Region& region) RSL_REQUIRES(lock_);
    void flush_locked(uint64_t start, uint64_t end) RSL_REQUIRES(lock_);
    void release_locked(uint64_t allocation) RSL_REQUIRES(lock_);
    uint64_t end_of_allocation_locked(uint64_t allocation) RSL_REQUIRES(lock_);
    /// Whether [start, end) may get the protection (0: go away), as far as secured ranges are
    /// concerned.
    bool may_change_locked(uint64_t start, uint64_t end, uint32_t protect) RSL_REQUIRES(lock_);

    ke::SpinLock lock_{ke::LockRank::kAddressSpace};
    RegionMap regions_ RSL_GUARDED_BY(lock_);
    Secured* secured_ RSL_GUARDED_BY(lock_) = nullptr;
    uint64_t root_ = 0;
    uint64_t lowest_ = arch::kUserBase;
    Borrowing* borrowing_ = nullptr;  // set before a thread runs in the space

    static AddressSpace system_;
};

/// Whether PAGE_* allows reading (anything but no access and guard) and writing.
bool is_readable(uint32_t protect);
bool is_writable(uint32_t protect);

}  // namespace rsl::mm
