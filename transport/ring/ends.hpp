// SPDX-License-Identifier: GPL-2.0-only
// A mapped channel, seen from either end: its header, its rings, its arena.
#pragma once

#include <optional>
#include <span>

#include "transport/ring/byte_ring.hpp"
#include "transport/ring/consumer.hpp"
#include "transport/ring/layout.hpp"
#include "transport/ring/producer.hpp"

namespace rsl::transport {

using SubmissionConsumer = RingConsumer<RawEntry, kSubmissionSlots>;
using SubmissionProducer = RingProducer<RawEntry, kSubmissionSlots>;
using CompletionConsumer = RingConsumer<RawEntry, kCompletionSlots>;
using CompletionProducer = RingProducer<RawEntry, kCompletionSlots>;

/// Borrows the mapping. Copies what the header's first line says, once, and believes only that.
class ChannelView {
  public:
    /// Nothing when the memory is not a channel of ours, of our version, of exactly this size.
    static std::optional<ChannelView> of(void* memory, uint64_t bytes) {
        auto* header = static_cast<ChannelHeader*>(memory);
        if (bytes < kHeaderBytes) return std::nullopt;
        const auto* first = static_cast<const volatile ChannelHeader*>(memory);
        const ChannelKind kind = first->kind;
        const uint32_t spin_us = first->spin_limit_us;
        if (first->magic != kChannelMagic || first->version != kLayoutVersion ||
            first->total_bytes != bytes) {
            return std::nullopt;
        }
        const auto layout = Layout::of(kind, bytes);
        if (!layout) return std::nullopt;
        return ChannelView(*header, *layout, kind, spin_us);
    }

    ChannelHeader& header() const { return *header_; }
    const Layout& layout() const { return layout_; }
    ChannelKind kind() const { return kind_; }
    uint64_t spin_limit_ns() const { return spin_limit_ns_; }
    RawEntry* submissions() const { return at<RawEntry>(layout_.submission_offset); }
    RawEntry* completions() const { return at<RawEntry>(layout_.completion_offset); }
    std::byte* log() const { return at<std::byte>(layout_.log_offset); }
    std::span<std::byte> arena() const {
        return {at<std::byte>(layout_.arena_offset), layout_.arena_bytes};
    }

    SubmissionConsumer submission_consumer() const { return {header_->submission, submissions()}; }
    SubmissionProducer submission_producer() const { return {header_->submission, submissions()}; }
    CompletionConsumer completion_consumer() const { return {header_->completion, completions()}; }
    CompletionProducer completion_producer() const { return {header_->completion, completions()}; }
    ByteRingWriter log_writer() const { return {header_->log, log(), layout_.log_bytes}; }
    ByteRingReader log_reader() const { return {header_->log, log(), layout_.log_bytes}; }

  private:
    ChannelView(ChannelHeader& header, const Layout& layout, ChannelKind kind, uint32_t spin_us)
        : header_(&header), layout_(layout), kind_(kind),
          spin_limit_ns_(uint64_t{spin_us < kSpinCeilingUs ? spin_us : kSpinCeilingUs} * 1000) {}
    template <typename T>
    T* at(uint32_t offset) const {
        return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(header_) + offset);
    }

    ChannelHeader* header_;
    Layout layout_;
    ChannelKind kind_;
    uint64_t spin_limit_ns_;
};

/// Makes cleared memory a channel. The host's, before a second party sees it.
inline void initialize_channel(void* memory, ChannelKind kind, uint64_t bytes, uint32_t spin_limit_us) {
    auto* header = ::new (memory) ChannelHeader{};
    header->version = kLayoutVersion;
    header->kind = kind;
    header->total_bytes = bytes;
    header->spin_limit_us = spin_limit_us;
    header->magic = kChannelMagic;
}

}  // namespace rsl::transport
