// SPDX-License-Identifier: GPL-2.0-only
#include "transport/ring/ends.hpp"

#include "base/testing/test.hpp"

namespace rsl::transport {
namespace {

alignas(4096) constinit std::byte memory[kMinChannelBytes] = {};

RSL_TEST(ChannelView, AcceptsWhatInitializeMade) {
    initialize_channel(memory, ChannelKind::kControl, sizeof(memory), 5000);
    const auto view = ChannelView::of(memory, sizeof(memory));
    RSL_REQUIRE(view.has_value());
    RSL_EXPECT(view->kind() == ChannelKind::kControl);
    RSL_EXPECT_EQ(view->layout().log_bytes, kLogBytes);
    RSL_EXPECT_EQ(view->spin_limit_ns(), uint64_t{kSpinCeilingUs} * 1000);  // bounded
    RSL_EXPECT(view->arena().data() + view->arena().size() == memory + sizeof(memory));
}

RSL_TEST(ChannelView, RefusesWrongMagicVersionKindOrSize) {
    const auto refused = [](auto damage) {
        initialize_channel(memory, ChannelKind::kClient, sizeof(memory), 0);
        damage(*reinterpret_cast<ChannelHeader*>(memory));
        return !ChannelView::of(memory, sizeof(memory)).has_value();
    };
    RSL_EXPECT(!refused([](ChannelHeader&) {}));
    RSL_EXPECT(refused([](ChannelHeader& header) { header.magic ^= 1; }));
    RSL_EXPECT(refused([](ChannelHeader& header) { header.version = 2; }));
    RSL_EXPECT(refused([](ChannelHeader& header) { header.kind = static_cast<ChannelKind>(9); }));
    RSL_EXPECT(refused([](ChannelHeader& header) { header.total_bytes *= 2; }));
    initialize_channel(memory, ChannelKind::kClient, sizeof(memory), 0);
    RSL_EXPECT(!ChannelView::of(memory, kHeaderBytes - 1).has_value());
}

RSL_TEST(Layout, RefusesSizesThatNoBarHas) {
    RSL_EXPECT(!Layout::of(ChannelKind::kClient, (1 << 20) + 4096).has_value());
    RSL_EXPECT(!Layout::of(ChannelKind::kClient, kMinChannelBytes / 2).has_value());
    RSL_EXPECT(!Layout::of(ChannelKind::kClient, kMaxChannelBytes * 2).has_value());
}

}  // namespace
}  // namespace rsl::transport
