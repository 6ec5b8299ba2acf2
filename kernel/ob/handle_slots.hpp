// SPDX-License-Identifier: GPL-2.0-only
// The slots behind a handle table: handle index to object and access, without a lock.
//
// A slot is one word: the object's address, two flags, and a stock of references that were added to
// the object beforehand. A lookup takes one of them with a single compare-exchange, so that the
// object cannot go away between finding and referencing it; the stock is renewed when it runs out.
// Free slots form a stack with a version in its head, against reuse between load and exchange.
//
//     free --insert--> live (stock n) --acquire--> live (n-1) ... live (0) --restock--> live (n)
//                          `--------------------- remove ----------------------------> free
//
// What a slot means (types, access checks, callbacks) is handle_table.cpp's.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/core/result.hpp"

namespace rsl::ob {

inline constexpr Status kHandleNotClosable = Status(static_cast<int32_t>(0xC0000235));

/// Environment has, all static: void* allocate(size_t) (zeroed), void free(void*), void pause(),
/// void reference(void* object, int64_t count); and the types NoPreemption (a scope that no thread
/// of the same processor interrupts), GrowthLock and GrowthGuard (holds one for a scope).
template <typename Environment>
class HandleSlots {
  public:
    static constexpr uint32_t kLeafSlots = 512;
    static constexpr uint32_t kLeaves = 1024;
    static constexpr uint32_t kStock = 0xFFFF;
    enum Flags : uint32_t { kNone = 0, kInherit = 1, kProtect = 2 };

    struct Found {
        void* object;
        uint32_t access;
        uint32_t flags;
    };
    struct Removed {
        void* object;
        int64_t references;  // the caller owns these now
    };

    HandleSlots() = default;
    HandleSlots(const HandleSlots&) = delete;
    HandleSlots& operator=(const HandleSlots&) = delete;
    ~HandleSlots() {
        for (auto& leaf : leaves_) Environment::free(leaf.load(std::memory_order_relaxed));
    }

    /// Takes a free slot for `object`; references for it are added here. Never gives index 0.
    Result<uint32_t> insert(void* object, uint32_t access, uint32_t flags) {
        const uint32_t index = RSL_TRY(take_free());
        Slot& slot = *find(index);
        Environment::reference(object, int64_t{kStock} + 1);
        slot.access.store(access, std::memory_order_relaxed);  // published by the next store
        slot.word.store(pack(object, kStock, flags),
                        std::memory_order_release);  // pairs: acquire()
        live_.fetch_add(1, std::memory_order_relaxed);
        return index;
    }

    /// One reference on the slot's object, for the caller.
    std::optional<Found> acquire(uint32_t index) {
        Slot* slot = find(index);
        if (slot == nullptr) return std::nullopt;
        uint64_t word = slot->word.load(std::memory_order_acquire);  // pairs with insert()
        for (;;) {
            if (word == 0) return std::nullopt;
            if ((word & kLocked) != 0) {
                Environment::pause();
                word = slot->word.load(std::memory_order_acquire);
            } else if (stock_of(word) == 0) {
                word = restock(*slot, word);
            } else {
                // Read before the exchange: if that succeeds, the access belonged to this object.
                const uint32_t access = slot->access.load(std::memory_order_relaxed);
                if (slot->word.compare_exchange_weak(word, word - kOneReference,
                                                     std::memory_order_acquire)) {
                    return Found{object_of(word), access, flags_of(word)};
                }
            }
        }
    }

    /// Empties a slot. kInvalidHandle; kHandleNotClosable for a protected one without `force`.
    enum class Force : uint8_t { kNo, kYes };
    Result<Removed> remove(uint32_t index, Force force = Force::kNo) {
        Slot* slot = find(index);
        if (slot == nullptr) return Status::kInvalidHandle;
        uint64_t word = slot->word.load(std::memory_order_acquire);
        for (;;) {
            if (word == 0) return Status::kInvalidHandle;
            if ((word & kLocked) != 0) {
                Environment::pause();
                word = slot->word.load(std::memory_order_acquire);
            } else if ((flags_of(word) & kProtect) != 0 && force == Force::kNo) {
                return kHandleNotClosable;
            } else if (slot->word.compare_exchange_weak(word, 0, std::memory_order_acq_rel)) {
                live_.fetch_sub(1, std::memory_order_relaxed);
                give_free(index, *slot);
                return Removed{object_of(word), int64_t{stock_of(word)} + 1};
            }
        }
    }

    /// Replaces the flags of a live slot.
    Result<void> set_flags(uint32_t index, uint32_t flags) {
        Slot* slot = find(index);
        if (slot == nullptr) return Status::kInvalidHandle;
        uint64_t word = slot->word.load(std::memory_order_acquire);
        for (;;) {
            if (word == 0) return Status::kInvalidHandle;
            if ((word & kLocked) != 0) {
                Environment::pause();
                word = slot->word.load(std::memory_order_acquire);
            } else {
                const uint64_t wanted = pack(object_of(word), stock_of(word), flags);
                if (slot->word.compare_exchange_weak(word, wanted, std::memory_order_acq_rel))
                    return {};
            }
        }
    }

    /// Calls visit(index, object, access, flags) for every live slot. The object is borrowed: only
    /// its address may be used, since a slot may be emptied meanwhile.
    template <typename Visit>
    void for_each(Visit&& visit) {
        for (uint32_t leaf = 0; leaf < kLeaves; ++leaf) {
            Slot* slots = leaves_[leaf].load(std::memory_order_acquire);
            if (slots == nullptr) break;
            for (uint32_t i = 0; i < kLeafSlots; ++i) {
                const uint64_t word = slots[i].word.load(std::memory_order_acquire);
                if (word == 0) continue;
                visit(leaf * kLeafSlots + i, object_of(word),
                      slots[i].access.load(std::memory_order_relaxed), flags_of(word));
            }
        }
    }

    uint32_t count() const { return live_.load(std::memory_order_relaxed); }

  private:
    struct Slot {
        std::atomic<uint64_t> word = 0;
        std::atomic<uint32_t> access = 0;
        std::atomic<uint32_t> next_free = 0;
    };
    static_assert(sizeof(Slot) == 16);

    // word: locked 63 | protect 61 | inherit 60 | stock 59..44 | address bits 47..4 in 43..0.
    static constexpr uint64_t kLocked = uint64_t{1} << 63;
    static constexpr uint64_t kOneReference = uint64_t{1} << 44;
    static constexpr uint64_t kAddressMask = kOneReference - 1;
    static uint64_t pack(void* object, uint32_t stock, uint32_t flags) {
        return ((reinterpret_cast<uint64_t>(object) >> 4) & kAddressMask) | uint64_t{stock} << 44 |
               uint64_t{flags & 3} << 60;
    }
    static void* object_of(uint64_t word) {  // canonical again: bit 47 fills what lies above
        return reinterpret_cast<void*>((static_cast<int64_t>(word << 20) >> 20) * 16);
    }
    static uint32_t stock_of(uint64_t word) { return static_cast<uint32_t>(word >> 44) & 0xFFFF; }
    static uint32_t flags_of(uint64_t word) { return static_cast<uint32_t>(word >> 60) & 3; }

    Slot* find(uint32_t index) const {
        const uint32_t leaf = index / kLeafSlots;
        if (leaf >= kLeaves || index == 0) return nullptr;
        Slot* slots = leaves_[leaf].load(std::memory_order_acquire);  // pairs with grow()
        return slots == nullptr ? nullptr : &slots[index % kLeafSlots];
    }

    /// Adds references to an object whose slot ran out of them. The lock bit keeps remove() from
    /// dropping the slot's last one meanwhile; nobody can preempt us here.
    uint64_t restock(Slot& slot, uint64_t word) {
        typename Environment::NoPreemption guard;
        if (!slot.word.compare_exchange_strong(word, word | kLocked, std::memory_order_acquire))
            return word;
        Environment::reference(object_of(word), kStock);
        const uint64_t renewed = word + uint64_t{kStock} * kOneReference;
        slot.word.store(renewed, std::memory_order_release);  // pairs with every load of word
        return renewed;
    }

    // free_: version in the upper half, index of the first free slot (0: none) in the lower.
    Result<uint32_t> take_free() {
        for (;;) {
            uint64_t head = free_.load(std::memory_order_acquire);
            while (static_cast<uint32_t>(head) != 0) {
                const auto index = static_cast<uint32_t>(head);
                const uint32_t next = find(index)->next_free.load(std::memory_order_relaxed);
                const uint64_t wanted = ((head >> 32) + 1) << 32 | next;
                if (free_.compare_exchange_weak(head, wanted, std::memory_order_acq_rel))
                    return index;
            }
            RSL_TRY(grow());
        }
    }
    void give_free(uint32_t first, Slot& last) {
        uint64_t head = free_.load(std::memory_order_relaxed);
        uint64_t wanted;
        do {
            last.next_free.store(static_cast<uint32_t>(head), std::memory_order_relaxed);
            wanted = ((head >> 32) + 1) << 32 | first;
        } while (!free_.compare_exchange_weak(head, wanted, std::memory_order_acq_rel));
    }
    Result<void> grow() {
        typename Environment::GrowthGuard guard{growth_lock_};
        if (static_cast<uint32_t>(free_.load(std::memory_order_acquire)) != 0) return {};
        if (leaf_count_ == kLeaves) return Status::kInsufficientResources;
        auto* slots = static_cast<Slot*>(Environment::allocate(kLeafSlots * sizeof(Slot)));
        if (slots == nullptr) return Status::kInsufficientResources;
        const uint32_t base = leaf_count_ * kLeafSlots;
        const uint32_t first = leaf_count_ == 0 ? 1 : 0;  // handle 0 does not exist
        for (uint32_t i = first; i < kLeafSlots; ++i) {
            ::new (static_cast<void*>(&slots[i])) Slot{};
            slots[i].next_free.store(base + i + 1, std::memory_order_relaxed);
        }
        leaves_[leaf_count_++].store(slots, std::memory_order_release);  // pairs with find()
        give_free(base + first, slots[kLeafSlots - 1]);
        return {};
    }

    std::atomic<Slot*> leaves_[kLeaves] = {};
    std::atomic<uint64_t> free_ = 0;
    std::atomic<uint32_t> live_ = 0;
    uint32_t leaf_count_ = 0;  // guarded by growth_lock_
    typename Environment::GrowthLock growth_lock_;
};

}  // namespace rsl::ob
