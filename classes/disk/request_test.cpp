// SPDX-License-Identifier: GPL-2.0-only
#include "classes/disk/request.hpp"

#include "abi/types/status.h"
#include "base/testing/test.hpp"

namespace rsl::disk {
namespace {

struct Fixture {
    virtio::Descriptor memory[8] = {};
    virtio::IndirectTable table{memory, 0x1000, 8};
    uint32_t add(const Pages& pages, uint64_t from, uint32_t bytes, uint32_t most) {
        return add_data(table, pages, from, bytes, true, most, 512);
    }
};

}  // namespace

RSL_TEST(DiskRequest, PagesSideBySideAreOnePiece)
{
    Fixture f;
    const uint64_t frames[] = {16, 17, 40};
    RSL_EXPECT_EQ(f.add({frames, 512}, 0, 3 * 4096 - 512, 8), 3u * 4096 - 512);
    RSL_EXPECT_EQ(f.table.count(), 2);
    RSL_EXPECT_EQ(f.memory[0].address, 16u * 4096 + 512);
    RSL_EXPECT_EQ(f.memory[0].bytes, 2u * 4096 - 512);
    RSL_EXPECT_EQ(f.memory[1].address, 40u * 4096);
}

RSL_TEST(DiskRequest, TakesWholeSectorsOfWhatFits)
{
    Fixture f;
    const uint64_t frames[] = {1, 3, 5, 7};
    // Begins 100 bytes into a page: 3996 bytes in the first, which is seven sectors and a part.
    RSL_EXPECT_EQ(f.add({frames, 100}, 0, 8192, 1), 7u * 512);
    RSL_EXPECT_EQ(f.table.count(), 1);
    RSL_EXPECT_EQ(f.memory[0].bytes, 7u * 512);
    f.table.clear();
    RSL_EXPECT_EQ(f.add({frames, 100}, 7 * 512, 8192 - 7 * 512, 8),
                  8192u - 7 * 512);  // the rest of it
    RSL_EXPECT_EQ(f.memory[0].address, 4096u + 100 + 7 * 512);
    RSL_EXPECT_EQ(f.memory[0].bytes, 3996u - 7 * 512);
}

RSL_TEST(DiskRequest, ASectorInTwoPagesApartNeedsTwoPieces)
{
    Fixture f;
    const uint64_t frames[] = {1, 3};
    RSL_EXPECT_EQ(f.add({frames, 4096 - 256}, 0, 512, 1), 0u);
    RSL_EXPECT_EQ(f.add({frames, 4096 - 256}, 0, 512, 2), 512u);
}

RSL_TEST(DiskRequest, NeverOverfillsTheTable)
{
    Fixture f;
    uint64_t frames[20];
    for (uint32_t i = 0; i < 20; ++i) frames[i] = 2 * i;
    RSL_EXPECT_EQ(f.add({frames, 0}, 0, 20 * 4096, 8), 8u * 4096);
    RSL_EXPECT_EQ(f.table.count(), 8);
}

RSL_TEST(DiskRequest, StatusesHaveTheirNtNames)
{
    RSL_EXPECT(status_of(kStatusOk) == Status::kSuccess);
    RSL_EXPECT(status_of(kStatusIoError) == Status(STATUS_IO_DEVICE_ERROR));
    RSL_EXPECT(status_of(kStatusUnsupported) == Status::kInvalidDeviceRequest);
    RSL_EXPECT(status_of(kStatusNone) ==
               Status(STATUS_IO_DEVICE_ERROR));  // a device that did not write it
}

}  // namespace rsl::disk
