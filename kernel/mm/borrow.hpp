// SPDX-License-Identifier: GPL-2.0-only
// What borrow.cpp and loans.cpp share, and nobody else looks at.
#pragma once

#include "abi/functions/ke.h"
#include "abi/private/rsl_kernel.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/address_space.hpp"
#include "kernel/mm/borrowed_pages.hpp"

namespace rsl::mm {

inline constexpr arch::Protection kReadable{.user = true};
inline constexpr arch::Protection kWritable{.writable = true, .user = true};

inline std::byte* content_of(arch::PhysicalPage page) { return static_cast<std::byte*>(arch::direct_map(page)); }

/// Shared memory that stands for pages of the client's.
struct AddressSpace::Loan {
    RSL_LOAN what;
    uint64_t tag;
    Loan* next;
    bool covers(uint64_t address) const {
        return address >= what.Address && address - what.Address < what.Pages * arch::kPageBytes;
    }
    /// Whether the client keeps the page in step with its own: all but the middle of an output buffer.
    bool is_in_step(uint64_t address) const {
        const uint64_t page = (address - what.Address) / arch::kPageBytes;
        return !what.Writable || page == 0 || page + 1 == what.Pages;
    }
    uint64_t physical(uint64_t address) const {
        return static_cast<uint64_t>(what.Physical.QuadPart) + (address - what.Address);
    }
    std::byte* content(uint64_t address) const { return static_cast<std::byte*>(what.Content) + (address - what.Address); }
};

struct AddressSpace::Borrowing {
    RSL_LENDER lender;
    bool stopped = false;       // the gate's, as are the next two
    uint64_t expected = 0;      // where code that goes on in order faults next
    uint32_t ahead = 1;         // how much it gets then
    // A page is on its way, which the client copied before whatever begins now: that waits for it at the gate.
    std::atomic<bool> asking = false;
    KEVENT gate;
    BorrowedPages pages;        // changed with gate and lock: either is enough to look
    std::atomic<Loan*> loans = nullptr;  // the lock's; whether there are any, anybody may ask
};

/// One thread at a time borrows or gives back; it may wait for the client inside. No APC runs meanwhile in it, which
/// might touch such memory, too.
class AddressSpace::BorrowGate {
  public:
    explicit BorrowGate(Borrowing& borrowing) : borrowing_(borrowing), old_(ke::raise_irql(APC_LEVEL)) {
        KeWaitForSingleObject(&borrowing_.gate, Executive, KernelMode, FALSE, nullptr);
    }
    ~BorrowGate() {
        KeSetEvent(&borrowing_.gate, IO_NO_INCREMENT, FALSE);
        ke::lower_irql(old_);
    }
    BorrowGate(const BorrowGate&) = delete;
    BorrowGate& operator=(const BorrowGate&) = delete;

  private:
    Borrowing& borrowing_;
    KIRQL old_;
};

}  // namespace rsl::mm
