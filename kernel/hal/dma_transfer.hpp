// SPDX-License-Identifier: GPL-2.0-only
// One DMA transfer: where its data lies, page by page, and what of it is copied into map registers.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "abi/types/bus.h"
#include "kernel/hal/map_registers.hpp"

namespace rsl::hal {

/// Walks the bytes [current, current + length) of an MDL chain page by page.
class Pages {
  public:
    /// `current` is an index into the first MDL's buffer, as documented.
    Pages(PMDL mdl, PVOID current, uint32_t length);
    bool at_end() const { return left_ == 0 || mdl_ == nullptr; }
    uint32_t left() const { return left_; }
    uint64_t address() const;
    /// Bytes from address() on in this page.
    uint32_t bytes() const;
    void advance(uint32_t step);
    void advance() { advance(bytes()); }

  private:
    void skip_finished();
    PMDL mdl_;
    uint64_t at_ = 0;
    uint32_t left_;
};

/// Bytes from the beginning on that lie in one piece at addresses up to `highest`.
uint32_t direct_run(Pages pages, uint64_t highest);

/// The registers of a transfer and what has been copied into them. Made and freed at <= DISPATCH_LEVEL.
class Transfer : public MapRegisters::Waiter {
  public:
    /// For so many registers, which are not taken yet, and pieces of data; nullptr: no memory.
    static Transfer* make(MapRegisters& pool, uint32_t registers, uint32_t pieces);
    /// Gives the registers back, if it has any, and frees itself.
    void free();

    /// Takes what fits of the next bytes, `most` at most, behind what was taken before; a page's beginning stays at its place in the page. With
    /// WriteToDevice their contents are copied. Returns how many, at `address`.
    uint32_t take_in(Pages& pages, uint32_t most, bool write_to_device, uint64_t& address);
    /// What the device has written goes to where it belongs; or nothing, for a transfer to the device. The registers can be used anew.
    void finish(bool write_to_device);

    /// Calls routine(*this, request) once it has its registers: now or later, at DISPATCH_LEVEL. The request is copied.
    template <typename Request>
    void wait(const Request& request, void (*routine)(Transfer&, const Request&)) {
        static_assert(sizeof(Request) <= sizeof(request_) && std::is_trivially_copyable_v<Request>);
        std::memcpy(request_, &request, sizeof(Request));
        routine_ = reinterpret_cast<void (*)()>(routine);
        ready = [](Waiter& waiter, uint32_t first) {
            auto& self = static_cast<Transfer&>(waiter);
            self.first_ = first;
            self.granted_ = true;
            Request copy;
            std::memcpy(&copy, self.request_, sizeof(copy));
            reinterpret_cast<void (*)(Transfer&, const Request&)>(self.routine_)(self, copy);  // may free us
        };
        pool_.take(*this, registers_);
    }

  private:
    struct Piece {
        std::byte *data, *copy;
        uint32_t bytes;
    };
    Transfer(MapRegisters& pool, uint32_t registers, uint32_t capacity) : pool_(pool), registers_(registers), capacity_(capacity) {}
    Piece* pieces() { return reinterpret_cast<Piece*>(this + 1); }

    MapRegisters& pool_;
    uint32_t registers_, capacity_, pieces_ = 0;
    uint32_t used_ = 0;  // bytes of the registers
    uint32_t first_ = 0;
    bool granted_ = false;
    void (*routine_)() = nullptr;
    alignas(8) std::byte request_[96] = {};
};

}  // namespace rsl::hal
