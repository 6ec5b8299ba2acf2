// SPDX-License-Identifier: GPL-2.0-only
// One DMA transfer: where its data lies, page by page, and what of it is copied into map registers.
#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "abi/types/bus.h"
#include "kernel/hal/dma/channel.hpp"

namespace rsl::hal {

/// Walks the bytes of an MDL chain page by page.
class Pages {
  public:
    /// [current, current + length); `current` is an index into the first MDL's buffer, as
    /// documented.
    Pages(PMDL mdl, PVOID current, uint32_t length);
    /// [offset, offset + length) of the chain.
    static Pages at_offset(PMDL mdl, uint64_t offset, uint32_t length) {
        return Pages(mdl, offset, length);
    }
    bool at_end() const { return left_ == 0 || mdl_ == nullptr; }
    uint32_t left() const { return left_; }
    uint64_t address() const;
    /// Bytes from address() on in this page.
    uint32_t bytes() const;
    void advance(uint32_t step);
    void advance() { advance(bytes()); }
    /// Parts of pages from here on.
    uint32_t count() const;
    /// Does the chain have so many bytes?
    bool all_there() const;

  private:
    Pages(PMDL mdl, uint64_t offset, uint32_t length) : mdl_(mdl), at_(offset), left_(length) {
        skip_finished();
    }
    void skip_finished();
    PMDL mdl_;
    uint64_t at_;
    uint32_t left_;
};

/// Bytes from the beginning on that lie in one piece at addresses up to `highest`.
uint32_t direct_run(Pages pages, uint64_t highest);

/// A request for the channel, the registers that it gets, and what has been copied into them. Made
/// and freed at <= DISPATCH_LEVEL.
class Transfer : public Channel::Waiter {
  public:
    /// For so many registers, which are not taken yet, and pieces of data; nullptr: no memory.
    static Transfer* make(Channel& channel, uint32_t registers, uint32_t pieces);
    static Transfer& of(Channel::Waiter& waiter) { return static_cast<Transfer&>(waiter); }
    /// Gives the registers back, if it has any, and frees itself.
    void free();

    /// Takes what fits of the next bytes, `most` at most, behind what was taken before; a page's
    /// beginning stays at its place in the page. With WriteToDevice their contents are copied.
    /// Returns how many, at `address`.
    uint32_t take_in(Pages& pages, uint32_t most, bool write_to_device, uint64_t& address);
    /// What the device has written goes to where it belongs; or nothing, for a transfer to the
    /// device. The registers can be used anew.
    void finish(bool write_to_device);

    /// Asks for the channel; routine(*this, request) runs once it is there: now or later, at
    /// DISPATCH_LEVEL. The request is copied.
    template <typename Request>
    Status start(const Request& request, Channel::After (*routine)(Transfer&, const Request&),
                 TransferContext* in, Channel::Line line) {
        static_assert(sizeof(Request) <= sizeof(request_) && std::is_trivially_copyable_v<Request>);
        std::memcpy(request_, &request, sizeof(Request));
        routine_ = reinterpret_cast<void (*)()>(routine);
        ready = [](Waiter& waiter) {
            Transfer& self = of(waiter);
            const auto copy = self.request<Request>();  // the routine may free us
            return reinterpret_cast<Channel::After (*)(Transfer&, const Request&)>(self.routine_)(
                self, copy);
        };
        return channel_.request(*this, registers_, in, line);
    }
    /// The request as it was given to start().
    template <typename Request>
    Request request() const {
        struct Bytes {
            std::byte bytes[sizeof(Request)];
        } copy;
        std::memcpy(&copy, request_, sizeof(copy));
        return std::bit_cast<Request>(copy);
    }

    /// Finishes, and gives the registers back.
    void end(bool write_to_device);

    PMDL built = nullptr;  // by BuildMdlFromScatterGatherList

  private:
    struct Piece {
        std::byte *data, *copy;
        uint32_t bytes;
    };
    Transfer(Channel& channel, uint32_t registers, uint32_t capacity)
        : channel_(channel), registers_(registers), capacity_(capacity) {}
    Piece* pieces() { return reinterpret_cast<Piece*>(this + 1); }

    Channel& channel_;
    uint32_t registers_, capacity_, pieces_ = 0;
    uint32_t used_ = 0;  // bytes of the registers
    void (*routine_)() = nullptr;
    alignas(8) std::byte request_[96] = {};
};

}  // namespace rsl::hal
